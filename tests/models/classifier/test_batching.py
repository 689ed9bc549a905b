"""Batches by length: nothing lost, nothing twice, the same order from the same seed, little padding."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError, UsageError
from bookutils.models.classifier.batching import batch_dataset, padding_share, plan_batches, round_up

pytestmark = pytest.mark.tensorflow
LENGTHS = st.lists(st.integers(3, 60), max_size=80)


@given(LENGTHS, st.integers(1, 9), st.integers(1, 5), st.none() | st.integers(0, 99), st.integers(0, 3))
def test_each_example_once(lengths, batch_size, window, seed, epoch):
    """Does every example stand in exactly one batch, and is no batch too large?"""
    plan = plan_batches(lengths, batch_size=batch_size, window=window, seed=seed, epoch=epoch)
    assert sorted(i for batch in plan for i in batch) == list(range(len(lengths)))
    assert all(0 < len(batch) <= batch_size for batch in plan)


@given(LENGTHS, st.integers(0, 99))
def test_same_seed_same_order(lengths, seed):
    """Does a seed decide the order?"""
    one, other = (plan_batches(lengths, batch_size=4, window=3, seed=seed) for _time in range(2))
    assert [batch.tolist() for batch in one] == [batch.tolist() for batch in other]


def test_epochs_and_seeds_differ():
    """Does another epoch, or another seed, bring another order?"""
    lengths = np.random.default_rng(0).integers(3, 60, 300)
    orders = {
        tuple(np.concatenate(plan_batches(lengths, seed=seed, epoch=epoch))) for seed in (0, 1) for epoch in (0, 1)
    }
    assert len(orders) == 4


def test_sorting_saves_padding():
    """Is there less padding with windows than without, and less than with one width for all?"""
    lengths = np.random.default_rng(0).integers(3, 60, 2000)
    windows = padding_share(lengths, plan_batches(lengths, seed=0))
    plain = padding_share(lengths, plan_batches(lengths, seed=0, window=1))
    fixed = padding_share(lengths, plan_batches(lengths, seed=0), width=128)
    assert windows < 0.1 < plain < fixed
    assert fixed == pytest.approx(1 - lengths.mean() / 128)


def test_long_batches_are_spread():
    """Are short and long batches mixed within a window, so that no epoch goes from short to long?"""
    lengths = np.arange(3, 203)
    plan = plan_batches(lengths, batch_size=10, window=20, seed=0)
    widths = [lengths[batch].max() for batch in plan]
    assert widths != sorted(widths)


def test_what_cannot_be_batched_is_refused():
    """Does a wrong shape or size raise an error that says what to do?"""
    with pytest.raises(ShapeError):
        plan_batches([[1, 2]])
    with pytest.raises(UsageError):
        plan_batches([1, 2], batch_size=0)


@given(st.integers(0, 500), st.integers(1, 16))
def test_round_up(length, multiple):
    """Is it the smallest multiple that is large enough?"""
    rounded = round_up(length, multiple)
    assert rounded % multiple == 0
    assert length <= rounded < length + multiple


def test_dataset_follows_the_plan(tiny_tokenizer):
    """Do the batches hold the planned sentences, padded to a multiple of four, with their labels and masks?"""
    sentences = ["good film", "bad", "a good good film", "the bad film"]
    plan = plan_batches(tiny_tokenizer.lengths(sentences), batch_size=2)
    batches = list(batch_dataset(sentences, [1, 0, 1, 0], plan, tiny_tokenizer))
    assert [batch["input_word_ids"].shape[1] for batch, _labels in batches] == [4, 8]
    for chosen, (inputs, labels) in zip(plan, batches, strict=True):
        assert labels.numpy().tolist() == [[1, 0, 1, 0][i] for i in chosen]
        for index, ids, mask in zip(
            chosen, inputs["input_word_ids"].numpy(), inputs["input_mask"].numpy(), strict=True
        ):
            own = tiny_tokenizer.encode(sentences[index])
            assert ids[mask == 1].tolist() == own
            assert not ids[len(own) :].any()
        assert not inputs["input_type_ids"].numpy().any()


def test_the_given_mask_is_used(tiny_tokenizer):
    """Does a learner's own make_mask make the mask, from NumPy arrays, whatever integer or boolean it returns?"""
    seen = []

    def make_mask(word_ids, type_ids):
        seen.append((type(word_ids), word_ids.shape == type_ids.shape))
        return word_ids > 2

    ((inputs, _labels),) = batch_dataset(["good film"], None, [np.array([0])], tiny_tokenizer, make_mask=make_mask)
    assert seen == [(np.ndarray, True)]
    assert inputs["input_mask"].numpy().tolist() == (inputs["input_word_ids"].numpy() > 2).astype(int).tolist()
    assert inputs["input_mask"].dtype == np.int32
