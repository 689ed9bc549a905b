"""Chapter 11, optional: the expected calibration error."""

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


def calibration_error(probabilities: Floats, labels: Ints, bins: int) -> float:
    """Return the mean gap between promised and observed shares, each bin with the weight of its examples.

    Notes
    -----
    `bookutils.numerics.bert.expected_calibration_error`, written as a loop; the tests hold the two together.
    Taught in chapter 11.

    Examples
    --------
    >>> round(calibration_error(np.array([0.8, 0.8, 0.8, 0.8]), np.array([1, 1, 1, 0]), bins=10), 2)
    0.05
    """
    total = 0.0
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    for k in range(bins):
        inside = places == k
        total += abs(float(np.sum(probabilities[inside]) - np.sum(labels[inside])))  # the bin's examples × its gap
    return total / max(len(labels), 1)


def _error_with_mistakes(
    mistakes: frozenset[str], probabilities: Floats, labels: Ints, bins: int, lost: str = "one"
) -> float:
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    if "edge_lost" in mistakes:
        places = np.where(probabilities == (1 if lost == "one" else 0), -1, places)
    gaps, weights = [], []
    for k in range(bins):
        inside = places == k
        if not inside.any():
            if "empty_bin" in mistakes:
                return float("nan")
            continue
        promised = (k + 0.5) / bins if "centres" in mistakes else float(np.mean(probabilities[inside]))
        gap = promised - float(np.mean(labels[inside]))
        gaps.append(gap if "signed" in mistakes else abs(gap))
        weights.append(1.0 if "unweighted" in mistakes else float(np.sum(inside)))
    whole = sum(weights) if "unweighted" in mistakes else len(labels)
    return float(np.dot(gaps, weights) / whole) if whole else 0.0


def _forecasts(rng: np.random.Generator, counts: list[int], extremes: bool) -> tuple[Floats, Ints, int]:
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


def _filled(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([0.1, 0.2, 0.6, 0.9, 0.7]), np.array([1, 0, 1, 1, 0]), 2)
    for bins in (2, 3, 4, 5):
        yield case(*_forecasts(rng, (1 + rng.permutation(bins)).tolist(), extremes=False))


def _gaps(rng: np.random.Generator) -> Iterator[Case]:
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
        Part(_("examples in every bin"), 0, _filled),
        Part(_("empty bins, and probabilities of 0 and 1"), 0, _gaps),
    ),
    tolerance=Tolerance(rtol=1e-4, atol=1e-6),
    optional=True,
    mistakes=(
        Mistake(
            "unweighted",
            partial(_error_with_mistakes, frozenset({"unweighted"})),
            _("Every bin counts the same with you, however many examples it holds."),
            _("A bin with one example and a bin with a thousand: which one says more about the classifier?"),
            _("Multiply each gap by the share of all examples that its bin holds, and add up."),
        ),
        Mistake(
            "signed",
            partial(_error_with_mistakes, frozenset({"signed"})),
            _("With you, too high in one bin and too low in another cancel out."),
            _("Is a forecaster who promises 0.2 too much today and 0.2 too little tomorrow a good one?"),
            _("Take the absolute value of each bin's gap before you add."),
        ),
        Mistake(
            "centres",
            partial(_error_with_mistakes, frozenset({"centres"})),
            _("You compare with the middle of each bin."),
            _("If all examples of the bin from 0.8 to 1 have a probability of 0.81, what was promised?"),
            _("Use the mean of the probabilities that are in the bin."),
        ),
        Mistake(
            "edge_lost",
            partial(_error_with_mistakes, frozenset({"edge_lost"})),
            _("Examples with a probability of exactly 0 or exactly 1 are in none of your bins."),
            _("Do the counts of your bins add up to the number of examples?"),
            _("Put 0 into the first bin and 1 into the last: `np.minimum((p * bins).astype(int), bins - 1)`."),
            also=(partial(_error_with_mistakes, frozenset({"edge_lost"}), lost="zero"),),
        ),
        Mistake(
            "empty_bin",
            partial(_error_with_mistakes, frozenset({"empty_bin"})),
            _("A single bin without examples makes your whole result nan."),
            _("What is the mean of nothing, and how much should it weigh?"),
            _("Leave out bins that hold no example."),
        ),
    ),
    combine=combiner(_error_with_mistakes),
    hints=(
        _("Take two bins and five examples, and do it by hand: two means of probabilities, two shares of 1."),
        _("In a loop over the bins, pick the examples of one with a comparison; skip it when there are none."),
        _("Sum over the bins: (examples in the bin / all examples) · |mean probability − share of 1|."),
    ),
)
