"""Exercises of chapter 12: one number that mends promises."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.evaluation.plain import best_temperature


def _buggy_temperature(
    bugs: Switches, logits: Doubles, labels: Ints, temperatures: Doubles, among_equals: str = "first"
) -> tuple[float, float]:
    losses = []
    for temperature in temperatures:
        z = logits * temperature if "multiplied" in bugs else logits / temperature
        if "on_probabilities" in bugs:
            z = 1 / (1 + np.exp(-logits)) / temperature
        each = (1 / (1 + np.exp(-z)) - labels) ** 2 if "squared" in bugs else np.logaddexp(0, z) - z * labels
        if "accuracy" in bugs:  # the sign of a logit does not change with the temperature
            each = ((z > 0) != labels).astype(float)
        losses.append(float(np.mean(labels * each if "positives_only" in bugs else each)))
    values = np.array(losses)
    best = int(np.argmin(values))
    if among_equals == "last":
        best = len(values) - 1 - int(np.argmin(values[::-1]))
    return float(temperatures[best]), losses[best]


def _promises(rng: Rng, truth: float) -> Case:
    """Draw logits that are `truth` times as large as they should be, and temperatures in no order."""
    while True:
        logits = np.round(truth * rng.normal(0.3, 2.2, int(rng.integers(40, 80))), 2)
        labels = (rng.random(len(logits)) < 1 / (1 + np.exp(-logits / truth))).astype(np.int64)
        temperatures = rng.permutation(np.round(np.geomspace(0.15, 7, 10) * rng.uniform(0.9, 1.1), 2))
        scaled = logits / temperatures[:, np.newaxis]
        losses = np.sort(np.mean(np.logaddexp(0, scaled) - scaled * labels, axis=1))
        if losses[1] - losses[0] > 1e-4:  # so that rounding does not choose
            return case(logits, labels, temperatures)


def _too_loud(rng: Rng) -> Iterable[Case]:
    for truth in (1.8, 2.4, 3.0, 2.0, 2.7, 1.6):
        yield _promises(rng, truth)
    yield edge(np.array([4.0, 4.0, 4.0, -4.0]), np.array([1, 1, 0, 0]), np.array([0.5, 1.0, 3.0]))


def _too_quiet(rng: Rng) -> Iterable[Case]:
    for truth in (0.35, 0.5, 0.45, 0.4, 0.55, 0.3):
        yield _promises(rng, truth)
    yield edge(np.array([2.0, -1.0]), np.array([1, 0]), np.array([3.0, 0.5, 1.0]))  # no error: as loud as it can be
    yield edge(np.array([800.0, -900.0, 700.0]), np.array([1, 0, 0]), np.array([1.0, 2.0]))  # e^800 overflows


TEMPERATURE_SCALING = Exercise(
    id="temperature_scaling",
    answer="best_temperature",
    asks=_("The temperature by which logits are divided so that their promises are kept best, and the loss there."),
    reference=best_temperature,
    parts=(
        Part(_("promises that are too loud"), 2, _too_loud),
        Part(_("promises that are too quiet"), 1, _too_quiet),
        Part(_("inputs unchanged"), 1, _too_loud, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_temperature,
        (
            "multiplied",
            _("Where the promises are too loud, your temperature is low, and where they are too quiet, high."),
            _("Does a high temperature make a classifier surer, or less sure?"),
            _("Divide the logits by the temperature: `logits / temperature`."),
        ),
        (
            "on_probabilities",
            _("You scale the probabilities. The task scales the logits."),
            _("A probability of 0.9, divided by 0.5: what kind of number is that?"),
            _("Scale first, then make probabilities: σ(z / τ)."),
        ),
        (
            "positives_only",
            _("Sentences with label 0 cost nothing with you."),
            _("What does your loss pay for a sentence with label 0 that was promised to be positive?"),
            _("Each sentence costs `np.logaddexp(0, z) - z * y`: for y = 0 the first term stays."),
        ),
        (
            "accuracy",
            _("Your loss is the share of wrong answers, which is the same for all temperatures."),
            _("Can dividing by a positive number move a logit from one side of 0 to the other?"),
            _("Compare mean cross-entropies instead."),
        ),
        (
            "squared",
            _("Your loss is a mean squared error."),
            _("Which of the two losses of chapter 02 does the task name?"),
            _("Take the cross-entropy of each sentence, `np.logaddexp(0, z) - z * y`, in place of (p − y)²."),
        ),
        also={"accuracy": (switched(_buggy_temperature, "accuracy", among_equals="last"),)},
    ),
    combine=combiner(_buggy_temperature),
    hints=(
        _("For one temperature: divide all logits by it, and take the mean cross-entropy of chapter 02."),
        _("In a loop over the temperatures, collect one mean loss for each; `np.argmin` says where the lowest stands."),
        _("The loss of one temperature is `np.mean(np.logaddexp(0, z) - z * labels)` with `z = logits / temperature`."),
    ),
)
