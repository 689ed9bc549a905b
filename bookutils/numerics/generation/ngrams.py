"""What a language model is compared with: counting how often one character follows others. Taught in chapter 14."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles

Context = tuple[int, ...]
Counts = Mapping[Context, Mapping[int, int]]


@dataclass(frozen=True)
class Followers:
    """What followed one context: the share of each id that was seen there, and what is left for the shorter context."""

    shares: Mapping[int, float]
    left: float


@dataclass(frozen=True)
class NgramModel:
    """Predicts the next id from the `order` − 1 ids before it.

    Attributes
    ----------
    vocabulary : how many different ids there are
    levels : for contexts of 0, 1, … ids, what followed each of those that occurred
    """

    vocabulary: int
    levels: tuple[Mapping[Context, Followers], ...]

    @property
    def order(self) -> int:
        """1 looks at nothing before, 2 at one id, 3 at two."""
        return len(self.levels)

    def probabilities(self, context: ArrayLike) -> Doubles:
        """Return the distribution of the next id, ``(vocabulary,)``; of the context only the end matters."""
        before = _ids(context)
        chances = np.full(self.vocabulary, 1 / self.vocabulary)
        for followers in self._known(before):
            chances *= followers.left
            for token, share in followers.shares.items():
                chances[token] += share
        return chances

    def probability(self, context: Sequence[int], token: int) -> float:
        """Return the probability of one id after a context."""
        chance = 1 / self.vocabulary
        for followers in self._known(tuple(context)):
            chance = followers.shares.get(token, 0.0) + followers.left * chance
        return chance

    def _known(self, before: Context) -> list[Followers]:
        """What followed the contexts of growing length, as long as they occurred."""
        known = []
        for length in range(min(self.order - 1, len(before)) + 1):
            followers = self.levels[length].get(before[len(before) - length :])
            if followers is None:
                break  # a longer context, which ends in this one, cannot have occurred either
            known.append(followers)
        return known


def count_ngrams(ids: ArrayLike, vocabulary: int, order: int, smoothing: float = 3.0) -> NgramModel:
    """Count a text.

    Parameters
    ----------
    ids : array of int, ``(tokens,)``
    vocabulary : how many different ids there are
    order : from 1 on: how long the counted stretches are
    smoothing : how many examples' worth of belief the shorter context gets

    Raises
    ------
    UsageError
        When the order is below 1.

    Notes
    -----
    Each context's counts are mixed with the distribution of the next shorter context, the last with the uniform one
    (the mean of a Dirichlet prior), so that nothing has the probability 0. Only contexts that occur take memory.

    Examples
    --------
    >>> model = count_ngrams([0, 1, 0, 1, 0], vocabulary=2, order=2, smoothing=1.0)
    >>> model.probabilities([0]).round(2)
    array([0.19, 0.81])
    """
    text = _ids(ids)
    levels = []
    for length in range(_checked(order)):
        level = {}
        for context, seen in _count(text, length).items():
            total = sum(seen.values()) + smoothing
            level[context] = Followers({token: n / total for token, n in seen.items()}, smoothing / total)
        levels.append(level)
    return NgramModel(vocabulary, tuple(levels))


def kneser_ney(ids: ArrayLike, vocabulary: int, order: int) -> NgramModel:
    """Count a text with modified Kneser-Ney smoothing, the best known way to smooth counts.

    Parameters
    ----------
    ids, vocabulary, order : as in `count_ngrams`

    Raises
    ------
    UsageError
        When the order is below 1.

    Notes
    -----
    Two ideas (Chen and Goodman 1999, section 3). From each count something is taken off: D₁ from a count of 1, D₂ from
    a count of 2, D₃ from all larger ones; what was taken goes to the shorter context. And a shorter context counts
    *after how many different ids* a stretch occurred, not how often: a stretch that always follows the same id says
    little about new contexts.

    Examples
    --------
    >>> model = kneser_ney([0, 1, 2, 0, 1, 1, 0, 2, 2, 1], vocabulary=3, order=2)
    >>> round(float(model.probabilities([0]).sum()), 6)
    1.0
    """
    text = _ids(ids)
    top = _checked(order) - 1
    levels = []
    for length in range(order):
        counted = _count(text, length) if length == top else _continuations(text, length)
        discounts = _discounts(counted)
        level = {}
        for context, seen in counted.items():
            total = sum(seen.values())
            kept = {token: (n - discounts[min(n, 3)]) / total for token, n in seen.items()}
            level[context] = Followers(kept, sum(discounts[min(n, 3)] for n in seen.values()) / total)
        levels.append(level)
    return NgramModel(vocabulary, tuple(levels))


def ngram_probabilities(model: NgramModel, ids: ArrayLike) -> Doubles:
    """Return the probability that each id of a text was given, from those before it; ``(tokens,)``."""
    text, reach = _ids(ids), model.order - 1
    return np.array([model.probability(text[max(0, t - reach) : t], token) for t, token in enumerate(text)])


def _ids(ids: ArrayLike) -> Context:
    return tuple(np.asarray(ids, np.int64).tolist())


def _checked(order: int) -> int:
    if order < 1:
        raise UsageError(_("The order is {order}.").format(order=order), _("Use a whole number from 1 on."))
    return order


def _count(text: Context, length: int) -> Counts:
    """How often each id followed each context of a length."""
    counts: defaultdict[Context, Counter[int]] = defaultdict(Counter)
    for end in range(length, len(text)):
        counts[text[end - length : end]][text[end]] += 1
    return counts


def _continuations(text: Context, length: int) -> Counts:
    """After how many different ids each context of a length was followed by each id."""
    counts: defaultdict[Context, Counter[int]] = defaultdict(Counter)
    for stretch in {text[end - length - 1 : end + 1] for end in range(length + 1, len(text))}:
        counts[stretch[1:-1]][stretch[-1]] += 1
    return counts


def _discounts(counts: Counts) -> tuple[float, float, float, float]:
    """What is taken off a count of 0, 1, 2, and 3 or more, estimated from how many counts are 1, 2, 3 and 4."""
    sizes = Counter(n for seen in counts.values() for n in seen.values())
    if not all(sizes[n] for n in (1, 2, 3, 4)):
        return 0.0, 0.5, 0.75, 0.75  # too little text to estimate anything
    ratio = sizes[1] / (sizes[1] + 2 * sizes[2])
    first, second, third = ((n - (n + 1) * ratio * sizes[n + 1] / sizes[n]) for n in (1, 2, 3))
    # Frequencies of letters alone are no such law: an estimate outside [0, n] would give a negative probability.
    return 0.0, *(min(max(value, 0.0), n) for n, value in ((1, first), (2, second), (3, third)))  # type: ignore[return-value]
