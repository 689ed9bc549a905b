"""Exercises of chapter 12: a threshold chosen from what errors cost."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.evaluation.plain import choose_threshold


def _buggy_threshold(
    bugs: Switches, probabilities: Doubles, labels: Ints, false_alarm: float, miss: float, alike: str = "counted"
) -> tuple[float, float]:
    if "exchanged" in bugs:
        false_alarm, miss = miss, false_alarm
    dear, cheap = false_alarm, miss
    if "costs_ignored" in bugs:
        false_alarm = miss = 1.0
    if "by_rate" in bugs:
        false_alarm = false_alarm / max(int(np.sum(labels == 0)), 1)
        miss = miss / max(int(np.sum(labels == 1)), 1)
    candidates = np.unique(np.append(0.0, probabilities))
    if "formula" in bugs:
        candidates = np.array([dear / (dear + cheap)])
    elif "costs_ignored" in bugs and alike == "half":
        candidates = np.array([0.5])
    at = candidates[:, np.newaxis]
    called = probabilities >= at if "at_or_above" in bugs else probabilities > at
    costs = false_alarm * np.sum(called & (labels == 0), axis=1) + miss * np.sum(~called & (labels == 1), axis=1)
    best = int(np.argmin(costs))
    return float(candidates[best]), float(costs[best])


def _scored(rng: Rng, false_alarm: float, miss: float) -> Case:
    """Draw different probabilities; at the best threshold errors of both kinds are left. The classes are no equals."""
    while True:
        count = int(rng.integers(14, 26))
        labels = (rng.random(count) < rng.choice([0.3, 0.7])).astype(np.int64)
        probabilities = np.round(1 / (1 + np.exp(-1.2 * (2 * labels - 1) - rng.normal(0, 1.6, count))), 3)
        threshold, _cost = choose_threshold(probabilities, labels, false_alarm, miss)
        called = probabilities > threshold
        alarms, missed = np.sum(called & (labels == 0)), np.sum(~called & (labels == 1))
        if len(set(probabilities.tolist())) == count and alarms and missed and alarms != missed:
            return case(probabilities, labels, false_alarm, miss)


# With such costs no two thresholds cost the same: ties are left to the edges.
def _false_alarms(rng: Rng) -> Iterable[Case]:
    for cost in (3.17, 5.31, 4.79, 2.93):
        yield _scored(rng, cost, 0.77)
    yield edge(np.array([0.2, 0.4, 0.6, 0.8]), np.array([0, 1, 0, 1]), 5.0, 1.0)
    yield edge(np.array([0.4, 0.8]), np.array([0, 0]), 1.0, 1.0)  # nothing is called positive: the highest one


def _misses(rng: Rng) -> Iterable[Case]:
    for cost in (3.17, 5.31, 4.79, 2.93):
        yield _scored(rng, 0.77, cost)
    yield edge(np.array([0.3, 0.7, 0.9]), np.array([1, 0, 1]), 1.0, 9.0)  # all are called positive: 0
    yield edge(np.array([0.2, 0.4, 0.6]), np.array([0, 1, 0]), 1.0, 1.0)  # 0.2 and 0.6 cost the same
    yield edge(np.array([0.5, 0.5, 0.5, 0.9]), np.array([1, 0, 0, 1]), 1.0, 1.5)  # one probability, three sentences


CHOOSE_THRESHOLD = Exercise(
    id="choose_threshold",
    answer="choose_threshold",
    asks=_("The threshold at which the errors of a classifier cost least, and what they cost there."),
    reference=choose_threshold,
    parts=(
        Part(_("false alarms are dear"), 1, _false_alarms),
        Part(_("misses are dear"), 2, _misses),
        Part(_("inputs unchanged"), 1, _misses, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_threshold,
        (
            "exchanged",
            _("Where false alarms are dear your threshold is low, and where misses are dear it is high."),
            _("Which error do you avoid by calling fewer sentences positive?"),
            _("`false_alarm` is paid for negatives above the threshold, `miss` for positives that are not above it."),
        ),
        (
            "costs_ignored",
            _("Your result is the same, whatever an error costs."),
            _("If a false alarm cost a thousand times as much as a miss, would you draw the same line?"),
            _("Multiply the number of false alarms by `false_alarm` and the number of misses by `miss`, then add."),
        ),
        (
            "at_or_above",
            _("A sentence whose probability equals your threshold counts as positive with you."),
            _("The task says “above the threshold”. Which of > and >= is that?"),
            _("Call positive what has `probabilities > threshold`."),
        ),
        (
            "by_rate",
            _("You weigh the two classes as if they were equally many."),
            _("Do 90 errors in a large class and 9 in a small one cost the same?"),
            _("Count the errors of each kind; do not divide them by the size of their class."),
        ),
        (
            "formula",
            _("Your threshold depends on the costs alone, and not on the sentences."),
            _("That would be right if every promise were kept. Who says that these are?"),
            _("Try each candidate on the sentences: count both kinds of error, and add up what they cost."),
        ),
        also={"costs_ignored": (switched(_buggy_threshold, "costs_ignored", alike="half"),)},
    ),
    combine=combiner(_buggy_threshold),
    hints=(
        _("Three sentences, by hand: probabilities 0.2, 0.4, 0.6, labels 0, 1, 0. What does each threshold cost?"),
        _(
            "The candidates are `np.unique(np.append(0.0, probabilities))`, which sorts them. For one of them, "
            "`called = probabilities > candidate` says which sentences are called positive."
        ),
        _(
            "The cost of a candidate is `false_alarm * np.sum(called & (labels == 0)) + miss * np.sum(~called & "
            "(labels == 1))`. `np.argmin` finds the first lowest."
        ),
    ),
)
