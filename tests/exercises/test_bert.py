"""Do the references of chapter 11's exercises agree with the functions that the course itself uses?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.exercises.bert import EXERCISES
from bookutils.exercises.bert.head import HEAD_LOSS
from bookutils.exercises.bert.mask import MAKE_MASK
from bookutils.exercises.bert.padding import PADDING_WASTE
from bookutils.exercises.bert.pooling import MEAN_POOL
from bookutils.exercises.bert.training import WARMUP_LINEAR
from bookutils.judging.judge import plan_calls
from bookutils.models.classifier.batching import padding_share
from bookutils.numerics import tokenization
from bookutils.numerics.bert import pooling
from bookutils.numerics.bert.plain import (
    head_loss,
    padding_waste,
    pool_tokens,
    token_mask,
)
from bookutils.numerics.optimizers import schedules as optimizer_schedules


def test_the_mask_is_that_of_the_course():
    """On every case, is the reference what `numerics` and so the training loop computes?"""
    for call in plan_calls(MAKE_MASK, seed=1):
        word_ids, type_ids = call.arguments
        np.testing.assert_array_equal(token_mask(word_ids, type_ids), tokenization.make_mask(word_ids))


def test_ordinary_batches_show_every_mistake():
    """Have at least three ordinary batches padding, [UNK] and a second sentence, so that each mistake can be seen?"""
    ordinary = [call.arguments for call in plan_calls(MAKE_MASK, seed=2) if call.ordinary and call.part < 2]
    assert sum(bool((ids == 0).any()) for ids, _types in ordinary) == len(ordinary)
    assert sum(bool((ids == 100).any()) for ids, _types in ordinary) >= 3
    assert sum(bool(types.any()) for _ids, types in ordinary) >= 3


def test_type_ids_are_those_of_bert():
    """Are segments 0 for the first sentence and for padding, 1 from after the first [SEP] to the second?"""
    for call in plan_calls(MAKE_MASK, seed=3):
        for ids, types in zip(*call.arguments, strict=True):
            separators = np.flatnonzero(ids == 102)
            expected = np.zeros_like(types)
            if len(separators) == 2:
                expected[separators[0] + 1 : separators[1] + 1] = 1
            np.testing.assert_array_equal(types, expected)


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


def test_the_waste_is_that_of_the_course():
    """On every case, is it the share that batching itself counts for the plain order?"""
    for call in plan_calls(PADDING_WASTE, seed=1):
        lengths, size = call.arguments
        plan = [np.arange(start, min(start + size, len(lengths))) for start in range(0, len(lengths), size)]
        assert padding_waste(lengths, size) == pytest.approx(padding_share(lengths, plan, multiple=1))


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
