"""Exercises of chapter 08: which places of a batch are read, optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Ints
from bookutils.numerics.tokenization import CLS_ID, PAD_ID, SEP_ID, UNK_ID, token_mask

FIRST_WORD, LAST_WORD = 1996, 30521


def _buggy_mask(bugs: Switches, word_ids: Ints, type_ids: Ints) -> Ints:
    ids = np.asarray(word_ids)
    mask = ids != PAD_ID
    if "all_ones" in bugs:
        mask = np.ones_like(mask)
    if "segments" in bugs:
        mask = np.asarray(type_ids) == 1
    if "no_special" in bugs:
        mask = mask & (ids != CLS_ID) & (ids != SEP_ID)
    if "no_unknown" in bugs:
        mask = mask & (ids != UNK_ID)
    if "inverted" in bugs:
        mask = ~mask
    return mask.astype(np.int32)


def _batch(rows: list[tuple[list[int], list[int]]], padding: int) -> tuple[Ints, Ints]:
    """Pad (ids, segments) of several sentences to one width, at least `padding` positions more than the shortest."""
    width = max(max(len(ids) for ids, _types in rows), min(len(ids) for ids, _types in rows) + padding)
    word_ids, type_ids = np.zeros((2, len(rows), width), np.int32)
    for row, (ids, types) in enumerate(rows):
        word_ids[row, : len(ids)] = ids
        type_ids[row, : len(ids)] = types
    return word_ids, type_ids


def _words(rng: Rng, count: int, *, unknown: bool = False) -> list[int]:
    words = rng.integers(FIRST_WORD, LAST_WORD + 1, count).tolist()
    if unknown:
        words[int(rng.integers(count))] = UNK_ID
    return words


def _single(rng: Rng, count: int, *, unknown: bool = False) -> tuple[list[int], list[int]]:
    ids = [CLS_ID, *_words(rng, count, unknown=unknown), SEP_ID]
    return ids, [0] * len(ids)


def _pair(rng: Rng, first: int, second: int) -> tuple[list[int], list[int]]:
    one, other = [CLS_ID, *_words(rng, first, unknown=True), SEP_ID], [*_words(rng, second, unknown=True), SEP_ID]
    return one + other, [0] * len(one) + [1] * len(other)


def _one_sentence_each(rng: Rng) -> Iterable[Case]:
    yield case(*_batch([_single(rng, 2)], padding=2))
    for rows in (2, 3, 4, 5):
        yield case(*_batch([_single(rng, int(rng.integers(1, 10))) for _row in range(rows)], padding=2))
    yield edge(*_batch([_single(rng, 3)], padding=0))  # nothing to leave out
    yield edge(*_batch([_single(rng, 40), _single(rng, 0)], padding=0))  # an empty sentence beside a long one
    yield edge(*_batch([([CLS_ID, 1, 99, SEP_ID], [0] * 4)], padding=2))  # ids below 100 are pieces too
    yield edge(np.zeros((1, 3), np.int32), np.zeros((1, 3), np.int32))  # nothing to read
    yield edge(np.zeros((0, 4), np.int32), np.zeros((0, 4), np.int32))  # a batch of none


def _unknown_words_and_pairs(rng: Rng) -> Iterable[Case]:
    yield case(*_batch([_single(rng, 3, unknown=True)], padding=2))
    for _number in range(5):
        pair = _pair(rng, *(int(count) for count in rng.integers(1, 5, 2)))
        singles = [_single(rng, int(count), unknown=True) for count in rng.integers(1, 9, 2)]
        yield case(*_batch([pair, *singles], padding=2))
    yield edge(*_batch([([CLS_ID, UNK_ID, UNK_ID, SEP_ID], [0] * 4)], padding=1))


MAKE_MASK = Exercise(
    id="make_mask",
    answer="make_mask",
    asks=_("The attention mask of a padded batch: 1 where there is a token, 0 where there is padding."),
    reference=token_mask,
    parts=(
        Part(_("one sentence in each row"), 0, _one_sentence_each),
        Part(_("unknown words, and two sentences in a row"), 0, _unknown_words_and_pairs),
        Part(_("inputs unchanged"), 0, _unknown_words_and_pairs, compares="inputs"),
    ),
    optional=True,
    mistakes=mistakes_of(
        _buggy_mask,
        (
            "inverted",
            _("Your mask is 1 where the padding is, and 0 where the tokens are."),
            _("The encoder reads the positions where the mask is 1. Which ones should it read?"),
            _("Turn it around: 1 where `word_ids` is not 0, as in `(word_ids != 0).astype(int)`."),
        ),
        (
            "no_special",
            _("Your mask leaves out the positions of [CLS] (101) and [SEP] (102)."),
            _("The encoder was trained with both in view. What would change for it if they disappeared?"),
            _("Leave out padding alone: 0 where `word_ids` is 0, and 1 everywhere else."),
        ),
        (
            "no_unknown",
            _("Your mask leaves out [UNK] (100), the positions of words that the vocabulary does not have."),
            _("A reader meets an unknown word. Do they know less, or nothing, about the position where it stands?"),
            _("[UNK] is a token with a vector of its own: 0 where `word_ids` is 0, and 1 everywhere else."),
        ),
        (
            "segments",
            _("Your mask is a copy of `type_ids`: 1 for the second sentence of a row, 0 for the first."),
            _("`type_ids` says to which sentence a token belongs. Which of the two arrays knows where tokens end?"),
            _("Look at `word_ids` alone: 1 where it is not 0."),
        ),
        (
            "all_ones",
            _("Your mask is 1 everywhere, also where `word_ids` is 0."),
            _("What do the encoder's means and weights then take in beside the words?"),
            _("Put 0 where `word_ids` is 0."),
        ),
    ),
    combine=combiner(_buggy_mask),
    hints=(
        _("Write down the mask of one row by hand: [101, 2204, 2143, 102, 0, 0]. Which number decides?"),
        _("NumPy compares a whole array at once: `word_ids != 0` is an array of True and False of the same shape."),
        _("Compare `word_ids` with 0, the id of [PAD], and turn True and False into 1 and 0 with `.astype(int)`."),
    ),
)
