"""Experiments with a trained encoder: what becomes of its vectors when a part is taken out. Taught in chapter 10."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from bookutils.numerics.arrays import Doubles, Floats
from bookutils.numerics.transformer.encoder import EncoderWeights, embed, feed_forward, layer_norm, self_attention


def run_without(
    weights: EncoderWeights,
    word_ids: ArrayLike,
    mask: ArrayLike,
    type_ids: ArrayLike,
    num_heads: int,
    *,
    residuals: bool = True,
    norms: bool = True,
    epsilon: float = 1e-12,
) -> list[Floats]:
    """Run an encoder whose blocks lack a part; with both, it is `bookutils.numerics.transformer.encoder.encode`.

    Parameters
    ----------
    weights, word_ids, mask, type_ids, num_heads : as in `encode`
    residuals : whether a block adds its halves to what came in
    norms : whether a block normalises (the embeddings always are)

    Returns
    -------
    list of arrays ``(batch, tokens, hidden)``: the embeddings, then what each block gives
    """
    keys = np.asarray(mask)[:, np.newaxis, np.newaxis, :]
    outputs = [embed(weights, word_ids, type_ids, epsilon)]
    for block in weights["blocks"]:
        x = outputs[-1]
        attended = self_attention(x, block, num_heads, keys)
        x = x + attended if residuals else attended
        if norms:
            x = layer_norm(x, block["attention_gamma"], block["attention_beta"], epsilon)
        fed = feed_forward(x, block)
        x = x + fed if residuals else fed
        if norms:
            x = layer_norm(x, block["output_gamma"], block["output_beta"], epsilon)
        outputs.append(x)
    return outputs


def without_positions(weights: EncoderWeights) -> EncoderWeights:
    """Return the same weights with a table of positions that holds zeros."""
    return {**weights, "positions": np.zeros_like(weights["positions"])}


def cosine(one: ArrayLike, other: ArrayLike) -> float:
    """Return the cosine of the angle between two vectors: 1 where they point the same way.

    Examples
    --------
    >>> round(cosine([1.0, 0.0], [1.0, 1.0]), 4)
    0.7071
    """
    a, b = np.asarray(one, float), np.asarray(other, float)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def token_likeness(outputs: Sequence[ArrayLike], mask: ArrayLike) -> list[float]:
    """Say how alike the tokens of a sequence are, layer by layer.

    Parameters
    ----------
    outputs : arrays ``(batch, tokens, hidden)``
    mask : ``(batch, tokens)``, 1 for a token

    Returns
    -------
    for each array the mean cosine of two different tokens of one sequence; 1 means that they cannot be told apart
    """
    real = np.asarray(mask).astype(bool)
    means = []
    for output in outputs:
        vectors = np.asarray(output, float)
        unit = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
        shares = []
        for rows, here in zip(unit, real, strict=True):
            likeness = rows[here] @ rows[here].T
            count = len(likeness)
            shares.append((likeness.sum() - count) / (count * (count - 1)))
        means.append(float(np.mean(shares)))
    return means


def position_likeness(positions: ArrayLike) -> Doubles:
    """Return the cosine of each pair of position vectors, ``(positions, positions)``."""
    table = np.asarray(positions, float)
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    return np.asarray(unit @ unit.T)
