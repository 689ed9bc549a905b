"""Chapter 11: accuracy, precision, recall and F1, from logits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Mistake, Part, Tolerance, case, edge
from bookutils.judging.switches import combiner

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def metrics_of(logits: Floats, labels: Ints) -> dict[str, float]:
    """Return accuracy, precision, recall and F1; a share 0/0 is 0.

    Notes
    -----
    The numbers of `bookutils.numerics.bert.binary_metrics` as a dict; the tests hold the two together.
    Taught in chapter 11.

    Examples
    --------
    >>> metrics_of(np.array([2.0, 0.3, -1.0, -2.0]), np.array([1, 0, 1, 0]))
    {'accuracy': 0.5, 'precision': 0.5, 'recall': 0.5, 'f1': 0.5}
    """
    called = logits > 0
    hits = int(np.sum(called * labels))
    errors = int(np.sum(called != labels))
    accuracy = (len(labels) - errors) / max(len(labels), 1)
    precision = hits / max(int(np.sum(called)), 1)
    recall = hits / max(int(np.sum(labels)), 1)
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1}


def _sigmoid(z: Floats) -> Floats:
    return 1 / (1 + np.exp(-z))


def _metrics_with_mistakes(
    mistakes: frozenset[str], logits: Floats, labels: Ints, nothing: float = float("nan"), f1_as: str = "mean"
) -> dict[str, float]:
    truth = np.asarray(labels) > 0
    called = logits > 0
    if "half_on_logits" in mistakes:
        called = logits > 0.5
    if "sigmoid_twice" in mistakes:
        called = _sigmoid(_sigmoid(logits)) > 0.5

    def share(part: float, whole: float) -> float:
        return part / whole if whole else nothing if "zero_division" in mistakes else 0.0

    hits = int(np.sum(called & truth))
    accuracy = share(int(np.sum(called == truth)), len(truth))
    precision, recall = share(hits, int(np.sum(called))), share(hits, int(np.sum(truth)))
    f1 = share(2 * precision * recall, precision + recall)
    if "f1_wrong" in mistakes:
        f1 = (precision + recall) / 2 if f1_as == "mean" else accuracy
    if "exchanged" in mistakes:
        precision, recall = recall, precision
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1}


def _examples(
    rng: np.random.Generator, hits: int, false_alarms: int, missed: int, rest: int, *, unsure: int = 2
) -> tuple[Floats, Ints]:
    """Draw logits and labels with these counts; `unsure` of the hits have a logit between 0 and ½."""
    above = hits + false_alarms
    logits = np.concatenate([rng.uniform(0.6, 4, above), -rng.uniform(0.05, 4, missed + rest)])
    logits[: min(unsure, hits)] = rng.uniform(0.05, 0.45, min(unsure, hits))
    labels = np.repeat([1, 0, 1, 0], [hits, false_alarms, missed, rest])
    order = rng.permutation(len(labels))
    return np.round(logits[order], 2), labels[order]


def _ordinary(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([2.0, 0.3, 1.5, -1.0, -0.4, -3.0]), np.array([1, 1, 0, 0, 0, 0]))
    for _number in range(5):
        hits, fewer, more = int(rng.integers(3, 12)), int(rng.integers(1, 4)), int(rng.integers(4, 9))
        wrong = (fewer, more) if _number % 2 else (more, fewer)  # precision and recall always differ
        yield case(*_examples(rng, hits, *wrong, rest=hits + int(rng.integers(1, 10))))
    yield edge(np.array([0.0, 1.0, -1.0]), np.array([0, 1, 0]))  # a logit of 0 is a probability of ½: not above
    yield edge(np.array([0.0, 1.0, -1.0]), np.array([1, 1, 0]))
    yield edge(np.array([1000.0, -1000.0, 2.0]), np.array([1, 0, 0]))
    yield edge(np.array([3.0, 1.0, 2.0]), np.array([1, 1, 1]))  # all right


def _nothing_of_a_kind(rng: np.random.Generator) -> Iterator[Case]:
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
    mistakes=(
        Mistake(
            "half_on_logits",
            partial(_metrics_with_mistakes, frozenset({"half_on_logits"})),
            _("Examples with a logit between 0 and 0.5 count as negative with you."),
            _("Which probability belongs to a logit of 0.3: above ½, or below?"),
            _("½ is the boundary of probabilities. That of logits is 0: `logits > 0`."),
        ),
        Mistake(
            "sigmoid_twice",
            partial(_metrics_with_mistakes, frozenset({"sigmoid_twice"})),
            _("You call every example positive, whatever its logit is."),
            _("A sigmoid of a probability: between which two values does it lie?"),
            _("Use the sigmoid once and compare with ½, or compare the logits with 0 without any sigmoid."),
        ),
        Mistake(
            "exchanged",
            partial(_metrics_with_mistakes, frozenset({"exchanged"})),
            _("Your precision is the recall, and your recall is the precision."),
            _("Of what was called positive, how much is: which of the two is that?"),
            _("Precision divides the hits by what was called positive, recall by what is positive."),
        ),
        Mistake(
            "f1_wrong",
            partial(_metrics_with_mistakes, frozenset({"f1_wrong"})),
            _("Accuracy, precision and recall are right. Your F1 is not the harmonic mean of the last two."),
            _("With a precision of 1 and a recall of 0 nothing useful is found. What should F1 be then?"),
            _("F1 is `2 * precision * recall / (precision + recall)`."),
            also=(partial(_metrics_with_mistakes, frozenset({"f1_wrong"}), f1_as="accuracy"),),
        ),
        Mistake(
            "zero_division",
            partial(_metrics_with_mistakes, frozenset({"zero_division"})),
            _("Where a share is 0 out of 0, you do not return 0."),
            _("If nothing was called positive, what is precision divided by?"),
            _("Return 0.0 wherever the number below the line is 0."),
            also=(partial(_metrics_with_mistakes, frozenset({"zero_division"}), nothing=1.0),),
        ),
    ),
    combine=combiner(_metrics_with_mistakes),
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
