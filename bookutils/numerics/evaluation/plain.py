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


def choose_threshold(probabilities: Doubles, labels: Ints, false_alarm: float, miss: float) -> tuple[float, float]:
    """Return the threshold with the lowest cost, and that cost; candidates are 0 and the probabilities.

    Where several thresholds cost the same, the lowest of them is returned.

    Parameters
    ----------
    probabilities, labels : arrays, shape (examples,); positive is called what lies above the threshold
    false_alarm : cost of a negative example that is called positive
    miss : cost of a positive example that is not

    Notes
    -----
    Where promises are true the best threshold is false_alarm / (false_alarm + miss) (Elkan 2001, *The Foundations of
    Cost-Sensitive Learning*). Taught in chapter 12.

    Examples
    --------
    >>> choose_threshold(np.array([0.2, 0.4, 0.6, 0.8]), np.array([0, 1, 0, 1]), false_alarm=5.0, miss=1.0)
    (0.6, 1.0)
    """
    candidates = np.unique(np.append(0.0, probabilities))
    called = probabilities > candidates[:, np.newaxis]  # (candidates, examples)
    costs = false_alarm * np.sum(called & (labels == 0), axis=1) + miss * np.sum(~called & (labels == 1), axis=1)
    best = int(np.argmin(costs))
    return float(candidates[best]), float(costs[best])


def best_temperature(logits: Doubles, labels: Ints, temperatures: Doubles) -> tuple[float, float]:
    """Return the temperature by which logits have to be divided for the lowest mean cross-entropy, and that loss.

    Parameters
    ----------
    logits, labels : arrays, shape (examples,)
    temperatures : those that are tried, all above 0, in any order

    Notes
    -----
    Temperature scaling (Guo et al. 2017, section 4.2), with a list in place of an optimizer. Taught in chapter 12.

    Examples
    --------
    >>> best_temperature(np.array([4.0, 4.0, -4.0]), np.array([1, 0, 0]), np.array([0.5, 2.0, 4.0]))
    (4.0, 0.646...)
    """
    scaled = logits / temperatures[:, np.newaxis]  # (temperatures, examples)
    losses = np.mean(np.logaddexp(0, scaled) - scaled * labels, axis=1)
    best = int(np.argmin(losses))
    return float(temperatures[best]), float(losses[best])


def lead(first: Ints, second: Ints) -> tuple[float, float]:
    """Return the difference of two accuracies on the same sentences, and its standard error.

    Parameters
    ----------
    first, second : arrays of 1 (right) and 0 (wrong), shape (examples,)

    Notes
    -----
    `bookutils.numerics.comparison.paired.paired_gain` in two lines; the tests hold the two together. Taught in
    chapter 12.

    Examples
    --------
    >>> lead(np.array([1, 1, 1, 0]), np.array([1, 0, 1, 0]))
    (0.25, 0.21650635094610965)
    """
    differences = first.astype(float) - second.astype(float)
    return float(np.mean(differences)), float(np.std(differences) / np.sqrt(len(differences)))
