"""Exercises of chapter 08: greedy longest match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.text.tokenization.wordpiece import UNK, wordpiece

KNOWN = ("shortest", "no_hashes", "anywhere")
UNKNOWN = ("prefix_kept", "letter_by_letter")


def _buggy_pieces(bugs: Switches, word: str, vocabulary: Sequence[str]) -> list[str]:
    found = _cut_anywhere(bugs, word, 0, vocabulary) if "anywhere" in bugs else _cut(bugs, word, vocabulary)
    if None not in found:
        return [piece for piece in found if piece]
    if "letter_by_letter" in bugs:
        return [UNK if piece is None else piece for piece in found]
    if "prefix_kept" in bugs:
        return [piece for piece in found[: found.index(None)] if piece] + [UNK]
    return [UNK]


def _look_up(bugs: Switches, letters: str, start: int, vocabulary: Sequence[str]) -> str | None:
    piece = letters if start == 0 or "no_hashes" in bugs else "##" + letters
    return piece if piece in vocabulary else None


def _cut(bugs: Switches, word: str, vocabulary: Sequence[str]) -> list[str | None]:
    """Cut from the left; None stands for a letter at which no piece begins."""
    pieces: list[str | None] = []
    start = 0
    while start < len(word):
        ends = range(start + 1, len(word) + 1)
        for end in ends if "shortest" in bugs else reversed(ends):
            piece = _look_up(bugs, word[start:end], start, vocabulary)
            if piece:
                break
        else:
            piece, end = None, start + 1
        pieces.append(piece)
        start = end
    return pieces


def _cut_anywhere(bugs: Switches, word: str, offset: int, vocabulary: Sequence[str]) -> list[str | None]:
    """Take the longest piece wherever it is, then cut what is left of it and what is right of it."""
    for size in range(len(word), 0, -1):
        for start in range(len(word) - size + 1):
            piece = _look_up(bugs, word[start : start + size], offset + start, vocabulary)
            if piece:
                left = _cut_anywhere(bugs, word[:start], offset, vocabulary)
                right = _cut_anywhere(bugs, word[start + size :], offset + start + size, vocabulary)
                return [*left, piece, *right]
    return [None] * len(word)


_SINGLES = {one: switched(_buggy_pieces, one) for one in (*KNOWN, *UNKNOWN)}
_LETTERS = "wxyz"
Drawn = tuple[str, list[str]]


def _told_apart(names: Sequence[str], drawn: Drawn) -> bool:
    answers = [wordpiece(*drawn), *(_SINGLES[name](*drawn) for name in names)]
    return len({tuple(answer) for answer in answers}) == len(answers)


def _is_unknown(drawn: Drawn) -> bool:
    return wordpiece(*drawn) == [UNK]


def _pairs_show(drawn: Drawn) -> bool:
    """Tell whether a missing `##` together with another mistake gives what neither of the two gives alone."""
    for other in ("shortest", "anywhere"):
        both = _buggy_pieces(frozenset({"no_hashes", other}), *drawn)
        if both in (_SINGLES["no_hashes"](*drawn), _SINGLES[other](*drawn)):
            return False
    return True


def _draw(rng: Rng) -> Drawn:
    """Draw a word of four letters, and a vocabulary in which it can be cut in several ways, or in none."""
    word = "".join(_LETTERS[place] for place in rng.integers(0, 4, int(rng.integers(5, 8))))
    chances = rng.random((len(word), 3, 2))
    vocabulary = set()
    for start in range(len(word)):
        for size in range(1, min(3, len(word) - start) + 1):
            piece = word[start : start + size]
            inner, first = chances[start, size - 1]
            if inner < 0.45:
                vocabulary.add(piece if start == 0 else "##" + piece)
            if first < 0.3:
                vocabulary.add(piece)
    return word, sorted(vocabulary)


@cache
def _pool(kind: frozenset[str]) -> tuple[Drawn, ...]:
    """Return a few words that can be cut (no `kind`), or that cannot and on which the mistakes in `kind` show.

    To draw until one fits takes a while, so it is done once; what a learner gets are these in other letters.
    """
    wrong = partial(_buggy_pieces, kind)
    rng = np.random.default_rng(len(kind))
    found: list[Drawn] = []
    while len(found) < 6:
        drawn = _draw(rng)
        if kind:
            fits = _is_unknown(drawn) and _told_apart(UNKNOWN, drawn) and wrong(*drawn) != [UNK]
        else:
            fits = not _is_unknown(drawn) and _told_apart(KNOWN, drawn) and _pairs_show(drawn)
        if fits:
            found.append(drawn)
    return tuple(found)


def _case(rng: Rng, *kind: str) -> Case:
    pool = _pool(frozenset(kind))
    word, vocabulary = pool[int(rng.integers(len(pool)))]
    letters = str.maketrans(_LETTERS, "".join(rng.choice(list("abdeiklmnorstu"), 4, replace=False)))
    return case(word.translate(letters), [str(piece).translate(letters) for piece in rng.permutation(vocabulary)])


def _can_be_cut(rng: Rng) -> Iterable[Case]:
    vocabulary = ["un", "##aff", "##able", "##a", "##ff", "##f", "##b", "##le", "##a", "u", "##n", "aff", "able"]
    yield case("unaffable", vocabulary)
    for _number in range(4):
        yield _case(rng)
    yield edge("film", ["film", "##film", "f", "##ilm"])  # known as a whole
    yield edge("a", ["b", "a"])
    yield edge("aaaa", ["aa", "##aa", "##a"])


def _cannot_be_cut(rng: Rng) -> Iterable[Case]:
    # "un", "##aff", "##able" would do, but the longest piece comes first.
    yield case("unaffable", ["un", "una", "##aff", "##able", "u", "##n", "##a"])
    for one in KNOWN:
        yield _case(rng, one)
    for pair in (("shortest", "no_hashes"), ("anywhere", "no_hashes"), ("anywhere", "prefix_kept")):
        yield _case(rng, *pair)
    yield edge("b", ["a", "##b"])
    yield edge("ab", ["a", "b"])  # b is only known at the beginning of a word


WORDPIECE = Exercise(
    id="wordpiece",
    answer="wordpiece",
    asks=_("The pieces of one word: always the longest that the vocabulary has, from the left."),
    reference=wordpiece,
    parts=(
        Part(_("words that can be cut"), 2, _can_be_cut),
        Part(_("words that cannot be cut"), 2, _cannot_be_cut, alone=False),  # always [UNK]
    ),
    mistakes=mistakes_of(
        _buggy_pieces,
        (
            "shortest",
            _("Your pieces are the shortest that the vocabulary has, not the longest."),
            _("Which of `u` and `un` should be tried first?"),
            _("Let the end of the piece run from `len(word)` down to `start + 1`; stop at the first that is known."),
        ),
        (
            "no_hashes",
            _("You look up pieces within a word without `##`."),
            _("Are `able` and `##able` the same entry of the vocabulary?"),
            _('Look up `"##" + word[start:end]` wherever `start` is not 0.'),
        ),
        (
            "anywhere",
            _("You take the longest piece that stands anywhere in the word, and then what is around it."),
            _("Where does the first piece have to begin?"),
            _("Let `start` stay where the last piece ended; only the end of the piece is searched for."),
        ),
        (
            "prefix_kept",
            _("When a rest of the word is unknown, you keep the pieces before it."),
            _("The encoder never saw the first half of a word with [UNK] behind it. What did it see instead?"),
            _('As soon as no piece fits, return `["[UNK]"]` for the word as a whole.'),
        ),
        (
            "letter_by_letter",
            _("Where no piece fits, you put [UNK] for one letter and go on with the next."),
            _("How many [UNK] does a word get that cannot be cut?"),
            _('As soon as no piece fits, return `["[UNK]"]` for the word as a whole.'),
        ),
    ),
    combine=combiner(_buggy_pieces),
    hints=(
        _("Do it by hand: cut “unaffable” with un, ##a, ##aff, ##able. Which candidates did you try, in which order?"),
        _(
            "Two loops: the outer one moves `start` to where the last piece ended, the inner one shortens the "
            "candidate `word[start:end]` from the right until the vocabulary has it."
        ),
        _(
            "Candidates within the word get `##` in front before they are looked up. When the inner loop finds "
            "nothing, "
            'return `["[UNK]"]` at once.'
        ),
    ),
)
