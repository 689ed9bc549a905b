"""Losses for classifiers, from probabilities and from logits, and their gradient. Taught in chapter 02.

A loss over a batch is the mean over its examples, a Python float. Losses of numbers (squared, absolute, Huber) are in
`regression_losses`. Arrays stand first as the model gives them, then the truth: ``loss(logits, labels)``.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import ShapeError, UsageError
from bookutils.core.messages import _
from bookutils.numerics.activations.functions import softplus
from bookutils.numerics.arrays import Floats, as_floats


def _pairs(given: ArrayLike, labels: ArrayLike) -> tuple[Floats, Floats]:
    """One label of 0 or 1 for each number; both as floats."""
    numbers, truth = as_floats(given), as_floats(labels)
    if numbers.shape != truth.shape or numbers.size == 0:
        raise ShapeError(
            _("The model's numbers have the shape {given} and the labels the shape {labels}.").format(
                given=numbers.shape, labels=truth.shape
            ),
            _("Give one label for each number, and at least one of them."),
        )
    return numbers, truth


def _classes(given: ArrayLike, labels: ArrayLike) -> tuple[Floats, NDArray[np.integer]]:
    """A row for each example, and the number of its class."""
    rows, truth = as_floats(given), np.asarray(labels)
    if rows.ndim != 2 or truth.shape != rows.shape[:1] or rows.size == 0:
        raise ShapeError(
            _("The rows have the shape {rows} and the labels the shape {labels}.").format(
                rows=rows.shape, labels=truth.shape
            ),
            _("Give an array (batch, classes) and the number of the right class for each row."),
        )
    truth = truth.astype(np.intp)
    if truth.min() < 0 or truth.max() >= rows.shape[1]:
        raise UsageError(
            _("The labels run from {low} to {high}.").format(low=truth.min(), high=truth.max()),
            _("There are {classes} classes: count them from 0.").format(classes=rows.shape[1]),
        )
    return rows, truth


def binary_cross_entropy(probabilities: ArrayLike, labels: ArrayLike) -> float:
    """Mean of −log of the probability that was given to what happened.

    Parameters
    ----------
    probabilities : array of float in [0, 1], any shape; of the class 1
    labels : array of 0 and 1, the shape of `probabilities`

    Returns
    -------
    float, infinite when something happened that had the probability 0

    Raises
    ------
    ShapeError
        When the two shapes differ, or there is no example.

    Notes
    -----
    −(1/N) Σ [y log p + (1 − y) log(1 − p)]; a term with the factor 0 counts as 0 (Goodfellow et al. 2016, sections 3.13
    and 6.2). Keras clips p to [1e-7, 1 − 1e-7] instead. Taught in chapter 02.

    Examples
    --------
    >>> round(binary_cross_entropy([0.5, 0.9], [1, 1]), 4)
    0.3993
    """
    p, y = _pairs(probabilities, labels)
    with np.errstate(divide="ignore"):
        return float(-np.mean(np.log(np.where(y == 1, p, 1 - p))))


def bce_logits(logits: ArrayLike, labels: ArrayLike) -> float:
    """Binary cross-entropy from logits, finite for every finite logit.

    Parameters
    ----------
    logits : array of float, any shape; the probability of the class 1 is their sigmoid
    labels : array of 0 and 1, the shape of `logits`

    Returns
    -------
    float, the mean over all examples

    Raises
    ------
    ShapeError
        When the two shapes differ, or there is no example.

    Notes
    -----
    −y log σ(z) − (1 − y) log(1 − σ(z)) = softplus(z) − y·z, with softplus(z) = max(z, 0) + log(1 + exp(−|z|)).
    Taught in chapter 02.

    Examples
    --------
    >>> bce_logits([-1000.0, 1000.0], [1, 1])
    500.0
    """
    z, y = _pairs(logits, labels)
    return float(np.mean(softplus(z) - y * z))


def logsumexp(x: ArrayLike, axis: int = -1) -> Floats:
    """Logarithm of the sum of exponentials along an axis, without overflow.

    Parameters
    ----------
    x : array of float with at least one axis
    axis : the dimension that is summed

    Returns
    -------
    array of float, the shape of `x` without that axis

    Notes
    -----
    log Σ exp(x) = m + log Σ exp(x − m) for every m; m is the maximum, so that the largest exponential is 1 and the sum
    lies between 1 and the number of terms. Taught in chapter 02.

    Examples
    --------
    >>> float((logsumexp([1000.0, 1000.0]) - 1000.0).round(6))
    0.693147
    """
    x = as_floats(x)
    largest = x.max(axis=axis, keepdims=True)
    return np.squeeze(largest, axis) + np.log(np.exp(x - largest).sum(axis=axis))


def softmax(logits: ArrayLike, axis: int = -1, temperature: float = 1.0) -> Floats:
    """Turn logits into probabilities that sum to one along an axis.

    Parameters
    ----------
    logits : array of float with at least one axis
    axis : the dimension that is normalised
    temperature : the logits are divided by it; above 1 the probabilities come closer to each other

    Returns
    -------
    array of float, the shape of `logits`, each entry in [0, 1]

    Raises
    ------
    UsageError
        When the temperature is not above 0.

    Notes
    -----
    The maximum is subtracted first, so that exp never overflows; the result does not change (Goodfellow et al. 2016,
    section 4.1). Taught in chapter 02.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    if not temperature > 0:
        raise UsageError(
            _("The temperature is {temperature}.").format(temperature=temperature), _("Give a number above 0.")
        )
    x = as_floats(logits) / temperature
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def soften(logits: ArrayLike, temperature: float) -> Floats:
    """Return the softmax of each row at a temperature.

    Notes
    -----
    Taught in chapter 02.

    Examples
    --------
    >>> soften([[0.0, 2.0]], temperature=1e9)
    array([[0.5, 0.5]])
    """
    return softmax(logits, axis=1, temperature=temperature)


