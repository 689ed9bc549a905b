"""Experiments on depth: what fifty layers do to numbers and gradients, and what equal weights do to a layer.

Each returns what happened as arrays; nothing is drawn here. Taught in chapter 04.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError, UsageError
from bookutils.core.messages import _
from bookutils.numerics.activations.functions import Activation, find_activation
from bookutils.numerics.arrays import Floats
from bookutils.numerics.depth.stacks import normalise, normalise_backward

WIDTH = 100
MAX_DEPTH = 100


@dataclass(frozen=True)
class Profile:
    """What a stack of layers does to numbers on the way up and to gradients on the way down.

    Parameters
    ----------
    activations : array, shape (depth + 1,); variance of what each layer hands on, the input first
    gradients : array, shape (depth + 1,); variance of the gradient at the same places. The last, at the top, is that
        of standard normal numbers.
    examples : array, shape (depth + 1,); the part of `activations` that tells examples apart: the variance of one unit
        over the examples, averaged over the units
    """

    activations: Floats
    gradients: Floats
    examples: Floats

    @property
    def forward(self) -> float:
        """By which factor the variance of the activations has changed at the top."""
        return float(self.activations[-1] / self.activations[0])

    @property
    def backward(self) -> float:
        """By which factor the variance of the gradient has changed at the bottom."""
        return float(self.gradients[0] / self.gradients[-1])


@lru_cache(maxsize=8)
def _draws(depth: int, width: int, batch: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """Inputs, gradients at the top, and weights; all standard normal, the first layers the same for every depth."""
    rng = np.random.default_rng(seed)
    x, upstream = rng.standard_normal((2, batch, width))
    weights = rng.standard_normal((depth, width, width))
    for array in (x, upstream, weights):
        array.setflags(write=False)
    return x, upstream, weights


def _bend(activation: Activation, z: Floats) -> tuple[Floats, Floats]:
    """Value and slope; GELU in its tanh form, which is 0.0005 off at the most, and both from one tanh."""
    if activation.name != "gelu":
        return activation.function(z), activation.grad(z)
    near = np.clip(z, -40, 40)  # beyond, the tanh is ±1, and a power of z may overflow
    square = 0.044715 * near * near
    tanh = np.tanh(math.sqrt(2 / math.pi) * near * (1 + square))
    bend = 0.5 * near * (1 - tanh * tanh) * math.sqrt(2 / math.pi) * (1 + 3 * square)
    return 0.5 * z * (1 + tanh), 0.5 * (1 + tanh) + bend


def deep_profile(
    activation: str | Activation = "relu",
    std: float = 1.0,
    depth: int = 50,
    *,
    normalised: bool = False,
    residual: bool = False,
    post_norm: bool = False,
    width: int = WIDTH,
    batch: int = 32,
    seed: int = 0,
) -> Profile:
    """Send a batch up through a stack of layers with random weights, and a gradient down again.

    Parameters
    ----------
    activation : a name in `ACTIVATIONS`, or an `Activation`
    std : standard deviation of all weights
    depth : number of layers, from 1 to 100
    normalised : normalise what goes into each layer, example by example
    residual : add what goes into a layer to what comes out of it
    post_norm : normalise what a layer hands on, after the sum
    width : units of every layer
    batch : number of examples, standard normal
    seed : of inputs, weights, and the gradient at the top

    Returns
    -------
    Profile

    Raises
    ------
    UsageError
        When the depth is not from 1 to 100.

    Notes
    -----
    A layer is f(a @ W); `normalised` makes it f(normalise(a) @ W), and `residual` adds a to it. Both together are the
    pre-norm block of a Transformer, with one layer as its branch; `residual` and `post_norm` are the post-norm block,
    normalise(a + f(a @ W)). Before training the gradient at the top has nothing to do with the weights; here it is
    standard normal. Taught in chapter 04.

    Examples
    --------
    >>> profile = deep_profile("relu", std=1.0, depth=50)
    >>> bool(profile.forward > 1e70)
    True
    """
    if not 1 <= depth <= MAX_DEPTH:
        raise UsageError(
            _("A stack cannot have {depth} layers.").format(depth=depth),
            _("Choose from 1 to {most}.").format(most=MAX_DEPTH),
        )
    chosen = find_activation(activation)
    value, gradient, draws = _draws(depth, width, batch, seed)
    kept: list[tuple[Floats, Floats, Floats]] = []  # for each layer what went in, the slopes, and what came out
    values = [value]
    for layer in range(depth):
        entering = normalise(value) if normalised else value
        out, slope = _bend(chosen, std * (entering @ draws[layer]))
        out = value + out if residual else out
        kept.append((value, slope, out))
        value = normalise(out) if post_norm else out
        values.append(value)
    gradients = [gradient]
    for layer in reversed(range(depth)):
        entered, slope, out = kept[layer]
        gradient = normalise_backward(out, gradient) if post_norm else gradient
        through = std * ((gradient * slope) @ draws[layer].T)
        through = normalise_backward(entered, through) if normalised else through
        gradient = gradient + through if residual else through
        gradients.append(gradient)
    return Profile(
        np.array([np.var(v) for v in values]),
        np.array([np.var(g) for g in reversed(gradients)]),
        np.array([np.mean(np.var(v, axis=0)) for v in values]),
    )


@dataclass(frozen=True)
class StartHistory:
    """What became of a small network that began with given weights.

    Parameters
    ----------
    loss : array, shape (steps + 1,)
    start, end : arrays, shape (inputs, units); the weights of the hidden layer
    """

    loss: Floats
    start: Floats
    end: Floats

    @property
    def different_units(self) -> int:
        """How many hidden units have weights of their own at the end."""
        return len({tuple(column) for column in np.round(self.end.T, 6) + 0.0})


def train_from(
    hidden: ArrayLike, output: ArrayLike, *, learning_rate: float = 0.1, steps: int = 500, seed: int = 0
) -> StartHistory:
    """Train a network with one hidden layer of tanh units on a product of two numbers, from given weights.

    Parameters
    ----------
    hidden : array of float, shape (2, units); weights of the hidden layer. The biases begin at 0.
    output : array of float, shape (units,); weights of the output unit
    learning_rate, steps : of gradient descent on all examples at once
    seed : of the 100 examples

    Returns
    -------
    StartHistory

    Raises
    ------
    ShapeError
        When the two do not fit.

    Notes
    -----
    The target is the product of the inputs, which lie between −2 and 2: one unit cannot give it. The loss is half the
    mean squared error. Sums are taken unit by unit, in the same order for each: units that are equal stay equal to the
    last bit, as in exact arithmetic. Taught in chapter 04.

    Examples
    --------
    >>> train_from(np.full((2, 8), 0.5), np.full(8, 0.5), steps=20).different_units
    1
    """
    w1, w2 = np.array(hidden, dtype=np.float64), np.array(output, dtype=np.float64)
    if w1.ndim != 2 or w1.shape[0] != 2 or w2.shape != w1.shape[1:]:
        raise ShapeError(
            _("The hidden weights have the shape {hidden} and those of the output {output}.").format(
                hidden=w1.shape, output=w2.shape
            ),
            _("They must be (2, units) and (units,)."),
        )
    x = np.random.default_rng(seed).uniform(-2, 2, (100, 2))
    targets = x[:, 0] * x[:, 1]
    start, b1, b2, losses = w1, np.zeros(len(w2)), 0.0, []
    for _step in range(steps + 1):
        a = np.tanh(x[:, :1] * w1[0] + x[:, 1:] * w1[1] + b1)  # (examples, units)
        error = (a * w2).sum(axis=1) + b2 - targets
        losses.append(0.5 * np.mean(error**2))
        d_out = error[:, None] / len(x)
        d_z = d_out * w2 * (1 - a**2)
        d_w1 = np.array([(x[:, :1] * d_z).sum(axis=0), (x[:, 1:] * d_z).sum(axis=0)])
        w2, b2 = w2 - learning_rate * (d_out * a).sum(axis=0), b2 - learning_rate * float(d_out.sum())
        w1, b1 = w1 - learning_rate * d_w1, b1 - learning_rate * d_z.sum(axis=0)
    return StartHistory(np.array(losses), start, w1)
