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
    `bookutils.numerics.bert.classification.mean_pool` without its checks; the tests hold the two together.
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


def metrics_of(logits: Doubles, labels: Ints) -> dict[str, float]:
    """Return accuracy, precision, recall and F1; a share 0/0 is 0.

    Notes
    -----
    The numbers of `bookutils.numerics.bert.classification.binary_metrics` as a dict; the tests hold the two together.
    Taught in chapter 11.

    Examples
    --------
    >>> metrics_of(np.array([2.0, 0.3, -1.0, -2.0]), np.array([1, 0, 1, 0]))
    {'accuracy': 0.5, 'precision': 0.5, 'recall': 0.5, 'f1': 0.5}
    """
    called = logits > 0
    hits = int(np.sum(called * labels))
    errors = int(np.sum(called != labels))
    accuracy = (len(labels) - errors) / max(len(labels), 1)
    precision = hits / max(int(np.sum(called)), 1)
    recall = hits / max(int(np.sum(labels)), 1)
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1}


def calibration_error(probabilities: Doubles, labels: Ints, bins: int) -> float:
    """Return the mean gap between promised and observed shares, each bin with the weight of its examples.

    Notes
    -----
    `bookutils.numerics.bert.classification.expected_calibration_error`, written as a loop; the tests hold the two
    together. Taught in chapter 11.

    Examples
    --------
    >>> round(calibration_error(np.array([0.8, 0.8, 0.8, 0.8]), np.array([1, 1, 1, 0]), bins=10), 2)
    0.05
    """
    total = 0.0
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    for k in range(bins):
        inside = places == k
        total += abs(float(np.sum(probabilities[inside]) - np.sum(labels[inside])))  # the bin's examples × its gap
    return total / max(len(labels), 1)
