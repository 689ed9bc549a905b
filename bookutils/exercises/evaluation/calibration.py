"""Exercises of chapter 12: the expected calibration error."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.evaluation.plain import calibration_error


def _buggy_error(bugs: Switches, probabilities: Doubles, labels: Ints, bins: int, lost: str = "one") -> float:
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    if "edge_lost" in bugs:
        places = np.where(probabilities == (1 if lost == "one" else 0), -1, places)
    gaps, weights = [], []
    for k in range(bins):
        inside = places == k
        if not inside.any():
            if "empty_bin" in bugs:
                return float("nan")
            continue
        promised = (k + 0.5) / bins if "centres" in bugs else float(np.mean(probabilities[inside]))
        gap = promised - float(np.mean(labels[inside]))
        gaps.append(gap if "signed" in bugs else abs(gap))
        weights.append(1.0 if "unweighted" in bugs else float(np.sum(inside)))
    whole = sum(weights) if "unweighted" in bugs else len(labels)
    return float(np.dot(gaps, weights) / whole) if whole else 0.0


def _forecasts(rng: Rng, counts: list[int], extremes: bool) -> tuple[Doubles, Ints, int]:
    """Draw `counts[k]` forecasts in bin k, below its centre and away from its edges; the first bin always happens."""
    bins = len(counts)
    places = np.repeat(np.arange(bins), counts)
    probabilities = np.round((places + rng.uniform(0.1, 0.4, len(places))) / bins, 3)
    labels = rng.integers(0, 2, len(places))
    labels[places == 0] = 1  # so there are gaps of both signs
    labels[places == places.max()] = 0
    if extremes:
        probabilities, labels = np.append(probabilities, [0.0, 1.0]), np.append(labels, [1, 0])
    order = rng.permutation(len(labels))
    return probabilities[order], labels[order], bins


def _filled(rng: Rng) -> Iterable[Case]:
    yield case(np.array([0.1, 0.2, 0.6, 0.9, 0.7]), np.array([1, 0, 1, 1, 0]), 2)
    for bins in (2, 3, 4, 5):
        yield case(*_forecasts(rng, (1 + rng.permutation(bins)).tolist(), extremes=False))


def _gaps(rng: Rng) -> Iterable[Case]:
    for bins in (4, 5, 6, 8):
        counts = (1 + rng.permutation(bins)).tolist()
        counts[1 + int(rng.integers(bins - 2))] = 0
        yield case(*_forecasts(rng, counts, extremes=True))
    yield edge(np.array([1.0]), np.array([0]), 10)
    yield edge(np.array([0.0, 0.0]), np.array([0, 0]), 10)
    yield edge(np.array([0.35]), np.array([1]), 1)
    yield edge(np.zeros(0), np.zeros(0, np.int64), 10)


ECE = Exercise(
    id="ece",
    answer="calibration_error",
    asks=_("The expected calibration error: by how much promised probabilities miss what happens, on average."),
    reference=calibration_error,
    parts=(
        Part(_("examples in every bin"), 2, _filled),
        Part(_("empty bins, and probabilities of 0 and 1"), 1, _gaps),
        Part(_("inputs unchanged"), 1, _filled, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-4, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_error,
        (
            "unweighted",
            _("Every bin counts the same with you, however many examples it holds."),
            _("A bin with one example and a bin with a thousand: which one says more about the classifier?"),
            _("Multiply each gap by the share of all examples that its bin holds, and add up."),
        ),
        (
            "signed",
            _("With you, too high in one bin and too low in another cancel out."),
            _("Is a forecaster who promises 0.2 too much today and 0.2 too little tomorrow a good one?"),
            _("Take the absolute value of each bin's gap before you add."),
        ),
        (
            "centres",
            _("You compare with the middle of each bin."),
            _("If all examples of the bin from 0.8 to 1 have a probability of 0.81, what was promised?"),
            _("Use the mean of the probabilities that are in the bin."),
        ),
        (
            "edge_lost",
            _("Examples with a probability of exactly 0 or exactly 1 are in none of your bins."),
            _("Do the counts of your bins add up to the number of examples?"),
            _("Put 0 into the first bin and 1 into the last: `np.minimum((p * bins).astype(int), bins - 1)`."),
        ),
        (
            "empty_bin",
            _("A single bin without examples makes your whole result nan."),
            _("What is the mean of nothing, and how much should it weigh?"),
            _("Leave out bins that hold no example."),
        ),
        also={"edge_lost": (switched(_buggy_error, "edge_lost", lost="zero"),)},
    ),
    combine=combiner(_buggy_error),
    hints=(
        _("Take two bins and five examples, and do it by hand: two means of probabilities, two shares of 1."),
        _("In a loop over the bins, pick the examples of one with a comparison; skip it when there are none."),
        _("Sum over the bins: (examples in the bin / all examples) · |mean probability − share of 1|."),
    ),
)
