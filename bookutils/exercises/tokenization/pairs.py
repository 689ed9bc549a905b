"""Exercises of chapter 08: two texts in one row."""

from __future__ import annotations

from collections.abc import Iterable

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.tokenization import CLS_ID, SEP_ID, cut_pair, pack_pair

FIRST_WORD, LAST_WORD = 1996, 30521
Row = tuple[list[int], list[int]]


def _buggy_pack(bugs: Switches, first: list[int], second: list[int], length: int) -> Row:
    room = length - 3
    if "special_forgotten" in bugs:
        room = length
    if "sep_cut" in bugs:
        room = len(first) + len(second)
    if "second_only" in bugs:
        one, other = first, second[: max(room - len(first), 0)]
    else:
        one, other = cut_pair(first, second, room)
    ids = [CLS_ID, *one, SEP_ID, *other, SEP_ID]
    zeros = len(one) + (1 if "middle_sep" in bugs else 2)
    segments = [0] * zeros + [1] * (len(ids) - zeros)
    if "sep_cut" in bugs:
        ids, segments = ids[:length], segments[:length]
    padding = length - len(ids)
    return ids + [0] * padding, segments + [1 if "padding_one" in bugs else 0] * padding


def _words(rng: Rng, count: int) -> list[int]:
    return rng.integers(FIRST_WORD, LAST_WORD + 1, count).tolist()


def _both_fit(rng: Rng) -> Iterable[Case]:
    yield case([2023, 3185], [2204], 8)
    for _number in range(4):
        one, other = int(rng.integers(1, 7)), int(rng.integers(1, 7))
        yield case(_words(rng, one), _words(rng, other), one + other + 3 + int(rng.integers(1, 5)))
    yield edge(_words(rng, 3), _words(rng, 4), 10)  # exactly full
    yield edge([], _words(rng, 2), 8)
    yield edge(_words(rng, 2), [], 8)


def _too_long(rng: Rng) -> Iterable[Case]:
    yield case([11, 12, 13, 14, 15, 16, 17], [21, 22], 9)
    for _number in range(4):
        longer = int(rng.integers(9, 14))  # the first is longer, and too long by itself
        yield case(_words(rng, longer), _words(rng, int(rng.integers(2, 5))), longer - int(rng.integers(1, 3)))
    for _number in range(2):
        longer = int(rng.integers(9, 14))
        yield case(_words(rng, int(rng.integers(2, 5))), _words(rng, longer), longer)
    yield edge(_words(rng, 6), _words(rng, 6), 10)  # equally long: the second gives
    yield edge(_words(rng, 5), _words(rng, 6), 13)
    yield edge(_words(rng, 4), _words(rng, 4), 3)  # room for nothing


PACK_PAIR = Exercise(
    id="pack_pair",
    answer="pack_pair",
    asks=_("Two texts in one row of a given length: their ids, and which text each place belongs to."),
    reference=pack_pair,
    parts=(
        Part(_("pairs that fit"), 1, _both_fit),
        Part(_("pairs that are too long"), 2, _too_long),
        Part(_("the lists that were handed in stay as they were"), 1, _too_long, compares="inputs"),
    ),
    mistakes=mistakes_of(
        _buggy_pack,
        (
            "sep_cut",
            _("Pairs that are too long lose their end, and with it the last [SEP] (102)."),
            _("How does the encoder know where the second text ends?"),
            _("Shorten the texts first, until both and the three special tokens fit; put them together afterwards."),
        ),
        (
            "special_forgotten",
            _("Rows of pairs that are too long have three positions more than they should."),
            _("How many positions are left for the texts when [CLS] and both [SEP] have theirs?"),
            _("Shorten until `len(first) + len(second)` is at most `length - 3`."),
        ),
        (
            "second_only",
            _("You shorten the second text only, also where the first is the longer one."),
            _("What is left of a short question behind a long answer?"),
            _("Drop one piece at a time, from the end of whichever text is longer at that moment."),
        ),
        (
            "middle_sep",
            _("You count the [SEP] in the middle to the second text."),
            _("Which text does the first [SEP] close?"),
            _("Segment 0 has `len(first) + 2` positions: [CLS], the first text, its [SEP]."),
        ),
        (
            "padding_one",
            _("Padding has the segment 1."),
            _("To which of the two texts does padding belong?"),
            _("Fill up both lists with 0."),
        ),
    ),
    combine=combiner(_buggy_pack),
    hints=(
        _("Write down the row of [7, 8, 9] and [5] with 8 positions, and below each id its segment."),
        _("Copy both lists first. While they are too long together, drop the last entry of the longer one."),
        _(
            "`ids = [101, *first, 102, *second, 102]`; segments are `[0] * (len(first) + 2) + [1] * (len(second) + "
            "1)`; then fill up both with zeros."
        ),
    ),
)
