"""Exercises of chapter 04: drawing weights as He and as Glorot do, and a listing to mend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
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


def _stacks(rng: Rng) -> Iterable[Case]:
    for sizes in ([7, 3, 5], [6, 9, 3, 7], [7, 3], [5, 11, 4]):
        yield case(sizes, int(rng.integers(1000)))
    yield edge([6, 6, 6], int(rng.integers(1000)))


def _buggy_layers(bugs: Switches, sizes: Sequence[int], seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(seed)
    layers = []
    for fan_in, fan_out in pairwise(sizes):
        fan = fan_out if "fan_out" in bugs else fan_in
        variance = (1 if "one_for_two" in bugs else 2) / fan
        std = variance if "variance_as_std" in bugs else np.sqrt(variance)
        std = variance**2 if "squared" in bugs else std
        weights = rng.normal(0, std, (fan_in, fan_out))
        layers.append((weights.T if "transposed" in bugs else weights, np.zeros(fan_out)))
    return layers


INIT_HUNT = Exercise(
    id="init_hunt",
    answer="init_hunt",
    asks=_("The printed listing, mended: for each layer the weights that it promises, and biases of 0."),
    reference=book.he_layers,
    parts=(Part(_("networks of several sizes"), 0, _stacks),),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_layers,
        (
            "variance_as_std",
            _("Your weights still have the standard deviation 2 / fan_in; 2 / fan_in should be their variance."),
            _("Look up the arguments of `rng.normal`: what does the second one mean?"),
            _("Hand `rng.normal` the root: `np.sqrt(variance)`."),
        ),
        (
            "squared",
            _("Your weights have become smaller still: their scale is the square of what it should be."),
            _("A standard deviation s belongs to the variance s². Which way do you have to go?"),
            _("Take the root, not the square: `np.sqrt(variance)`."),
        ),
        (
            "fan_out",
            _("Your scale depends on the number of units and not on the number of inputs."),
            _("How many terms does each pre-activation add up?"),
            _("Line b is right: the variance is `2 / fan_in`."),
        ),
        (
            "one_for_two",
            _("Your weights have half of the variance that He proposes."),
            _("What does ReLU do to the mean square?"),
            _("Line b is right: the variance is `2 / fan_in`."),
        ),
        (
            "transposed",
            _("Your matrices have the shape (units, inputs)."),
            _("A layer is `x @ W`, and x has one column for each input. What shape must W have?"),
            _("Keep the shape `(fan_in, fan_out)`."),
        ),
    ),
    combine=combiner(_buggy_layers),
    hints=(
        _("Compute `variance` for 100 inputs. Then compute the variance of the weights that line c draws."),
        _("Look up the arguments of `rng.normal`: what does the second one mean?"),
    ),
    optional=True,
)
