"""Gradients from the end to the beginning: for three units by hand, for a layer with a batch. Taught in chapter 03."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bookutils.numerics.activations.functions import sigmoid
from bookutils.numerics.arrays import Doubles


def backprop_211(
    x: ArrayLike, y: float, w1: ArrayLike, b1: float, w2: float, b2: float, learning_rate: float
) -> dict[str, float | Doubles]:
    """One step of gradient descent: two inputs, one hidden ReLU unit, one sigmoid output, cross-entropy.

    Parameters
    ----------
    x : array of float, shape (2,)
    y : the label, 0 or 1
    w1 : array of float, shape (2,); weights of the hidden unit
    b1, w2, b2 : bias of the hidden unit, weight and bias of the output unit
    learning_rate : how far to step against the gradient

    Returns
    -------
    the new parameters, a dict with the entries "w1" (shape (2,)), "b1", "w2" and "b2"

    Notes
    -----
    All gradients belong to the old parameters. The slope of ReLU at 0 counts as 0. Taught in chapter 03.

    Examples
    --------
    >>> new = backprop_211([1.0, 2.0], 1.0, [0.5, 0.25], 0.0, 0.0, 0.0, 0.1)
    >>> round(new["w2"], 3), round(new["b2"], 3), new["b1"]
    (0.05, 0.05, 0.0)
    """
    x, w1 = np.asarray(x, np.float64), np.asarray(w1, np.float64)
    z1 = float(x @ w1) + b1
    a = max(z1, 0.0)
    p = float(sigmoid(w2 * a + b2))
    dz2 = p - y
    dz1 = dz2 * w2 if z1 > 0 else 0.0
    return {
        "w1": w1 - learning_rate * dz1 * x,
        "b1": b1 - learning_rate * dz1,
        "w2": w2 - learning_rate * dz2 * a,
        "b2": b2 - learning_rate * dz2,
    }


def named_step(
    x1: float, x2: float, y: float, w1: float, w2: float, b1: float, w3: float, b2: float, rate: float
) -> dict[str, float]:
    """One step of gradient descent for the same three units, with the names that articles use.

    Parameters
    ----------
    x1, x2 : the inputs
    y : the label, 0 or 1
    w1, w2, b1 : weights and bias of the hidden ReLU unit
    w3, b2 : weight and bias of the sigmoid output
    rate : how far to step against the gradient of the cross-entropy

    Returns
    -------
    the new parameters, a dict with the entries "w1", "w2", "b1", "w3" and "b2"

    Notes
    -----
    What `backprop_211` does, number by number. Taught in chapter 03.

    Examples
    --------
    >>> new = named_step(1.0, 2.0, 1.0, 0.5, 0.25, 0.0, 0.0, 0.0, 0.1)
    >>> round(new["w3"], 3), round(new["b2"], 3), new["b1"]
    (0.05, 0.05, 0.0)
    """
    a1 = max(0.0, w1 * x1 + w2 * x2 + b1)
    grad_z2 = float(sigmoid(w3 * a1 + b2)) - y
    grad_z1 = grad_z2 * w3 if a1 > 0 else 0.0
    return {
        "w1": w1 - rate * grad_z1 * x1,
        "w2": w2 - rate * grad_z1 * x2,
        "b1": b1 - rate * grad_z1,
        "w3": w3 - rate * grad_z2 * a1,
        "b2": b2 - rate * grad_z2,
    }


def dense_backward(x: ArrayLike, weights: ArrayLike, upstream: ArrayLike) -> dict[str, Doubles]:
    """Gradients of a layer x · weights + bias, from the gradient at its output.

    Parameters
    ----------
    x : array of float, shape (batch, inputs)
    weights : array of float, shape (inputs, units)
    upstream : array of float, shape (batch, units); it carries the loss's 1/batch already

    Returns
    -------
    dict with the entries "x" (batch, inputs), "weights" (inputs, units) and "bias" (units,)

    Notes
    -----
    Taught in chapter 03.

    Examples
    --------
    >>> dense_backward([[1.0, 2.0]], [[3.0], [4.0]], [[0.5]])["x"]
    array([[1.5, 2. ]])
    """
    x, weights, upstream = (np.asarray(array, np.float64) for array in (x, weights, upstream))
    return {
        "x": upstream @ weights.T,  # (batch, units) @ (units, inputs)
        "weights": x.T @ upstream,  # (inputs, batch) @ (batch, units)
        "bias": upstream.sum(axis=0),  # one bias served every example of the batch
    }
