"""Do the references of chapter 12's exercises agree with the functions that the course itself uses?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.exercises.evaluation.calibration import ECE
from bookutils.exercises.evaluation.metrics import METRICS
from bookutils.judging.judge import plan_calls
from bookutils.numerics.evaluation import classification
from bookutils.numerics.evaluation.plain import calibration_error, metrics_of


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
