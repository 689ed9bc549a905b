"""Exercises of chapter 13: naive Bayes as a linear model."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.comparison.bayes import bayes_weights


def _sentences(rng: Rng, positive: int, negative: int) -> Case:
    """Counts of five words; the last two stand in the sentences of one class alone."""
    labels = np.repeat([1, 0], [positive, negative])
    counts = rng.integers(0, 4, (len(labels), 5)).astype(float)
    counts[:, 0] += 1  # no sentence is empty
    counts[labels == 0, 3] = 0
    counts[labels == 1, 4] = 0
    counts[0, 3] = counts[-1, 4] = 2
    order = rng.permutation(len(labels))
    return case(counts[order], labels[order], float(rng.uniform(0.3, 2)))


def _balanced(rng: Rng) -> Iterable[Case]:
    for each in (2, 3, 4):
        yield _sentences(rng, each, each)
    yield edge(np.array([[1.0], [1.0]]), np.array([0, 1]), 1.0)


def _unbalanced(rng: Rng) -> Iterable[Case]:
    for positive, negative in ((4, 2), (2, 5), (5, 3)):
        yield _sentences(rng, positive, negative)


def _buggy_bayes(bugs: Switches, counts: np.ndarray, labels: np.ndarray, alpha: float) -> tuple[np.ndarray, float]:
    logs = []
    for value in (1, 0):
        rows = counts[labels == value]
        ours = rows.sum(axis=0)
        total = float(len(rows)) if "sentences" in bugs else float(ours.sum())
        added = 0.0 if "not_smoothed" in bugs else alpha
        total += 0.0 if "total_kept" in bugs else added * counts.shape[1]
        with np.errstate(divide="ignore"):
            logs.append(np.log((ours + added) / total))
    weights = logs[1] - logs[0] if "sign" in bugs else logs[0] - logs[1]
    bias = 0.0 if "no_prior" in bugs else float(np.log(np.sum(labels == 1) / np.sum(labels == 0)))
    return weights, bias


BAYES_WEIGHTS = Exercise(
    id="bayes_weights",
    answer="bayes_weights",
    asks=_("What naive Bayes learns: a weight for each word, and a bias."),
    reference=bayes_weights,
    parts=(
        Part(_("as many of either class"), 2, _balanced),
        Part(_("more of one class"), 1, _unbalanced),
        Part(_("inputs left as they were"), 1, _unbalanced, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_bayes,
        (
            "not_smoothed",
            _("A word that only one class has gets an infinite weight from you."),
            _("That word alone decides every sentence that has it. How certain can a few sentences make you?"),
            _("Add `alpha` to every count, before you divide by the sum."),
        ),
        (
            "total_kept",
            _("The probabilities of your words add up to more than 1 in each class."),
            _("You have added `alpha` to each count. What is the sum of the counts now?"),
            _("Divide by the sum of the counts *with* `alpha`: it grows by alpha times the number of words."),
        ),
        (
            "sentences",
            _("You divide the counts of a class by something that does not grow when its sentences become longer."),
            _("p(w | k) is a share of what: of the sentences of a class, or of its words?"),
            _("Divide by the sum of all counts in the class, with `alpha` for each word."),
        ),
        (
            "no_prior",
            _("Your bias is 0 although one class is more frequent."),
            _("What would you guess of a sentence before you have read a word of it?"),
            _("The bias is ln(n₁ / n₀), with the numbers of sentences of the two classes."),
        ),
        (
            "sign",
            _("Your words of positive sentences have negative weights."),
            _("Above 0 should mean class 1. Which logarithm comes first?"),
            _("The weight is ln p(w | 1) − ln p(w | 0)."),
        ),
    ),
    combine=combiner(_buggy_bayes),
    hints=(
        _("Take the rows of one class, and add them up: that is how often each word stands in it."),
        _("Add `alpha` to each sum, divide by the total, take logarithms. Do it for both classes."),
        _("Weights: the logarithms of class 1 less those of class 0. Bias: ln(n₁ / n₀)."),
    ),
)
