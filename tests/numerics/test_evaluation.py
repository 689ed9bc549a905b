"""Do the measures of a classifier agree with scikit-learn's, and with what they are meant to say?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.evaluation.classification import (
    binary_metrics,
    calibration,
    expected_calibration_error,
    leave_one_out,
    precision_recall,
    standard_error,
)
from bookutils.numerics.evaluation.intervals import share_interval
from bookutils.numerics.evaluation.luck import luck_alone

LOGITS = st.floats(-5, 5, allow_subnormal=False)
PROBABILITIES = st.floats(0, 1)
LABELS = st.integers(0, 1)


def pairs(scores, min_size=0):
    return st.lists(st.tuples(scores, LABELS), min_size=min_size, max_size=40).map(
        lambda drawn: (np.array([score for score, _l in drawn]), np.array([label for _s, label in drawn], int))
    )


@given(pairs(LOGITS, min_size=1))
def test_metrics_are_those_of_scikit_learn(drawn):
    """Accuracy, precision, recall, F1 and the confusion matrix: the same, also where a share is 0/0?"""
    sklearn = pytest.importorskip("sklearn.metrics")
    logits, labels = drawn
    mine, called = binary_metrics(logits, labels), (logits > 0).astype(int)
    assert mine.accuracy == pytest.approx(sklearn.accuracy_score(labels, called))
    assert mine.precision == pytest.approx(sklearn.precision_score(labels, called, zero_division=0))
    assert mine.recall == pytest.approx(sklearn.recall_score(labels, called, zero_division=0))
    assert mine.f1 == pytest.approx(sklearn.f1_score(labels, called, zero_division=0))
    np.testing.assert_array_equal(mine.confusion, sklearn.confusion_matrix(labels, called, labels=[0, 1]))


@given(pairs(LOGITS))
def test_each_example_is_counted_once(drawn):
    """Do the four counts add up, and does exchanging the classes turn the matrix around?"""
    logits, labels = drawn
    mine = binary_metrics(logits, labels)
    assert mine.examples == mine.confusion.sum() == len(labels)
    if not np.any(logits == 0):
        np.testing.assert_array_equal(binary_metrics(-logits, 1 - labels).confusion, mine.confusion[::-1, ::-1])


def test_nothing_gives_nothing():
    """Without any example, is every share 0?"""
    mine = binary_metrics([], [])
    assert (mine.accuracy, mine.precision, mine.recall, mine.f1) == (0, 0, 0, 0)
    assert expected_calibration_error([], []) == 0


@given(pairs(PROBABILITIES, min_size=1), st.lists(PROBABILITIES, min_size=1, max_size=6))
def test_a_threshold_trades_precision_for_recall(drawn, thresholds):
    """Are both those of scikit-learn at each threshold, and does recall never rise with it?"""
    sklearn = pytest.importorskip("sklearn.metrics")
    (probabilities, labels), thresholds = drawn, np.sort(thresholds)
    precision, recall = precision_recall(probabilities, labels, thresholds)
    for place, threshold in enumerate(thresholds):
        called = (probabilities > threshold).astype(int)
        assert precision[place] == pytest.approx(sklearn.precision_score(labels, called, zero_division=0))
        assert recall[place] == pytest.approx(sklearn.recall_score(labels, called, zero_division=0))
    assert np.all(np.diff(recall) <= 0)


@given(pairs(PROBABILITIES, min_size=1), st.integers(1, 12))
def test_bins_are_those_of_scikit_learn(drawn, bins):
    """Are promised and observed shares those of scikit-learn's calibration curve?"""
    sklearn = pytest.importorskip("sklearn.calibration")
    probabilities, labels = drawn
    observed, promised = sklearn.calibration_curve(labels, probabilities, n_bins=bins, strategy="uniform", pos_label=1)
    mine = calibration(probabilities, labels, bins)
    np.testing.assert_allclose(mine.promised, promised, atol=1e-12)
    np.testing.assert_allclose(mine.observed, observed)


