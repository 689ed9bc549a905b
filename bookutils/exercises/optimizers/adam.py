"""Exercises of chapter 05: a step of Adam, and one of AdamW."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.optimizers import steps as book

Three = tuple[np.ndarray, np.ndarray, np.ndarray]
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def _signs(rng: Rng, size: int) -> np.ndarray:
    return rng.permutation(np.resize([1.0, -1.0], size))


def _numbers(rng: Rng, size: int, scale: float = 1.0) -> np.ndarray:
    """Both signs; sizes on both sides of `scale` and away from it, so that a square differs from its root."""
    sizes = np.where(np.arange(size) % 2, rng.uniform(0.3, 0.6, size), rng.uniform(1.8, 3.0, size))
    return _signs(rng, size) * sizes * scale


def _theta(rng: Rng, size: int) -> np.ndarray:
    return _signs(rng, size) * rng.uniform(1.0, 3.0, size)


def _first(rng: Rng) -> Iterable[Case]:
    for size in (2, 3, 4):
        zero = np.zeros(size)
        yield case(_theta(rng, size), _numbers(rng, size), zero, zero, 1, rng.uniform(0.05, 0.2))
    yield edge(np.array([1.0]), np.array([4.0]), np.zeros(1), np.zeros(1), 1, 0.1)
    yield edge(np.array([1.0, 2.0]), np.zeros(2), np.zeros(2), np.zeros(2), 1, 0.1)  # no gradient, no step
    yield edge(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), 1, 0.1)


def _moments(rng: Rng, grad: np.ndarray, t: int) -> tuple[np.ndarray, np.ndarray]:
    """Means as they stand before step t, when past gradients were of the present one's size."""
    m = grad * rng.uniform(0.4, 0.9, grad.shape) * (1 - BETA1 ** (t - 1))
    return m, grad**2 * rng.uniform(0.7, 1.3, grad.shape) * (1 - BETA2 ** (t - 1))


def _later(rng: Rng) -> Iterable[Case]:
    for shape, t in (((2,), 2), ((3,), 5), ((2, 2), 12), ((4,), 20)):
        size = int(np.prod(shape))
        theta, grad = _theta(rng, size).reshape(shape), _numbers(rng, size).reshape(shape)
        yield case(theta, grad, *_moments(rng, grad, t), t, rng.uniform(0.05, 0.2))
    yield edge(np.array([1.0]), np.array([0.0]), np.array([0.3]), np.array([0.2]), 50, 0.1)


def adam_cases(rng: Rng) -> Iterable[Case]:
    """First and later steps, for the listing that is to be mended."""
    yield from _first(rng)
    yield from _later(rng)


def _small(rng: Rng) -> Iterable[Case]:
    for size, t in ((2, 1), (3, 2), (4, 1), (3, 3)):
        grad = _numbers(rng, size, 1e-4)
        yield case(_theta(rng, size), grad, *_moments(rng, grad, t), t, rng.uniform(0.1, 0.2))
    zero = np.zeros(2)
    yield edge(np.array([1.0, -1.0]), np.array([1e-4, -1e-4]), zero, zero, 1, 0.1)


def _buggy_adam(
    bugs: Switches,
    theta: np.ndarray,
    grad: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    t: int,
    learning_rate: float,
    counted: int = 1,
) -> Three:
    m = BETA1 * m + (1 - BETA1) * grad
    v = BETA2 * v + (1 - BETA2) * grad**2
    m_hat, v_hat = m, v
    fade = 1.0
    if "no_correction" not in bugs:
        count = t + counted if "t_off_by_one" in bugs else t
        with np.errstate(divide="ignore", invalid="ignore"):
            fade = np.float64(1 - BETA2**count)
            m_hat, v_hat = m / np.float64(1 - BETA1**count), v / fade
    if "no_root" in bugs:
        below = v_hat + EPSILON
    elif "epsilon_in_root" in bugs:
        below = np.sqrt(v_hat + EPSILON)
    elif "epsilon_of_keras" in bugs:
        below = np.sqrt(v_hat) + EPSILON / np.sqrt(fade)
    else:
        below = np.sqrt(v_hat) + EPSILON
    moved = theta - learning_rate * m_hat / below
    return (moved, m_hat, v_hat) if "stored_corrected" in bugs else (moved, m, v)


