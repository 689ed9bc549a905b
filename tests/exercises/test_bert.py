"""Do the references of chapter 11's exercises agree with the functions that the course itself uses?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.exercises.bert import EXERCISES
from bookutils.exercises.bert.calibration import ECE
from bookutils.exercises.bert.evaluation import METRICS
from bookutils.exercises.bert.head import HEAD_LOSS
from bookutils.exercises.bert.hunts import LISTING_HUNT
from bookutils.exercises.bert.pooling import MEAN_POOL
from bookutils.exercises.bert.training import WARMUP_LINEAR
from bookutils.judging.judge import plan_calls
from bookutils.numerics.bert import classification
from bookutils.numerics.bert.plain import (
    calibration_error,
    head_loss,
    metrics_of,
    pool_tokens,
)
from bookutils.numerics.optimizers import schedules as optimizer_schedules


def test_the_schedule_is_that_of_the_course():
    """Is the reference the very function with which the training loop works?"""
    assert WARMUP_LINEAR.reference is optimizer_schedules.warmup_linear


def test_what_the_predictions_claim_is_true():
    """Do Adam's first step and the standard error come out as the chapter says?"""
    gradients = np.array([1000.0, 0.001])
    m, v = 0.1 * gradients, 0.001 * gradients**2
    np.testing.assert_allclose(5e-5 * (m / 0.1) / np.sqrt(v / 0.001), 5e-5)
    assert np.sqrt(0.88 * 0.12 / 872) == pytest.approx(0.011, abs=5e-4)


def test_the_mean_is_that_of_the_course():
    """On every case, is the reference what `numerics` computes?"""
    for call in plan_calls(MEAN_POOL, seed=1):
        np.testing.assert_allclose(pool_tokens(*call.arguments), classification.mean_pool(*call.arguments))


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


@pytest.mark.tensorflow
def test_the_loss_is_keras_own():
    """On every case, is it Keras's dense layer and binary cross-entropy from logits?"""
    keras = pytest.importorskip("keras")
    for call in plan_calls(HEAD_LOSS, seed=1):
        pooled, keep, rate, kernel, bias, labels = call.arguments
        dense = keras.layers.Dense(1)
        dense.build((None, pooled.shape[1]))
        dense.set_weights([kernel, bias])
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        expected = float(loss(labels[:, None], dense(pooled * keep / (1 - rate))))
        assert head_loss(*call.arguments) == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_three_exercises_are_graded():
    """Are there three graded exercises of four points, and the others optional?"""
    graded = [exercise.id for exercise in EXERCISES if not exercise.optional]
    assert graded == ["mean_pool", "warmup_linear", "metrics"]
    assert {exercise.points for exercise in EXERCISES if not exercise.optional} == {4}


def test_every_wrong_line_of_the_listing_says_why():
    """Does each line that cannot stay say what is wrong with it, at some length?"""
    wrong = [option for option in LISTING_HUNT.options.values() if not option.right]
    assert len(wrong) == 5
    assert all(len(option.says) > 60 for option in wrong)
