"""Small experiments on what an activation does to learning: real gradient descent, a few numbers, a fixed seed.

Each returns what happened as arrays; nothing is drawn here. Taught in chapter 01.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError, UsageError
from bookutils.core.messages import _
from bookutils.numerics.activations.functions import (
    Activation,
    dead_fraction,
    find_activation,
    relu,
    relu_backward,
)
from bookutils.numerics.activations.units import unit
from bookutils.numerics.arrays import Floats


@dataclass(frozen=True)
class UnitHistory:
    """What happened to one unit, before each step and after the last.

    Parameters
    ----------
    weights : array, shape (steps + 1, inputs)
    bias : array, shape (steps + 1,)
    loss : array, shape (steps + 1,)
    gradient_norm : array, shape (steps + 1,); length of the gradient with respect to weights and bias together
    largest : array, shape (steps + 1,); the largest pre-activation over all examples: below 0, ReLU is silent
    """

    weights: Floats
    bias: Floats
    loss: Floats
    gradient_norm: Floats
    largest: Floats

    @property
    def distance_moved(self) -> Floats:
        """How far the weights and the bias are from where they began, shape (steps + 1,)."""
        parameters = np.column_stack([self.weights, self.bias])
        return np.linalg.norm(parameters - parameters[0], axis=1)


def teacher_data(
    activation: str | Activation = "relu", *, examples: int = 64, inputs: int = 2, seed: int = 0
) -> tuple[Floats, Floats]:
    """Inputs, and the targets that a unit with known weights gives for them.

    The targets are reachable: another unit of the same kind can match them exactly. The known weights are all 1,
    the known bias is 0.5.

    Returns
    -------
    (x of shape (examples, inputs), standard normal; targets of shape (examples,))

    Examples
    --------
    >>> x, targets = teacher_data()
    >>> x.shape, targets.shape
    ((64, 2), (64,))
    """
    x = np.random.default_rng(seed).standard_normal((examples, inputs))
    return x, unit(x, np.ones(inputs), 0.5, activation)


def train_unit(
    x: ArrayLike,
    targets: ArrayLike,
    weights: ArrayLike,
    bias: float,
    activation: str | Activation = "relu",
    *,
    learning_rate: float = 0.1,
    steps: int = 100,
) -> UnitHistory:
    """Train one unit with plain gradient descent on all examples at once.

    Parameters
    ----------
    x : array of float, shape (batch, inputs)
    targets : array of float, shape (batch,)
    weights, bias : where the unit begins; shape (inputs,) and a number. They are not changed.
    activation : a name in `ACTIVATIONS`, or an `Activation`
    learning_rate, steps : of gradient descent

    Returns
    -------
    UnitHistory

    Raises
    ------
    ShapeError
        When there is not one target for each example.

    Notes
    -----
    The loss is half the mean squared error. Its gradient with respect to the pre-activation of an example is
    (output − target) · slope / batch: where the slope is 0 for every example, no weight moves, however large the
    error. Taught in chapter 01.

    Examples
    --------
    >>> x, targets = teacher_data()
    >>> silent = train_unit(x, targets, [0.5, 0.5], bias=-10.0)
    >>> float(silent.distance_moved[-1])
    0.0
    """
    chosen = find_activation(activation)
    x, targets = np.asarray(x, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    w, b = np.array(weights, dtype=np.float64), float(bias)
    if x.ndim != 2 or targets.shape != x.shape[:1] or w.shape != x.shape[1:]:
        raise ShapeError(
            _("x, the targets and the weights have the shapes {x}, {targets} and {weights}.").format(
                x=x.shape, targets=targets.shape, weights=w.shape
            ),
            _("They must be (batch, inputs), (batch,) and (inputs,)."),
        )
    all_weights, all_biases, losses, norms, largest = [], [], [], [], []
    for step in range(steps + 1):
        pre_activations = x @ w + b
        error = chosen.function(pre_activations) - targets
        upstream = error * chosen.grad(pre_activations) / len(x)
        w_grad, b_grad = x.T @ upstream, upstream.sum()
        all_weights.append(w)
        all_biases.append(b)
        losses.append(0.5 * np.mean(error**2))
        norms.append(np.hypot(np.linalg.norm(w_grad), b_grad))
        largest.append(pre_activations.max())
        if step < steps:
            w, b = w - learning_rate * w_grad, b - learning_rate * b_grad
    return UnitHistory(*map(np.array, (all_weights, all_biases, losses, norms, largest)))


@dataclass(frozen=True)
class LayerHistory:
    """What happened to a layer of ReLU units, before each step and after the last.

    Parameters
    ----------
    dead : array, shape (steps + 1,); share of units that are silent for every example
    loss : array, shape (steps + 1,)
    """

    dead: Floats
    loss: Floats


def train_layer(
    learning_rate: float, *, units: int = 50, steps: int = 100, examples: int = 200, inputs: int = 4, seed: int = 0
) -> LayerHistory:
    """Train a layer of ReLU units and one linear output on a smooth function, counting the silent units.

    Parameters
    ----------
    learning_rate : of plain gradient descent on all examples at once
    units, inputs : the layer's size
    steps, examples, seed : of the training and its data

    Returns
    -------
    LayerHistory

    Notes
    -----
    Weights begin as He et al. 2015 propose, biases at 0. The target is the sine of the sum of the inputs. With a step
    that is far too large the loss can grow without bound; the history then ends in inf or nan. Taught in chapter 01.

    Examples
    --------
    >>> calm = train_layer(0.05)
    >>> float(calm.dead[0]), bool(calm.loss[-1] < calm.loss[0])
    (0.0, True)
    """
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((examples, inputs))
    targets = np.sin(x.sum(axis=1))
    w1, b1 = rng.standard_normal((inputs, units)) * np.sqrt(2 / inputs), np.zeros(units)
    w2, b2 = rng.standard_normal(units) * np.sqrt(1 / units), 0.0
    dead, losses = [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for _step in range(steps + 1):
            pre_activations = x @ w1 + b1  # (examples, units)
            hidden = relu(pre_activations)
            error = hidden @ w2 + b2 - targets  # (examples,)
            dead.append(dead_fraction(pre_activations))
            losses.append(0.5 * np.mean(error**2))
            d_out = error / examples
            d_pre = relu_backward(pre_activations, np.outer(d_out, w2))
            w2, b2 = w2 - learning_rate * hidden.T @ d_out, b2 - learning_rate * d_out.sum()
            w1, b1 = w1 - learning_rate * x.T @ d_pre, b1 - learning_rate * d_pre.sum(axis=0)
    return LayerHistory(np.array(dead), np.array(losses))


@dataclass(frozen=True)
class TwoWeightPath:
    """The way of two weights to their target, before each step and after the last.

    Parameters
    ----------
    weights : array, shape (steps + 1, 2)
    target : array, shape (2,); where the loss is 0
    loss : array, shape (steps + 1,); half the mean squared error over all examples
    same_sign : share of the steps whose two gradients had the same sign
    condition : largest over smallest curvature of the loss; 1 means a round bowl
    """

    weights: Floats
    target: Floats
    loss: Floats
    same_sign: float
    condition: float

    @property
    def detour(self) -> float:
        """Length of the way, divided by the straight distance between its ends; 1 is a straight line."""
        length = np.linalg.norm(np.diff(self.weights, axis=0), axis=1).sum()
        straight = np.linalg.norm(self.weights[-1] - self.weights[0])
        return float(length / straight) if straight > 0 else float("inf")


def two_weight_path(
    mean: float,
    *,
    batch_size: int | None = 1,
    learning_rate: float = 0.2,
    steps: int = 60,
    examples: int = 200,
    seed: int = 0,
) -> TwoWeightPath:
    """Let gradient descent find the two weights of a linear unit, from inputs around `mean`.

    Parameters
    ----------
    mean : middle of the inputs, which are spread evenly over mean − 1 … mean + 1: 0 is zero-centred, from 1 on all
        inputs are positive, as the outputs of a sigmoid are
    batch_size : examples for one step; None takes all of them
    learning_rate, steps, examples, seed : of the descent and its data; the spread of the inputs does not depend on
        `mean`

    Returns
    -------
    TwoWeightPath, from (0, 0) towards (1, −1)

    Raises
    ------
    UsageError
        When the batch is empty or larger than the data.

    Notes
    -----
    The gradient for one example is (output − target) · x. With both entries of x positive its two entries share one
    sign, so that a single step cannot raise one weight and lower the other (LeCun et al. 1998, section 4.3). A sum
    over several examples can. Taught in chapter 01.

    Examples
    --------
    >>> two_weight_path(1.0).same_sign
    1.0
    """
    if batch_size is not None and not 1 <= batch_size <= examples:
        raise UsageError(
            _("A batch of {size} cannot be drawn from {examples} examples.").format(size=batch_size, examples=examples),
            _("Choose a batch size between 1 and the number of examples."),
        )
    rng = np.random.default_rng(seed)
    x = mean + rng.uniform(-1, 1, (examples, 2))
    target = np.array([1.0, -1.0])
    w = np.zeros(2)
    path, losses, same = [w], [0.5 * np.mean((x @ (w - target)) ** 2)], []
    with np.errstate(over="ignore", invalid="ignore"):
        for _step in range(steps):
            rows = slice(None) if batch_size is None else rng.choice(examples, batch_size, replace=False)
            batch = x[rows]
            gradient = batch.T @ (batch @ (w - target)) / len(batch)
            same.append(gradient[0] * gradient[1] > 0)
            w = w - learning_rate * gradient
            path.append(w)
            losses.append(0.5 * np.mean((x @ (w - target)) ** 2))
    curvatures = np.linalg.eigvalsh(x.T @ x / examples)
    return TwoWeightPath(
        np.array(path), target, np.array(losses), float(np.mean(same)), float(curvatures[-1] / curvatures[0])
    )


def chain_gradient(
    activation: str | Activation, depth: int, x: ArrayLike = 1.0, weight: float = 1.0
) -> tuple[Floats, Floats]:
    """Send a number through a chain of units, and its gradient back.

    Parameters
    ----------
    activation : a name in `ACTIVATIONS`, or an `Activation`
    depth : number of units in a row, each with one input
    x : a number or array; what goes into the first unit
    weight : of each unit; the biases are 0

    Returns
    -------
    (values, gradients), both of shape (depth + 1, *shape of x): entry k is the output of unit k, and its derivative
    with respect to x. Entry 0 is x itself, with derivative 1.

    Raises
    ------
    UsageError
        When the depth is negative.

    Notes
    -----
    The chain rule: each unit multiplies the gradient by weight · slope at its own pre-activation. Taught in chapter 01;
    chapter 04 does the same with whole layers.

    Examples
    --------
    >>> values, gradients = chain_gradient("sigmoid", depth=10)
    >>> float(gradients[-1]) < 0.25**10
    True
    """
    if depth < 0:
        raise UsageError(_("A chain cannot have {depth} units.").format(depth=depth), _("Choose 0 or more."))
    chosen = find_activation(activation)
    value: Floats = np.asarray(x, dtype=np.float64)
    gradient: Floats = np.ones_like(value)
    values, gradients = [value], [gradient]
    for _layer in range(depth):
        pre_activation = weight * value
        gradient = gradient * weight * chosen.grad(pre_activation)
        value = chosen.function(pre_activation)
        values.append(value)
        gradients.append(gradient)
    return np.array(values), np.array(gradients)
