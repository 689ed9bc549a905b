"""Exercises of chapter 04: variances on the way up a stack, gradients on the way down."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.depth import stacks as book


def _weights(rng: Rng, sizes: tuple[int, ...]) -> list[np.ndarray]:
    """Both signs in every column, sizes from 0.4 to 1.4: no layer falls silent, none explodes."""
    matrices = []
    for fan_in, fan_out in pairwise(sizes):
        signs = np.resize([1, -1], fan_in)[:, None] * np.resize([1, 1, -1], fan_out)[None, :]
        matrices.append(signs * rng.uniform(0.4, 1.4, (fan_in, fan_out)))
    return matrices


def _batch(rng: Rng, batch: int, inputs: int) -> np.ndarray:
    return rng.choice([-1, 1], (batch, inputs)) * rng.uniform(0.3, 2.0, (batch, inputs))


def _square_stacks(rng: Rng) -> Iterable[Case]:
    for batch, width, depth in ((3, 3, 2), (4, 3, 3), (3, 4, 4), (5, 4, 2)):
        yield case(_batch(rng, batch, width), _weights(rng, (width,) * (depth + 1)))


def _other_stacks(rng: Rng) -> Iterable[Case]:
    for batch, sizes in ((4, (3, 5)), (3, (2, 4, 3)), (5, (4, 3, 2, 3))):
        yield edge(_batch(rng, batch, sizes[0]), _weights(rng, sizes))
    yield edge(np.array([[1.0, -1.0]]), [np.array([[2.0], [1.0]]), np.array([[3.0]])])


def _buggy_profile(bugs: Switches, x: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    result, entering = [], x
    for matrix in weights:
        z = (x if "always_the_input" in bugs else entering) @ matrix
        out = z if "no_bend" in bugs else np.maximum(z, 0)
        seen = out if "after_the_bend" in bugs else z
        variance = seen.var(axis=0).mean() if "unit_by_unit" in bugs else seen.var()
        result.append(np.sqrt(variance) if "standard_deviation" in bugs else variance)
        entering = out
    return np.array(result)


VARIANCE_PROFILE = Exercise(
    id="variance_profile",
    answer="variance_profile",
    asks=_("The variance of the pre-activations of each layer in a stack with ReLU."),
    reference=book.variance_profile,
    parts=(
        Part(_("layers of one width"), 2, _square_stacks),
        Part(_("layers of any width"), 1, _other_stacks),
        Part(_("inputs left as they were"), 1, _square_stacks, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=2e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_profile,
        (
            "standard_deviation",
            _("You gave back standard deviations."),
            _("What is the square of a standard deviation called?"),
            _("Use `np.var`, or square what `np.std` gives."),
        ),
        (
            "no_bend",
            _("The first layer is right. From the second on your numbers are those of layers without a bend."),
            _("What happens to z before it enters the next layer?"),
            _("Hand on `np.maximum(z, 0)`."),
        ),
        (
            "after_the_bend",
            _("You measured what comes out of the ReLU."),
            _("The pre-activation is the sum before the bend. At which point of the loop do you take the variance?"),
            _("Take the variance of z, before `np.maximum`."),
        ),
        (
            "unit_by_unit",
            _("You took a variance for each unit over the batch, and averaged: what the units differ in is lost."),
            _("How many variances are asked for in a layer: one for each unit, or one for all entries?"),
            _("Call `np.var(z)` without an axis."),
        ),
        (
            "always_the_input",
            _("The first layer is right. Every other layer got the input x as well, not the output below it."),
            _("What enters the second layer?"),
            _("Keep what the layer hands on in a variable, and multiply that in the next turn of the loop."),
        ),
    ),
    combine=combiner(_buggy_profile),
    hints=(
        _("One loop over `weights`. Keep a variable for what enters the next layer; it begins as `x`."),
        _("In each turn: z = a @ W, remember the variance of z, then a = max(0, z)."),
        _("`np.var(z)` is over all entries; `np.array(list_of_variances)` gives the result."),
    ),
)


def _kept(rng: Rng, batch: int, sizes: tuple[int, ...]) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    """Pre-activations with open and closed units in every example, weights, and the gradient at the top."""
    pre_activations = []
    for units in sizes[1:]:
        signs = np.array([rng.permutation(np.resize([1, 1, -1], units)) for _example in range(batch)])
        pre_activations.append(signs * rng.uniform(0.3, 2.0, (batch, units)))
    return pre_activations, _weights(rng, sizes), _batch(rng, batch, sizes[-1])


def _square_backward(rng: Rng) -> Iterable[Case]:
    for batch, width, depth in ((2, 3, 2), (3, 3, 3), (2, 4, 3), (4, 3, 2)):
        yield case(*_kept(rng, batch, (width,) * (depth + 1)))


def _other_backward(rng: Rng) -> Iterable[Case]:
    for batch, sizes in ((4, (2, 3)), (3, (4, 3, 5)), (2, (3, 4, 3, 6))):
        yield edge(*_kept(rng, batch, sizes))
    z = [np.array([[0.0, 1.0]]), np.array([[1.0, 2.0]])]  # one unit exactly at the kink
    yield edge(z, [np.ones((2, 2)), np.array([[1.0, 2.0], [3.0, 4.0]])], np.array([[1.0, 1.0]]))


def _buggy_norms(
    bugs: Switches, pre_activations: list[np.ndarray], weights: list[np.ndarray], upstream: np.ndarray
) -> np.ndarray:
    gradient, norms = upstream, []
    for z, matrix in zip(reversed(pre_activations), reversed(weights), strict=True):
        at_z = gradient if "no_mask" in bugs else gradient * (z > 0)
        squares = (at_z**2).sum()
        norms.append(squares if "no_root" in bugs else np.sqrt(squares))
        gradient = at_z @ (matrix if "not_transposed" in bugs else matrix.T)
        gradient = upstream if "not_carried" in bugs else gradient
    return np.array(norms if "last_first" in bugs else norms[::-1])


GRADIENT_NORMS = Exercise(
    id="gradient_norms",
    answer="gradient_norms",
    asks=_("The length of the gradient at the pre-activations of each layer, first layer first."),
    reference=book.gradient_norms,
    parts=(
        Part(_("layers of one width"), 2, _square_backward),
        Part(_("layers of any width"), 1, _other_backward),
        Part(_("inputs left as they were"), 1, _square_backward, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=2e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_norms,
        (
            "no_mask",
            _("Your gradient passes units that were closed on the way up."),
            _("What is the slope of ReLU where z is negative?"),
            _("Multiply the gradient by `z > 0` before you take its length."),
        ),
        (
            "not_transposed",
            _("The last layer is right. Further down the weights were used as on the way up."),
            _("Entry (i, k) joins input i and unit k. The gradient comes from unit k: where does it go?"),
            _("Multiply by the transposed matrix: `gradient @ W.T`."),
        ),
        (
            "not_carried",
            _("Every layer got the same gradient from above, that of the top."),
            _("The second layer from the top hears from the layer above it. What does that layer pass down?"),
            _("Give `gradient @ W.T` on to the next turn of the loop."),
        ),
        (
            "last_first",
            _("The numbers are right and stand in the wrong order: the last layer first."),
            _("You walk down from the top. Which layer do you meet first?"),
            _("Turn the list round at the end: `norms[::-1]`."),
        ),
        (
            "no_root",
            _("You gave back sums of squares."),
            _("How is the length of the vector (3, 4) computed?"),
            _("Take the square root of the sum of the squares."),
        ),
    ),
    combine=combiner(_buggy_norms),
    hints=(
        _("Walk from the last layer to the first: `zip(reversed(pre_activations), reversed(weights))`."),
        _("In each turn: through the bend (times z > 0), measure, through the weights (@ W.T)."),
        _("The length is `np.sqrt(np.sum(gradient**2))`; turn the list of lengths round at the end."),
    ),
)
