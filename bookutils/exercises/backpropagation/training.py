"""Exercises of chapter 03: one step of a whole network, and a printed listing that climbs, to be mended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.activations.functions import sigmoid
from bookutils.numerics.backpropagation import training as book
from bookutils.numerics.backpropagation.by_hand import named_step


def _network(rng: Rng, batch: int, inputs: int, hidden: int) -> tuple[Any, ...]:
    """A batch and a network in which each unit is open for some examples and silent for others, away from the kink."""
    x = rng.uniform(0.5, 1.5, (batch, inputs)) * np.where(np.arange(batch)[:, None] % 2, 1.0, -1.0)
    network = {
        "w1": rng.uniform(0.4, 0.9, (inputs, hidden)),
        "b1": rng.uniform(-0.1, 0.1, hidden),
        "w2": rng.uniform(0.5, 1.0, (hidden, 1)),
        "b2": rng.uniform(-0.3, 0.3, 1),
    }
    y = (np.arange(batch)[:, None] % 4 < 2).astype(float)
    return x, y, network, float(rng.uniform(0.3, 0.6))


def _batches(rng: Rng) -> Iterable[Case]:
    for batch, inputs, hidden in ((4, 2, 3), (5, 3, 2), (6, 2, 2), (8, 2, 4)):
        yield case(*_network(rng, batch, inputs, hidden))
    yield edge(*_network(rng, 1, 2, 3))
    zeros = {"w1": np.zeros((2, 1)), "b1": np.zeros(1), "w2": np.ones((1, 1)), "b2": np.zeros(1)}
    yield edge(np.ones((2, 2)), np.array([[1.0], [1.0]]), zeros, 0.5)  # exactly at the kink


def _buggy_step(
    bugs: Switches, x: np.ndarray, y: np.ndarray, network: dict[str, np.ndarray], learning_rate: float
) -> dict[str, np.ndarray]:
    rate = -learning_rate if "climbs" in bugs else learning_rate
    z1 = x @ network["w1"] + network["b1"]
    h = np.maximum(z1, 0)
    dz2 = sigmoid(h @ network["w2"] + network["b2"]) - y
    dz2 = dz2 if "sum" in bugs else dz2 / len(x)
    w2 = network["w2"] - rate * h.T @ dz2
    dz1 = dz2 @ (w2 if "updated_w2" in bugs else network["w2"]).T
    dz1 = dz1 if "no_mask" in bugs else dz1 * (z1 > 0)
    new = {
        "w1": network["w1"] - rate * x.T @ dz1,
        "b1": network["b1"] - rate * dz1.sum(0),
        "w2": w2,
        "b2": network["b2"] - rate * dz2.sum(0),
    }
    return {**new, "b1": network["b1"], "b2": network["b2"]} if "no_biases" in bugs else new


NETWORK_STEP = Exercise(
    id="network_step",
    answer="network_step",
    asks=_("One step of gradient descent for a network with one hidden layer, on a batch."),
    reference=book.network_step,
    parts=(
        Part(_("the new network"), 0, _batches),
        Part(_("inputs left as they were"), 0, _batches, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_step,
        (
            "climbs",
            _("Every parameter moves as far as it should, in the opposite direction."),
            _("The gradient says where the loss grows. Where do you want to go?"),
            _("Subtract the learning rate times the gradient."),
        ),
        (
            "sum",
            _("Your step grows with the number of examples."),
            _("Is the loss the sum over the examples, or their mean?"),
            _("Divide p − y by the number of examples, once, before it goes back."),
        ),
        (
            "updated_w2",
            _("The output layer is right; the hidden layer's gradient came back through another `w2`."),
            _("Which `w2` was used on the way forward?"),
            _("Work out all gradients first, then change the parameters."),
        ),
        (
            "no_mask",
            _("The output layer is right; the hidden layer also learns from examples that its units were silent for."),
            _("What does a ReLU hand back where its pre-activation was negative?"),
            _("Multiply the gradient at the hidden layer by `z1 > 0`."),
        ),
        (
            "no_biases",
            _("The weights are right, and the biases have not moved."),
            _("How much does the logit move when the output bias moves a little?"),
            _("Move `b1` and `b2` too: against the sums of their gradients over the batch."),
        ),
    ),
    combine=combiner(_buggy_step),
    hints=(
        _("Forward: z1, a, p, with their shapes beside them. Back: dz2, then a layer, then the mask, then a layer."),
        _("dz2 = (p − y) / len(x). Your `dense_backward` gives the gradients of both layers."),
        _("The first layer's upstream is the second layer's gradient at its input, times `z1 > 0`."),
    ),
    optional=True,
)


def _printed_networks(rng: Rng) -> Iterable[Case]:
    """Three networks with an open hidden unit, three with a silent one; its output is below 1."""
    for y, side in ((1.0, 1), (0.0, 1), (1.0, 1), (0.0, -1), (1.0, -1), (0.0, -1)):
        x1, x2 = rng.uniform(0.3, 0.5, 2)
        w1, w2 = side * rng.uniform(0.3, 0.7, 2)
        w3 = rng.choice([-1, 1]) * rng.uniform(0.5, 1.5)
        yield case(x1, x2, y, w1, w2, side * rng.uniform(0.05, 0.2), w3, rng.uniform(0.2, 0.6), rng.uniform(0.3, 0.7))


def _buggy_printed_step(
    bugs: Switches,
    x1: float,
    x2: float,
    y: float,
    w1: float,
    w2: float,
    b1: float,
    w3: float,
    b2: float,
    rate: float,
) -> dict[str, float]:
    z1 = w1 * x1 + w2 * x2 + b1
    a1 = max(0.0, z1)
    a2 = float(sigmoid(w3 * a1 + b2))
    grad_z2 = y - a2 if "climbs" in bugs else a2 - y
    grad_z2 = grad_z2 * a2 * (1 - a2) if "slope_twice" in bugs else grad_z2
    new_w3 = w3 if "w3_forgotten" in bugs else w3 - rate * grad_z2 * a1
    grad_z1 = grad_z2 * (w3 - rate * grad_z2 * a1 if "updated_w3" in bugs else w3)
    grad_z1 = grad_z1 if z1 > 0 or "no_mask" in bugs else 0.0
    return {
        "w1": w1 - rate * grad_z1 * x1,
        "w2": w2 - rate * grad_z1 * x2,
        "b1": b1 - rate * grad_z1,
        "w3": new_w3,
        "b2": b2 - rate * grad_z2,
    }


CLIMBING_HUNT = Exercise(
    id="climbing_hunt",
    answer="climbing_hunt",
    asks=_("The printed step, mended: it goes down, and each of the five parameters learns."),
    reference=named_step,
    parts=(Part(_("the new parameters"), 0, _printed_networks),),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_printed_step,
        (
            "climbs",
            _("Every parameter that moves goes in the opposite direction, so the loss grows."),
            _("The label is 1 and the output too small. Which sign should the gradient at `a2` have?"),
            _("The derivative of −[y·log a2 + (1 − y)·log(1 − a2)] is −y / a2 + (1 − y) / (1 − a2)."),
        ),
        (
            "w3_forgotten",
            _("`w3` comes back as it went in; the other parameters are right."),
            _("One of the gradients is worked out and never used. Which one?"),
            _("Move it, too: w3 − rate · grad_w3."),
        ),
        (
            "updated_w3",
            _("The output unit is right; the hidden unit's gradient came back through another `w3`."),
            _("Which `w3` was used on the way forward?"),
            _("Work out all gradients first, then change the parameters."),
        ),
        (
            "no_mask",
            _("A silent hidden unit moves."),
            _("What does a ReLU hand back where its pre-activation was negative?"),
            _("Keep the factor (a1 > 0)."),
        ),
        (
            "slope_twice",
            _("Your steps are too small by the factor a2(1 − a2)."),
            _("The gradient at the logit is a2 − y. Is the sigmoid still to be passed?"),
            _("Multiply by a2 · (1 − a2) once, on the way from `a2` to the logit, and not again."),
        ),
    ),
    combine=combiner(_buggy_printed_step),
    hints=(
        _("The label is 1. Where should the output move, and so which sign should the gradient at `a2` have?"),
        _("Differentiate the loss with respect to a2 with pencil and paper, and compare sign by sign."),
        _("Then count: five parameters, five gradients, and each gradient is subtracted from its parameter."),
    ),
    optional=True,
)
