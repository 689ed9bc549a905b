"""The exercises and predictions of chapter 01: activations, their slopes, silent units, stable logarithms."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from bookutils.core.messages import _
from bookutils.exercises.model import Case, Exercise, Mistake, Option, Part, Prediction, Tolerance, case, choice, edge
from bookutils.numerics import activations as book

Rng = np.random.Generator
Bugs = frozenset[str]


def _mistakes(buggy: Callable[..., Any], *rows: tuple[str, str, str, str]) -> tuple[Mistake, ...]:
    """Make one mistake a row (id, evidence, question, fix), each a switch of the one buggy function."""
    return tuple(
        Mistake(id, partial(buggy, frozenset({id})), evidence, question, fix) for id, evidence, question, fix in rows
    )


# relu_backward ---------------------------------------------------------------------------------------------------


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


def _buggy_relu_backward(bugs: Bugs, x: np.ndarray, upstream: np.ndarray) -> np.ndarray:
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
    mistakes=_mistakes(
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
    combine=lambda bugs: partial(_buggy_relu_backward, bugs),
    hints=(
        _("Change one entry of `x` a little. For which entries does the output of ReLU change at all?"),
        _("The chain rule multiplies two numbers for each entry: the slope of ReLU there, and `upstream` there."),
        _("The slope is 1 where `x > 0` and 0 elsewhere. `np.where(condition, a, b)` chooses entry by entry."),
    ),
)

# sigmoid_grad_from_output ----------------------------------------------------------------------------------------


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


def _buggy_sigmoid_grad(bugs: Bugs, a: np.ndarray) -> np.ndarray:
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
    mistakes=_mistakes(
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
    combine=lambda bugs: partial(_buggy_sigmoid_grad, bugs),
    hints=(
        _("Sketch σ and mark where it is steepest. What is the output there, and what is it where σ is flat?"),
        _("Write σ(x) = 1 / (1 + e⁻ˣ) and differentiate. Every e⁻ˣ can be replaced by (1 − a) / a."),
        _("The slope is a product of two factors: the output, and its distance from 1."),
    ),
)

# dead_fraction ---------------------------------------------------------------------------------------------------


def _pre_activations(rng: Rng, batch: int, units: int, silent: int, zero: int, quiet_rows: int) -> np.ndarray:
    """Columns in random order: `silent` negative ones, `zero` ones of zeros, the rest alive in some example.

    With `quiet_rows` no unit answers to that many examples; without, one unit is alive in all of them.
    """
    z = -rng.uniform(0.1, 2.0, (batch, units))
    alive = rng.random((batch, units)) < 0.6
    alive[:quiet_rows] = False
    alive[quiet_rows, :] = True  # every unit that is not silent is alive at least once
    alive[-1, 1 + silent + zero :] = False  # and, but for the first, silent at least once
    z[alive] *= -1
    z[:, :silent] = -np.abs(z[:, :silent])
    z[:, silent : silent + zero] = 0.0
    if quiet_rows == 0:
        z[:, silent + zero] = np.abs(z[:, silent + zero])
    return z[rng.permutation(batch)][:, rng.permutation(units)]


def _layers(rng: Rng) -> Iterable[Case]:
    for batch, units, silent, zero, quiet in ((5, 8, 2, 1, 0), (6, 7, 1, 1, 2), (4, 9, 3, 1, 1), (7, 6, 1, 2, 0)):
        yield case(_pre_activations(rng, batch, units, silent, zero, quiet))
    yield edge(np.array([[-1.0, 2.0, 0.0]]))
    yield edge(-np.ones((3, 4)))
    yield edge(np.ones((3, 4)))


def _zero_layers(rng: Rng) -> Iterable[Case]:
    for batch, units, quiet in ((5, 7, 0), (6, 8, 2), (4, 6, 1)):
        yield case(_pre_activations(rng, batch, units, 1, 2, quiet))


def _buggy_dead_fraction(bugs: Bugs, pre_activations: np.ndarray) -> float:
    silent = pre_activations == 0 if "exactly_zero" in bugs else pre_activations <= 0
    if "entries" not in bugs:
        axis = 1 if "wrong_axis" in bugs else 0
        silent = silent.any(axis) if "any_for_all" in bugs else silent.all(axis)
    return float(1 - silent.mean() if "live_fraction" in bugs else silent.mean())


DEAD_FRACTION = Exercise(
    id="dead_fraction",
    answer="dead_fraction",
    asks=_("The share of ReLU units that are silent for every example of a batch."),
    reference=book.dead_fraction,
    parts=(Part(_("layers of units"), 2, _layers), Part(_("units at exactly zero"), 1, _zero_layers)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=_mistakes(
        _buggy_dead_fraction,
        (
            "entries",
            _("You counted entries: pairs of an example and a unit."),
            _("A unit that is silent for one example and open for the next still learns. Does your count know it?"),
            _("First decide for each unit whether all its examples are silent, then take the mean over units."),
        ),
        (
            "wrong_axis",
            _("You counted examples for which all units are silent."),
            _("The array is (batch, units). Along which axis do the examples of one unit lie?"),
            _("Use `axis=0`: it runs over the examples of each unit."),
        ),
        (
            "any_for_all",
            _("You counted units that are silent for at least one example."),
            _("One open example is enough for a gradient. What must be true of all the others?"),
            _("Use `np.all` in the place of `np.any`."),
        ),
        (
            "live_fraction",
            _("You returned the share of units that are alive."),
            _("Which of the two shares grows when the bias is dragged down?"),
            _("Return one minus your result, or turn the condition round."),
        ),
        (
            "exactly_zero",
            _("You counted only units whose pre-activation is exactly 0."),
            _("The array holds what goes into the ReLU. What comes out for an entry of −2?"),
            _("Compare with `<= 0`: the output is 0 for everything at or below 0."),
        ),
    ),
    combine=lambda bugs: partial(_buggy_dead_fraction, bugs),
    hints=(
        _("Begin with one unit: one column of the array. When is it silent for the whole batch?"),
        _("`pre_activations <= 0` is an array of True and False, one for each example and unit."),
        _("`np.all(…, axis=0)` asks each column whether all its entries are True; `np.mean` of that is the share."),
    ),
)

# log_sigmoid -----------------------------------------------------------------------------------------------------


def _moderate(rng: Rng) -> Iterable[Case]:
    for size in (3, 4, 5):
        yield case(np.append(rng.uniform(-6, -0.5, size), rng.uniform(0.5, 6, 2)))
    yield edge(np.array([0.0]))
    yield edge(np.zeros(0))
    yield edge(rng.uniform(-3, 3, (2, 3)))


def _extreme(rng: Rng) -> Iterable[Case]:
    for _unused in range(4):
        yield case(np.array([-rng.uniform(800, 3000), -rng.uniform(60, 500), rng.uniform(800, 3000)]))
    yield edge(np.array([-1e6, 1e6]))
    yield edge(np.array([-36.0, -38.0, 36.0, 38.0]))


def _buggy_log_sigmoid(bugs: Bugs, x: np.ndarray) -> np.ndarray:
    x = -x if "flipped" in bugs else x
    if "clipped" in bugs:
        value = _clipped_log(1e-12, x)
    elif "log_of_sigmoid" in bugs:
        value = np.log(1 / (1 + np.exp(-x)))
    elif "other_branch" in bugs:
        value = x - np.log1p(np.exp(x))
    else:
        value = book.log_sigmoid(x)
    return value / math.log(10) if "log10" in bugs else value


def _clipped_log(smallest: float, x: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(book.sigmoid(x), smallest))


def _log_sigmoid_mistakes() -> Iterable[Mistake]:
    for mistake in _mistakes(
        _buggy_log_sigmoid,
        (
            "log_of_sigmoid",
            _("Very negative inputs give −inf."),
            _("What does `np.exp(1000)` give, and what is left of the sigmoid after that?"),
            _("Do not compute σ(x) first. Use log σ(x) = min(x, 0) − log(1 + e^(−|x|))."),
        ),
        (
            "clipped",
            _("However negative the input, your result does not fall below a fixed floor."),
            _("A clipped loss is flat. What is the gradient there, on the examples that are most wrong?"),
            _("Remove the clipping; min(x, 0) − log(1 + e^(−|x|)) needs none."),
        ),
        (
            "flipped",
            _("Your result falls where the sigmoid rises."),
            _("log σ(x) is close to 0 for large positive x. On which side is yours?"),
            _("Turn the sign of x round: log σ(x) is −softplus(−x), not −softplus(x)."),
        ),
        (
            "other_branch",
            _("Negative inputs come out right, large positive ones do not."),
            _("Which exponential in your formula grows without bound now?"),
            _("Take exp only of −|x|, which is never positive."),
        ),
        (
            "log10",
            _("All your values are too small by the same factor, 2.303."),
            _("To which base is your logarithm?"),
            _("Use the natural logarithm: `np.log`, or better `np.log1p`."),
        ),
    ):
        if mistake.id == "clipped":
            floors = (1e-7, 1e-8, 1e-9, 1e-10, 1e-15, 1e-16)
            clipped_at = tuple(partial(_clipped_log, floor) for floor in floors)
            mistake = Mistake(**{**vars(mistake), "also": clipped_at})
        yield mistake


LOG_SIGMOID = Exercise(
    id="log_sigmoid",
    answer="log_sigmoid",
    asks=_("The logarithm of the sigmoid, right for every input."),
    reference=book.log_sigmoid,
    parts=(Part(_("ordinary inputs"), 1, _moderate), Part(_("very large and very small inputs"), 2, _extreme)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=tuple(_log_sigmoid_mistakes()),
    combine=lambda bugs: partial(_buggy_log_sigmoid, bugs),
    hints=(
        _("Try `np.exp(1000.0)` and `np.exp(-1000.0)` in a cell of their own. Which of the two does harm?"),
        _("log σ(x) = −log(1 + e⁻ˣ). For negative x, pull e⁻ˣ out of the bracket: what is left outside?"),
        _("Both cases together: min(x, 0) minus the logarithm of 1 + e^(−|x|). `np.log1p(t)` is log(1 + t)."),
    ),
)

# gelu (optional) -------------------------------------------------------------------------------------------------


def _around_zero(rng: Rng) -> Iterable[Case]:
    for _unused in range(4):
        yield case(np.concatenate([rng.uniform(-2.5, -0.4, 3), rng.uniform(0.4, 2.5, 3)]))
    yield edge(np.array([0.0]))
    yield edge(np.array([-30.0, 30.0]))
    yield edge(rng.uniform(-2, 2, (2, 3)))


def _buggy_gelu(bugs: Bugs, x: np.ndarray) -> np.ndarray:
    gate: np.ndarray
    if "tanh_form" in bugs:
        gate = book.gelu(x, approximate=True) / np.where(x == 0, 1, x)
    elif "sigmoid_gate" in bugs:
        gate = book.sigmoid(x)
    else:
        scale = 1.0 if "no_root_two" in bugs else math.sqrt(0.5)
        gate = 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(x * scale))
    gate = 2 * gate if "no_half" in bugs else gate
    result: np.ndarray = gate if "gate_alone" in bugs else x * gate
    return result


GELU = Exercise(
    id="gelu",
    answer="gelu",
    asks=_("GELU in its exact form, with the error function."),
    reference=book.gelu,
    parts=(Part(_("values"), 0, _around_zero),),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=_mistakes(
        _buggy_gelu,
        (
            "gate_alone",
            _("Your values stay between 0 and 1, although GELU(x) is close to x for large x."),
            _("Φ(x) is the gate. What passes through it?"),
            _("Multiply by `x`: GELU(x) = x · Φ(x)."),
        ),
        (
            "sigmoid_gate",
            _("Your gate is σ(x). That function has a name of its own: SiLU, or swish."),
            _("Which distribution function does the definition ask for?"),
            _("Use Φ(x) = ½ (1 + erf(x / √2)) in the place of σ(x)."),
        ),
        (
            "no_root_two",
            _("Your gate opens too quickly: the error function belongs to a narrower bell than the standard normal."),
            _("By what must x be divided before erf is taken?"),
            _("Φ(x) = ½ (1 + erf(x / √2)): divide by the square root of 2."),
        ),
        (
            "no_half",
            _("Your values are twice as large as they should be."),
            _("A probability is at most 1. How large does your gate become?"),
            _("Multiply 1 + erf(x / √2) by one half."),
        ),
        (
            "tanh_form",
            _("This is the tanh form, which is close (4.7e-4 at the most) and not what is asked for here."),
            _("Which of the two forms does your encoder's configuration name?"),
            _("Use the error function: `math.erf`."),
        ),
    ),
    combine=lambda bugs: partial(_buggy_gelu, bugs),
    hints=(
        _("Φ(x) is the probability that a standard normal number is smaller than x."),
        _("Φ(x) = ½ (1 + erf(x / √2)); `math.erf` takes one number, `np.vectorize` makes it take an array."),
    ),
    optional=True,
)

# gelu_minimum and slope_hunt (optional) --------------------------------------------------------------------------


def _lowest_point() -> float:
    """Where GELU's slope is 0: bisection between a point with negative slope and one with positive slope."""
    left, right = -1.0, -0.5
    while right - left > 1e-12:
        middle = (left + right) / 2
        left, right = (middle, right) if float(book.gelu_grad(middle)) < 0 else (left, middle)
    return left