ADAM_STEP = Exercise(
    id="adam_step",
    answer="adam_step",
    asks=_("One step of Adam: new parameters, and the new means of gradients and of their squares."),
    reference=book.adam_step,
    parts=(
        Part(_("the first step"), 1, _first),
        Part(_("later steps"), 1, _later),
        Part(_("small gradients"), 1, _small),
        Part(_("inputs left as they were"), 1, _later, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-9),
    mistakes=mistakes_of(
        _buggy_adam,
        (
            "no_root",
            _("Your step grows where gradients are small and shrinks where they are large."),
            _("v has the unit of a squared gradient. By what must m be divided, so that the units cancel?"),
            _("Divide by `np.sqrt(v_hat) + epsilon`, not by `v_hat + epsilon`."),
        ),
        (
            "no_correction",
            _("Your early steps are too long: 3.2 times at t = 1."),
            _("Both means begin at 0. Which of the two is further from what it should be, once the root is taken?"),
            _("Use `m / (1 - beta1**t)` and `v / (1 - beta2**t)` in the step."),
        ),
        (
            "epsilon_in_root",
            _("Right for gradients near 1; for gradients near 0.0001 your step is too short."),
            _("The square of 0.0001 is as small as epsilon. Where does epsilon stand in the formula?"),
            _("Add epsilon after the root: `np.sqrt(v_hat) + epsilon`."),
        ),
        (
            "t_off_by_one",
            _("Your bias correction is one step off."),
            _("t is the number of this step, and the first is 1. What is 1 − β₁ᵗ in the first step?"),
            _("Use `t` as it comes, neither `t + 1` nor `t - 1`."),
        ),
        (
            "stored_corrected",
            _("The parameters are right; the means come back with their correction."),
            _("The next step will correct what it gets. What happens to a mean that is corrected twice?"),
            _("Return `m` and `v` as they were before they were divided by 1 − βᵗ."),
        ),
        (
            "epsilon_of_keras",
            _(
                "For gradients near 0.0001 your step is a little too short: you add epsilon where Keras does, to the "
                "root of the uncorrected v."
            ),
            _("Both forms are in use. Which of the two does the formula above have?"),
            _("Correct v first, then take the root, then add epsilon."),
        ),
        also={"t_off_by_one": (switched(_buggy_adam, "t_off_by_one", counted=-1),)},
    ),
    combine=combiner(_buggy_adam),
    hints=(
        _("Five lines: m, v, their two corrections, the step."),
        _("Each mean keeps a share β of itself and takes in 1 − β of what is new: the gradient, and its square."),
        _(
            "`m_hat = m / (1 - beta1**t)`, `v_hat = v / (1 - beta2**t)`, and the step is "
            "`learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)`. Return the m and v that are not corrected."
        ),
    ),
)


def _masks(rng: Rng, shape: tuple[int, ...]) -> np.ndarray:
    """Weights and biases, at least one of each."""
    return rng.permutation(np.resize([True, False], int(np.prod(shape)))).reshape(shape)


def _decaying(rng: Rng, grad: np.ndarray, t: int) -> Case:
    """A step whose decay is large enough to be told from Adam's own part."""
    theta = _theta(rng, grad.size).reshape(grad.shape)
    means = _moments(rng, grad, t)
    return case(theta, grad, *means, t, _masks(rng, grad.shape), rng.uniform(0.05, 0.2), rng.uniform(0.1, 0.4))


def _no_gradient(rng: Rng) -> Iterable[Case]:
    for size in (2, 4, 6):
        yield _decaying(rng, np.zeros(size), 1)
    yield edge(np.array([1.0]), np.zeros(1), np.zeros(1), np.zeros(1), 1, np.array([True]), 0.1, 0.5)
    yield edge(np.array([1.0]), np.zeros(1), np.zeros(1), np.zeros(1), 1, np.array([False]), 0.1, 0.5)


def _whole_steps(rng: Rng) -> Iterable[Case]:
    for shape, t in (((2,), 1), ((4,), 2), ((2, 2), 7), ((6,), 15)):
        yield _decaying(rng, _numbers(rng, int(np.prod(shape))).reshape(shape), t)
    yield edge(np.array([2.0, 2.0]), np.ones(2), np.zeros(2), np.zeros(2), 1, np.array([True, False]), 0.1, 0.0)


def _buggy_adamw(
    bugs: Switches,
    theta: np.ndarray,
    grad: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    t: int,
    is_weight: np.ndarray,
    learning_rate: float,
    weight_decay: float,
) -> Three:
    decayed = np.ones_like(theta) if "biases_decayed" in bugs else np.asarray(is_weight, dtype=float)
    pull = weight_decay * decayed * theta * (-1.0 if "sign" in bugs else 1.0)
    if "in_gradient" in bugs:
        return book.adam_step(theta, grad + pull, m, v, t, learning_rate)
    moved, m, v = book.adam_step(theta, grad, m, v, t, learning_rate)
    if "divided" in bugs:
        with np.errstate(divide="ignore", invalid="ignore"):
            pull = pull / (np.sqrt(v / (1 - BETA2**t)) + EPSILON)
    elif "after_the_step" in bugs:
        pull = pull / theta * moved
    return moved - pull * (1.0 if "no_rate" in bugs else learning_rate), m, v


ADAMW_STEP = Exercise(
    id="adamw_step",
    answer="adamw_step",
    asks=_("One step of AdamW: Adam's step, and beside it a decay of the weights."),
    reference=book.adamw_step,
    parts=(
        Part(_("decay alone: no gradient"), 1, _no_gradient),
        Part(_("whole steps"), 2, _whole_steps),
        Part(_("inputs left as they were"), 1, _whole_steps, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_adamw,
        (
            "in_gradient",
            _("Your m and v know of the decay: it went into the gradient."),
            _("That is L2 regularisation. What does Adam do to everything that is in the gradient?"),
            _("Call Adam's step with the gradient as it is, then subtract the decay."),
        ),
        (
            "no_rate",
            _("Your weights decay by `weight_decay` itself in every step, whatever the learning rate."),
            _("When the rate is warmed up from 0, should the weights shrink in the first step?"),
            _("Subtract `learning_rate * weight_decay * theta`."),
        ),
        (
            "divided",
            _("Your decay depends on the size of the gradients: it is divided by √v too."),
            _("Decoupled means that decay does not pass through Adam. Which of your brackets is too wide?"),
            _("Divide only m by √v + epsilon; subtract the decay outside."),
        ),
        (
            "biases_decayed",
            _("Your biases decay as well."),
            _("`is_weight` is False for a bias. Is it used?"),
            _("Multiply the decay by `is_weight`: True counts as 1 and False as 0."),
        ),
        (
            "sign",
            _("Your weights grow where they should shrink."),
            _("Towards which number should decay pull a weight?"),
            _("Subtract the decay."),
        ),
        (
            "after_the_step",
            _("Your decay is a share of the parameters after Adam's step."),
            _("Both parts of the formula are taken at one place. At which?"),
            _("Multiply by the `theta` that came in, not by the one that has moved."),
        ),
    ),
    combine=combiner(_buggy_adamw),
    hints=(
        _("Adam's step stays as it is. What is added stands beside it, not inside."),
        _("If your `adam_step` passed, call it; it gives you the moved parameters and both means."),
        _("From the moved parameters subtract `learning_rate * weight_decay * is_weight * theta`, with the old theta."),
    ),
)
