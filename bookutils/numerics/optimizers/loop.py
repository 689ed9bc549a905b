"""A training loop with nothing left out: shuffled batches, epochs, and a loss on held-out examples.

Taught in chapter 05.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from bookutils.numerics.arrays import Floats
from bookutils.numerics.optimizers.experiments import moon_loss


def training_loop(
    theta: Floats,
    train: tuple[Floats, Floats],
    held_out: tuple[Floats, Floats],
    orders: Sequence[ArrayLike],
    batch_size: int,
    learning_rate: float,
) -> tuple[Floats, Floats]:
    """Train the network on two moons by gradient descent, and measure it after each epoch.

    Parameters
    ----------
    theta : array, shape (65,), see `moon_network`
    train, held_out : (x of shape (examples, 2), labels of shape (examples,)); no step sees the second
    orders : for each epoch the numbers of the training examples, in the order in which it goes through them
    batch_size : examples of a step; the last batch of an epoch may be shorter
    learning_rate : of gradient descent

    Returns
    -------
    (parameters, array of shape (epochs, 2): after each epoch the loss on all training examples, and on the held-out)

    Examples
    --------
    >>> from bookutils.numerics.optimizers.experiments import moon_network, scattered_moons
    >>> x, labels = scattered_moons()
    >>> parts = (x[:40], labels[:40]), (x[40:], labels[40:])
    >>> _theta, losses = training_loop(moon_network(), *parts, [np.arange(40)] * 3, 8, 0.3)
    >>> losses.shape, bool(losses[-1, 0] < losses[0, 0])
    ((3, 2), True)
    """
    x, labels = train
    held_x, held_labels = held_out
    losses = []
    for order in orders:
        order = np.asarray(order)
        for first in range(0, len(order), batch_size):
            rows = order[first : first + batch_size]
            _loss, gradient = moon_loss(theta, x[rows], labels[rows])
            theta = theta - learning_rate * gradient
        losses.append((moon_loss(theta, x, labels)[0], moon_loss(theta, held_x, held_labels)[0]))
    return theta, np.array(losses)


def batch_epoch(w: Floats, x: Floats, y: Floats, order: ArrayLike, batch_size: int, learning_rate: float) -> Floats:
    """Go once through the examples with a linear unit, on half the mean squared error of each batch.

    Parameters
    ----------
    w : weights, shape (inputs,)
    x, y : examples of shape (examples, inputs), targets of shape (examples,)
    order : the numbers of the examples, in the order in which the epoch goes through them
    batch_size : examples of a step; the last batch may be shorter, and its gradient is divided by what it holds
    learning_rate : of gradient descent

    Returns
    -------
    array, shape (inputs,) : the weights after the epoch; `w` is left as it was
    """
    order = np.asarray(order)
    for first in range(0, len(x), batch_size):
        rows = order[first : first + batch_size]
        w = w - learning_rate * ((x[rows] @ w - y[rows]) @ x[rows]) / len(rows)
    return w
