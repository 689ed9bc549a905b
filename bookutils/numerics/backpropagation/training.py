"""A network with one hidden layer, trained step by step on two moons. Taught in chapter 03.

Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.numerics.activations.functions import relu, sigmoid
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.backpropagation.by_hand import dense_backward

Network = dict[str, Doubles]
Step = Callable[[Doubles, Doubles, Network, float], Mapping[str, Any]]


def two_moons(examples: int = 200, *, noise: float = 0.2, seed: int = 0) -> tuple[Doubles, Doubles]:
    """Two half circles that reach into each other; no straight line parts them.

    Parameters
    ----------
    examples : an even number, half of them for each moon
    noise : standard deviation of what is added to each coordinate
    seed : of the noise

    Returns
    -------
    (x of shape (examples, 2), labels 0 or 1 of shape (examples, 1)): the upper moon is 0, the lower one is 1

    Raises
    ------
    UsageError
        When the number of examples is odd or not positive.

    Examples
    --------
    >>> x, y = two_moons(4, noise=0.0)
    >>> np.round(x, 2).tolist()
    [[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5], [2.0, 0.5]]
    """
    if examples < 2 or examples % 2:
        raise UsageError(
            _("{examples} examples cannot be shared out among two moons.").format(examples=examples),
            _("Choose an even number, 2 or more."),
        )
    angle = np.linspace(0, np.pi, examples // 2)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    x = np.concatenate([upper, lower])
    x = np.round(x, 12) + 0.0 + noise * np.random.default_rng(seed).standard_normal(x.shape)
    y = np.repeat([0.0, 1.0], examples // 2)[:, None]
    return x, y


def start_network(hidden: int = 16, *, inputs: int = 2, seed: int = 0) -> Network:
    """Draw the parameters of a network with one hidden layer and one output.

    Returns
    -------
    dict with "w1" (inputs, hidden), "b1" (hidden,), "w2" (hidden, 1) and "b2" (1,); biases begin at 0

    Notes
    -----
    The size of the first weights is that of He et al. 2015; chapter 04 says why.

    Examples
    --------
    >>> {name: array.shape for name, array in start_network(3).items()}
    {'w1': (2, 3), 'b1': (3,), 'w2': (3, 1), 'b2': (1,)}
    """
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.standard_normal((inputs, hidden)) * np.sqrt(2 / inputs),
        "b1": np.zeros(hidden),
        "w2": rng.standard_normal((hidden, 1)) * np.sqrt(1 / hidden),
        "b2": np.zeros(1),
    }


def network_logits(x: ArrayLike, network: Mapping[str, Doubles]) -> Doubles:
    """Return the pre-activation of the output unit, shape (batch, 1), for x of shape (batch, inputs).

    >>> network_logits([[1.0, 2.0]], start_network()).shape
    (1, 1)
    """
    hidden = relu(np.asarray(x, np.float64) @ network["w1"] + network["b1"])  # (batch, hidden)
    return np.asarray(hidden @ network["w2"] + network["b2"], np.float64)


def network_step(x: ArrayLike, y: ArrayLike, network: Mapping[str, ArrayLike], learning_rate: float) -> Network:
    """One step of gradient descent for a hidden ReLU layer and a sigmoid output, on a whole batch.

    Parameters
    ----------
    x : array of float, shape (batch, inputs)
    y : array of float, shape (batch, 1); labels 0 or 1
    network : "w1" (inputs, hidden), "b1" (hidden,), "w2" (hidden, 1), "b2" (1,)
    learning_rate : how far to step against the gradient of the mean cross-entropy

    Returns
    -------
    the new network, a dict with the same entries

    Notes
    -----
    All gradients belong to the old parameters. The slope of ReLU at 0 counts as 0. Taught in chapter 03.

    Examples
    --------
    >>> x, y = two_moons()
    >>> before = start_network()
    >>> after = network_step(x, y, before, 0.1)
    >>> {name: array.shape for name, array in after.items()} == {name: array.shape for name, array in before.items()}
    True
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    old = {name: np.asarray(array, np.float64) for name, array in network.items()}
    z1 = x @ old["w1"] + old["b1"]  # (batch, hidden)
    a = np.maximum(z1, 0)
    p = sigmoid(a @ old["w2"] + old["b2"])  # (batch, 1)
    dz2 = (p - y) / len(x)  # (batch, 1); the mean's 1/batch enters here, once
    second = dense_backward(a, old["w2"], dz2)
    first = dense_backward(x, old["w1"], np.where(z1 > 0, second["x"], 0.0))
    return {
        "w1": old["w1"] - learning_rate * first["weights"],
        "b1": old["b1"] - learning_rate * first["bias"],
        "w2": old["w2"] - learning_rate * second["weights"],
        "b2": old["b2"] - learning_rate * second["bias"],
    }


@dataclass(frozen=True)
class NetworkHistory:
    """What became of a network, before each step and after the last.

    Parameters
    ----------
    networks : steps + 1 networks
    loss : array, shape (steps + 1,); mean cross-entropy on the training data
    accuracy : array, shape (steps + 1,); share of the training data on the right side of the boundary
    """

    networks: tuple[Network, ...]
    loss: Doubles
    accuracy: Doubles


def train_network(
    x: ArrayLike,
    y: ArrayLike,
    learning_rate: float,
    steps: int,
    *,
    hidden: int = 16,
    seed: int = 0,
    step: Step = network_step,
) -> NetworkHistory:
    """Train a network with one hidden layer on all examples at once, and keep every state that it went through.

    Parameters
    ----------
    x, y : arrays of float, shapes (batch, inputs) and (batch, 1)
    learning_rate, steps : of plain gradient descent
    hidden, seed : of the network at the start
    step : makes the new network from (x, y, network, learning_rate)

    Returns
    -------
    NetworkHistory; with a step that is far too large it can end in nan

    Raises
    ------
    UsageError
        When the number of steps is negative.

    Examples
    --------
    >>> history = train_network(*two_moons(), learning_rate=1.0, steps=100)
    >>> len(history.networks), bool(history.loss[-1] < 0.5 * history.loss[0])
    (101, True)
    """
    if steps < 0:
        raise UsageError(_("A training cannot have {steps} steps.").format(steps=steps), _("Choose 0 or more."))
    inputs, labels = np.asarray(x, np.float64), np.asarray(y, np.float64)
    networks = [start_network(hidden, inputs=inputs.shape[1], seed=seed)]
    losses, shares = [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for number in range(steps + 1):
            logits = network_logits(inputs, networks[-1])
            losses.append(np.mean(np.logaddexp(0, logits) - labels * logits))
            shares.append(np.mean((logits > 0) == (labels > 0.5)))
            if number < steps:
                new = step(inputs, labels, dict(networks[-1]), learning_rate)
                networks.append({name: np.asarray(array, np.float64) for name, array in new.items()})
    return NetworkHistory(tuple(networks), np.array(losses), np.array(shares))
