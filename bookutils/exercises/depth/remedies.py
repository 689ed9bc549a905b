"""Exercises of chapter 04: normalisation and residuals, both optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.depth import stacks as book


def _examples(rng: Rng) -> Iterable[Case]:
    for shape in ((3, 4), (4, 3), (5, 6), (3, 5)):
        middle, spread = rng.uniform(2, 6, (shape[0], 1)), rng.uniform(3, 8, (shape[0], 1))
        steps = np.array([rng.permutation(np.linspace(-1, 1, shape[1])) for _row in range(shape[0])])
        yield case(middle + spread * steps + rng.uniform(-0.3, 0.3, shape), 1e-5)


def _odd_examples(rng: Rng) -> Iterable[Case]:
    yield edge(np.array([[2.0, 2.0, 2.0], [1.0, 2.0, 6.0]]), 1e-5)  # nothing to divide by
    yield edge(0.1 * rng.uniform(1, 2) * np.array([[1.0, -1.0, 0.5, -0.5]]), 0.01)
    yield edge(rng.uniform(-2, 2, (1, 1)), 0.01)


def _buggy_normalise(bugs: Switches, x: np.ndarray, epsilon: float) -> np.ndarray:
    axis = 0 if "over_the_batch" in bugs else None if "all_together" in bugs else 1
    centred = x if "not_centred" in bugs else x - x.mean(axis=axis, keepdims=True)
    variance = x.var(axis=axis, keepdims=True, ddof=1 if "one_less" in bugs else 0) + epsilon
    return centred / (variance if "no_root" in bugs else np.sqrt(variance))


NORMALISE = Exercise(
    id="normalise",
    answer="normalise",
    asks=_("Each example with mean 0 and variance 1 over its features."),
    reference=book.normalise,
    parts=(
        Part(_("ordinary examples"), 0, _examples),
        Part(_("examples that hardly vary"), 0, _odd_examples),
    ),
    tolerance=Tolerance(rtol=2e-5, atol=1e-5),
    mistakes=mistakes_of(
        _buggy_normalise,
        (
            "over_the_batch",
            _("Your columns have mean 0, your rows do not."),
            _("Along which axis do the features of one example lie?"),
            _("Use `axis=1` with `keepdims=True` for mean and variance."),
        ),
        (
            "all_together",
            _("You used one mean and one variance for the whole batch."),
            _("Should an example come out otherwise because another one stands in the batch?"),
            _("Use `axis=1` with `keepdims=True`: a mean and a variance for each row."),
        ),
        (
            "not_centred",
            _("The rows are divided by the right number, and their mean is not 0."),
            _("What comes before the division?"),
            _("Subtract the mean of each row first."),
        ),
        (
            "no_root",
            _("You divided by the variance."),
            _("Take a row that is ten times as large. Its variance is a hundred times as large. Should it shrink?"),
            _("Divide by the square root of the variance plus epsilon."),
        ),
        (
            "one_less",
            _("Your numbers are a little too small, as if you had divided by one less than the number of features."),
            _("Division by n − 1 estimates the variance of a population. Is a row a sample of one?"),
            _("Use `x.var` with its usual `ddof=0`."),
        ),
    ),
    combine=combiner(_buggy_normalise),
    hints=(
        _("One mean and one variance for each row. `keepdims=True` keeps them as columns, so that they fit."),
        _("(x − mean) / √(variance + epsilon), row by row."),
    ),
    optional=True,
)


def _blocks(rng: Rng, *, ordinary: bool = True) -> Iterable[Case]:
    """Each example has open and closed units: that is arranged through the weights' signs."""
    make = case if ordinary else edge
    for batch, features in ((2, 3), (3, 4), (4, 3), (2, 4)):
        weights = rng.uniform(0.3, 1.2, (features, features)) * np.resize([1, -1], features)[None, :]
        x = rng.choice([-1, 1], (batch, 1)) * rng.uniform(0.3, 2.0, (batch, features))
        yield make(x, weights, rng.choice([-1, 1], (batch, features)) * rng.uniform(0.5, 2.0, (batch, features)))
    yield edge(np.array([[1.0, -1.0]]), np.ones((2, 2)), np.array([[3.0, 4.0]]))  # exactly at the kink
    yield edge(np.array([[0.2, 0.1]]), np.ones((2, 2)), np.array([[3.0, 4.0]]))  # a little above it


def _buggy_residual(bugs: Switches, x: np.ndarray, weights: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    mask = np.ones_like(x) if "no_mask" in bugs else (x @ weights > 0).astype(float)
    branch = (upstream * mask) @ (weights if "not_transposed" in bugs else weights.T)
    if "no_branch" in bugs:
        branch = np.zeros_like(x)
    if "no_shortcut" in bugs:
        return branch
    return (upstream * mask if "mask_on_both" in bugs else upstream) + branch


RESIDUAL_BACKWARD = Exercise(
    id="residual_backward",
    answer="residual_backward",
    asks=_("The gradient at the input of a residual block."),
    reference=book.residual_backward,
    parts=(
        Part(_("blocks"), 0, _blocks),
        Part(_("inputs left as they were"), 0, lambda rng: _blocks(rng, ordinary=False), compares="inputs"),
    ),
    tolerance=Tolerance(rtol=2e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_residual,
        (
            "no_shortcut",
            _("Your gradient came through the branch alone."),
            _("By how much does y = x + … move when x moves, even if all weights are 0?"),
            _("Add `upstream` itself: the shortcut has the slope 1."),
        ),
        (
            "no_branch",
            _("You gave `upstream` back as it is."),
            _("x also enters the branch. What does the branch pass back?"),
            _("Add `(upstream * mask) @ weights.T`."),
        ),
        (
            "no_mask",
            _("Your gradient passes units that are closed."),
            _("Which units of the branch answer to a small change of x?"),
            _("Multiply `upstream` by `x @ weights > 0` before it goes through the weights."),
        ),
        (
            "not_transposed",
            _("In the branch the weights were used as on the way up."),
            _("The gradient comes from the units and goes to the features. Which way round is the matrix?"),
            _("Multiply by `weights.T`."),
        ),
        (
            "mask_on_both",
            _("The mask of the ReLU cut the shortcut as well."),
            _("Is there an activation function on the shortcut?"),
            _("Use the mask in the branch only: `upstream + (upstream * mask) @ weights.T`."),
        ),
    ),
    combine=combiner(_buggy_residual),
    hints=(
        _("Two ways lead from x to y. Work out what comes back along each of them, and add."),
        _("The shortcut passes `upstream` as it is. The branch: through the bend, then through the weights."),
    ),
    optional=True,
)
