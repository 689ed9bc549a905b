"""Exercises of chapter 04: drawing weights as He and as Glorot do, and a misprint."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Option, Part, Rng, Tolerance, case, choice, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.depth import stacks as book

Shapes = tuple[tuple[int, int], ...]
# Shapes at which all formulas, right and wrong, alone and in pairs, give different numbers.
_TALL: Shapes = ((7, 2), (9, 4), (8, 3))
_WIDE: Shapes = ((3, 5), (4, 11), (5, 9))


def _normal(rng: Rng, shapes: Shapes) -> Iterable[Case]:
    for shape in shapes:
        yield case(rng.choice([-1, 1], shape) * rng.uniform(0.3, 2.0, shape))
    yield edge(rng.standard_normal((1, 4)))
    yield edge(rng.standard_normal((6, 6)))


def _buggy_he(bugs: Switches, draws: np.ndarray) -> np.ndarray:
    fan_in, fan_out = draws.shape
    fan = fan_out if "fan_out" in bugs else fan_in
    fan = (fan_in + fan_out) if "glorot" in bugs else fan
    variance = (6 if "limit_as_std" in bugs else 2) / fan
    scale = variance if "variance_as_std" in bugs else np.sqrt(variance)
    return np.zeros(draws.shape) if "zeros" in bugs else draws * scale


HE_INIT = Exercise(
    id="he_init",
    answer="he_init",
    asks=_("Weights with He's variance, from standard normal draws."),
    reference=book.he_init,
    parts=(
        Part(_("more inputs than units"), 1, lambda rng: _normal(rng, _TALL)),
        Part(_("more units than inputs"), 1, lambda rng: _normal(rng, _WIDE)),
        Part(_("draws left as they were"), 1, lambda rng: _normal(rng, _TALL), compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_he,
        (
            "variance_as_std",
            _("Your weights have the standard deviation 2 / fan_in; 2 / fan_in should be their variance."),
            _("A number is multiplied by s. By what is its variance multiplied?"),
            _("Multiply the draws by the square root of 2 / fan_in."),
        ),
        (
            "fan_out",
            _("Your scale depends on the number of units and not on the number of inputs."),
            _("Each pre-activation is a sum. How many terms does it have: one for each row, or one for each column?"),
            _("The sum has fan_in terms: use `draws.shape[0]`."),
        ),
        (
            "glorot",
            _("Your scale depends on fan_in + fan_out: that is Glorot's formula."),
            _("He looks at one direction only, and at ReLU. Which of the two numbers is in his formula?"),
            _("Divide by `draws.shape[0]` alone: the variance is 2 / fan_in."),
        ),
        (
            "limit_as_std",
            _("Your weights are 1.73 times too large, as if √(6 / fan_in) were a standard deviation."),
            _("√(6 / fan_in) is the limit of a uniform distribution. Are your draws uniform?"),
            _("Normal draws are multiplied by the standard deviation: the square root of 2 / fan_in."),
        ),
        (
            "zeros",
            _("All your weights are 0."),
            _("If all units of a layer begin with the same weights, what can make them differ later?"),
            _("Multiply the draws by √(2 / fan_in), so that each weight is another."),
        ),
    ),
    combine=combiner(_buggy_he),
    hints=(
        _("`draws` has one row for each input. You only have to find the number to multiply it by."),
        _("Var(s · X) = s² · Var(X), and the draws have variance 1. So which s gives the variance 2 / fan_in?"),
        _("`draws.shape[0]` is fan_in; `np.sqrt` takes the root."),
    ),
)


def _uniform(rng: Rng, shapes: Shapes) -> Iterable[Case]:
    for shape in shapes:
        yield case(rng.uniform(0.02, 0.98, shape))
    yield edge(np.array([[0.0, 0.5, 0.25]]))
    yield edge(rng.uniform(0, 1, (5, 5)))


def _buggy_glorot(bugs: Switches, draws: np.ndarray) -> np.ndarray:
    fan_in, fan_out = draws.shape
    fans = 2 * fan_in if "fan_in_only" in bugs else fan_in + fan_out
    square = (2 if "std_as_limit" in bugs else 6) / fans
    limit = square if "no_root" in bugs else np.sqrt(square)
    if "not_centred" in bugs:
        return draws * limit
    return ((draws - 0.5) if "half_as_wide" in bugs else (2 * draws - 1)) * limit


GLOROT_UNIFORM = Exercise(
    id="glorot_uniform",
    answer="glorot_uniform",
    asks=_("Glorot's uniform weights, from uniform draws between 0 and 1."),
    reference=book.glorot_uniform,
    parts=(
        Part(_("more inputs than units"), 1, lambda rng: _uniform(rng, _TALL)),
        Part(_("more units than inputs"), 1, lambda rng: _uniform(rng, _WIDE)),
        Part(_("draws left as they were"), 1, lambda rng: _uniform(rng, _TALL), compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_glorot,
        (
            "std_as_limit",
            _("Your weights end at ±√(2 / (fan_in + fan_out)); that should be their standard deviation."),
            _("How large is the standard deviation of uniform numbers between −1 and 1?"),
            _("It is 1/√3, so the limit is √3 times the standard deviation: √(6 / (fan_in + fan_out))."),
        ),
        (
            "not_centred",
            _("All your weights are positive or 0."),
            _("The draws lie between 0 and 1. Between which two numbers should the weights lie?"),
            _("Stretch the draws to −1 … 1 first: `2 * draws - 1`."),
        ),
        (
            "half_as_wide",
            _("Your weights are half as large as they should be: they end at half the limit."),
            _("How long is the way from −limit to limit?"),
            _("It is twice the limit: `(2 * draws - 1) * limit`, not `(draws - 0.5) * limit`."),
        ),
        (
            "no_root",
            _("Your limit is 6 / (fan_in + fan_out), without a root."),
            _("The variance of your weights is limit² / 3. How large does it become?"),
            _("Take the square root of 6 / (fan_in + fan_out)."),
        ),
        (
            "fan_in_only",
            _("Your limit does not depend on the number of units."),
            _("Glorot wants to keep two variances. In which direction does fan_out count the terms?"),
            _("Use fan_in + fan_out: `draws.shape[0] + draws.shape[1]`."),
        ),
    ),
    combine=combiner(_buggy_glorot),
    hints=(
        _("Two steps: stretch the draws from 0 … 1 to −1 … 1, then multiply by the limit."),
        _("The variance should be 2 / (fan_in + fan_out), and it is limit² / 3."),
        _("limit = √(6 / (fan_in + fan_out)); `draws.shape` is (fan_in, fan_out)."),
    ),
)

INIT_HUNT = choice(
    "init_hunt",
    _("Which line of the printed listing is wrong?"),
    {
        "a": Option(_("line a"), _("Line a pairs each size with the next one: inputs and units of each layer.")),
        "b": Option(
            _("line b"), _("Line b is He's formula, and `variance` is what it gives. The question is who uses it.")
        ),
        "c": Option(
            _("line c"),
            _(
                "The second argument of `rng.normal` is a standard deviation, and line c hands it a variance. With 100 "
                "inputs the weights have the variance 0.0004 instead of 0.02."
            ),
            right=True,
        ),
        "d": Option(_("line d"), _("Biases may begin at 0: the weights differ already, so nothing is symmetric.")),
        "e": Option(_("line e"), _("Line e keeps what was made.")),
    },
    hints=(
        _("Compute `variance` for 100 inputs. Then compute the variance of the weights that line c draws."),
        _("Look up the arguments of `rng.normal`: what does the second one mean?"),
    ),
)
