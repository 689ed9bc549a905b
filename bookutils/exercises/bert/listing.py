"""Exercises of chapter 11: the listing that articles print, mended line by line, and a pair of sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.bert import listing as book
from bookutils.probes.bert import one_line

_WORDS = ("a", "dull", "charming", "film", "plot", "that", "moves", "me", "##ly", "##s", "warm", "cold")


def _ids(rng: Rng, count: int) -> list[int]:
    """Draw a sentence of `count` tokens, [CLS] and [SEP] included."""
    return [101, *(int(number) for number in rng.choice(np.arange(1000, 9000), count - 2, replace=False)), 102]


def _rows(rng: Rng) -> Iterable[Case]:
    for count in (3, 4, 5):
        words = [str(word) for word in rng.permutation(_WORDS)]
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words[:9]]
        pieces = [words[int(place)] for place in rng.permutation(9)[:count]]
        yield case("ids", [["[CLS]", *pieces, words[10], "[SEP]"], vocabulary])
    yield edge("ids", [[], ["[PAD]", "[UNK]"]])


def _cut(rng: Rng) -> Iterable[Case]:
    for count in (6, 7, 9):
        yield case("cut", [_ids(rng, count), count - int(rng.integers(1, 3))])
    yield edge("cut", [_ids(rng, 5), 5])
    yield edge("cut", [_ids(rng, 4), 6])
    yield edge("cut", [_ids(rng, 5), 2])


def _fill(rng: Rng) -> Iterable[Case]:
    for count in (3, 4, 6):
        yield case("fill", [_ids(rng, count), count + int(rng.integers(1, 4))])
    yield edge("fill", [_ids(rng, 4), 4])


def _mask(rng: Rng) -> Iterable[Case]:
    for count in rng.integers(3, 40, 8):
        ids = _ids(rng, int(count))
        ids[1] = 100  # [UNK] is a token like the others
        yield case("mask", [ids + [0] * int(rng.integers(1, 30))])
    yield edge("mask", [_ids(rng, 4)])


def _inputs(rng: Rng) -> Iterable[Case]:
    for count in (3, 4, 5):
        yield case("inputs", [[*_ids(rng, count), 0], [1] * count + [0], [0] * (count + 1)])


def _held_out(rng: Rng) -> Iterable[Case]:
    for count in (20, 25, 31):
        order = [int(place) for place in rng.permutation(count)]
        while set(order[: count // 10]) & {*range(3), *range(count - 3, count)}:
            order = [int(place) for place in rng.permutation(count)]
        yield case("held out", [[f"review {number}" for number in range(count)], order])
    yield edge("held out", [["one", "two"], [1, 0]])


def _loss(rng: Rng) -> Iterable[Case]:
    for label in (0, 1, 1):
        yield case("loss", [float(np.round(rng.uniform(1.5, 4.0) * (1 if label else -1), 2)), label])
        yield case("loss", [float(np.round(rng.uniform(1.5, 4.0) * (-1 if label else 1), 2)), label])
    yield edge("loss", [1000.0, 0])
    yield edge("loss", [-1000.0, 1])


def _buggy_listing(bugs: Switches, lost: str = "end") -> dict[str, Callable[..., Any]]:
    lines = book.repair_listing()

    def ranks(pieces: Sequence[str], vocabulary: Sequence[str]) -> list[int]:
        return [1 + list(pieces).index(piece) for piece in pieces]

    def cut(ids: list[int], length: int) -> list[int]:
        return ids[:length] if lost == "end" else ids[-length:]

    right_loss = lines["loss"]

    def sigmoid_twice(z: float, label: int) -> float:
        return float(right_loss(float(1 / (1 + np.exp(-np.clip(z, -700, 700)))), label))

    wrong: dict[str, tuple[str, Callable[..., Any]]] = {
        "ranks": ("ids", ranks),
        "separator_lost": ("cut", cut),
        "filled_in_front": ("fill", lambda ids, length: [0] * (length - len(ids)) + ids),
        "mask_of_ones": ("mask", lambda ids: [1] * len(ids)),
        "a_list": ("inputs", lambda ids, mask, segments: [ids, mask, segments]),
        "last_tenth": ("held out", lambda examples, order: examples[len(order) - len(order) // 10 :]),
        "sigmoid_twice": ("loss", sigmoid_twice),
    }
    return lines | dict(wrong[bug] for bug in bugs)


REPAIR_LISTING = Exercise(
    id="repair_listing",
    answer="repair_listing",
    asks=_("Seven lines of the listing that articles print, each mended in a function of its own."),
    reference=book.repair_listing,
    probe=one_line,
    parts=(
        Part(_("the ids"), 1, _rows),
        Part(_("cut"), 1, _cut),
        Part(_("fill"), 1, _fill),
        Part(_("the mask"), 1, _mask),
        Part(_("the inputs"), 1, _inputs),
        Part(_("the held-out tenth"), 1, _held_out),
        Part(_("the loss"), 1, _loss),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_listing,
        (
            "ranks",
            _("Your ids number the pieces of the sentence 1, 2, 3 …, whatever the vocabulary says."),
            _("The encoder looks a number up in its own table. Who decides which row belongs to *film*?"),
            _("Use the place of the piece in `vocabulary`: `vocabulary.index(piece)`."),
        ),
        (
            "separator_lost",
            _("When you cut, one of the two ends is lost: the result must begin with 101 and end with 102."),
            _("Which tokens had the encoder seen at both ends of every text?"),
            _("Keep `length - 1` ids from the front, and add the last one."),
        ),
        (
            "filled_in_front",
            _("Your zeros stand before `[CLS]`."),
            _("Positions are counted from the front. Where has the encoder always met `[CLS]`?"),
            _("Put the zeros at the end."),
        ),
        (
            "mask_of_ones",
            _("Your mask is 1 for padding as well."),
            _("What does the encoder do with a `[PAD]` whose mask is 1?"),
            _("1 where the id is not 0, and 0 elsewhere."),
        ),
        (
            "a_list",
            _("You return the three arrays as a list."),
            _("How is a module to know which of three arrays with one shape is the mask?"),
            _('Return a dictionary with "input_word_ids", "input_mask" and "input_type_ids".'),
        ),
        (
            "last_tenth",
            _("You hold out the last examples, in the order of the file."),
            _("If the file has all negative reviews first, what is in its last tenth?"),
            _("Take the examples at the places `order[: len(order) // 10]`."),
        ),
        (
            "sigmoid_twice",
            _("Your loss never exceeds log(1 + e), however wrong the logit is: a sigmoid has been applied twice."),
            _("`log(1 + e^z) - label·z` expects a logit. What do you give it?"),
            _("Give it `z` itself, and use `np.logaddexp(0, z)` for log(1 + e^z)."),
        ),
        also={"separator_lost": (switched(_buggy_listing, "separator_lost", lost="front"),)},
    ),
    combine=combiner(_buggy_listing),
    hints=(
        _("Each line has its own section above; its last cell shows the mended form on one example."),
        _(
            "`vocabulary.index`, a slice plus the last id, a list of zeros at the end, a comparison with 0, a "
            "dictionary, `order[: len(order) // 10]`, `np.logaddexp`."
        ),
        _(
            "`cut`: `ids if len(ids) <= length else [*ids[:length - 1], ids[-1]]`. `loss_of`: `np.logaddexp(0, z) - "
            "label * z`."
        ),
    ),
)


def _short_pairs(rng: Rng) -> Iterable[Case]:
    for one, two in ((2, 4), (3, 2), (4, 1)):
        yield case(_ids(rng, one + 2)[1:-1], _ids(rng, two + 2)[1:-1], one + two + 3 + int(rng.integers(1, 4)))
    yield edge([], [], 5)
    yield edge([7], [8], 5)


def _long_pairs(rng: Rng) -> Iterable[Case]:
    for one, two, room in ((7, 3, 6), (3, 8, 7), (9, 6, 7), (4, 6, 5)):
        yield case(_ids(rng, one + 2)[1:-1], _ids(rng, two + 2)[1:-1], room + 3)
    yield edge([5, 6], [7, 8], 6)
    yield edge([5, 6], [7, 8], 3)


def _buggy_pair(
    bugs: Switches, first: list[int], second: list[int], length: int
) -> tuple[list[int], list[int], list[int]]:
    one, two = list(first), list(second)
    while len(one) + len(two) > length - 3:
        if "second_cut" in bugs:
            (two or one).pop()
        else:
            (one if len(one) > len(two) else two).pop()
    ids = [101, *one, 102, *two, 102]
    head = len(one) + (1 if "separator_second" in bugs else 2)
    segments = [0] * head + [1] * (len(ids) - head)
    rest = [0] * (length - len(ids))
    tail = [1] * len(rest) if "padding_is_second" in bugs else rest
    mask = [1] * len(ids) + rest
    if "mask_of_ones" in bugs:
        mask = [1] * length
    if "segments_from_one" in bugs:
        segments = [number + 1 for number in segments]
    return ids + rest, mask, segments + tail


PAIR_INPUTS = Exercise(
    id="pair_inputs",
    answer="pair_inputs",
    asks=_("Ids, mask and segments of a pair of sentences in a given number of places."),
    reference=book.pair_inputs,
    parts=(Part(_("pairs that fit"), 2, _short_pairs), Part(_("pairs that must be cut"), 2, _long_pairs)),
    mistakes=mistakes_of(
        _buggy_pair,
        (
            "second_cut",
            _("You cut the second sentence alone, also where the first is the longer one."),
            _("If a question of three words comes with a text of a hundred, which of the two can spare a word?"),
            _("Compare the lengths before each cut: take from the first only if it is longer."),
        ),
        (
            "separator_second",
            _("With you the first `[SEP]` belongs to the second sentence."),
            _("Which sentence does the first `[SEP]` end?"),
            _("`[CLS]`, the first sentence and its `[SEP]` have segment 0: `len(first) + 2` places."),
        ),
        (
            "padding_is_second",
            _("Your padding has segment 1."),
            _("Which value do all three arrays have at a place of padding?"),
            _("Fill the segments up with 0, like the ids."),
        ),
        (
            "mask_of_ones",
            _("Your mask is 1 for padding as well."),
            _("How is the encoder to know which places it must not look at?"),
            _("1 for each of the ids, then 0 for the places that are left."),
        ),
        (
            "segments_from_one",
            _("Your segments are 1 and 2."),
            _("The table of segments has two rows. What are their numbers?"),
            _("Count from 0: 0 for the first sentence, 1 for the second."),
        ),
    ),
    combine=combiner(_buggy_pair),
    hints=(
        _("Three steps: cut until both fit with three special tokens, put them together, fill up with zeros."),
        _("While `len(first) + len(second) > length - 3`: take the last one off the longer list."),
        _("Segments: `[0] * (len(first) + 2) + [1] * (len(second) + 1)`, then zeros up to `length`."),
    ),
)
