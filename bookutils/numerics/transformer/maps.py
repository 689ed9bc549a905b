"""Who looks at whom inside an encoder, layer by layer and head by head. Taught in chapter 09."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bookutils.numerics.arrays import Floats
from bookutils.numerics.attention.heads import attention_weights, split_heads
from bookutils.numerics.transformer.encoder import EncoderWeights, encode


def attention_maps(
    weights: EncoderWeights,
    word_ids: ArrayLike,
    mask: ArrayLike,
    type_ids: ArrayLike,
    num_heads: int,
    *,
    epsilon: float = 1e-12,
    approximate: bool = False,
) -> list[Floats]:
    """Return the attention weights of every layer of an encoder.

    Parameters
    ----------
    weights : of the encoder
    word_ids, mask, type_ids : arrays of int, ``(batch, tokens)``; the mask is 1 for tokens and 0 for padding
    num_heads, epsilon, approximate : as in `bookutils.numerics.transformer.encoder.encode`

    Returns
    -------
    list of arrays ``(batch, heads, tokens, tokens)``, one for each layer; each row, a query's, sums to 1

    Raises
    ------
    ShapeError
        When the ids do not fit the encoder.

    Notes
    -----
    Queries and keys of a layer are computed again from what goes into it: a small part of the work, and the encoder
    itself stays free of what only a picture needs.
    """
    # What the last block gives is looked at by nobody.
    before_last = EncoderWeights(**(weights | {"blocks": weights["blocks"][:-1]}))
    inputs = encode(before_last, word_ids, mask, type_ids, num_heads, epsilon=epsilon, approximate=approximate)
    key_mask = np.asarray(mask)[:, np.newaxis, np.newaxis, :]  # (batch, 1, 1, tokens)
    maps = []
    for x, block in zip(inputs, weights["blocks"], strict=True):
        queries = split_heads(x @ block["query_kernel"] + block["query_bias"], num_heads)
        keys = split_heads(x @ block["key_kernel"] + block["key_bias"], num_heads)
        maps.append(attention_weights(queries, keys, key_mask))
    return maps
