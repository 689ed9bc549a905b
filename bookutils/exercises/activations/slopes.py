"""Exercises of chapter 01: back through ReLU, back through the sigmoid, a listing to mend, a unit to wake."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Option, Part, Rng, Tolerance, case, choice, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.activations import functions as book
from bookutils.numerics.activations.units import sigmoid_unit_gradient


def _relu_inputs(rng: Rng, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Both signs of z and of upstream, in all four combinations, away from 0."""
    size = math.prod(shape)
    signs = np.resize([1, 1, -1, -1], size), np.resize([1, -1, 1, -1], size)
    z, upstream = (sign * rng.uniform(0.2, 3.0, size) for sign in signs)
    order = rng.permutation(size)
    return z[order].reshape(shape), upstream[order].reshape(shape)


def _relu_vectors(rng: Rng) -> Iterable[Case]:
    for size in (4, 5, 8, 12):
        yield case(*_relu_inputs(rng, (size,)))
    yield edge(np.array([0.0, -0.0, 1.0]), np.array([2.0, 3.0, 4.0]))
    yield edge(np.array([1e-30, -1e-30, 1e30]), np.array([1e-5, 1e5, -1e5]))
    yield edge(np.zeros(0), np.zeros(0))


def _relu_batches(rng: Rng) -> Iterable[Case]:
    for shape in ((2, 4), (3, 4), (2, 2, 3)):
        yield case(*_relu_inputs(rng, shape))


def _buggy_relu_backward(bugs: Switches, z: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    mask = (upstream if "mask_from_upstream" in bugs else z) > 0
    gate = (~mask if "mask_inverted" in bugs else mask).astype(float)
    if "relu_for_slope" in bugs:
        gate = gate * np.maximum(z, 0)
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
            _("Your gradient grows with `z`, although the slope of ReLU is 1 for every positive `z`."),
            _("Did you multiply by the output of ReLU, or by its slope?"),
            _("Use the slope `z > 0`, not the output `np.maximum(z, 0)`."),
        ),
        (
            "mask_from_upstream",
            _("Your gradient passes where `upstream` is positive, whatever `z` is."),
            _("Which of the two decided, on the way forward, whether the unit was open?"),
            _("Take the mask from `z`: `np.where(z > 0, upstream, 0)`."),
        ),
        (
            "negative_upstream_zeroed",
            _("Negative gradients are lost, even where the unit was open."),
            _("ReLU cuts off negative inputs. Does it say anything about the sign of a gradient?"),
            _("Keep `upstream` as it is where `z > 0`; do not apply ReLU to it."),
        ),
        (
            "mask_inverted",
            _("Your gradient passes where `z` is negative and is 0 where `z` is positive."),
            _("On which side of 0 does ReLU answer to a small change of its input?"),
            _("Turn the condition around: pass `upstream` where `z > 0`."),
        ),
    ),
    combine=combiner(_buggy_relu_backward),
    hints=(
        _("Change one entry of `z` a little. For which entries does the output of ReLU change at all?"),
        _("The chain rule multiplies two numbers for each entry: the slope of ReLU there, and `upstream` there."),
        _("The slope is 1 where `z > 0` and 0 elsewhere. `np.where(condition, a, b)` chooses entry by entry."),
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
        _("Write σ(z) = 1 / (1 + e⁻ᶻ) and differentiate. Every e⁻ᶻ can be replaced by (1 − a) / a."),
        _("The slope is a product of two factors: the output, and its distance from 1."),
    ),
)


def _steep_units(rng: Rng) -> Iterable[Case]:
    """Units whose pre-activation is above 1 or below −1: there z(1 − z) is negative, as no slope of a sigmoid is."""
    for size, side, y in ((2, 1, 0.0), (3, -1, 1.0), (4, 1, 1.0), (2, -1, 0.0), (3, 1, 0.0)):
        w, x = (rng.choice([-1, 1], size) * rng.uniform(0.4, 1.5, size) for _unused in range(2))
        z = side * rng.uniform(1.3, 2.2)
        yield case(w, z - w @ x, x, y)
    yield edge(np.zeros(2), 0.0, np.array([1.0, -1.0]), 1.0)
    yield edge(np.array([0.5]), 0.0, np.array([1.0]), 0.3)


