"""What the blocks of today's models do differently from BERT's: RMSNorm, and rotated queries and keys. Chapter 10."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Floats, as_floats


def rms_norm(x: ArrayLike, gamma: ArrayLike, epsilon: float = 1e-6) -> Floats:
    """Divide each vector by the root of the mean of its squares, and stretch it.

    Parameters
    ----------
    x : array of float, ``(…, hidden)``
    gamma : array ``(hidden,)``, learnt
    epsilon : added to the mean square, inside the root

    Returns
    -------
    array of float, the shape of `x`

    Notes
    -----
    Zhang and Sennrich 2019: layer normalisation without the mean and without the shift. Taught in chapter 10.

    Examples
    --------
    >>> rms_norm([[3.0, 4.0]], [1.0, 1.0], epsilon=0.0).round(3)
    array([[0.849, 1.131]])
    """
    x = as_floats(x)
    mean_square = np.mean(x**2, axis=-1, keepdims=True)
    return x / np.sqrt(mean_square + np.asarray(epsilon, x.dtype)) * gamma


def rotate_pairs(x: ArrayLike, positions: ArrayLike, base: float = 10000.0) -> Floats:
    """Turn each pair of entries of a query or key by an angle that grows with its position (RoPE).

    Parameters
    ----------
    x : array of float, ``(tokens, d)``, `d` even: queries or keys of one head
    positions : array ``(tokens,)``
    base : pair i turns by ``base ** (-2 i / d)`` radians a position

    Returns
    -------
    array of float, the shape of `x`

    Raises
    ------
    ShapeError
        When `d` is odd, or there is not one position for each token.

    Notes
    -----
    Su et al. 2021, equation 34, with pairs of neighbouring entries. The dot product of a rotated query and a rotated
    key depends on their positions through the difference alone. Taught in chapter 10.

    Examples
    --------
    >>> rotate_pairs([[1.0, 0.0]], [1]).round(3)
    array([[0.54 , 0.841]])
    """
    x, positions = as_floats(x), np.asarray(positions)
    if x.ndim != 2 or x.shape[1] % 2 or positions.shape != x.shape[:1]:
        raise ShapeError(
            _("The arrays have the shapes {x} and {positions}.").format(x=x.shape, positions=positions.shape),
            _("Give (tokens, d) with an even d, and (tokens,)."),
        )
    pairs = x.shape[1] // 2
    angles = (positions[:, np.newaxis] * base ** (-np.arange(pairs) / pairs)).astype(x.dtype)  # (tokens, pairs)
    first, second = x[:, 0::2], x[:, 1::2]
    turned = np.empty_like(x)
    turned[:, 0::2] = first * np.cos(angles) - second * np.sin(angles)
    turned[:, 1::2] = first * np.sin(angles) + second * np.cos(angles)
    return turned
