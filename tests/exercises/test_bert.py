"""Do the references of chapter 11's exercises agree with the functions that the course itself uses?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.exercises.bert import MAKE_MASK, PREDICTIONS, WARMUP_LINEAR, attention_mask
from bookutils.exercises.judge import plan_calls
from bookutils.numerics import optimizers, tokenization


def test_the_mask_is_that_of_the_course():
    """On every case, is the reference what `numerics` and so the training loop computes?"""
    for call in plan_calls(MAKE_MASK, seed=1):
        word_ids, type_ids = call.arguments
        np.testing.assert_array_equal(attention_mask(word_ids, type_ids), tokenization.make_mask(word_ids))


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
    assert WARMUP_LINEAR.reference is optimizers.warmup_linear


@pytest.mark.parametrize("prediction", PREDICTIONS, ids=lambda prediction: prediction.id)
def test_each_option_answers_for_itself(prediction):
    """Has every option of a prediction a text and an answer of its own?"""
    options = prediction.options.values()
    assert len({option.text for option in options}) == len({option.says for option in options}) == len(options) >= 3


def test_what_the_predictions_claim_is_true():
    """Do Adam's first step and the standard error come out as the chapter says?"""
    gradients = np.array([1000.0, 0.001])
    m, v = 0.1 * gradients, 0.001 * gradients**2
    np.testing.assert_allclose(5e-5 * (m / 0.1) / np.sqrt(v / 0.001), 5e-5)
    assert np.sqrt(0.88 * 0.12 / 872) == pytest.approx(0.011, abs=5e-4)
