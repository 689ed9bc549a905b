"""Exercises of chapter 01: GELU and its lowest point, both optional."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Mistake, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.activations import functions as book


def _around_zero(rng: Rng) -> Iterable[Case]:
    for _unused in range(4):
        yield case(np.concatenate([rng.uniform(-2.5, -0.4, 3), rng.uniform(0.4, 2.5, 3)]))
    yield edge(np.array([0.0]))
    yield edge(np.array([-30.0, 30.0]))
    yield edge(rng.uniform(-2, 2, (2, 3)))


def _buggy_gelu(bugs: Switches, x: np.ndarray) -> np.ndarray:
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
    mistakes=mistakes_of(
        _buggy_gelu,
        (
            "gate_alone",
            _("Your values stay between 0 and 1, although GELU(z) is close to z for large z."),
            _("Φ(z) is the gate. What passes through it?"),
            _("Multiply by `z`: GELU(z) = z · Φ(z)."),
        ),
        (
            "sigmoid_gate",
            _("Your gate is σ(z). That function has a name of its own: SiLU, or swish."),
            _("Which distribution function does the definition ask for?"),
            _("Use Φ(z) = ½ (1 + erf(z / √2)) in place of σ(z)."),
        ),
        (
            "no_root_two",
            _("Your gate opens too quickly: the error function belongs to a narrower bell than the standard normal."),
            _("By what must z be divided before erf is taken?"),
            _("Φ(z) = ½ (1 + erf(z / √2)): divide by the square root of 2."),
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
    combine=combiner(_buggy_gelu),
    hints=(
        _("Φ(z) is the probability that a standard normal number is smaller than z."),
        _("Φ(z) = ½ (1 + erf(z / √2)); `math.erf` takes one number, `np.vectorize` makes it take an array."),
    ),
    optional=True,
)


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
    asks=_("The z at which GELU is lowest, to two decimals."),
    reference=_lowest_point,
    kind="value",
    parts=(Part(_("the lowest point"), 0, lambda rng: [case()]),),
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
            _("Which z belongs to that height?"),
            _("Use `np.argmin`, and look up the z at that index."),
        ),
    ),
    hints=(
        _("Make many values of z between −3 and 0 with `np.linspace`, and compute GELU for all of them."),
        _("`np.argmin` gives the index of the smallest value; look up z at that index."),
    ),
    optional=True,
)
