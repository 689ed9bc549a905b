"""What chapter 12 asks a reader to write, in its shortest form: one way, no checks of what comes in.

The chapter's figures use the checked forms that each docstring names; the tests hold the two together.
"""

from __future__ import annotations

import numpy as np

from bookutils.numerics.arrays import Doubles, Ints


def metrics_of(logits: Doubles, labels: Ints) -> dict[str, float]:
    """Return accuracy, precision, recall and F1; a share 0/0 is 0.

    Notes
    -----
    The numbers of `bookutils.numerics.evaluation.classification.binary_metrics` as a dict; the tests hold the two
    together.
    Taught in chapter 12.

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
    `bookutils.numerics.evaluation.classification.expected_calibration_error`, written as a loop; the tests hold the two
    together. Taught in chapter 12.

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
