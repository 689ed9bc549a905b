"""What chapter 11 asks a reader to write, in its shortest form: one way, no checks of what comes in.

Training and evaluation use the checked forms that each docstring names; the tests hold the two together.
"""

from __future__ import annotations

import numpy as np

from bookutils.numerics.arrays import Doubles, Ints


def token_mask(word_ids: Ints, type_ids: Ints) -> Ints:
    """Return 1 for every place that holds a token, 0 for padding; the segments have no say in it.

    Notes
    -----
    `bookutils.numerics.tokenization.make_mask` with the two arguments that a learner gets; the tests hold the two
    together. Taught in chapter 11.

    Examples
    --------
    >>> token_mask(np.array([[101, 2204, 102, 0]]), np.zeros((1, 4), np.int32))
    array([[1, 1, 1, 0]], dtype=int32)
    """
    return np.where(np.asarray(word_ids) == 0, 0, 1).astype(np.int32)


def padding_waste(lengths: Ints, batch_size: int) -> float:
    """Return the share of places that is padding when sentences are batched in the order in which they come.

    Notes
    -----
    `bookutils.models.classifier.batching.padding_share` for the plain order; the tests hold the two together.
    Taught in chapter 11.

    Examples
    --------
    >>> padding_waste(np.array([4, 8, 8, 8]), batch_size=2)
    0.125
    """
    places = 0
    for start in range(0, len(lengths), batch_size):
        batch = lengths[start : start + batch_size]
        places += len(batch) * int(np.max(batch))
    return float(1 - np.sum(lengths) / places) if places else 0.0


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
