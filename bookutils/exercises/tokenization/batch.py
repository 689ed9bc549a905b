"""Exercises of chapter 08: what an encoder reads of a batch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.tokenization import CLS_ID, SEP_ID, UNK_ID, encode_batch

FIRST_WORD, LAST_WORD = 1996, 30521


def buggy_batch(bugs: Switches, rows: list[list[int]], limit: int) -> dict[str, Any]:
    """Make the three arrays with the slips that are named."""
    texts = []
    for row in rows:
        if "sep_cut" in bugs:
            texts.append([CLS_ID, *row, SEP_ID][:limit])
        elif "front_cut" in bugs:
            texts.append([CLS_ID, *row[max(len(row) - (limit - 2), 0) :], SEP_ID])
        else:
            texts.append([CLS_ID, *row[: limit - 2], SEP_ID])
    width = limit if "to_limit" in bugs else max(map(len, texts))
    ids = np.zeros((len(texts), width), np.int32)
    mask = np.zeros_like(ids)
    for place, text in enumerate(texts):
        real = slice(width - len(text), width) if "padded_in_front" in bugs else slice(0, len(text))
        ids[place, real] = text
        mask[place, real] = 1
    types = mask.copy() if "types_from_mask" in bugs else np.zeros_like(ids)
    if "mask_of_ones" in bugs:
        mask = np.ones_like(ids)
    return {"input_word_ids": ids, "input_mask": mask, "input_type_ids": types}


def _texts(rng: Rng, *counts: int) -> list[list[int]]:
    texts = [rng.integers(FIRST_WORD, LAST_WORD + 1, count).tolist() for count in counts]
    for text in texts:
        if text and rng.random() < 0.3:
            text[0] = UNK_ID
    return texts


def _all_fit(rng: Rng) -> Iterable[Case]:
    yield case([[7, 8, 9], [5]], 8)
    for rows in (2, 3, 3, 4):
        counts = 1 + rng.permutation(6)[:rows]  # different lengths, so that something is padded
        yield case(_texts(rng, *counts), int(counts.max()) + 2 + int(rng.integers(1, 6)))
    yield edge(_texts(rng, 4), 12)  # one text: nothing is padded
    yield edge([[], [7]], 8)  # an empty text
    yield edge([[]], 5)
    yield edge(_texts(rng, 3, 2), 5)  # the longest fits exactly


def _some_are_cut(rng: Rng) -> Iterable[Case]:
    yield case([[11, 12, 13, 14, 15], [21]], 5)
    for rows in (2, 3, 4, 4):
        limit = int(rng.integers(6, 10))
        short = rng.integers(1, limit - 3, rows - 1)
        yield case(_texts(rng, *short, limit + int(rng.integers(0, 5))), limit)
    yield edge(_texts(rng, 5, 6), 2)  # room for [CLS] and [SEP] alone
    yield edge(_texts(rng, 9, 10), 6)  # all are cut


ENCODE_BATCH = Exercise(
    id="encode_batch",
    answer="encode_batch",
    asks=_("The three arrays that an encoder reads of a batch: ids, mask, segments."),
    reference=encode_batch,
    parts=(Part(_("texts that fit"), 2, _all_fit), Part(_("texts that are cut"), 1, _some_are_cut)),
    mistakes=mistakes_of(
        buggy_batch,
        (
            "to_limit",
            _("Every batch is as wide as the limit, also where all its texts are shorter."),
            _("How wide is a batch whose longest text has five tokens?"),
            _("Take the longest text of the batch, [CLS] and [SEP] included and after cutting, as the width."),
        ),
        (
            "sep_cut",
            _("Texts that are cut lose [SEP] (102)."),
            _("What should the last token of every text be, also of one that was cut?"),
            _("Keep `row[: limit - 2]`, and put [CLS] and [SEP] around it afterwards."),
        ),
        (
            "front_cut",
            _("Texts that are too long lose their beginning; what is left is their end."),
            _("Which positions does “texts lose their end” keep?"),
            _("Keep `row[: limit - 2]`."),
        ),
        (
            "padded_in_front",
            _("Padding stands in front of the text, so that [CLS] is in no fixed place."),
            _("In which place does the encoder expect [CLS]?"),
            _("Write each text from the left: `ids[place, : len(text)] = text`."),
        ),
        (
            "mask_of_ones",
            _("Your mask is 1 everywhere, also where padding is."),
            _("What does the encoder read where the mask is 1?"),
            _("Put 1 for the `len(text)` positions of a text, and 0 behind it: `(ids != 0).astype(int)`."),
        ),
        (
            "types_from_mask",
            _("`input_type_ids` is a copy of the mask."),
            _("Each row holds one text. Which number has the first text of a row?"),
            _("`input_type_ids` is 0 in every place: `np.zeros_like(ids)`."),
        ),
    ),
    combine=combiner(buggy_batch),
    hints=(
        _("Draw the batch of [[7, 8, 9], [5]] on paper: two rows of five positions. What stands in each of the ten?"),
        _("First cut and wrap: `[101, *row[: limit - 2], 102]` for each row. Only then you know the width."),
        _(
            "Begin with `np.zeros((len(texts), width), int)` and write each text from the left. The mask is 1 where an "
            "id is not 0."
        ),
    ),
)
