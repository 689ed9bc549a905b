"""Exercises of chapter 12: a lead and its standard error, optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.arrays import Ints
from bookutils.numerics.evaluation.plain import lead


def _buggy_lead(bugs: Switches, first: Ints, second: Ints) -> tuple[float, float]:
    one, other = np.asarray(first, float), np.asarray(second, float)
    if "exchanged" in bugs:
        one, other = other, one
    n = len(one)
    b, c = float(np.sum(one > other)), float(np.sum(one < other))
    mean = (b - c) / max(b + c, 1.0) if "disagreements" in bugs else (b - c) / n
    variance = (b + c) / n - mean**2
    if "unpaired" in bugs:
        variance = float(np.var(one) + np.var(other))
    if "disagreements" in bugs:
        variance = 1 - mean**2
        n = max(int(b + c), 1)
    error = variance / n if "no_root" in bugs else float(np.sqrt(max(variance, 0.0) / n))
    return mean, float(np.sqrt(max(variance, 0.0))) if "not_divided" in bugs else error


def _pair(rng: Rng, only_first: int, only_second: int) -> tuple[Ints, Ints]:
    both, neither = int(rng.integers(20, 60)), int(rng.integers(3, 12))
    first = np.repeat([1, 1, 0, 0], [both, only_first, only_second, neither])
    second = np.repeat([1, 0, 1, 0], [both, only_first, only_second, neither])
    order = rng.permutation(len(first))
    return first[order], second[order]


def _leads(rng: Rng) -> Iterable[Case]:
    yield case(np.array([1, 1, 1, 0, 1]), np.array([1, 0, 1, 0, 0]))
    for more in (8, 5, 9, 6):
        pair = _pair(rng, more, int(rng.integers(1, 4)))
        yield case(*(pair if more % 2 else pair[::-1]))
    yield edge(np.array([1, 0, 1]), np.array([1, 0, 1]))  # they agree everywhere: 0, for certain
    yield edge(np.array([1]), np.array([0]))


LEAD = Exercise(
    id="lead",
    answer="lead",
    asks=_("The difference of two accuracies on the same sentences, and its paired standard error."),
    reference=lead,
    parts=(Part(_("leads of both signs"), 0, _leads),),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    optional=True,
    mistakes=mistakes_of(
        _buggy_lead,
        (
            "unpaired",
            _("Your standard error would be the same if the second row of answers were shuffled."),
            _("Two classifiers that agree on every sentence: how uncertain is it that they are equally good?"),
            _("Take the difference sentence by sentence first, and then its standard deviation."),
        ),
        (
            "exchanged",
            _("Your lead has the other sign."),
            _("If only the first one is right on a sentence, does that speak for it or against it?"),
            _("First less second."),
        ),
        (
            "disagreements",
            _("You divide by the number of sentences on which they disagree."),
            _("One sentence of a thousand is right for the first alone: is that a lead of 100 %?"),
            _("Divide by the number of all sentences, those on which both agree too."),
        ),
        (
            "not_divided",
            _("Your error does not shrink with the number of sentences."),
            _("Is the error of a mean of 872 differences as large as a single difference?"),
            _("Divide the standard deviation by the root of the number of sentences."),
        ),
        (
            "no_root",
            _("Your error is a variance."),
            _("In which unit is a variance, if the lead is in points?"),
            _("Take the root at the end."),
        ),
    ),
    combine=combiner(_buggy_lead),
    hints=(
        _("What are the possible differences for a single sentence? Write them down for five sentences."),
        _("With `d = first - second` the lead is `d.mean()`."),
        _("The standard error is `d.std() / np.sqrt(len(d))`."),
    ),
)
