"""The BERT encoder in NumPy, piece by piece: the numbers of the real one, no speed. Taught in chapter 10.

A dense layer's kernel is ``(in, out)``. Weights come as a dictionary; `EncoderWeights` and `BlockWeights` name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.activations.functions import gelu
from bookutils.numerics.arrays import Floats, Ints, as_floats
from bookutils.numerics.attention.heads import attention, merge_heads, split_heads


class BlockWeights(TypedDict):
    """What one block learns; `hidden` is the length of a token's vector, `inner` usually four times it."""

    query_kernel: Floats  # (hidden, hidden)
    query_bias: Floats  # (hidden,)
    key_kernel: Floats
    key_bias: Floats
    value_kernel: Floats
    value_bias: Floats
    attention_kernel: Floats  # (hidden, hidden), after the heads are merged
    attention_bias: Floats
    attention_gamma: Floats  # (hidden,), of the layer normalisation after attention
    attention_beta: Floats
    inner_kernel: Floats  # (hidden, inner)
    inner_bias: Floats  # (inner,)
    output_kernel: Floats  # (inner, hidden)
    output_bias: Floats  # (hidden,)
    output_gamma: Floats  # (hidden,), of the layer normalisation after the feed-forward part
    output_beta: Floats


class EncoderWeights(TypedDict):
    """What an encoder learns."""

    words: Floats  # (vocabulary, hidden)
    positions: Floats  # (max_positions, hidden)
    segments: Floats  # (2, hidden)
    gamma: Floats  # (hidden,), of the layer normalisation of the embeddings
    beta: Floats
    blocks: Sequence[BlockWeights]
    pooler_kernel: Floats  # (hidden, hidden)
    pooler_bias: Floats  # (hidden,)


