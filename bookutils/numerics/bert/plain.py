"""What chapter 11 asks a reader to write, in its shortest form: one way, no checks of what comes in.

Training and evaluation use the checked forms that each docstring names; the tests hold the two together.
"""

from __future__ import annotations

import numpy as np

from bookutils.numerics.arrays import Doubles, Ints


def pool_tokens(vectors: Doubles, mask: Doubles) -> Doubles:
    """Return the mean vector of each sentence's real tokens; zeros where there are none.

    Notes
    -----
    `bookutils.numerics.bert.pooling.mean_pool` without its checks; the tests hold the two together.
    Taught in chapter 11.

    Examples
    --------
    >>> pool_tokens(np.array([[[1.0, 2.0], [3.0, 4.0], [9.0, 9.0]]]), np.array([[1, 1, 0]]))
    array([[2., 3.]])
    """
    weights = mask[:, :, np.newaxis]  # (batch, tokens, 1)
    sums = np.sum(vectors * weights, axis=1)  # (batch, hidden)
    return sums / np.maximum(np.sum(weights, axis=1), 1)


def head_loss(pooled: Doubles, keep: Ints, rate: float, kernel: Doubles, bias: Doubles, labels: Ints) -> float:
    """Return the mean binary cross-entropy of a classifier's head: dropout, one unit, a loss from logits.

    Notes
    -----
    What `bookutils.models.classifier.model.build_model` puts on an encoder, and what training minimises; the tests hold
    the two together. Taught in chapter 11.

    Examples
    --------
    >>> one = np.ones((1, 2))
    >>> round(head_loss(one, one, 0.0, np.array([[1.0], [-1.0]]), np.zeros(1), np.array([1])), 3)
    0.693
    """
    dropped = pooled * keep / (1 - rate)  # (batch, hidden)
    z = (dropped @ kernel + bias)[:, 0]  # (batch,)
    return float(np.mean(np.maximum(z, 0) - z * labels + np.log1p(np.exp(-np.abs(z)))))
