"""Exercises of chapter 08: the pieces of a small vocabulary, learnt; optional."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache, partial
from itertools import combinations, pairwise

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.text.tokenization.learning import join, learn_pieces, letters_of

MISTAKES = ("each_word_once", "counted_once", "rarest_name", "hashes_kept", "score")


def _buggy_learn(bugs: Switches, counts: dict[str, int], number: int) -> list[str]:
    words = {word: letters_of(word) for word in counts}
    learnt: list[str] = []
    ranked: list[tuple[str, str]] = []
    for step in range(number):
        if not (ranked and "counted_once" in bugs):
            ranked = _ranked(bugs, words, counts)
        place = step if "counted_once" in bugs else 0
        if place >= len(ranked):
            break
        best = ranked[place]
        inner = best[1] if "hashes_kept" in bugs else best[1].removeprefix("##")
        learnt.append(best[0] + inner)
        words = {word: _join(pieces, best, learnt[-1]) for word, pieces in words.items()}
    return learnt


def _join(pieces: list[str], pair: tuple[str, str], new: str) -> list[str]:
    proper = pair[0] + pair[1].removeprefix("##")
    return [new if piece == proper else piece for piece in join(pieces, pair)]


def _ranked(bugs: Switches, words: dict[str, list[str]], counts: dict[str, int]) -> list[tuple[str, str]]:
    pairs: Counter[tuple[str, str]] = Counter()
    singles: Counter[str] = Counter()
    for word, pieces in words.items():
        times = 1 if "each_word_once" in bugs else counts[word]
        for piece in pieces:
            singles[piece] += times
        for pair in pairwise(pieces):
            pairs[pair] += times

    def weight(pair: tuple[str, str]) -> float:
        if "score" in bugs:
            return pairs[pair] / (singles[pair[0]] * singles[pair[1]])
        return pairs[pair]

    ordered = sorted(pairs, reverse="rarest_name" in bugs)
    return sorted(ordered, key=lambda pair: -weight(pair))


_LETTERS = "wxyz"
Drawn = tuple[dict[str, int], int]


def _draw(rng: Rng) -> Drawn:
    words = {"".join(_LETTERS[place] for place in rng.integers(0, 4, int(rng.integers(3, 6)))) for _number in range(5)}
    return {word: int(rng.integers(1, 5)) for word in sorted(words)}, int(rng.integers(4, 6))


@cache
def _pool() -> tuple[Drawn, ...]:
    """Return a few texts on which each mistake and each pair of mistakes shows.

    To draw until one fits takes a while, so it is done once; what a learner gets are these in other letters.
    """
    sets = [*((one,) for one in MISTAKES), *combinations(MISTAKES, 2)]
    wrong = [partial(_buggy_learn, frozenset(ids)) for ids in sets]
    rng = np.random.default_rng(1)
    found: list[Drawn] = []
    while len(found) < 8:
        drawn = _draw(rng)
        answers = [tuple(function(*drawn)) for function in wrong]
        if tuple(learn_pieces(*drawn)) not in answers and len(set(answers[: len(MISTAKES)])) == len(MISTAKES):
            found.append(drawn)
    return tuple(found)


def _texts(rng: Rng) -> Iterable[Case]:
    yield case({"low": 5, "lower": 2, "newest": 6, "widest": 3}, 4)
    for place in rng.permutation(len(_pool()))[:4]:
        counts, number = _pool()[place]
        new = "".join(sorted(rng.choice(list("aeilnorst"), 4, replace=False)))  # sorted: ties stay as they are
        letters = str.maketrans(_LETTERS, new)
        yield case({word.translate(letters): times for word, times in counts.items()}, number)


def _unusual(rng: Rng) -> Iterable[Case]:
    yield edge({"aaaaa": 2}, 2)  # pairs must not overlap when they are joined
    yield edge({"ab": 1, "ba": 1}, 9)  # no pair is left
    yield edge({"a": 7}, 3)
    yield edge({}, 2)
    yield edge({"abc": 3}, 0)
    yield edge({"film": 4, "films": 2, "filmed": 1}, 5)


LEARN_PIECES = Exercise(
    id="learn_pieces",
    answer="learn_pieces",
    asks=_("The first pieces of a vocabulary: join the commonest pair of neighbours, again and again."),
    reference=learn_pieces,
    parts=(Part(_("small texts"), 0, _texts), Part(_("unusual texts"), 0, _unusual, alone=False)),
    optional=True,
    mistakes=mistakes_of(
        _buggy_learn,
        (
            "each_word_once",
            _("You count each word once, however often it occurs."),
            _("“low” occurs five times. How many pairs l–o are there in its five occurrences?"),
            _("Add `counts[word]` for each pair of a word, not 1."),
        ),
        (
            "counted_once",
            _("You count the pairs once and take the commonest of that first count, one after the other."),
            _("After e and s have become one piece: which pairs with e or s are still there?"),
            _("Join the pair in every word, and count anew before the next one is chosen."),
        ),
        (
            "rarest_name",
            _("Where two pairs occur equally often, you take the one that comes last in alphabetical order."),
            _("Which one does the text of the exercise ask for?"),
            _("`min(pairs, key=lambda pair: (-pairs[pair], pair))`"),
        ),
        (
            "hashes_kept",
            _("Your joined pieces have `##` in their middle."),
            _("What do the two hashes say, and where in a piece can they say it?"),
            _('Take the hashes off the right one before you join: `right.removeprefix("##")`.'),
        ),
        (
            "score",
            _(
                "You divide a pair's count by the counts of its pieces. So does WordPiece's own training; the exercise "
                "asks for byte-pair encoding."
            ),
            _("Which pair is chosen when only the count decides?"),
            _("Choose by the count of the pair alone."),
        ),
    ),
    combine=combiner(_buggy_learn),
    hints=(
        _("Take {'low': 5, 'lower': 2} and do two steps on paper. Which pairs are there, and how often?"),
        _("Keep for each word the list of its pieces. A step: count pairs in all words, choose, join it in all words."),
        _(
            "Count with `zip(pieces[:-1], pieces[1:])`, weighted by `counts[word]`; choose with "
            "`min(pairs, key=lambda pair: (-pairs[pair], pair))`; rebuild each list from the left."
        ),
    ),
)
