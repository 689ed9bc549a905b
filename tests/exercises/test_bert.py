"""Do the references of chapter 11's exercises agree with the functions that the course itself uses?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.exercises.bert import EXERCISES
from bookutils.exercises.bert.head import HEAD_LOSS
from bookutils.exercises.bert.pooling import MEAN_POOL
from bookutils.exercises.bert.training import WARMUP_LINEAR
from bookutils.judging.judge import plan_calls
from bookutils.numerics.bert import pooling
from bookutils.numerics.bert.plain import (
    head_loss,
    pool_tokens,
)
from bookutils.numerics.optimizers import schedules as optimizer_schedules


def test_the_schedule_is_that_of_the_course():
    """Is the reference the very function with which the training loop works?"""
    assert WARMUP_LINEAR.reference is optimizer_schedules.warmup_linear


def test_what_the_predictions_claim_is_true():
    """Does Adam's first step come out as the chapter says?"""
    gradients = np.array([1000.0, 0.001])
    m, v = 0.1 * gradients, 0.001 * gradients**2
    np.testing.assert_allclose(5e-5 * (m / 0.1) / np.sqrt(v / 0.001), 5e-5)


def test_the_mean_is_that_of_the_course():
    """On every case, is the reference what `numerics` computes?"""
    for call in plan_calls(MEAN_POOL, seed=1):
        np.testing.assert_allclose(pool_tokens(*call.arguments), pooling.mean_pool(*call.arguments))


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


def test_four_exercises_are_graded():
    """Are there four graded exercises, and the others optional?"""
    graded = [exercise.id for exercise in EXERCISES if not exercise.optional]
    assert graded[:4] == ["repair_listing", "build_classifier", "pair_inputs", "warmup_linear"]
