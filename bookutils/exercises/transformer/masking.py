"""Exercises of chapter 10: hiding words, by BERT's rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.transformer.masking import mask_tokens


def _buggy_masking(
    bugs: Switches, ids: Ints, special: Ints, draws: Doubles, kinds: Doubles, random_ids: Ints, mask_id: int
) -> dict[str, Any]:
    chosen = draws < 0.15
    if "special_chosen" not in bugs:
        chosen = chosen & (special == 0)
    swapped = chosen & (kinds >= 0.8) if "none_kept" in bugs else chosen & (kinds >= 0.8) & (kinds < 0.9)
    inputs = np.where(swapped, random_ids, ids)
    masked = chosen if "always_mask" in bugs else chosen & (kinds < 0.8)
    inputs = np.where(masked, mask_id, inputs)
    asked = chosen
    if "only_masks_asked" in bugs:
        asked = masked
    if "all_asked" in bugs:
        asked = special == 0
    return {"inputs": inputs, "targets": np.where(asked, inputs if "targets_hidden" in bugs else ids, -1)}


def _changed_asked(
    ids: Ints, special: Ints, draws: Doubles, kinds: Doubles, random_ids: Ints, mask_id: int
) -> dict[str, Any]:
    """Ask only where the input was changed: the same mistake as asking only at [MASK], a little milder."""
    right = mask_tokens(ids, special, draws, kinds, random_ids, mask_id)
    return right | {"targets": np.where(right["inputs"] != ids, right["targets"], -1)}


def _draw(rng: Rng, lengths: list[int], width: int) -> Case:
    rows = len(lengths)
    ids = rng.integers(5, 60, (rows, width)).astype(np.int32)
    places = np.arange(width)
    ends = np.array(lengths)[:, np.newaxis]
    special = ((places == 0) | (places >= ends - 1)).astype(np.int32)
    ids = np.where(places == 0, 2, np.where(places == ends - 1, 3, np.where(places >= ends, 0, ids))).astype(np.int32)
    # More than 15 % are chosen, so that a small batch shows everything: each kind at a real and a special place.
    low = rng.random((rows, width)) < 0.6
    draws = np.where(low, rng.uniform(0, 0.149, (rows, width)), rng.uniform(0.151, 1, (rows, width)))
    kind = rng.integers(0, 3, (rows, width))
    kinds = np.choose(
        kind, [rng.uniform(0, 0.79, kind.shape), rng.uniform(0.81, 0.89, kind.shape), rng.uniform(0.91, 1, kind.shape)]
    )
    draws[0, 1:5] = 0.01
    draws[0, 5] = 0.5
    kinds[0, 1:5] = [0.3, 0.85, 0.95, 0.5]
    draws[0, 0] = draws[-1, -1] = 0.02
    random_ids = rng.integers(60, 90, (rows, width)).astype(np.int32)
    return case(ids, special, np.round(draws, 3), np.round(kinds, 3), random_ids, 4)


def _batches(rng: Rng) -> Iterable[Case]:
    yield _draw(rng, [8], 8)
    for lengths in ([8, 9], [10, 7, 9], [9, 8], [10, 10]):
        yield _draw(rng, lengths, max(lengths) + 1)


def _two(rng: Rng) -> Iterable[Case]:
    yield _draw(rng, [8, 9], 10)


def _borders(rng: Rng) -> Iterable[Case]:
    """Nothing chosen, everything chosen, numbers exactly on a border, an empty batch."""
    ids = rng.integers(5, 60, (1, 6)).astype(np.int32)
    ids[0, [0, 5]] = [2, 3]
    special = np.array([[1, 0, 0, 0, 0, 1]], np.int32)
    other = rng.integers(60, 90, (1, 6)).astype(np.int32)
    yield edge(ids, special, np.full((1, 6), 0.5), np.full((1, 6), 0.2), other, 4)
    yield edge(ids, special, np.zeros((1, 6)), np.zeros((1, 6)), other, 4)
    yield edge(ids, special, np.zeros((1, 6)), np.array([[0.0, 0.8, 0.9, 0.799, 0.899, 0.5]]), other, 4)
    yield edge(ids, special, np.full((1, 6), 0.15), np.full((1, 6), 0.2), other, 4)
    yield edge(ids[:0], special[:0], np.zeros((0, 6)), np.zeros((0, 6)), other[:0], 4)


MASK_TOKENS = Exercise(
    id="mask_tokens",
    answer="mask_tokens",
    asks=_("Hide tokens by BERT's rule: what the encoder reads, and what it is asked."),
    reference=mask_tokens,
    parts=(
        Part(_("batches of sentences"), 2, _batches),
        Part(_("borders"), 1, _borders),
        Part(_("inputs unchanged"), 1, _two, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=0.0, atol=0.0),
    mistakes=mistakes_of(
        _buggy_masking,
        (
            "special_chosen",
            _("You also hide [CLS], [SEP] or padding."),
            _("What would the encoder learn from guessing that a sentence begins with [CLS]?"),
            _("Choose where the number is below 0.15 *and* `special` is 0."),
        ),
        (
            "always_mask",
            _("Every chosen token of yours becomes [MASK]."),
            _("What does `kinds` decide?"),
            _("[MASK] only where `kinds < 0.8`; from 0.8 to below 0.9 the random id; else the token itself."),
        ),
        (
            "none_kept",
            _("No chosen token of yours stays as it is: from 0.8 upwards you always put a random one."),
            _("Which tokens does the third kind read?"),
            _("A random id only where `kinds` lies from 0.8 to below 0.9."),
        ),
        (
            "all_asked",
            _("Your targets hold the ids of all tokens, also of those that were not chosen."),
            _("How hard is it to name a word that stands there to be read?"),
            _("Put −1 wherever a place was not chosen: `np.where(chosen, ids, -1)`."),
        ),
        (
            "targets_hidden",
            _("Your targets hold what the encoder reads, [MASK] included, and not the words that were hidden."),
            _("From which of the two arrays must the answers come?"),
            _("Take them from the ids as they came: `np.where(chosen, ids, -1)`."),
        ),
        (
            "only_masks_asked",
            _("You ask for the hidden word only where the input was changed, and leave out chosen places."),
            _("Is a chosen token that stays as it is asked for as well?"),
            _("Ask at every chosen place, whatever stands there now: `np.where(chosen, ids, -1)`."),
        ),
        also={"only_masks_asked": (_changed_asked,)},
    ),
    combine=combiner(_buggy_masking),
    hints=(
        _("Make `chosen` first: an array of True and False, from `draws` and `special`."),
        _("`np.where(condition, a, b)` makes a new array. Use it once for [MASK], once for the random ids."),
        _("`targets` is `np.where(chosen, ids, -1)`, from the ids as they came."),
    ),
)