GELU_MINIMUM = Exercise(
    id="gelu_minimum",
    answer="gelu_minimum",
    asks=_("The x at which GELU is lowest, to two decimals."),
    reference=_lowest_point,
    kind="value",
    parts=(Part(_("the place"), 0, lambda rng: [case()]),),
    tolerance=Tolerance(rtol=0.0, atol=0.006),
    mistakes=(
        Mistake(
            "mirrored",
            lambda: -_lowest_point(),
            _("There GELU is still rising."),
            _("On which side of 0 does the curve dip below the axis?"),
            _("Change the sign."),
        ),
        Mistake(
            "height",
            lambda: float(book.gelu(_lowest_point())),
            _("That is how low GELU gets, not where."),
            _("Which x belongs to that height?"),
            _("Use `np.argmin`, and look up the x at that place."),
        ),
    ),
    hints=(
        _("Make many values of x between −3 and 0 with `np.linspace`, and compute GELU for all of them."),
        _("`np.argmin` says at which place the smallest value stands; look up x at that place."),
    ),
    optional=True,
)

SLOPE_HUNT = choice(
    "slope_hunt",
    _("Which line of the printed listing is wrong?"),
    {
        "a": Option(_("line a"), _("Line a is the sigmoid as it should be.")),
        "b": Option(
            _("line b"), _("Line b is right for an output a. The question is what it is given further down.")
        ),
        "c": Option(_("line c"), _("Line c is a dot product and a bias, as in every unit.")),
        "d": Option(_("line d"), _("Line d is the unit's output, as it should be.")),
        "e": Option(
            _("line e"),
            _("Line e hands `z` to a function that expects the output `a`. At z = 2 it gives −2 instead of 0.105: "
              "the wrong sign, so the unit learns backwards."),
            right=True,
        ),
    },
    hints=(
        _("Follow one number: let z be 2. What is a, and what does each line make of it?"),
        _("A slope of the sigmoid is never negative. Which line can give a negative number?"),
    ),
)  # fmt: skip

