"""Exercises of chapter 01: back through ReLU, back through the sigmoid, a misprint."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Option, Part, Rng, Tolerance, case, choice, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.activations import functions as book


def _relu_inputs(rng: Rng, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Both signs of x and of upstream, in all four combinations, away from 0."""
    size = math.prod(shape)
    signs = np.resize([1, 1, -1, -1], size), np.resize([1, -1, 1, -1], size)
    x, upstream = (sign * rng.uniform(0.2, 3.0, size) for sign in signs)
    order = rng.permutation(size)
    return x[order].reshape(shape), upstream[order].reshape(shape)


def _relu_vectors(rng: Rng) -> Iterable[Case]:
    for size in (4, 5, 8, 12):
        yield case(*_relu_inputs(rng, (size,)))
    yield edge(np.array([0.0, -0.0, 1.0]), np.array([2.0, 3.0, 4.0]))
    yield edge(np.array([1e-30, -1e-30, 1e30]), np.array([1e-5, 1e5, -1e5]))
    yield edge(np.zeros(0), np.zeros(0))


def _relu_batches(rng: Rng) -> Iterable[Case]:
    for shape in ((2, 4), (3, 4), (2, 2, 3)):
        yield case(*_relu_inputs(rng, shape))


def _buggy_relu_backward(bugs: Switches, x: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    mask = (upstream if "mask_from_upstream" in bugs else x) > 0
    gate = (~mask if "mask_inverted" in bugs else mask).astype(float)
    if "relu_for_slope" in bugs:
        gate = gate * np.maximum(x, 0)
    gradient = np.ones_like(upstream) if "upstream_ignored" in bugs else upstream
    if "negative_upstream_zeroed" in bugs:
        gradient = np.maximum(gradient, 0)
    return gate * gradient


RELU_BACKWARD = Exercise(
    id="relu_backward",
    answer="relu_backward",
    asks=_("The gradient at the input of a ReLU, from the gradient at its output."),
    reference=book.relu_backward,
    parts=(
        Part(_("vectors"), 1, _relu_vectors),
        Part(_("whole batches"), 1, _relu_batches),
        Part(_("inputs left as they were"), 1, _relu_batches, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_relu_backward,
        (
            "upstream_ignored",
            _("Your gradient is the same whatever `upstream` is."),
            _("The slope of ReLU says how the unit reacts. Where does it say how much the loss cares?"),
            _("Multiply the slope, 1 or 0, by `upstream`: that is the chain rule."),
        ),
        (
            "relu_for_slope",
            _("Your gradient grows with `x`, although the slope of ReLU is 1 for every positive `x`."),
            _("Did you multiply by the output of ReLU, or by its slope?"),
            _("Use the slope `x > 0`, not the output `np.maximum(x, 0)`."),
        ),
        (
            "mask_from_upstream",
            _("Your gradient passes where `upstream` is positive, whatever `x` is."),
            _("Which of the two decided, on the way forward, whether the unit was open?"),
            _("Take the mask from `x`: `np.where(x > 0, upstream, 0)`."),
        ),
        (
            "negative_upstream_zeroed",
            _("Negative gradients are lost, even where the unit was open."),
            _("ReLU cuts off negative inputs. Does it say anything about the sign of a gradient?"),
            _("Keep `upstream` as it is where `x > 0`; do not apply ReLU to it."),
        ),
        (
            "mask_inverted",
            _("Your gradient passes where `x` is negative and is 0 where `x` is positive."),
            _("On which side of 0 does ReLU answer to a small change of its input?"),
            _("Turn the condition round: pass `upstream` where `x > 0`."),
        ),
    ),
    combine=combiner(_buggy_relu_backward),
    hints=(
        _("Change one entry of `x` a little. For which entries does the output of ReLU change at all?"),
        _("The chain rule multiplies two numbers for each entry: the slope of ReLU there, and `upstream` there."),
        _("The slope is 1 where `x > 0` and 0 elsewhere. `np.where(condition, a, b)` chooses entry by entry."),
    ),
)


def _outputs(rng: Rng) -> Iterable[Case]:
    for size in (3, 4, 6):
        yield case(rng.uniform(0.05, 0.95, size))
    yield case(np.array([0.5, *rng.uniform(0.1, 0.9, 2)]))
    yield edge(np.array([0.0, 1.0]))
    yield edge(np.array([1e-6, 1e-3, 0.999]))
    yield edge(np.zeros(0))


def _output_batches(rng: Rng) -> Iterable[Case]:
    for shape in ((2, 3), (4, 2), (1, 1)):
        yield case(rng.uniform(0.05, 0.95, shape))


def _buggy_sigmoid_grad(bugs: Switches, a: np.ndarray) -> np.ndarray:
    a = book.sigmoid(a) if "sigmoid_again" in bugs else a
    if "slope_of_tanh" in bugs:
        slope = 1 - a * a
    elif "output_alone" in bugs:
        slope = a
    else:
        slope = a * (1 + a) if "plus_for_minus" in bugs else a * (1 - a)
    return -slope if "sign" in bugs else slope


SIGMOID_GRAD = Exercise(
    id="sigmoid_grad_from_output",
    answer="sigmoid_grad_from_output",
    asks=_("The slope of the sigmoid, from its output."),
    reference=book.sigmoid_grad_from_output,
    parts=(Part(_("a vector of outputs"), 1, _outputs), Part(_("a batch of outputs"), 1, _output_batches)),
    tolerance=Tolerance(rtol=1e-5, atol=2e-7),
    mistakes=mistakes_of(
        _buggy_sigmoid_grad,
        (
            "sigmoid_again",
            _("Your slopes all lie between 0.19 and 0.25, as if `a` were squeezed into a narrow band first."),
            _("`a` is what the sigmoid gave. Does it need another one?"),
            _("Use `a` itself: `a * (1 - a)`, without a call of the sigmoid."),
        ),
        (
            "slope_of_tanh",
            _("At an output of 0.5 your slope is 0.75; the sigmoid is never steeper than 0.25."),
            _("Which activation has the slope 1 − a²?"),
            _("1 − a² belongs to tanh. The sigmoid has a(1 − a)."),
        ),
        (
            "output_alone",
            _("Your slope goes on growing with the output; it should fall again beyond 0.5."),
            _("The slope is a product of two factors. Which one is missing when the output is close to 1?"),
            _("Multiply `a` by `1 - a`."),
        ),
        (
            "plus_for_minus",
            _("Your slope is above 0.25 where the sigmoid is already flat."),
            _("What should happen to the slope when the output comes close to 1?"),
            _("The second factor is `1 - a`, with a minus."),
        ),
        (
            "sign",
            _("Your slopes are negative, although the sigmoid rises everywhere."),
            _("In which order do the two terms of the difference stand?"),
            _("Write `a * (1 - a)`, not `a * (a - 1)`."),
        ),
    ),
    combine=combiner(_buggy_sigmoid_grad),
    hints=(
        _("Sketch σ and mark where it is steepest. What is the output there, and what is it where σ is flat?"),
        _("Write σ(x) = 1 / (1 + e⁻ˣ) and differentiate. Every e⁻ˣ can be replaced by (1 − a) / a."),
        _("The slope is a product of two factors: the output, and its distance from 1."),
    ),
)


SLOPE_HUNT = choice(
    "slope_hunt",
    _("Which line of the printed listing is wrong?"),
    {
        "a": Option(_("line a"), _("Line a is the sigmoid as it should be.")),
        "b": Option(_("line b"), _("Line b is right for an output a. The question is what it is given further down.")),
        "c": Option(_("line c"), _("Line c is a dot product and a bias, as in every unit.")),
        "d": Option(_("line d"), _("Line d is the unit's output, as it should be.")),
        "e": Option(
            _("line e"),
            _(
                "Line e hands `z` to a function that expects the output `a`. At z = 2 it gives −2 instead of 0.105: "
                "the wrong sign, so the unit learns backwards."
            ),
            right=True,
        ),
    },
    hints=(
        _("Follow one number: let z be 2. What is a, and what does each line make of it?"),
        _("A slope of the sigmoid is never negative. Which line can give a negative number?"),
    ),
)