def layer_norm(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, epsilon: float = 1e-12) -> Floats:
    """Give each token's vector the mean 0 and the variance 1, then stretch and shift it.

    Parameters
    ----------
    x : array of float, ``(…, hidden)``
    gamma, beta : arrays ``(hidden,)``, learnt
    epsilon : added to the variance, inside the root

    Returns
    -------
    array of float, the shape of `x`

    Notes
    -----
    Ba, Kiros and Hinton 2016. The variance is the mean squared distance (divided by ``hidden``, not by one less). Each
    vector is normalised by itself: neither the batch nor the other tokens matter.

    Examples
    --------
    >>> layer_norm([[1.0, 3.0], [10.0, 30.0]], [1.0, 1.0], [0.0, 0.0])
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    x = as_floats(x)
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = np.mean(centred**2, axis=-1, keepdims=True)
    return centred / np.sqrt(variance + np.asarray(epsilon, x.dtype)) * gamma + beta


def add_embeddings(word_ids: Ints, type_ids: Ints, words: Floats, positions: Floats, segments: Floats) -> Floats:
    """Return word + position + segment for each token, ``(batch, tokens, hidden)``, not normalised yet.

    Notes
    -----
    Taught in chapter 10.
    """
    return words[word_ids] + positions[: word_ids.shape[1]] + segments[type_ids]


def embed(weights: EncoderWeights, word_ids: ArrayLike, type_ids: ArrayLike, epsilon: float = 1e-12) -> Floats:
    """Turn ids into the vectors that enter the first block: word + position + segment, normalised.

    Parameters
    ----------
    weights : of the encoder
    word_ids, type_ids : arrays of int, ``(batch, tokens)``

    Returns
    -------
    array of float, ``(batch, tokens, hidden)``

    Raises
    ------
    ShapeError
        When the ids are not ``(batch, tokens)``, or a sequence is longer than the table of positions.
    """
    word_ids, type_ids = np.asarray(word_ids), np.asarray(type_ids)
    limit = len(weights["positions"])
    if word_ids.ndim != 2 or type_ids.shape != word_ids.shape or word_ids.shape[1] > limit:
        raise ShapeError(
            _("The ids have the shapes {words} and {types}.").format(words=word_ids.shape, types=type_ids.shape),
            _("Give two arrays (batch, tokens) with at most {limit} tokens.").format(limit=limit),
        )
    x = add_embeddings(word_ids, type_ids, weights["words"], weights["positions"], weights["segments"])
    return layer_norm(x, weights["gamma"], weights["beta"], epsilon)


def self_attention(x: ArrayLike, weights: BlockWeights, num_heads: int, mask: ArrayLike | None = None) -> Floats:
    """Let every token take from the others, in `num_heads` heads; the first half of a block, without its residual.

    Parameters
    ----------
    x : array of float, ``(batch, tokens, hidden)``
    mask : array of 0 and 1 that broadcasts to ``(batch, heads, tokens, tokens)``; 0 hides a key

    Returns
    -------
    array of float, ``(batch, tokens, hidden)``
    """
    x = np.asarray(x)
    queries = split_heads(x @ weights["query_kernel"] + weights["query_bias"], num_heads)
    keys = split_heads(x @ weights["key_kernel"] + weights["key_bias"], num_heads)
    values = split_heads(x @ weights["value_kernel"] + weights["value_bias"], num_heads)
    context = merge_heads(attention(queries, keys, values, mask))  # (batch, tokens, hidden)
    return context @ weights["attention_kernel"] + weights["attention_bias"]


def feed_forward(x: ArrayLike, weights: BlockWeights, approximate: bool = False) -> Floats:
    """Widen each token's vector, bend it by GELU, narrow it again; every token by itself.

    Parameters
    ----------
    x : array of float, ``(…, hidden)``
    approximate : the tanh form of GELU; see `bookutils.numerics.activations.gelu`

    Returns
    -------
    array of float, the shape of `x`
    """
    inner = gelu(np.asarray(x) @ weights["inner_kernel"] + weights["inner_bias"], approximate)
    return inner @ weights["output_kernel"] + weights["output_bias"]


def encoder_block(
    x: ArrayLike,
    weights: BlockWeights,
    num_heads: int,
    mask: ArrayLike | None = None,
    *,
    epsilon: float = 1e-12,
    approximate: bool = False,
) -> Floats:
    """One Transformer block as BERT has it: attention, add, normalise; feed-forward, add, normalise.

    Parameters
    ----------
    x : array of float, ``(batch, tokens, hidden)``
    mask : as in `self_attention`

    Returns
    -------
    array of float, the shape of `x`

    Notes
    -----
    Vaswani et al. 2017, section 3.1: LayerNorm(x + Sublayer(x)), "post-norm".
    """
    x = np.asarray(x)
    attended = self_attention(x, weights, num_heads, mask)
    x = layer_norm(x + attended, weights["attention_gamma"], weights["attention_beta"], epsilon)
    fed = feed_forward(x, weights, approximate)
    return layer_norm(x + fed, weights["output_gamma"], weights["output_beta"], epsilon)


def encode(
    weights: EncoderWeights,
    word_ids: ArrayLike,
    mask: ArrayLike,
    type_ids: ArrayLike,
    num_heads: int,
    *,
    epsilon: float = 1e-12,
    approximate: bool = False,
) -> list[Floats]:
    """Run the whole encoder.

    Parameters
    ----------
    word_ids, mask, type_ids : arrays of int, ``(batch, tokens)``; the mask is 1 for tokens and 0 for padding

    Returns
    -------
    list of arrays ``(batch, tokens, hidden)``: the embeddings, then what each block gives
    """
    outputs = [embed(weights, word_ids, type_ids, epsilon)]
    key_mask = np.asarray(mask)[:, np.newaxis, np.newaxis, :]  # (batch, 1, 1, tokens): the same for heads and queries
    for block in weights["blocks"]:
        outputs.append(encoder_block(outputs[-1], block, num_heads, key_mask, epsilon=epsilon, approximate=approximate))
    return outputs