EXERCISES = (RELU_BACKWARD, DEAD_FRACTION, SIGMOID_GRAD, LOG_SIGMOID, GELU, GELU_MINIMUM, SLOPE_HUNT)

SILENT_UNIT = Prediction(
    "silent_unit",
    _("A ReLU unit gets a negative pre-activation for every example. What do 100 steps of gradient descent do to it?"),
    {
        "a": Option(
            _("They bring it back, slowly."),
            _("To bring it back, some weight would have to move. Each gradient carries the factor relu′(z), which is 0 "
              "for every example."),
        ),
        "b": Option(
            _("Nothing: no weight moves."),
            _("Every gradient carries the factor relu′(z) = 0, so each step adds exactly 0."),
            right=True,
        ),
        "c": Option(
            _("They shrink its weights towards zero."),
            _("Shrinking is what weight decay does. The gradient of the loss alone has nothing to say to this unit."),
        ),
    },
)  # fmt: skip

LOG_NAIVE = Prediction(
    "log_naive",
    _("What does NumPy make of log(σ(−1000)), computed as `np.log(1 / (1 + np.exp(1000)))`?"),
    {
        "a": Option(
            _("−1000, to about 16 digits."),
            _("That would be the right value. But e¹⁰⁰⁰ does not fit into a float, and what follows is lost."),
        ),
        "b": Option(
            _("−inf."),
            _("e¹⁰⁰⁰ overflows to inf, 1 / inf is 0, and the logarithm of 0 is −inf. The right value is −1000."),
            right=True,
        ),
        "c": Option(
            _("An error, because e¹⁰⁰⁰ is too large."),
            _("Python's `math.exp` raises one. NumPy warns, and goes on with inf."),
        ),
    },
)

