"""Do the references of chapter 12's exercises agree with the functions that the course itself uses?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.exercises.evaluation import EXERCISES
from bookutils.exercises.evaluation.calibration import ECE
from bookutils.exercises.evaluation.metrics import METRICS
from bookutils.exercises.evaluation.pairs import LEAD
from bookutils.exercises.evaluation.temperature import TEMPERATURE_SCALING
from bookutils.exercises.evaluation.threshold import CHOOSE_THRESHOLD
from bookutils.judging.judge import plan_calls
from bookutils.numerics.comparison.paired import paired_gain
from bookutils.numerics.evaluation import classification
from bookutils.numerics.evaluation.plain import best_temperature, calibration_error, choose_threshold, lead, metrics_of


def test_the_metrics_are_those_of_the_course():
    """On every case, are the four numbers those of `numerics`?"""
    for call in plan_calls(METRICS, seed=1):
        book = classification.binary_metrics(*call.arguments)
        expected = {"accuracy": book.accuracy, "precision": book.precision, "recall": book.recall, "f1": book.f1}
        assert metrics_of(*call.arguments) == pytest.approx(expected)


def test_the_calibration_error_is_that_of_the_course():
    """On every case, is the loop what `numerics` computes, so that no case lies on an edge between two bins?"""
    for call in plan_calls(ECE, seed=1):
        probabilities, labels, bins = call.arguments
        book = classification.expected_calibration_error(probabilities, labels, bins)
        assert calibration_error(probabilities, labels, bins) == pytest.approx(book, abs=1e-12)


def test_what_the_predictions_claim_is_true():
    """Does the standard error come out as the prediction says?"""
    assert np.sqrt(0.88 * 0.12 / 872) == pytest.approx(0.011, abs=5e-4)


def test_the_lead_is_that_of_the_course():
    """On every case, are lead and standard error those of the paired comparison that chapter 13 uses?"""
    for call in plan_calls(LEAD, seed=1):
        gain = paired_gain(*call.arguments)
        assert lead(*call.arguments) == pytest.approx((gain.mean, gain.standard_error))


def test_no_other_threshold_costs_less():
    """On every case, does a line anywhere between two probabilities cost at least as much?"""
    for call in plan_calls(CHOOSE_THRESHOLD, seed=1):
        probabilities, labels, false_alarm, miss = call.arguments
        threshold, cost = choose_threshold(probabilities, labels, false_alarm, miss)
        for other in np.linspace(0, 1, 401):
            counted = classification.binary_metrics(probabilities - other, labels)
            there = false_alarm * counted.false_positives + miss * counted.false_negatives
            assert cost <= there + 1e-9
            assert cost < there - 1e-9 or not np.any(probabilities <= other) or threshold <= other + 1e-9


def test_the_temperature_is_the_best_by_scikit_learn():
    """On every case, is its loss scikit-learn's log loss, and is that of no other temperature lower?"""
    metrics = pytest.importorskip("sklearn.metrics")
    for call in plan_calls(TEMPERATURE_SCALING, seed=1):
        logits, labels, temperatures = call.arguments
        if np.abs(logits).max() > 100:
            continue  # scikit-learn clips
        _best, loss = best_temperature(logits, labels, temperatures)
        theirs = [metrics.log_loss(labels, 1 / (1 + np.exp(-logits / one)), labels=[0, 1]) for one in temperatures]
        assert loss == pytest.approx(min(theirs), abs=1e-9)


def test_four_exercises_are_graded():
    """Are there four graded exercises of four points, and the others optional?"""
    graded = [exercise for exercise in EXERCISES if not exercise.optional]
    assert [exercise.id for exercise in graded] == ["metrics", "choose_threshold", "ece", "temperature_scaling"]
    assert {exercise.points for exercise in graded} == {4}
