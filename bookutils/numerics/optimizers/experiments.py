"""Small experiments on optimizers: noise of batches, first steps of Adam, decay, and a network on two moons.

Each returns what happened as numbers; nothing is drawn here. Taught in chapter 05.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Floats
from bookutils.numerics.optimizers.paths import find_optimizer
from bookutils.numerics.optimizers.steps import adam_step

Rate = Callable[[int], float]


@lru_cache(maxsize=4)
def line_data(examples: int = 256, seed: int = 0) -> tuple[Floats, Floats]:
    """Inputs and noisy targets for a linear unit with two weights, the best of which are near (1, −1).

    Returns
    -------
    (x of shape (examples, 2), targets of shape (examples,)); the second input is spread a third as wide as the first

    Examples
    --------
    >>> x, targets = line_data()
    >>> x.shape, targets.shape
    ((256, 2), (256,))
    """
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((examples, 2)) * [1.0, 1 / 3]
    return x, x @ [1.0, -1.0] + rng.standard_normal(examples)


def batch_noise(batch_sizes: Sequence[int], draws: int = 4000, seed: int = 1) -> Floats:
    """Return how far the gradient of a random batch lies from that of all examples, for each batch size.

    Parameters
    ----------
    batch_sizes : examples of a batch, drawn with replacement
    draws : batches of each size
    seed : of the draws

    Returns
    -------
    array, shape (sizes,); root of the mean squared distance, at the weights (0, 0) of `line_data`

    Notes
    -----
    The mean of B independent draws has 1/B of the variance of one. Taught in chapter 05.

    Examples
    --------
    >>> one, sixteen = batch_noise([1, 16])
    >>> round(float(one / sixteen))
    4
    """
    x, targets = line_data()
    each = -targets[:, None] * x  # (examples, 2): the gradient of each example at weights 0
    rng = np.random.default_rng(seed)
    noise = []
    for size in batch_sizes:
        means = each[rng.integers(len(x), size=(draws, size))].mean(axis=1)
        noise.append(np.sqrt(np.mean(np.sum((means - each.mean(axis=0)) ** 2, axis=1))))
    return np.array(noise)


@dataclass(frozen=True)
class BatchPath:
    """What a fixed number of examples bought.

    Parameters
    ----------
    weights : array, shape (steps + 1, 2)
    seen : array, shape (steps + 1,); examples looked at so far
    excess : array, shape (steps + 1,); the loss over all examples, above the lowest possible
    batch_size : examples of a step
    """

    weights: Floats
    seen: Floats
    excess: Floats
    batch_size: int


def train_with_batches(
    batch_size: int, learning_rate: float | Rate = 0.1, *, epochs: int = 4, seed: int = 2
) -> BatchPath:
    """Train the two weights of a linear unit on `line_data`, with a fixed number of looks at examples.

    Parameters
    ----------
    batch_size : examples of a step; each epoch goes through all of them in a new order
    learning_rate : of gradient descent; a number, or a function of the step
    epochs : how often each example is seen
    seed : of the order

    Returns
    -------
    BatchPath

    Raises
    ------
    UsageError
        When the batch is empty or larger than the data.

    Examples
    --------
    >>> len(train_with_batches(256).excess), len(train_with_batches(1).excess)
    (5, 1025)
    """
    x, targets = line_data()
    if not 1 <= batch_size <= len(x):
        raise UsageError(
            _("A batch of {size} cannot be drawn from {examples} examples.").format(size=batch_size, examples=len(x)),
            _("Choose a batch size between 1 and the number of examples."),
        )
    rng = np.random.default_rng(seed)
    w = np.zeros(2)
    path, seen = [w], [0]
    with np.errstate(all="ignore"):
        for _epoch in range(epochs):
            order = rng.permutation(len(x))
            shuffled, goals = x[order], targets[order]
            for first in range(0, len(x), batch_size):
                batch, goal = shuffled[first : first + batch_size], goals[first : first + batch_size]
                rate = learning_rate(len(path) - 1) if callable(learning_rate) else learning_rate
                w = w - (rate / len(batch)) * ((batch @ w - goal) @ batch)
                path.append(w)
                seen.append(seen[-1] + len(batch))
        weights = np.array(path)
        best = np.linalg.lstsq(x, targets, rcond=None)[0]
        excess = 0.5 * np.mean(((weights - best) @ x.T) ** 2, axis=1)
    return BatchPath(weights, np.array(seen), excess, batch_size)


def early_factor(t: ArrayLike, beta1: float = 0.9, beta2: float = 0.999) -> Floats:
    """Return how many times too long Adam's step t is without bias correction, when the gradient does not change.

    Parameters
    ----------
    t : number of the step, counted from 1; one number or an array
    beta1, beta2 : of Adam

    Returns
    -------
    array, the shape of `t`

    Notes
    -----
    With a constant gradient g, m is (1 − β₁ᵗ)·g and v is (1 − β₂ᵗ)·g², so m/√v is (1 − β₁ᵗ)/√(1 − β₂ᵗ) times as long
    as the corrected step. Taught in chapter 05.

    Examples
    --------
    >>> np.round(early_factor(np.array([1, 12, 1000])), 2)
    array([3.16, 6.57, 1.26])
    """
    steps = np.asarray(t, dtype=np.float64)
    return (1 - beta1**steps) / np.sqrt(1 - beta2**steps)


def shrink_by_decay(
    scales: Floats,
    *,
    decoupled: bool,
    learning_rate: float = 0.01,
    weight_decay: float = 0.1,
    steps: int = 1000,
    seed: int = 0,
) -> Floats:
    """Return what decay leaves of weights that begin at 1 and whose gradients are noise, for noise of each size.

    Parameters
    ----------
    scales : array, shape (number,); standard deviation of the gradients
    decoupled : True for AdamW; False puts the decay into the gradient
    learning_rate, weight_decay, steps, seed : of the training

    Returns
    -------
    array, shape (number,); the mean of 200 weights each

    Examples
    --------
    >>> np.round(shrink_by_decay(np.array([0.1, 10.0]), decoupled=True), 1)
    array([0.4, 0.4])
    """
    rng = np.random.default_rng(seed)
    theta: Floats = np.ones((200, len(scales)))
    m: Floats = np.zeros_like(theta)
    v: Floats = np.zeros_like(theta)
    for t in range(1, steps + 1):
        # Each draw serves twice, with either sign, so that the mean over weights does not wander.
        half = rng.standard_normal((100, 1)) * scales
        grad = np.concatenate([half, -half])
        before = theta
        theta, m, v = adam_step(theta, grad if decoupled else grad + weight_decay * theta, m, v, t, learning_rate)
        if decoupled:
            theta = theta - learning_rate * weight_decay * before
    return theta.mean(axis=0)


@lru_cache(maxsize=2)
def scattered_moons(examples: int = 400, noise: float = 0.15, seed: int = 3) -> tuple[Floats, Floats]:
    """Two half circles that reach into each other, and to which of them each point belongs.

    Returns
    -------
    (x of shape (examples, 2), labels of shape (examples,), 0 or 1)

    Examples
    --------
    >>> x, labels = scattered_moons()
    >>> x.shape, float(labels.mean())
    ((400, 2), 0.5)
    """
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, np.pi, examples)
    labels = np.arange(examples) % 2
    x = np.column_stack([np.cos(angle), np.sin(angle)])
    x[labels == 1] = [1.0, 0.5] - x[labels == 1]
    return x + noise * rng.standard_normal((examples, 2)), labels.astype(np.float64)


UNITS = 16
_SHAPES = ((2, UNITS), (UNITS,), (UNITS,), (1,))
_ENDS = np.cumsum([int(np.prod(shape)) for shape in _SHAPES])


def _unpack(theta: Floats) -> list[Floats]:
    parts = np.split(theta, _ENDS[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, _SHAPES, strict=True)]


def moon_network(seed: int = 0) -> Floats:
    """The parameters of a network with 16 tanh units and one output, as one vector, ready to be trained.

    Examples
    --------
    >>> moon_network().shape
    (65,)
    """
    rng = np.random.default_rng(seed)
    w1 = rng.standard_normal((2, UNITS)) / np.sqrt(2)
    w2 = rng.standard_normal(UNITS) / np.sqrt(UNITS)
    return np.concatenate([w1.ravel(), np.zeros(UNITS), w2, np.zeros(1)])


def moon_loss(theta: Floats, x: Floats, labels: Floats) -> tuple[float, Floats]:
    """Return the mean cross-entropy of the network on some points, and its gradient.

    Parameters
    ----------
    theta : array, shape (65,), see `moon_network`
    x : array, shape (batch, 2)
    labels : array, shape (batch,), 0 or 1

    Returns
    -------
    (loss, gradient of shape (65,))

    Notes
    -----
    Backpropagation by hand, as in chapter 03.
    """
    w1, b1, w2, b2 = _unpack(theta)
    hidden = np.tanh(x @ w1 + b1)  # (batch, units)
    logits = hidden @ w2 + b2  # (batch,)
    loss = np.mean(np.logaddexp(0, logits) - labels * logits)
    d_logits = (0.5 * (1 + np.tanh(0.5 * logits)) - labels) / len(x)
    d_hidden = np.outer(d_logits, w2) * (1 - hidden**2)
    parts = (x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_logits, d_logits.sum(keepdims=True))
    return float(loss), np.concatenate([part.ravel() for part in parts])


def _moon_gradients(theta: Floats, x: Floats, labels: Floats) -> Floats:
    """The gradients of many networks at once: theta is (runs, 65), x (runs, batch, 2), labels (runs, batch)."""
    parts = np.split(theta, _ENDS[:-1], axis=1)
    w1, b1, w2 = parts[0].reshape(-1, *_SHAPES[0]), parts[1][:, None], parts[2]
    hidden = np.tanh(x @ w1 + b1)  # (runs, batch, units)
    logits = (hidden @ w2[:, :, None])[..., 0] + parts[3]  # (runs, batch)
    d_logits = (0.5 * (1 + np.tanh(0.5 * logits)) - labels) / labels.shape[1]
    d_hidden = d_logits[..., None] * w2[:, None] * (1 - hidden**2)
    into_w1 = (x.transpose(0, 2, 1) @ d_hidden).reshape(len(theta), -1)
    into_w2 = (hidden.transpose(0, 2, 1) @ d_logits[..., None])[..., 0]
    return np.concatenate([into_w1, d_hidden.sum(axis=1), into_w2, d_logits.sum(axis=1, keepdims=True)], axis=1)


def rate_sweep(
    optimizers: Sequence[str], rates: Sequence[float], *, seeds: int = 12, steps: int = 250, batch_size: int = 32
) -> dict[str, Floats]:
    """Return the last loss on two moons for each optimizer, learning rate and seed.

    Parameters
    ----------
    optimizers : names in `OPTIMIZERS`
    rates : learning rates
    seeds : how many first weights and orders of batches; the same ones for every optimizer and rate
    steps, batch_size : of each training

    Returns
    -------
    dict: name → array, shape (rates, seeds); inf where a training ran off

    Notes
    -----
    All trainings of an optimizer run side by side, as rows of one array.

    Examples
    --------
    >>> ends = rate_sweep(["adam"], [0.03], seeds=2)["adam"]
    >>> ends.shape, bool(ends.max() < 0.2)
    ((1, 2), True)
    """
    x, labels = scattered_moons()
    rows = np.stack(
        [np.random.default_rng([seed, 1]).integers(len(x), size=(steps, batch_size)) for seed in range(seeds)]
    )
    rows = np.tile(rows, (len(rates), 1, 1))  # (runs, steps, batch); a rate's seeds stand side by side
    column = np.repeat(np.asarray(rates, dtype=float), seeds)[:, None]
    result = {}
    for name in optimizers:
        chosen = find_optimizer(name)
        theta = np.tile(np.stack([moon_network(seed) for seed in range(seeds)]), (len(rates), 1))
        state = chosen.start(theta)
        with np.errstate(all="ignore"):
            for t in range(1, steps + 1):
                drawn = rows[:, t - 1]
                grad = _moon_gradients(theta, x[drawn], labels[drawn])
                theta, state = chosen.step(theta, grad, state, t, column, 0.9)  # type: ignore[arg-type]
            ends = np.array([moon_loss(run, x, labels)[0] for run in theta]).reshape(len(rates), seeds)
        result[name] = np.nan_to_num(ends, nan=np.inf)
    return result