TANH_DEPTH = Prediction(
    "tanh_depth",
    _("“Tanh avoids the vanishing gradients of the sigmoid.” In a chain of 20, how much gradient comes through?"),
    {
        "a": Option(
            _("Nearly all of it with tanh, next to nothing with the sigmoid."),
            _("Tanh has the slope 1 only at 0. Everywhere else each layer takes something away."),
        ),
        "b": Option(
            _("Next to nothing with the sigmoid, a few per cent or less with tanh."),
            _("Tanh loses much less, and still loses. It eases the problem and does not remove it."),
            right=True,
        ),
        "c": Option(
            _("The same with both: tanh is only a stretched sigmoid."),
            _("It is, tanh(x) = 2σ(2x) − 1. But the stretching makes it four times as steep in the middle, and twenty "
              "layers multiply that."),
        ),
    },
)  # fmt: skip

ZIGZAG = Prediction(
    "zigzag",
    _("All inputs of a unit are positive. One weight should grow, the other should shrink. "
      "How does gradient descent get there, one example at a time?"),
    {
        "a": Option(
            _("In a straight line."),
            _("With one example, both gradients are that example's error times a positive input: they share one sign."),
        ),
        "b": Option(
            _("In a zig-zag: in each step both weights move up, or both move down."),
            _("Both gradients are the error times a positive input, so they share one sign in every step."),
            right=True,
        ),
        "c": Option(
            _("Not at all: with positive inputs the weights can only grow."),
            _("The error changes its sign, so both can also shrink. What they cannot do is part in a single step."),
        ),
    },
)  # fmt: skip

PREDICTIONS = (SILENT_UNIT, TANH_DEPTH, ZIGZAG, LOG_NAIVE)