@given(pairs(PROBABILITIES, min_size=1), st.integers(1, 12))
def test_the_calibration_error_is_a_mean_over_examples(drawn, bins):
    """Counted by a loop over the bins, is it the same number, and between 0 and the gap of the worst bin?"""
    probabilities, labels = drawn
    edges, total, worst = np.linspace(0, 1, bins + 1), 0.0, 0.0
    for k in range(bins):
        inside = (probabilities > edges[k]) & (probabilities <= edges[k + 1])
        if k == 0:
            inside |= probabilities == 0
        if inside.any():
            gap = abs(probabilities[inside].mean() - labels[inside].mean())
            total, worst = total + inside.sum() * gap, max(worst, gap)
    mine = expected_calibration_error(probabilities, labels, bins)
    assert mine == pytest.approx(total / len(labels), abs=1e-12)
    assert 0 <= mine <= worst + 1e-12


def test_an_honest_forecaster_is_calibrated():
    """If things happen as often as promised, does the error go to 0; if they never do, is it the promise?"""
    rng = np.random.default_rng(0)
    promised = rng.uniform(size=200_000)
    assert expected_calibration_error(promised, rng.uniform(size=promised.size) < promised) < 0.01
    assert expected_calibration_error([0.9] * 10, [0] * 10) == pytest.approx(0.9)


@given(st.floats(0.05, 0.95), st.integers(5, 400))
def test_the_standard_error_is_the_spread_of_the_share(p, n):
    """Is it the standard deviation of the binomial distribution, by its definition as a sum?"""
    stats = pytest.importorskip("scipy.stats")
    assert standard_error(p, n) == pytest.approx(stats.binom(n, p).std() / n)


@given(st.lists(st.sampled_from(["good", "bad", "a", "film"]), min_size=1, max_size=8))
def test_without_interaction_each_word_has_its_own_weight(words):
    """For a classifier that adds up weights of words, is the effect of a word its weight?"""
    weights = {"good": 2.0, "bad": -3.0}

    def logits_of(sentences):
        return [0.5 + sum(weights.get(word, 0.0) for word in text.split()) for text in sentences]

    logit, effects = leave_one_out(logits_of, words)
    assert logit == logits_of([" ".join(words)])[0]
    np.testing.assert_allclose(effects, [weights.get(word, 0.0) for word in words])


@given(st.integers(1, 200), st.floats(0.5, 0.99))
def test_wilsons_interval_is_scipys(examples, confidence):
    """For every count of right answers, are the ends SciPy's, in order and inside 0 and 1?"""
    stats = pytest.importorskip("scipy.stats")
    for right in (0, examples // 3, examples):
        low, high = share_interval(right, examples, confidence)
        theirs = stats.binomtest(right, examples).proportion_ci(confidence, method="wilson")
        assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
        assert 0 <= low <= right / examples <= high <= 1


def test_luck_is_what_true_promises_show():
    """Drawn one by one, are the errors as large, and does the range of a bin hold 95 % of its outcomes?"""
    rng = np.random.default_rng(0)
    probabilities = rng.beta(0.3, 0.3, 500)
    luck = luck_alone(probabilities, bins=10, draws=400)
    drawn = [calibration(probabilities, rng.random(500) < probabilities) for _draw in range(400)]
    assert np.mean(luck.errors) == pytest.approx(np.mean([one.error for one in drawn]), rel=0.05)
    inside = np.array([(one.observed >= luck.low) & (one.observed <= luck.high) for one in drawn])
    np.testing.assert_allclose(inside.mean(axis=0), 0.95, atol=0.05)


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (ShapeError, lambda: binary_metrics([1.0, 2.0], [1])),
        (ShapeError, lambda: binary_metrics([[1.0], [2.0]], [1, 0])),
        (UsageError, lambda: calibration([2.0], [1])),
        (UsageError, lambda: calibration([0.5], [1], bins=0)),
        (UsageError, lambda: calibration([float("nan")], [1])),
        (UsageError, lambda: standard_error(0.5, 0)),
        (UsageError, lambda: leave_one_out(lambda sentences: [0.0], [])),
        (UsageError, lambda: standard_error(1.5, 10)),
        (UsageError, lambda: share_interval(3, 2)),
        (UsageError, lambda: luck_alone([])),
    ],
)
def test_what_cannot_be_is_refused(error, call):
    """Is there one sentence on what is wrong and one on what to do?"""
    with pytest.raises(error) as raised:
        call()
    assert raised.value.what
    assert raised.value.todo
