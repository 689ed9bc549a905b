"""What a language model is compared with: counting how often one character follows others. Taught in chapter 14."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles


@dataclass(frozen=True)
class NgramModel:
    """Predicts the next id from the `order` − 1 ids before it.

    Attributes
    ----------
    tables : for a context of 0, 1, … ids, the distribution of the next: ``(vocabulary,) * (length + 1)``
    """

    tables: tuple[Doubles, ...]

    @property
    def order(self) -> int:
        """1 looks at nothing before, 2 at one id, 3 at two."""
        return len(self.tables)

    def probabilities(self, context: ArrayLike) -> Doubles:
        """Return the distribution of the next id, ``(vocabulary,)``; of the context only the end matters."""
        before = np.asarray(context).tolist()
        before = before[len(before) - min(self.order - 1, len(before)) :]
        return self.tables[len(before)][tuple(before)]


def count_ngrams(ids: ArrayLike, vocabulary: int, order: int, smoothing: float = 3.0) -> NgramModel:
    """Count a text.

    Parameters
    ----------
    ids : array of int, ``(tokens,)``
    vocabulary : how many different ids there are
    order : 1 to 3: how long the counted stretches are
    smoothing : how many examples' worth of belief the shorter context gets

    Raises
    ------
    UsageError
        When the order is none of these (the table of a fourth order would have millions of cells).

    Notes
    -----
    Each context's counts are mixed with the distribution of the next shorter context, the last with the uniform one
    (the mean of a Dirichlet prior), so that nothing has the probability 0.

    Examples
    --------
    >>> model = count_ngrams([0, 1, 0, 1, 0], vocabulary=2, order=2, smoothing=1.0)
    >>> model.probabilities([0]).round(2)
    array([0.19, 0.81])
    """
    if order not in (1, 2, 3):
        raise UsageError(_("The order is {order}.").format(order=order), _("Use 1, 2 or 3."))
    ids = np.asarray(ids)
    tables: list[Doubles] = []
    shorter = np.full(vocabulary, 1 / vocabulary)
    for length in range(order):
        counts = np.zeros((vocabulary,) * (length + 1))
        np.add.at(counts, tuple(ids[start : len(ids) - length + start] for start in range(length + 1)), 1)
        # The context (a, b) leans on the context (b): its first axis is new, so it broadcasts.
        shorter = (counts + smoothing * shorter) / (counts.sum(axis=-1, keepdims=True) + smoothing)
        tables.append(shorter)
    return NgramModel(tuple(tables))


def ngram_probabilities(model: NgramModel, ids: ArrayLike) -> Doubles:
    """Return the probability that each id of a text was given, from those before it; ``(tokens,)``."""
    ids = np.asarray(ids)
    start = min(model.order - 1, len(ids))
    first = [model.probabilities(ids[:place])[ids[place]] for place in range(start)]
    rest = tuple(ids[shift : len(ids) - start + shift] for shift in range(start + 1))
    return np.concatenate([first, model.tables[start][rest]]) if start < len(ids) else np.array(first)
