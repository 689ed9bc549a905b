"""Attention, from one weighted mean to many heads. Taught in chapter 09.

Shapes: ``tokens`` are places of a sequence, ``size`` is the length of a query or key. All functions take any number of
leading dimensions: ``(tokens, size)``, ``(heads, tokens, size)`` or ``(batch, heads, tokens, size)``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Floats, as_floats
from bookutils.numerics.losses.classification import softmax

LOWEST = -1e9  # exp of it is exactly 0, in float32 too


def attention_scores(queries: ArrayLike, keys: ArrayLike) -> Floats:
    """How well each query fits each key: their dot product, divided by the root of their length.

    Parameters
    ----------
    queries : array of float, ``(…, queries, size)``
    keys : array of float, ``(…, keys, size)``

    Returns
    -------
    array of float, ``(…, queries, keys)``

    Raises
    ------
    ShapeError
        When queries and keys have different sizes.

    Notes
    -----
    Vaswani et al. 2017, equation 1. If the entries of both are independent with mean 0 and variance 1, the dot product
    has variance `size`; the root brings it back to 1.

    Examples
    --------
    >>> attention_scores([[2.0, 0.0, 0.0, 0.0]], [[1.0, 0.0, 0.0, 0.0], [3.0, 1.0, 1.0, 1.0]])
    array([[1., 3.]])
    """
    queries, keys = as_floats(queries), as_floats(keys)
    if queries.ndim < 2 or keys.ndim < 2 or queries.shape[-1] != keys.shape[-1]:
        raise ShapeError(
            _("Queries have the shape {queries} and keys the shape {keys}.").format(
                queries=queries.shape, keys=keys.shape
            ),
            _("Give arrays whose last dimension, the size, is the same."),
        )
    scale = np.sqrt(np.asarray(queries.shape[-1], queries.dtype))
    return queries @ np.swapaxes(keys, -1, -2) / scale


def attention_weights(queries: ArrayLike, keys: ArrayLike, mask: ArrayLike | None = None) -> Floats:
    """Share each query's attention among the keys.

    Parameters
    ----------
    queries, keys : as in `attention_scores`
    mask : array of 0 and 1 that broadcasts to ``(…, queries, keys)``; 0 hides a key. None hides none.

    Returns
    -------
    array of float, ``(…, queries, keys)``; each row sums to 1. Where every key is hidden, a row is uniform.

    Examples
    --------
    >>> attention_weights([[0.0]], [[1.0], [2.0], [3.0]], [[1, 1, 0]])
    array([[0.5, 0.5, 0. ]])
    """
    scores = attention_scores(queries, keys)
    if mask is not None:
        # Where every key is hidden, adding would keep the scores; replacing them says that nothing is preferred.
        scores = np.where(np.asarray(mask) != 0, scores, np.asarray(LOWEST, scores.dtype))
    return softmax(scores, axis=-1)


def attention(queries: ArrayLike, keys: ArrayLike, values: ArrayLike, mask: ArrayLike | None = None) -> Floats:
    """Return, for each query, the mean of the values, weighted by how well their keys fit.

    Parameters
    ----------
    queries, keys, mask : as in `attention_weights`
    values : array of float, ``(…, keys, value_size)``

    Returns
    -------
    array of float, ``(…, queries, value_size)``

    Notes
    -----
    softmax(Q Kᵀ / √d) V, equation 1 of Vaswani et al. 2017, "Attention is all you need".

    Examples
    --------
    >>> attention([[0.0]], [[1.0], [2.0]], [[10.0, 0.0], [20.0, 1.0]])
    array([[15. ,  0.5]])
    """
    return attention_weights(queries, keys, mask) @ as_floats(values)


def split_heads(x: ArrayLike, num_heads: int) -> Floats:
    """Cut each token's vector into the parts that the heads read.

    Parameters
    ----------
    x : array, ``(batch, tokens, hidden)``
    num_heads : must divide ``hidden``

    Returns
    -------
    array, ``(batch, num_heads, tokens, hidden / num_heads)``; head h has the h-th stretch of each vector

    Raises
    ------
    ShapeError
        When the vectors cannot be cut into equal parts.

    Examples
    --------
    >>> split_heads(np.arange(8).reshape(1, 2, 4), 2)[0, 1]
    array([[2, 3],
           [6, 7]])
    """
    x = np.asarray(x)
    if x.ndim != 3 or num_heads < 1 or x.shape[-1] % num_heads:
        raise ShapeError(
            _("An array of shape {shape} cannot be split into {heads} heads.").format(shape=x.shape, heads=num_heads),
            _("Give (batch, tokens, hidden), and a number of heads that divides hidden."),
        )
    batch, tokens, hidden = x.shape
    return x.reshape(batch, tokens, num_heads, hidden // num_heads).transpose(0, 2, 1, 3)


def merge_heads(x: ArrayLike) -> Floats:
    """Put the heads' parts side by side again; undoes `split_heads`.

    Parameters
    ----------
    x : array, ``(batch, heads, tokens, size)``

    Returns
    -------
    array, ``(batch, tokens, heads · size)``

    Examples
    --------
    >>> x = np.arange(24.0).reshape(2, 3, 4)
    >>> bool((merge_heads(split_heads(x, 2)) == x).all())
    True
    """
    x = np.asarray(x)
    if x.ndim != 4:
        raise ShapeError(
            _("The heads have the shape {shape}.").format(shape=x.shape), _("Give (batch, heads, tokens, size).")
        )
    batch, heads, tokens, size = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, tokens, heads * size)


def joint_self_attention(x: Floats, w_qkv: Floats, w_o: Floats, num_heads: int, mask: ArrayLike) -> Floats:
    """Self-attention whose queries, keys and values come from one product, as many listings write it.

    Parameters
    ----------
    x : array of float, ``(batch, tokens, hidden)``
    w_qkv : array of float, ``(hidden, 3 · hidden)``: the kernels of queries, keys and values side by side
    w_o : array of float, ``(hidden, hidden)``: the output's kernel
    num_heads : must divide ``hidden``
    mask : array of 0 and 1 that broadcasts to ``(batch, heads, tokens, tokens)``; 0 hides a key

    Returns
    -------
    array of float, ``(batch, tokens, hidden)``

    Raises
    ------
    ShapeError
        When the vectors cannot be cut into equal parts.

    Examples
    --------
    >>> joint_self_attention(np.ones((1, 2, 2)), np.ones((2, 6)), np.eye(2), 2, np.ones((1, 2)))
    array([[[2., 2.],
            [2., 2.]]])
    """
    queries, keys, values = (split_heads(part, num_heads) for part in np.split(x @ w_qkv, 3, axis=-1))
    return merge_heads(attention(queries, keys, values, mask)) @ w_o


def causal_mask(tokens: int) -> NDArray[np.int32]:
    """Return the mask that lets each token see itself and what stands before it: 1 on and below the diagonal.

    Examples
    --------
    >>> causal_mask(3)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]], dtype=int32)
    """
    return np.tril(np.ones((tokens, tokens), np.int32))


def attention_mask(key_mask: ArrayLike, causal: bool = False) -> NDArray[np.int32]:
    """Say for each query which keys it may see: real ones, and under `causal` none that come later.

    Parameters
    ----------
    key_mask : array, ``(batch, tokens)``; 1 for a token, 0 for padding
    causal : whether a query sees only itself and what stands before it

    Returns
    -------
    array of int32, ``(batch, 1, tokens, tokens)``: 1 where the query of the row may see the key of the column; the 1
    stands for the heads, which all get the same mask

    Raises
    ------
    ShapeError
        When the mask is not ``(batch, tokens)``.

    Examples
    --------
    >>> attention_mask([[1, 1, 0]], causal=True)[0, 0]
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 0]], dtype=int32)
    """
    real = np.asarray(key_mask) != 0
    if real.ndim != 2:
        raise ShapeError(_("The mask has the shape {shape}.").format(shape=real.shape), _("Give (batch, tokens)."))
    tokens = real.shape[1]
    allowed = causal_mask(tokens) if causal else np.ones((tokens, tokens), np.int32)
    return (real[:, np.newaxis, np.newaxis, :] * allowed).astype(np.int32)


def weights_entropy(weights: ArrayLike) -> Floats:
    """Measure how widely each query spreads its attention: −Σ w · log w over the keys.

    Parameters
    ----------
    weights : array of float, ``(…, queries, keys)``; each row sums to 1

    Returns
    -------
    array of float, ``(…, queries)``: 0 for all on one key, log(keys) for the same on each

    Notes
    -----
    Shannon 1948, in natural units. A weight of 0 adds nothing, since w · log w → 0.

    Examples
    --------
    >>> weights_entropy([[1.0, 0.0], [0.5, 0.5]]).round(3)
    array([0.   , 0.693])
    """
    weights = as_floats(weights)
    logs = np.log(np.where(weights > 0, weights, 1))
    return np.abs(np.sum(weights * logs, axis=-1))  # no sum of w · log w is positive; abs makes −0 a plain 0


def attention_cost(tokens: int, hidden: int, num_heads: int) -> dict[str, int]:
    """Count what one layer of self-attention costs for one sequence.

    Parameters
    ----------
    tokens, hidden, num_heads : length of the sequence, length of a token's vector, number of heads

    Returns
    -------
    dict with ``projections``, ``scores`` and ``mixing`` in FLOPs, and ``weights``, the number of attention weights

    Notes
    -----
    A product of (a, b) by (b, c) takes 2·a·b·c FLOPs: a multiplication and an addition each. Four projections
    (queries, keys, values, output) take 8·T·H²; scores and mixing 2·T²·H each, whatever the number of heads; there
    are A·T² weights. Biases, softmax and the root are left out.

    Examples
    --------
    >>> attention_cost(10, 4, 2)
    {'projections': 1280, 'scores': 800, 'mixing': 800, 'weights': 200}
    """
    size = hidden // num_heads
    return {
        "projections": 4 * 2 * tokens * hidden * hidden,
        "scores": num_heads * 2 * tokens * tokens * size,
        "mixing": num_heads * 2 * tokens * tokens * size,
        "weights": num_heads * tokens * tokens,
    }
