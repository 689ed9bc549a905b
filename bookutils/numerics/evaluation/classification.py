"""How good a classifier with two classes is, and how far the numbers can be trusted. NumPy only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import ShapeError, UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


@dataclass(frozen=True)
class BinaryMetrics:
    """The four counts of a classifier with two classes, and what is made of them; a share 0/0 counts as 0.

    Examples
    --------
    >>> metrics = BinaryMetrics(true_positives=3, false_positives=1, false_negatives=2, true_negatives=4)
    >>> metrics.accuracy, metrics.precision, metrics.recall, round(metrics.f1, 3)
    (0.7, 0.75, 0.6, 0.667)
    """

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int

    @property
    def examples(self) -> int:
        """How many examples were counted."""
        return self.true_positives + self.false_positives + self.false_negatives + self.true_negatives

    @property
    def accuracy(self) -> float:
        """The share of examples that are put into the right class."""
        return _share(self.true_positives + self.true_negatives, self.examples)

    @property
    def precision(self) -> float:
        """Of what was called positive, the share that is."""
        return _share(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """Of what is positive, the share that was called so."""
        return _share(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _share(2 * self.precision * self.recall, self.precision + self.recall)

    @property
    def confusion(self) -> NDArray[np.int64]:
        """The counts as a matrix, shape (2, 2): the row is the label, the column what it was taken for."""
        return np.array(
            [[self.true_negatives, self.false_positives], [self.false_negatives, self.true_positives]], np.int64
        )


def binary_metrics(logits: ArrayLike, labels: ArrayLike) -> BinaryMetrics:
    """Count right and wrong answers of a classifier that gives one logit per example.

    Parameters
    ----------
    logits : array, shape (examples,); above 0 means positive, which is a probability above ½
    labels : array of 0 and 1, shape (examples,)

    Returns
    -------
    BinaryMetrics

    Raises
    ------
    ShapeError
        When there is not one label per logit, or either has more than one axis.

    Notes
    -----
    Taught in chapter 12.

    Examples
    --------
    >>> binary_metrics([2.0, 0.3, -1.0, -2.0], [1, 0, 1, 0]).confusion
    array([[1, 1],
           [1, 1]])
    """
    scores, truth = _pairs(logits, labels)
    called = scores > 0
    return BinaryMetrics(
        int(np.sum(called & truth)),
        int(np.sum(called & ~truth)),
        int(np.sum(~called & truth)),
        int(np.sum(~called & ~truth)),
    )


def precision_recall(probabilities: ArrayLike, labels: ArrayLike, thresholds: ArrayLike) -> tuple[Doubles, Doubles]:
    """Return precision and recall when everything above a threshold is called positive.

    Parameters
    ----------
    probabilities : array, shape (examples,), in [0, 1]
    labels : array of 0 and 1, shape (examples,)
    thresholds : array, shape (thresholds,)

    Returns
    -------
    (precision, recall), each float64 (thresholds,); a share 0/0 counts as 0

    Raises
    ------
    ShapeError
        When there is not one label per probability, or either has more than one axis.

    Notes
    -----
    Recall never rises with the threshold; precision mostly does, but need not. Taught in chapter 12.

    Examples
    --------
    >>> precision_recall([0.9, 0.6, 0.4], [1, 0, 1], [0.0, 0.5, 0.8])
    (array([0.66666667, 0.5       , 1.        ]), array([1. , 0.5, 0.5]))
    """
    scores, truth = _pairs(probabilities, labels)
    at = [binary_metrics(scores - threshold, truth) for threshold in np.asarray(thresholds, float)]
    return np.array([metrics.precision for metrics in at]), np.array([metrics.recall for metrics in at])


@dataclass(frozen=True)
class Calibration:
    """What was promised and what happened, bin by bin; bins without examples are left out.

    Parameters
    ----------
    promised : mean probability in each bin, shape (bins,)
    observed : share of positive examples in each bin, shape (bins,)
    counts : examples in each bin, shape (bins,)
    """

    promised: Doubles
    observed: Doubles
    counts: NDArray[np.int64]

    @property
    def error(self) -> float:
        """The mean gap between promised and observed, each bin with the weight of its examples."""
        return _share(float(np.sum(self.counts * np.abs(self.promised - self.observed))), float(self.counts.sum()))


def calibration(probabilities: ArrayLike, labels: ArrayLike, bins: int = 10) -> Calibration:
    """Sort examples into bins of equal width by their probability, and compare promise and outcome.

    Parameters
    ----------
    probabilities : array, shape (examples,), in [0, 1], of being positive
    labels : array of 0 and 1, shape (examples,)
    bins : how many; bin k reaches from above k/bins to (k + 1)/bins inclusive, and 0 is in the first

    Returns
    -------
    Calibration

    Raises
    ------
    ShapeError
        When there is not one label per probability, or either has more than one axis.
    UsageError
        When a probability lies outside [0, 1], or there is not at least one bin.

    Notes
    -----
    Bins as in Guo et al. 2017, *On Calibration of Modern Neural Networks*, section 2; theirs sort the confidence in
    whichever class was chosen, these the probability of one class. Taught in chapter 12.

    Examples
    --------
    >>> calibration([0.1, 0.3, 0.9, 0.7], [0, 1, 1, 1], bins=2).observed
    array([0.5, 1. ])
    """
    scores, truth = _pairs(probabilities, labels)
    places = places_of(scores, bins)  # (examples,), in 0 … bins − 1
    counts = np.bincount(places, minlength=bins)
    filled = counts > 0
    sums = np.bincount(places, scores, minlength=bins), np.bincount(places, truth, minlength=bins)
    promised, observed = (total[filled] / counts[filled] for total in sums)
    return Calibration(promised, observed, counts[filled].astype(np.int64))


def places_of(probabilities: Doubles, bins: int) -> NDArray[np.int64]:
    """Return the bin of each probability, from 0 to ``bins - 1``; see `calibration`.

    >>> places_of(np.array([0.0, 0.5, 0.51, 1.0]), 2)
    array([0, 0, 1, 1])
    """
    if bins < 1 or not np.all((probabilities >= 0) & (probabilities <= 1)):
        raise UsageError(
            _("These are no probabilities, or there is no bin to put them into."),
            _("Give numbers from 0 to 1 and one bin or more; a logit z becomes a probability by 1 / (1 + e^−z)."),
        )
    return np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], probabilities)


def expected_calibration_error(probabilities: ArrayLike, labels: ArrayLike, bins: int = 10) -> float:
    """Return by how much promised probabilities miss what happens, on average.

    Parameters, errors and source: see `calibration`.

    Returns
    -------
    float in [0, 1]; 0 when there are no examples

    Notes
    -----
    Taught in chapter 12.

    Examples
    --------
    >>> round(expected_calibration_error([0.8, 0.8, 0.8, 0.8], [1, 1, 1, 0]), 2)
    0.05
    """
    return calibration(probabilities, labels, bins).error


def standard_error(p: float, n: int) -> float:
    """Return √(p(1 − p)/n): how far a share of `n` independent examples lies from the truth, typically.

    Raises
    ------
    UsageError
        When `p` is outside [0, 1] or `n` is not positive.

    Notes
    -----
    The standard deviation of a binomial share. Taught in chapter 12.

    Examples
    --------
    >>> round(standard_error(0.88, 872), 3)
    0.011
    """
    if not 0 <= p <= 1 or n < 1:
        raise UsageError(
            _("A share of {p} among {n} examples is impossible.").format(p=p, n=n),
            _("Give a share from 0 to 1 and at least one example."),
        )
    return float(np.sqrt(p * (1 - p) / n))


def leave_one_out(logits_of: Callable[[list[str]], ArrayLike], words: Sequence[str]) -> tuple[float, Doubles]:
    """Ask a classifier about a sentence, and about the sentence without each of its words.

    Parameters
    ----------
    logits_of : gets sentences and returns one logit for each, shape (sentences,)
    words : of one sentence, in order

    Returns
    -------
    (logit of the sentence, effects float64 (words,)): an effect above 0 says that the word pulls the logit up

    Raises
    ------
    UsageError
        When there is no word.

    Notes
    -----
    Li, Monroe and Jurafsky 2016, *Understanding Neural Networks through Representation Erasure*. Effects of single
    words need not add up to anything: words act together. Taught in chapter 12.

    Examples
    --------
    >>> leave_one_out(lambda sentences: [text.count("good") - 2.0 for text in sentences], ["a", "good", "film"])
    (-1.0, array([0., 1., 0.]))
    """
    if not words:
        raise UsageError(_("There is no word to leave out."), _("Give a sentence of at least one word."))
    shorter = [" ".join([*words[:place], *words[place + 1 :]]) for place in range(len(words))]
    whole, *without = np.asarray(logits_of([" ".join(words), *shorter]), np.float64)
    return float(whole), whole - np.array(without)


def _pairs(scores: ArrayLike, labels: ArrayLike) -> tuple[Doubles, NDArray[np.bool_]]:
    values, truth = np.asarray(scores, np.float64), np.asarray(labels)
    if values.ndim != 1 or truth.shape != values.shape:
        raise ShapeError(
            _("Scores of the shape {scores} came with labels of the shape {labels}.").format(
                scores=values.shape, labels=truth.shape
            ),
            _("Give one label for each score, both with the shape (examples,)."),
        )
    return values, truth.astype(np.float64) > 0.5
