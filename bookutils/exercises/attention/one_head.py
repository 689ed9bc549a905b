"""Exercises of chapter 09: one head of attention, with its mask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.attention import heads as book
from bookutils.numerics.losses.classification import softmax


def _three(
    rng: Rng, queries: int, keys: int, size: int, leading: tuple[int, ...] = ()
) -> tuple[Doubles, Doubles, Doubles]:
    """Queries, keys and values of a spread that makes the weights neither even nor all on one key."""
    shapes = ((queries, size), (keys, size), (keys, size + 1))
    first, second, third = (rng.normal(0, 1.2, (*leading, *shape)) for shape in shapes)
    return first, second, third


def _unmasked(rng: Rng) -> Iterable[Case]:
    for queries, keys, size in ((3, 5, 4), (4, 3, 8), (2, 6, 3)):
        yield case(*_three(rng, queries, keys, size), np.ones((queries, keys), int))
    yield edge(*_three(rng, 1, 1, 4), np.ones((1, 1), int))
    large = [500 * x for x in _three(rng, 2, 3, 4)]
    yield edge(*large, np.ones((2, 3), int))


def _some_hidden(rng: Rng, tokens: int) -> NDArray[np.int64]:
    """A square mask that differs from its transpose, with each query's own key shown and others hidden."""
    mask = np.tril(np.ones((tokens, tokens), int))
    order = rng.permutation(tokens)
    return mask[order][:, order]


def _masked(rng: Rng) -> Iterable[Case]:
    for tokens, size in ((4, 3), (5, 8), (3, 6)):
        yield case(*_three(rng, tokens, tokens, size), _some_hidden(rng, tokens))
    yield edge(*_three(rng, 2, 2, 3), np.eye(2, dtype=int))


def _batches(rng: Rng) -> Iterable[Case]:
    for leading, tokens, size in (((2, 3), 4, 5), ((3,), 5, 2), ((2, 2), 3, 4)):
        mask = np.ones((*leading[:1], *([1] * len(leading[1:])), 1, tokens), int)
        mask[1:, ..., -2:] = 0  # two places of padding in all rows but the first
        yield case(*_three(rng, tokens, tokens, size, leading), mask)


def _buggy_attention(bugs: Switches, queries: Doubles, keys: Doubles, values: Doubles, mask: Any) -> Doubles:
    mask = np.asarray(mask)
    if "queries_masked" in bugs:
        square = mask.shape[-1] == mask.shape[-2] or mask.shape[-2] == 1
        mask = np.swapaxes(mask, -1, -2) if square else mask
    scores = queries @ np.swapaxes(keys, -1, -2)
    size = queries.shape[-1]
    if "size_not_root" in bugs:
        scores = scores / size
    elif "no_root" not in bugs:
        scores = scores / np.sqrt(size)
    over = -2 if "over_queries" in bugs else -1
    if "scores_times_mask" in bugs:
        return softmax(scores * mask, axis=over) @ values
    if "mask_after" in bugs:
        return (softmax(scores, axis=over) * mask) @ values
    return softmax(np.where(mask != 0, scores, book.LOWEST), axis=over) @ values


ATTENTION = Exercise(
    id="attention",
    answer="attention",
    asks=_("One head of attention: softmax of the scaled, masked scores, times the values."),
    reference=book.attention,
    parts=(
        Part(_("every key may be seen"), 2, _unmasked),
        Part(_("some keys are hidden"), 1, _masked),
        Part(_("batches and heads in front"), 1, _batches),
    ),
    tolerance=Tolerance(rtol=1e-4, atol=1e-5),
    mistakes=mistakes_of(
        _buggy_attention,
        (
            "no_root",
            _("Your weights are sharper than they should be, the more so the longer the vectors are."),
            _("A dot product of d terms has a variance of d. What brings it back to 1?"),
            _("Divide the scores by `np.sqrt(queries.shape[-1])` before the softmax."),
        ),
        (
            "size_not_root",
            _("Your weights are flatter than they should be, the more so the longer the vectors are."),
            _("If you divide numbers by c, what is their variance divided by?"),
            _("Divide by the root of the size, `np.sqrt(queries.shape[-1])`, not by the size."),
        ),
        (
            "over_queries",
            _("For one query your weights do not add up to 1; for one key they do."),
            _("Who shares out attention: each query among the keys, or each key among the queries?"),
            _("Normalise along the last axis, the keys: `axis=-1, keepdims=True`."),
        ),
        (
            "mask_after",
            _("Where keys are hidden, your remaining weights add up to less than 1."),
            _("The softmax divides by a sum. Were the hidden keys still in it?"),
            _("Put a very low number, such as -1e9, in place of the hidden scores, and take the softmax then."),
        ),
        (
            "scores_times_mask",
            _("Your hidden keys still get a weight, the one that belongs to a score of 0."),
            _("What is exp(0)? And which score would give a weight of 0?"),
            _("Replace hidden scores by a very low number: `np.where(mask == 0, -1e9, scores)`."),
        ),
        (
            "queries_masked",
            _("Your mask works on rows where it should work on columns."),
            _("In the scores the rows are queries and the columns are keys. Which of the two does a mask hide?"),
            _("Use the mask as it comes: its last axis is that of the keys."),
        ),
    ),
    combine=combiner(_buggy_attention),
    hints=(
        _("Write down the shapes first: scores are (…, queries, keys). Which product of two matrices gives that?"),
        _("`np.swapaxes(keys, -1, -2)` turns the last two axes round and leaves the leading ones alone."),
        _(
            "Four lines: scores by `@`, divided by a root; hidden ones set to -1e9; softmax along the last axis; "
            "times the values."
        ),
    ),
)