def categorical_cross_entropy(probabilities: ArrayLike, labels: ArrayLike) -> float:
    """Mean of −log of the probability that was given to the right class.

    Parameters
    ----------
    probabilities : array of float, shape (batch, classes); each row sums to 1
    labels : array of int, shape (batch,); the number of the right class

    Returns
    -------
    float, infinite when a right class had the probability 0

    Raises
    ------
    ShapeError
        When there is not one label for each row.
    UsageError
        When a label is no class.

    Notes
    -----
    Taught in chapter 02.

    Examples
    --------
    >>> round(categorical_cross_entropy([[0.7, 0.2, 0.1]], [0]), 4)
    0.3567
    """
    rows, truth = _classes(probabilities, labels)
    with np.errstate(divide="ignore"):
        return float(-np.mean(np.log(rows[np.arange(len(truth)), truth])))


def softmax_ce(logits: ArrayLike, labels: ArrayLike) -> float:
    """Categorical cross-entropy from logits, finite for all finite logits.

    Parameters
    ----------
    logits : array of float, shape (batch, classes)
    labels : array of int, shape (batch,); the number of the right class

    Returns
    -------
    float, the mean over the batch

    Raises
    ------
    ShapeError
        When there is not one label for each row.
    UsageError
        When a label is no class.

    Notes
    -----
    −log softmax(z)[y] = logsumexp(z) − z[y]. Taught in chapter 02.

    Examples
    --------
    >>> softmax_ce([[1000.0, 0.0]], [1])
    1000.0
    """
    z, y = _classes(logits, labels)
    return float(np.mean(logsumexp(z, axis=1) - z[np.arange(len(y)), y]))


def ce_grad(logits: ArrayLike, labels: ArrayLike) -> Floats:
    """Gradient of `softmax_ce` at the logits: (p − y) / N, with y one-hot.

    Parameters
    ----------
    logits : array of float, shape (batch, classes)
    labels : array of int, shape (batch,); the number of the right class

    Returns
    -------
    array of float, shape (batch, classes); each row sums to 0

    Raises
    ------
    ShapeError
        When there is not one label for each row.
    UsageError
        When a label is no class.

    Notes
    -----
    Taught in chapter 02.

    Examples
    --------
    >>> ce_grad([[0.0, 0.0]], [1])
    array([[ 0.5, -0.5]])
    """
    z, y = _classes(logits, labels)
    gradient = softmax(z, axis=1)
    gradient[np.arange(len(y)), y] -= 1
    return gradient / len(y)


def hinge(scores: ArrayLike, labels: ArrayLike) -> float:
    """Mean hinge loss: 0 for whoever is right by a margin of 1 or more, then growing with every step back.

    Parameters
    ----------
    scores : array of float, any shape; any numbers, positive for the class 1
    labels : array of 0 and 1, the shape of `scores`

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        When the two shapes differ, or there is no example.

    Notes
    -----
    max(0, 1 − y·s) with y = −1 for the label 0 and 1 for the label 1 (Cortes and Vapnik 1995). Taught in chapter 02.

    Examples
    --------
    >>> hinge([2.0, 0.5, -1.0], [1, 1, 1])
    0.8333333333333334
    """
    s, y = _pairs(scores, labels)
    signs = 2 * y - 1
    return float(np.mean(np.maximum(0, 1 - signs * s)))


def smooth_labels(labels: ArrayLike, num_classes: int, amount: float) -> Floats:
    """One-hot labels of which a part is spread evenly over all classes.

    Parameters
    ----------
    labels : array of int, shape (batch,); the number of the right class
    num_classes : how many classes there are
    amount : the part that is spread, from 0 to 1

    Returns
    -------
    array of float, shape (batch, num_classes); each row sums to 1

    Notes
    -----
    (1 − ε)·one-hot + ε/K (Szegedy et al. 2016, section 7). The right class gets its share of ε too. Taught in
    chapter 02.

    Examples
    --------
    >>> smooth_labels([1], num_classes=2, amount=0.1)
    array([[0.05, 0.95]])
    """
    one_hot = np.eye(num_classes)[np.asarray(labels, dtype=np.intp)]
    return (1 - amount) * one_hot + amount / num_classes
