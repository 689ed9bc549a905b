"""Exercises of chapter 01: dead units, and a logarithm that survives large inputs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.activations import functions as book


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


def _layer(rng: Rng, units: int, zeros: int) -> Case:
    """A layer with at most so many units at zero, on which each mistake shows. How many are silent is drawn too."""
    while True:
        silent = int(rng.integers(1, units - zeros - 2))
        zero = int(rng.integers(1, zeros + 1))
        z = _pre_activations(rng, int(rng.integers(4, 7)), units, silent, zero, int(rng.integers(0, 3)))
        right = book.dead_fraction(z)
        if all(abs(_buggy_dead_fraction(frozenset({one}), z) - right) > 0.01 for one in _MISTAKES):
            return case(z)


def _layers(rng: Rng) -> Iterable[Case]:
    yield _layer(rng, 6, 1)
    for units in rng.integers(12, 19, 8):  # wide, and several: a share that is guessed is right once in a dozen
        yield _layer(rng, int(units), 1)
    yield edge(np.array([[-1.0, 2.0, 0.0]]))
    yield edge(-np.ones((3, 4)))
    yield edge(np.ones((3, 4)))


def _zero_layers(rng: Rng) -> Iterable[Case]:
    for units in rng.integers(12, 19, 8):
        yield _layer(rng, int(units), 5)


_MISTAKES = ("entries", "wrong_axis", "any_for_all", "live_fraction", "exactly_zero")


def _buggy_dead_fraction(bugs: Switches, pre_activations: np.ndarray) -> float:
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
    mistakes=mistakes_of(
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
            _("Use `np.all` in place of `np.any`."),
        ),
        (
            "live_fraction",
            _("You returned the share of units that are alive."),
            _("Which of the two shares grows when the bias is dragged down?"),
            _("Return one minus your result, or turn the condition around."),
        ),
        (
            "exactly_zero",
            _("You counted only units whose pre-activation is exactly 0."),
            _("The array holds what goes into the ReLU. What comes out for an entry of −2?"),
            _("Compare with `<= 0`: the output is 0 for everything at or below 0."),
        ),
    ),
    combine=combiner(_buggy_dead_fraction),
    hints=(
        _("Begin with one unit: one column of the array. When is it silent for the whole batch?"),
        _("`pre_activations <= 0` is an array of True and False, one for each example and unit."),
        _("`np.all(…, axis=0)` asks each column whether all its entries are True; `np.mean` of that is the share."),
    ),
)


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


def _buggy_log_sigmoid(bugs: Switches, x: np.ndarray) -> np.ndarray:
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


LOG_SIGMOID = Exercise(
    id="log_sigmoid",
    answer="log_sigmoid",
    asks=_("The logarithm of the sigmoid, right for every input."),
    reference=book.log_sigmoid,
    parts=(Part(_("ordinary inputs"), 1, _moderate), Part(_("very large and very small inputs"), 2, _extreme)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_log_sigmoid,
        (
            "log_of_sigmoid",
            _("Very negative inputs give −inf."),
            _("What does `np.exp(1000)` give, and what is left of the sigmoid after that?"),
            _("Do not compute σ(z) first. Use log σ(z) = min(z, 0) − log(1 + e^(−|z|))."),
        ),
        (
            "clipped",
            _("However negative the input, your result does not fall below a fixed floor."),
            _("A clipped loss is flat. What is the gradient there, on the examples that are most wrong?"),
            _("Remove the clipping; min(z, 0) − log(1 + e^(−|z|)) needs none."),
        ),
        (
            "flipped",
            _("Your result falls where the sigmoid rises."),
            _("log σ(z) is close to 0 for large positive z. On which side is yours?"),
            _("Turn the sign of z around: log σ(z) is −softplus(−z), not −softplus(z)."),
        ),
        (
            "other_branch",
            _("Negative inputs come out right, large positive ones do not."),
            _("Which exponential in your formula grows without bound now?"),
            _("Take exp only of −|z|, which is never positive."),
        ),
        (
            "log10",
            _("All your values are too small by the same factor, 2.303."),
            _("To which base is your logarithm?"),
            _("Use the natural logarithm: `np.log`, or better `np.log1p`."),
        ),
        also={"clipped": tuple(partial(_clipped_log, floor) for floor in (1e-7, 1e-8, 1e-9, 1e-10, 1e-15, 1e-16))},
    ),
    combine=combiner(_buggy_log_sigmoid),
    hints=(
        _("Try `np.exp(1000.0)` and `np.exp(-1000.0)` in a cell of their own. Which of the two does harm?"),
        _("log σ(z) = −log(1 + e⁻ᶻ). For negative z, pull e⁻ᶻ out of the bracket: what is left outside?"),
        _("Both cases together: min(z, 0) minus the logarithm of 1 + e^(−|z|). `np.log1p(t)` is log(1 + t)."),
    ),
)