def _buggy_unit(bugs: Switches, w: np.ndarray, b: float, x: np.ndarray, y: float) -> np.ndarray:
    z = w @ x + b
    a = book.sigmoid(z)
    given = z if "z_for_a" in bugs else book.sigmoid(a) if "sigmoid_again" in bugs else a
    slope = 1.0 if "no_slope" in bugs else given * (1 - given)
    error = y - a if "label_first" in bugs else a - y
    gradient: np.ndarray = error * slope * (w if "weights_for_inputs" in bugs else x)
    return gradient


SLOPE_HUNT = Exercise(
    id="slope_hunt",
    answer="slope_hunt",
    asks=_("The printed listing, mended: the gradient of ½(a − y)² at the weights of a sigmoid unit."),
    reference=sigmoid_unit_gradient,
    parts=(Part(_("units on both sides of zero"), 0, _steep_units),),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_unit,
        (
            "z_for_a",
            _("Your gradient has the wrong sign here, as if the slope of the sigmoid were negative."),
            _("`sigmoid_derivative` is right for one of the two numbers z and a. Which one does it get?"),
            _("Hand it the output: `sigmoid_derivative(a)`."),
        ),
        (
            "sigmoid_again",
            _("Your slope is close to ¼ for every unit, as if the output were squeezed a second time."),
            _("How often has the sigmoid been applied before the slope is taken?"),
            _("`a` is the output already: `sigmoid_derivative(a)`."),
        ),
        (
            "no_slope",
            _("Your gradient is that of a unit without a bend."),
            _("Between the loss and the weight stands the sigmoid. Which factor does it add?"),
            _("Multiply by a(1 − a)."),
        ),
        (
            "label_first",
            _("Every entry of your gradient has the opposite sign."),
            _("Which way should the output move when it is larger than the label?"),
            _("The derivative of ½(a − y)² is a − y, in this order."),
        ),
        (
            "weights_for_inputs",
            _("Your gradient is in proportion to the weights, not to the inputs."),
            _("By how much does z change when the first weight changes a little?"),
            _("Multiply by `x`: each weight's gradient carries its own input."),
        ),
    ),
    combine=combiner(_buggy_unit),
    hints=(
        _("Follow one number: let z be 2. What is a, and what does each line make of it?"),
        _("A slope of the sigmoid is never negative. Which line can give a negative number?"),
        _("`sigmoid_derivative` wants an output of the sigmoid. Change what the last line hands to it."),
    ),
    optional=True,
)


WAKE_UNIT = choice(
    "wake_unit",
    _("Which change lets the silent unit learn from its next step on, and in the right direction?"),
    {
        "a": Option(
            _("Train it ten times as long."),
            _("Each step adds exactly 0. Ten times as many steps add ten times as many zeros."),
        ),
        "b": Option(
            _("Make the learning rate a hundred times larger."),
            _("The step is learning rate times gradient, and the gradient is exactly 0."),
        ),
        "c": Option(
            _("Replace ReLU with GELU and go on."),
            _("At −2.4 GELU's slope is negative: a unit whose output should grow is pushed further down."),
        ),
        "d": Option(
            _("Halve all inputs."),
            _("The bias of −4 stays. Half of the input's share makes the largest pre-activation −3.2."),
        ),
        "e": Option(
            _("Set its bias to 0."),
            _("About half of the examples are above 0 then. The slope there is 1, so the error reaches the weights."),
            right=True,
        ),
    },
    hints=(
        _("Write down the three factors of the gradient at a weight. Which one is 0, and what changes it?"),
        _("Two of the five changes move the pre-activation of an example. Which of them moves it above 0?"),
    ),
)
