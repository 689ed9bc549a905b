"""The memory of a training step: what is held for each parameter and what for each example. Taught in chapter 07."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Running means that an optimizer keeps for each parameter.
MOMENTS = {"sgd": 0, "momentum": 1, "adam": 2}


def train_bytes(parameters: int, activations: int, batch: int, bits: int, moments: int) -> float:
    """Return the bytes that a training step holds at its fullest.

    Parameters
    ----------
    parameters : how many numbers the model learns
    activations : how many numbers one example leaves behind for the way back
    batch : examples in a step
    bits : of the format in which the layers compute: 32, or 16 for mixed precision
    moments : running means that the optimizer keeps for each parameter: 2 for Adam, 0 for plain gradient descent

    Returns
    -------
    bytes

    Notes
    -----
    Weights, gradients and moments are 32 bits wide in either case. With 16 bits the layers work on a copy of the
    weights in 16 bits besides. Taught in chapter 07.

    Examples
    --------
    >>> train_bytes(1000, 50, 8, 32, 2)
    17600.0
    >>> train_bytes(1000, 50, 8, 16, 2)
    18800.0
    """
    for_parameters = 4.0 * (1 + 1 + moments) * parameters
    if bits != 32:
        for_parameters += bits / 8 * parameters
    return for_parameters + bits / 8 * activations * batch


@dataclass(frozen=True)
class StepMemory:
    """What a training step holds at its fullest, in bytes, one field a purpose."""

    weights: float
    gradients: float
    moments: float
    copy: float
    activations: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.weights + self.gradients + self.moments + self.copy + self.activations


def step_memory(
    parameters: float, activations: float, batch: int, *, optimizer: str = "adam", bits: int = 32
) -> StepMemory:
    """Say what a training step holds, purpose by purpose; the total is that of `train_bytes`.

    Parameters
    ----------
    parameters, activations, batch, bits : see `train_bytes`
    optimizer : "sgd", "momentum" or "adam"

    Notes
    -----
    Taught in chapter 07.

    Examples
    --------
    >>> step_memory(1000, 50, 8).total == train_bytes(1000, 50, 8, 32, 2)
    True
    """
    copy = 0.0 if bits == 32 else bits / 8 * parameters
    return StepMemory(
        4.0 * parameters, 4.0 * parameters, 4.0 * MOMENTS[optimizer] * parameters, copy, bits / 8 * activations * batch
    )


def largest_batch(memory: float, parameters: int, activations: int, bits: int) -> int:
    """Return how many examples fit into a device's memory in a training step with Adam; 0 where not one does.

    Parameters
    ----------
    memory : bytes of the device
    parameters, activations, bits : see `train_bytes`

    Notes
    -----
    Taught in chapter 07.

    Examples
    --------
    >>> largest_batch(20_000, 1000, 50, 32)
    20
    >>> largest_batch(10_000, 1000, 50, 32)
    0
    """
    left = memory - train_bytes(parameters, activations, 0, bits, 2)
    return max(0, int(left // (bits / 8 * activations)))


def encoder_activations(tokens: int, layers: int, hidden: int, heads: int) -> int:
    """Count the numbers that one example leaves behind in a BERT encoder that is trained with dropout.

    Parameters
    ----------
    tokens : of the example, padding included
    layers, hidden, heads : of the encoder; the feed-forward block is four times as wide as `hidden`

    Notes
    -----
    For each token and layer 16·hidden + 2·heads·tokens: the block's input, query, key and value (4), the product of
    weights and values, the two sums before layer normalisation and the first normalised one (4), both sides of GELU
    (2 · 4), and for each head a row of attention weights, before dropout and after it. It is what Korthikanti et al.
    2022, section 4, arrive at, less the masks of dropout, a byte each: 5·heads·tokens² bytes in 16 bits are the weights
    (2), what dropout lets through (2) and the mask (1). A kernel that recomputes attention keeps less. Taught in
    chapter 07.

    Examples
    --------
    >>> encoder_activations(128, 12, 768, 12)
    23592960
    """
    return layers * tokens * (16 * hidden + 2 * heads * tokens)


Arrays = list[NDArray[np.float32]]


def layer_sizes(inputs: int, hidden: int, layers: int) -> tuple[int, int]:
    """Return (parameters, activations of one example) of the network that `train_step` trains.

    >>> layer_sizes(10, 20, 2)
    (661, 51)
    """
    widths = [inputs, *[hidden] * layers, 1]
    parameters = sum(one * other + other for one, other in itertools.pairwise(widths))
    return parameters, sum(widths)


def new_state(inputs: int, hidden: int, layers: int, seed: int = 0) -> tuple[Arrays, Arrays, Arrays]:
    """Return weights, first and second moments of a network of dense layers with ReLU, in float32."""
    rng = np.random.default_rng(seed)
    widths = [inputs, *[hidden] * layers, 1]
    weights: Arrays = []
    for one, other in itertools.pairwise(widths):
        weights += [
            (rng.standard_normal((one, other), np.float32) / np.sqrt(np.float32(one))),
            np.zeros(other, np.float32),
        ]
    return weights, [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]


def train_step(
    state: tuple[Arrays, Arrays, Arrays],
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    step: int,
    *,
    learning_rate: float = 1e-3,
    look: Callable[[], None] | None = None,
) -> float:
    """Train a network of dense layers with ReLU for one step of Adam on the squared error; its state is changed.

    Parameters
    ----------
    state : from `new_state`
    x : array of float32, shape (batch, inputs)
    y : array of float32, shape (batch, 1)
    step : counted from 1
    look : called when the step holds most: all activations, all gradients, both moments

    Returns
    -------
    the loss

    Notes
    -----
    Written so that nothing is held which need not be: ReLU and its gradient work in place. Taught in chapter 07.
    """
    weights, first, second = state
    kept: Arrays = [x]
    for number in range(0, len(weights), 2):
        z = kept[-1] @ weights[number]
        z += weights[number + 1]
        if number + 2 < len(weights):
            np.maximum(z, 0, out=z)
        kept.append(z)
    delta = (kept[-1] - y) * np.float32(2 / len(x))
    loss = float(np.mean((kept[-1] - y) ** 2))
    gradients: Arrays = []
    for number in reversed(range(0, len(weights), 2)):
        below = kept[number // 2]
        gradients += [delta.sum(axis=0), below.T @ delta]
        if number:
            delta = delta @ weights[number].T
            delta *= below > 0
    gradients.reverse()
    if look is not None:
        look()
    corrected = learning_rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    for w, m, v, g in zip(weights, first, second, gradients, strict=True):
        m += np.float32(0.1) * (g - m)
        v += np.float32(0.001) * (g * g - v)
        w -= np.float32(corrected) * m / (np.sqrt(v) + np.float32(1e-8))
    return loss
