"""Do the references of chapter 08's exercises agree with the functions that the course itself uses?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.exercises.tokenization import EXERCISES
from bookutils.exercises.tokenization.mask import MAKE_MASK
from bookutils.exercises.tokenization.padding import PADDING_WASTE
from bookutils.judging.judge import plan_calls
from bookutils.models.classifier.batching import padding_share
from bookutils.numerics.tokenization import make_mask, padding_waste, token_mask


def test_the_mask_is_that_of_the_course():
    """On every case, is the reference what `numerics` and so the training loop computes?"""
    for call in plan_calls(MAKE_MASK, seed=1):
        word_ids, type_ids = call.arguments
        np.testing.assert_array_equal(token_mask(word_ids, type_ids), make_mask(word_ids))


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


def test_the_waste_is_that_of_the_course():
    """On every case, is it the share that batching itself counts for the plain order?"""
    for call in plan_calls(PADDING_WASTE, seed=1):
        lengths, size = call.arguments
        plan = [np.arange(start, min(start + size, len(lengths))) for start in range(0, len(lengths), size)]
        assert padding_waste(lengths, size) == pytest.approx(padding_share(lengths, plan, multiple=1))


def test_four_exercises_are_graded():
    """Are there four graded exercises, the others optional?"""
    graded = [exercise.id for exercise in EXERCISES if not exercise.optional]
    assert graded == ["split_words", "wordpiece", "encode_batch", "pack_pair"]
