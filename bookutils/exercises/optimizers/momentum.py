"""Exercises of chapter 05: momentum in its plain form, and Nesterov's, which is optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.optimizers import steps as book

Pair = tuple[np.ndarray, np.ndarray]


def _signs(rng: Rng, size: int) -> np.ndarray:
    """Both signs, at least one of each from two entries on."""
    return rng.permutation(np.resize([1.0, -1.0], size))


def _start(rng: Rng, size: int) -> Pair:
    """Parameters and a gradient, well away from 0."""
    return _signs(rng, size) * rng.uniform(1.0, 3.0, size), _signs(rng, size) * rng.uniform(1.5, 4.0, size)


def _from_rest(rng: Rng) -> Iterable[Case]:
    for size in (2, 3, 4):
        yield case(*_start(rng, size), np.zeros(size), rng.uniform(0.05, 0.3), rng.uniform(0.5, 0.9))
    yield edge(np.array([1.0]), np.array([2.0]), np.array([0.0]), 0.1, 0.9)
    yield edge(np.zeros(0), np.zeros(0), np.zeros(0), 0.1, 0.9)


def _on_the_move(rng: Rng) -> Iterable[Case]:
    for shape in ((2,), (4,), (2, 3), (3,)):
        size = int(np.prod(shape))
        theta, grad = _start(rng, size)
        velocity = _signs(rng, size) * rng.uniform(0.4, 1.0, size)
        arrays = (part.reshape(shape) for part in (theta, grad, velocity))
        yield case(*arrays, rng.uniform(0.05, 0.15), rng.uniform(0.5, 0.8))
    yield edge(np.array([1.0, -1.0]), np.zeros(2), np.array([0.5, 0.25]), 0.1, 0.9)  # it coasts
    yield edge(np.array([1.0, -1.0]), np.array([2.0, 1.0]), np.array([0.5, 0.25]), 0.1, 0.0)  # no memory


def _buggy_momentum(
    bugs: Switches, theta: np.ndarray, grad: np.ndarray, velocity: np.ndarray, learning_rate: float, momentum: float
) -> Pair:
    pull = grad * (1 - momentum if "averaged" in bugs else 1.0)
    if "rate_outside" in bugs:
        new = momentum * velocity + pull
        step = -learning_rate * (velocity if "old_velocity" in bugs else new)
    else:
        new = momentum * velocity - learning_rate * pull
        step = velocity if "old_velocity" in bugs else new
    moved = theta - step if "sign" in bugs else theta + step
    return moved, velocity if "not_stored" in bugs else new


MOMENTUM_STEP = Exercise(
    id="momentum_step",
    answer="momentum_step",
    asks=_("One step of gradient descent with momentum: new parameters and new velocity."),
    reference=book.momentum_step,
    parts=(
        Part(_("a step from rest"), 1, _from_rest),
        Part(_("a step on the move"), 1, _on_the_move),
        Part(_("inputs left as they were"), 1, _on_the_move, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_momentum,
        (
            "sign",
            _("Your parameters move against the velocity that you return."),
            _("The minus is inside the velocity already. How does a velocity change a place?"),
            _("Add it: `theta + velocity`."),
        ),
        (
            "old_velocity",
            _("Your parameters move by the velocity that came in; the gradient has no say in this step."),
            _("Starting from rest, should a step with a gradient move at all?"),
            _("Work out the new velocity first, then add that one to `theta`."),
        ),
        (
            "averaged",
            _("The gradient counts for too little: as if it were multiplied by 1 − momentum."),
            _("Is the velocity a running mean here, or a sum that fades?"),
            _("Leave the factor 1 − momentum out: `momentum * velocity - learning_rate * grad`."),
        ),
        (
            "rate_outside",
            _(
                "Your velocity is in units of the gradient; this is the form of PyTorch, which multiplies by the "
                "learning rate later."
            ),
            _("The formula above has the learning rate in its first line. What does your velocity lack?"),
            _("Put it inside: `velocity = momentum * velocity - learning_rate * grad`, then `theta + velocity`."),
        ),
        (
            "not_stored",
            _("The parameters are right, and the velocity comes back as it went in."),
            _("What will the next step remember of this one?"),
            _("Return the new velocity beside the new parameters."),
        ),
    ),
    combine=combiner(_buggy_momentum),
    hints=(
        _("Two lines: first the velocity changes, then the place."),
        _("The new velocity is a share of the old one, minus the learning rate times the gradient."),
        _(
            "`velocity = momentum * velocity - learning_rate * grad`, then return `theta + velocity, velocity`. Do not "
            "use `+=` on an array that came in: it changes the caller's array."
        ),
    ),
)


def _buggy_nesterov(
    bugs: Switches, theta: np.ndarray, grad: np.ndarray, velocity: np.ndarray, learning_rate: float, momentum: float
) -> Pair:
    new = momentum * velocity - learning_rate * grad
    ahead = new if "no_fading" in bugs else momentum * new
    step = ahead + (learning_rate if "adds_gradient" in bugs else -learning_rate) * grad
    step = new if "plain" in bugs else step
    kept = velocity if "not_stored" in bugs else new
    return theta + step, step if "keeps_the_step" in bugs else kept


NESTEROV_STEP = Exercise(
    id="nesterov_step",
    answer="nesterov_step",
    asks=_("One step of Nesterov's momentum: new parameters and new velocity."),
    reference=book.nesterov_step,
    parts=(Part(_("a step from rest"), 0, _from_rest), Part(_("a step on the move"), 0, _on_the_move)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_nesterov,
        (
            "plain",
            _("This is plain momentum: as if the look ahead began from the old velocity."),
            _("From rest, plain momentum moves by the rate times the gradient. How far should this step go?"),
            _("Add `momentum * velocity - learning_rate * grad`, with the new velocity, instead of `velocity`."),
        ),
        (
            "not_stored",
            _("The parameters are right, and the velocity comes back as it went in."),
            _("What will the next step remember of this one?"),
            _("Return the new velocity beside the new parameters."),
        ),
        (
            "no_fading",
            _("Your step is too long: the new velocity counts in full."),
            _("By which factor will the velocity have faded when it is used again?"),
            _("Multiply the new velocity by `momentum` before you add it."),
        ),
        (
            "adds_gradient",
            _("Your look ahead climbs: in the second line the gradient is added."),
            _("Which sign does the gradient have in the first line?"),
            _("Subtract `learning_rate * grad` in the second line as well."),
        ),
        (
            "keeps_the_step",
            _("The parameters are right; the velocity that you return is the step that they took."),
            _("Which of the two does the first line call the velocity?"),
            _("Return the new velocity of the first line."),
        ),
    ),
    combine=combiner(_buggy_nesterov),
    hints=(
        _("The first line is that of plain momentum."),
        _("The second line takes the first line's rule once more, with the new velocity and the same gradient."),
    ),
    optional=True,
)
