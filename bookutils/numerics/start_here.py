"""What one unit computes. Taught in chapter 00."""

from __future__ import annotations

import numpy as np

from bookutils.numerics.arrays import Doubles


def weighted_sum(inputs: Doubles, weights: Doubles, bias: float) -> float:
    """Return what one unit adds up: each input times its weight, and the bias.

    Parameters
    ----------
    inputs : array of float, shape (n,)
    weights : array of float, shape (n,)
    bias : a number

    Returns
    -------
    a number

    Notes
    -----
    Taught in chapter 00.

    Examples
    --------
    >>> weighted_sum(np.array([3.0, 3.0]), np.array([2.0, -1.0]), 1.0)
    4.0
    """
    return float(np.sum(inputs * weights) + bias)
