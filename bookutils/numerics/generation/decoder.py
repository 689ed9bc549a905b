"""A decoder in NumPy: the encoder's block with a causal mask, and the cache that makes it write quickly.

Taught in chapter 14. The blocks are those of `bookutils.numerics.transformer.encoder`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Floats, Ints
from bookutils.numerics.attention.heads import attention, causal_mask
from bookutils.numerics.transformer.encoder import BlockWeights, encoder_block, feed_forward, layer_norm


class DecoderWeights(TypedDict):
    """What a decoder learns, and its number of heads; the scores are dot products with `words`."""

    words: Floats  # (vocabulary, hidden)
    positions: Floats  # (max_positions, hidden)
    gamma: Floats  # (hidden,), of the layer normalisation of the embeddings
    beta: Floats
    blocks: Sequence[BlockWeights]
    bias: Floats  # (vocabulary,), added to the scores
    num_heads: int


class Cache:
    """The keys and values of what has been read: ``(layers, 2, batch, heads, max_positions, head_size)``.

    Attributes
    ----------
    length : how many places are filled
    """

    def __init__(self, weights: DecoderWeights, batch: int = 1) -> None:
        positions, hidden = weights["positions"].shape
        heads = weights["num_heads"]
        shape = (len(weights["blocks"]), 2, batch, heads, positions, hidden // heads)
        self.arrays = np.zeros(shape, weights["words"].dtype)
        self.length = 0


def decode(weights: DecoderWeights, ids: ArrayLike) -> Floats:
    """Score what comes next at every place of a text, all places at once.

    Parameters
    ----------
    ids : array of int, ``(batch, tokens)``

    Returns
    -------
    array of float, ``(batch, tokens, vocabulary)``: logits; those at place t depend on the places up to t alone

    Raises
    ------
    ShapeError
        When the ids are not ``(batch, tokens)``, or there are more tokens than positions.
    """
    ids = _checked(weights, np.asarray(ids), 0)
    tokens = ids.shape[1]
    x = layer_norm(weights["words"][ids] + weights["positions"][:tokens], weights["gamma"], weights["beta"])
    for block in weights["blocks"]:
        x = encoder_block(x, block, weights["num_heads"], causal_mask(tokens), approximate=True)
    return x @ weights["words"].T + weights["bias"]


def decode_more(weights: DecoderWeights, ids: ArrayLike, cache: Cache) -> Floats:
    """Read on after what is in the cache, and score what comes next after the last token.

    Parameters
    ----------
    ids : array of int, ``(batch, tokens)``: the new tokens alone
    cache : is filled further

    Returns
    -------
    array of float, ``(batch, vocabulary)``

    Raises
    ------
    ShapeError
        When old and new tokens together are more than there are positions.

    Notes
    -----
    What came before is not computed again: nothing of it can have changed, since no place looks ahead.
    """
    ids = _checked(weights, np.asarray(ids), cache.length)
    start, stop = cache.length, cache.length + ids.shape[1]
    mask = causal_mask(stop)[start:]  # (new, all)
    x = layer_norm(weights["words"][ids] + weights["positions"][start:stop], weights["gamma"], weights["beta"])
    for block, kept in zip(weights["blocks"], cache.arrays, strict=True):
        x = _block_after(x, block, kept[..., :stop, :], start, mask)
    cache.length = stop
    return x[:, -1] @ weights["words"].T + weights["bias"]


def _block_after(x: Floats, weights: BlockWeights, kept: Floats, start: int, mask: NDArray[np.integer]) -> Floats:
    """`encoder_block` for the new tokens; `kept` (2, batch, heads, all, head_size) gets their keys and values."""
    batch, tokens, hidden = x.shape
    heads = kept.shape[2]

    def per_head(name: str) -> Floats:
        # The names of a TypedDict are literals; here they are put together.
        projected = x @ weights[f"{name}_kernel"] + weights[f"{name}_bias"]  # type: ignore[literal-required]
        return projected.reshape(batch, tokens, heads, hidden // heads).transpose(0, 2, 1, 3)

    kept[0, :, :, start:], kept[1, :, :, start:] = per_head("key"), per_head("value")
    context = attention(per_head("query"), kept[0], kept[1], None if tokens == 1 else mask)
    context = context.transpose(0, 2, 1, 3).reshape(batch, tokens, hidden)
    attended = context @ weights["attention_kernel"] + weights["attention_bias"]
    x = layer_norm(x + attended, weights["attention_gamma"], weights["attention_beta"])
    return layer_norm(x + feed_forward(x, weights, True), weights["output_gamma"], weights["output_beta"])


def _checked(weights: DecoderWeights, ids: Ints, before: int) -> Ints:
    limit = len(weights["positions"])
    if ids.ndim != 2 or not ids.size or before + ids.shape[1] > limit:
        raise ShapeError(
            _("The ids have the shape {shape}, after {before} that were read.").format(shape=ids.shape, before=before),
            _("Give (batch, tokens), at least one token and at most {limit} in all.").format(limit=limit),
        )
    return ids
