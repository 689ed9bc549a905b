"""One vector of many: the mean of a sentence's tokens. NumPy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles


def mean_pool(vectors: ArrayLike, mask: ArrayLike) -> Doubles:
    """Average the vectors of each sentence's real tokens.

    Parameters
    ----------
    vectors : array, shape (batch, tokens, hidden)
    mask : array of 0 and 1, shape (batch, tokens); 1 for a real token

    Returns
    -------
    float64 array, shape (batch, hidden); zeros for a sentence without any token

    Raises
    ------
    ShapeError
        When the shapes do not fit.

    Notes
    -----
    As in sentence-transformers (Reimers and Gurevych 2019). Taught in chapter 11.

    Examples
    --------
    >>> mean_pool([[[1.0, 2.0], [3.0, 4.0], [9.0, 9.0]]], [[1, 1, 0]])
    array([[2., 3.]])
    """
    values, weights = np.asarray(vectors, np.float64), np.asarray(mask, np.float64)
    if values.ndim != 3 or weights.shape != values.shape[:2]:
        raise ShapeError(
            _("Vectors of the shape {vectors} came with a mask of the shape {mask}.").format(
                vectors=values.shape, mask=weights.shape
            ),
            _("Give (batch, tokens, hidden) and (batch, tokens)."),
        )
    sums = np.einsum("bth,bt->bh", values, weights)
    return sums / np.maximum(weights.sum(axis=1), 1.0)[:, None]
