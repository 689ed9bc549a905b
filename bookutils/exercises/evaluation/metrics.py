"""Exercises of chapter 12: accuracy, precision, recall and F1, from logits."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.evaluation.plain import metrics_of


def _sigmoid(z: Doubles) -> Doubles:
    return 1 / (1 + np.exp(-z))


def _buggy_metrics(
    bugs: Switches, logits: Doubles, labels: Ints, nothing: float = float("nan"), f1_as: str = "mean"
) -> dict[str, float]:
    truth = np.asarray(labels) > 0
    called = logits > 0
    if "half_on_logits" in bugs:
        called = logits > 0.5
    if "sigmoid_twice" in bugs:
        called = _sigmoid(_sigmoid(logits)) > 0.5

    def share(part: float, whole: float) -> float:
        return part / whole if whole else nothing if "zero_division" in bugs else 0.0

    hits = int(np.sum(called & truth))
    accuracy = share(int(np.sum(called == truth)), len(truth))
    precision, recall = share(hits, int(np.sum(called))), share(hits, int(np.sum(truth)))
    f1 = share(2 * precision * recall, precision + recall)
    if "f1_wrong" in bugs:
        f1 = (precision + recall) / 2 if f1_as == "mean" else accuracy
    if "exchanged" in bugs:
        precision, recall = recall, precision
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1}


def _examples(
    rng: Rng, hits: int, false_alarms: int, missed: int, rest: int, *, unsure: int = 2
) -> tuple[Doubles, Ints]:
    """Draw logits and labels with these counts; `unsure` of the hits have a logit between 0 and ½."""
    above = hits + false_alarms
    logits = np.concatenate([rng.uniform(0.6, 4, above), -rng.uniform(0.05, 4, missed + rest)])
    logits[: min(unsure, hits)] = rng.uniform(0.05, 0.45, min(unsure, hits))
    labels = np.repeat([1, 0, 1, 0], [hits, false_alarms, missed, rest])
    order = rng.permutation(len(labels))
    return np.round(logits[order], 2), labels[order]


def _ordinary(rng: Rng) -> Iterable[Case]:
    yield case(np.array([2.0, 0.3, 1.5, -1.0, -0.4, -3.0]), np.array([1, 1, 0, 0, 0, 0]))
    for _number in range(5):
        hits, fewer, more = int(rng.integers(3, 12)), int(rng.integers(1, 4)), int(rng.integers(4, 9))
        wrong = (fewer, more) if _number % 2 else (more, fewer)  # precision and recall always differ
        yield case(*_examples(rng, hits, *wrong, rest=hits + int(rng.integers(1, 10))))
    yield edge(np.array([0.0, 1.0, -1.0]), np.array([0, 1, 0]))  # a logit of 0 is a probability of ½: not above
    yield edge(np.array([0.0, 1.0, -1.0]), np.array([1, 1, 0]))
    yield edge(np.array([1000.0, -1000.0, 2.0]), np.array([1, 0, 0]))
    yield edge(np.array([3.0, 1.0, 2.0]), np.array([1, 1, 1]))  # all right


def _nothing_of_a_kind(rng: Rng) -> Iterable[Case]:
    for _number in range(4):
        some, rest = rng.integers(1, 13, 2), rng.integers(2, 16, 2)
        yield case(*_examples(rng, 0, 0, int(some[0]), int(rest[0])))  # nothing is called positive
        yield case(*_examples(rng, 0, int(some[1]), 0, int(rest[1])))  # nothing is positive
    yield edge(*_examples(rng, 0, 2, 3, 1))  # no hit at all
    yield edge(np.array([-1.0]), np.array([0]))
    yield edge(np.zeros(0), np.zeros(0, np.int64))


METRICS = Exercise(
    id="metrics",
    answer="binary_metrics",
    asks=_("Accuracy, precision, recall and F1 of a classifier, from its logits."),
    reference=metrics_of,
    parts=(
        Part(_("both classes occur"), 2, _ordinary),
        Part(_("one class is missing"), 1, _nothing_of_a_kind),
        Part(_("inputs unchanged"), 1, _ordinary, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_metrics,
        (
            "half_on_logits",
            _("Examples with a logit between 0 and 0.5 count as negative with you."),
            _("Which probability belongs to a logit of 0.3: above ½, or below?"),
            _("½ is the boundary of probabilities. That of logits is 0: `logits > 0`."),
        ),
        (
            "sigmoid_twice",
            _("You call every example positive, whatever its logit is."),
            _("A sigmoid of a probability: between which two values does it lie?"),
            _("Use the sigmoid once and compare with ½, or compare the logits with 0 without any sigmoid."),
        ),
        (
            "exchanged",
            _("Your precision is the recall, and your recall is the precision."),
            _("Of what was called positive, how much is: which of the two is that?"),
            _("Precision divides the hits by what was called positive, recall by what is positive."),
        ),
        (
            "f1_wrong",
            _("Accuracy, precision and recall are right. Your F1 is not the harmonic mean of the last two."),
            _("With a precision of 1 and a recall of 0 nothing useful is found. What should F1 be then?"),
            _("F1 is `2 * precision * recall / (precision + recall)`."),
        ),
        (
            "zero_division",
            _("Where a share is 0 out of 0, you do not return 0."),
            _("If nothing was called positive, what is precision divided by?"),
            _("Return 0.0 wherever the number below the line is 0."),
        ),
        also={
            "f1_wrong": (switched(_buggy_metrics, "f1_wrong", f1_as="accuracy"),),
            "zero_division": (switched(_buggy_metrics, "zero_division", nothing=1.0),),
        },
    ),
    combine=combiner(_buggy_metrics),
    hints=(
        _("Four counts are enough: called positive and is, called positive and is not, missed, and rightly left."),
        _(
            "`called = logits > 0` and `truth = labels == 1` are arrays of True and False; `np.sum(called & truth)` "
            "counts the hits."
        ),
        _(
            "Precision is hits / called positive, recall is hits / positive, F1 is 2PR / (P + R). Put 0 where you "
            "would divide by 0."
        ),
    ),
)
