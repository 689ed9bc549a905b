"""Exercises of chapter 03: three units by hand, and a layer with a batch."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.activations.functions import sigmoid
from bookutils.numerics.backpropagation import by_hand as book


def _network(rng: Rng, y: float, side: float) -> tuple[object, ...]:
    """Inputs and weights far from the kink; `side` is the sign of the hidden pre-activation."""
    x, w1 = rng.uniform(0.5, 2.0, 2), side * rng.uniform(0.3, 0.8, 2)
    w2 = rng.choice([-1, 1]) * rng.uniform(0.5, 0.9)
    return x, y, w1, side * rng.uniform(0.1, 0.4), w2, rng.uniform(0.1, 0.5), rng.uniform(0.3, 0.7)


def _open(rng: Rng) -> Iterable[Case]:
    for y in (0.0, 1.0, 0.0, 1.0):
        yield case(*_network(rng, y, 1.0))
    yield edge(np.array([1.0, 2.0]), 1.0, np.array([0.1, 0.2]), 0.0, 0.8, 0.0, 0.5)


def _silent(rng: Rng) -> Iterable[Case]:
    for y in (0.0, 1.0, 0.0, 1.0):
        yield case(*_network(rng, y, -1.0))
    yield edge(np.array([1.0, 1.0]), 1.0, np.array([0.5, -0.5]), 0.0, 0.7, 0.2, 0.5)  # exactly at the kink


def _buggy_211(
    bugs: Switches, x: np.ndarray, y: float, w1: np.ndarray, b1: float, w2: float, b2: float, learning_rate: float
) -> dict[str, object]:
    z1 = float(x @ w1) + b1
    h = max(z1, 0.0)
    p = float(sigmoid(w2 * h + b2))
    dz2 = -p * (1 - p) if "difference_as_loss" in bugs else p - y
    dz2 = dz2 * p * (1 - p) if "extra_slope" in bugs else dz2
    new_w2 = w2 - learning_rate * dz2 * h
    back = new_w2 if "updated_w2" in bugs else w2
    dz1 = dz2 * (1.0 if "no_w2" in bugs else back)
    dz1 = dz1 if z1 > 0 or "no_mask" in bugs else 0.0
    return {
        "w1": w1 - learning_rate * dz1 * x,
        "b1": b1 - learning_rate * dz1,
        "w2": new_w2,
        "b2": b2 - learning_rate * dz2,
    }


BACKPROP_211 = Exercise(
    id="backprop_211",
    answer="backprop_211",
    asks=_("One step of gradient descent for two inputs, a ReLU unit and a sigmoid unit, with cross-entropy."),
    reference=book.backprop_211,
    parts=(
        Part(_("an open hidden unit"), 2, _open),
        Part(_("a silent hidden unit"), 1, _silent),
        Part(_("inputs left as they were"), 1, _open, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_211,
        (
            "difference_as_loss",
            _("Your step does not depend on the label."),
            _("You took y − p itself as the loss. What is the derivative of cross-entropy instead?"),
            _("At the logit the gradient of cross-entropy is p − y; begin with that."),
        ),
        (
            "extra_slope",
            _("Your steps are too small by the factor p(1 − p)."),
            _("The gradient p − y stands at the logit. Is the sigmoid still to be passed?"),
            _("Leave p(1 − p) out: it cancels against the derivative of cross-entropy."),
        ),
        (
            "no_w2",
            _("The output unit is right; the hidden unit's step does not depend on `w2`."),
            _("How much does the logit move when the hidden output moves a little?"),
            _("Multiply p − y by `w2` on the way to the hidden unit."),
        ),
        (
            "no_mask",
            _("A silent hidden unit moves."),
            _("Its pre-activation is negative. Does a small change of it reach the output?"),
            _("Set the gradient at the pre-activation to 0 where it is not above 0."),
        ),
        (
            "updated_w2",
            _("The output unit is right; the hidden unit's gradient was taken with another `w2` than the loss."),
            _("Which `w2` was used on the way forward?"),
            _("Work out all gradients first, then change the parameters."),
        ),
    ),
    combine=combiner(_buggy_211),
    hints=(
        _("Go forward first, and keep z1, a and p. Then go back: logit, hidden unit, weights."),
        _("The gradient at the logit is p − y. Each weight's gradient is that of its sum times what it multiplied."),
        _("dz2 = p − y; dz1 = dz2 · w2 where z1 > 0, else 0; then w1 changes by −rate · dz1 · x."),
    ),
)


def _square(rng: Rng) -> Iterable[Case]:
    for batch in (2, 4, 5, 6):
        yield case(*(rng.uniform(0.3, 2.0, shape) for shape in ((batch, 3), (3, 3), (batch, 3))))


def _oblong(rng: Rng) -> Iterable[Case]:
    for batch, inputs, units in ((4, 2, 3), (1, 3, 2), (5, 1, 4), (3, 4, 1)):
        yield edge(*(rng.uniform(-2, 2, shape) for shape in ((batch, inputs), (inputs, units), (batch, units))))


def _buggy_dense(bugs: Switches, x: np.ndarray, weights: np.ndarray, upstream: np.ndarray) -> dict[str, np.ndarray]:
    upstream = upstream / len(x) if "divided_again" in bugs else upstream
    at_weights = x.T @ upstream
    bias = upstream if "bias_per_example" in bugs else upstream.sum(axis=0)
    return {
        "x": upstream @ (weights if "weights_as_they_are" in bugs else weights.T),
        "weights": at_weights.T if "transposed" in bugs else at_weights,
        "bias": upstream.mean(axis=0) if "bias_mean" in bugs and "bias_per_example" not in bugs else bias,
    }


DENSE_BACKWARD = Exercise(
    id="dense_backward",
    answer="dense_backward",
    asks=_("The gradients of a layer at its input, its weights and its bias."),
    reference=book.dense_backward,
    parts=(
        Part(_("as many units as inputs"), 2, _square),
        Part(_("any number of units"), 1, _oblong),
        Part(_("inputs left as they were"), 1, _square, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-5),
    mistakes=mistakes_of(
        _buggy_dense,
        (
            "transposed",
            _("The gradient at the weights lies on its side."),
            _("Entry (i, j) belongs to input i and unit j. Which array gives the rows?"),
            _("Use `x.T @ upstream`: (inputs, batch) times (batch, units)."),
        ),
        (
            "bias_per_example",
            _("The gradient at the bias has an entry for each example."),
            _("One bias serves all examples. What happens to gradients that meet at one number?"),
            _("Add them: `upstream.sum(axis=0)`."),
        ),
        (
            "weights_as_they_are",
            _("The gradient at the input comes back through the wrong weights."),
            _("Going back, a unit passes its gradient to each input. Along which axis of `weights` do inputs lie?"),
            _("Use `upstream @ weights.T`."),
        ),
        (
            "divided_again",
            _("All your gradients are too small by the size of the batch."),
            _("`upstream` is the gradient of a mean already. Who divided by the batch?"),
            _("Do not divide by the number of examples."),
        ),
        (
            "bias_mean",
            _("The gradient at the bias is too small by the size of the batch; the others are right."),
            _("Gradients that meet at one number are added. Did you add?"),
            _("Use the sum over the batch, not the mean."),
        ),
    ),
    combine=combiner(_buggy_dense),
    hints=(
        _("Write the shape of each array beside it. There is one product that gives each of the wanted shapes."),
        _("At the input: (batch, units) times (units, inputs). At the weights: (inputs, batch) times (batch, units)."),
        _('`{"x": upstream @ weights.T, "weights": x.T @ upstream, "bias": upstream.sum(axis=0)}`'),
    ),
)
