"""Exercises of chapter 11: from the vectors of a sentence's tokens to one vector for the sentence."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.bert.plain import pool_tokens


def _buggy_pool(bugs: Switches, vectors: Doubles, mask: Doubles) -> Doubles:
    if "first_token" in bugs:
        return vectors[:, 0]
    axis = 0 if "over_batch" in bugs else 1
    weights = np.asarray(mask, float)[:, :, np.newaxis]
    if "inverted" in bugs:
        weights = 1 - weights
    sums = np.sum(vectors if "padding_summed" in bugs else vectors * weights, axis=axis)
    counts = np.sum(np.ones_like(weights) if "longest" in bugs else weights, axis=axis)
    return sums / np.maximum(counts, 1)


def _plain_mean(vectors: Doubles, mask: Doubles) -> Doubles:
    return np.mean(vectors, axis=1)


def _batch(rng: Rng, lengths: list[int], padding: int) -> tuple[Doubles, NDArray[np.int32]]:
    """Draw vectors, also for the padding, since an encoder gives those too, and the mask of the lengths."""
    width = max(lengths) + padding
    vectors = np.round(rng.uniform(-2, 2, (len(lengths), width, 3)), 2)
    return vectors, (np.arange(width) < np.array(lengths)[:, np.newaxis]).astype(np.int32)


def _sentences(rng: Rng) -> Iterable[Case]:
    yield case(*_batch(rng, [2], 1))
    for rows in (2, 3, 4):
        lengths = rng.permutation(np.arange(2, 7))[:rows].tolist()
        yield case(*_batch(rng, lengths, int(rng.integers(1, 3))))
    yield case(*_batch(rng, [5, 3], 3))
    yield edge(*_batch(rng, [3, 3], 0))  # nothing padded
    yield edge(*_batch(rng, [1], 0))


def _nothing(rng: Rng) -> Iterable[Case]:
    vectors, mask = _batch(rng, [3, 2], 1)
    yield edge(vectors, mask * np.array([[1], [0]], np.int32))
    yield edge(vectors[:1], mask[:1] * 0)
    yield edge(np.zeros((0, 4, 3)), np.zeros((0, 4), np.int32))  # a batch of none


MEAN_POOL = Exercise(
    id="mean_pool",
    answer="mean_pool",
    asks=_("One vector for each sentence: the mean of the vectors of its real tokens."),
    reference=pool_tokens,
    parts=(
        Part(_("padded sentences"), 0, _sentences),
        Part(_("a sentence without any token"), 0, _nothing),
        Part(_("inputs unchanged"), 0, _sentences, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    optional=True,
    mistakes=mistakes_of(
        _buggy_pool,
        (
            "padding_summed",
            _("The vectors that stand at places of padding have gone into your sums."),
            _("The encoder gives a vector for [PAD] as well. What must it be multiplied by before you add?"),
            _("Multiply first: `vectors * mask[:, :, np.newaxis]`, then sum over the tokens, `axis=1`."),
        ),
        (
            "longest",
            _("Your means of padded sentences are too short: you divide by the width of the batch."),
            _("How many vectors have gone into the sum of a sentence with two tokens in a batch that is ten wide?"),
            _("Divide by the number of real tokens of each row, `mask.sum(axis=1, keepdims=True)`."),
        ),
        (
            "first_token",
            _("You return the first token's vector, that of [CLS]."),
            _("That is BERT's own way of pooling. What did the exercise ask for?"),
            _("Sum over all tokens with the mask as weights, and divide by how many there are."),
        ),
        (
            "inverted",
            _("You average the padding and leave out the words."),
            _("Which of its two values does the mask have for a real token?"),
            _("Use the mask as it comes: it is 1 for a real token."),
        ),
        (
            "over_batch",
            _("You average over the sentences of the batch, place by place."),
            _("The axes are (batch, tokens, hidden). Which of them should disappear?"),
            _("Sum along `axis=1`, the axis of the tokens."),
        ),
        also={"padding_summed": (_plain_mean,)},
    ),
    combine=combiner(_buggy_pool),
    hints=(
        _("Write it for one sentence first: three vectors, mask [1, 1, 0]. What is added, and what is it divided by?"),
        _("`mask[:, :, np.newaxis]` has the shape (batch, tokens, 1) and can be multiplied with the vectors."),
        _(
            "Sum the masked vectors along `axis=1` and divide by `mask.sum(axis=1, keepdims=True)`, which "
            "`np.maximum(…, 1)` keeps from being 0."
        ),
    ),
)
