"""Judging, choosing and repeating, against other implementations and against what must hold."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.generation.sampling import (
    apply_temperature,
    next_targets,
    nucleus,
    penalise,
    perplexity,
    pick,
    repeated_share,
    top_k,
)

seeds = st.integers(0, 2**32 - 1)


def distribution(seed: int, size: int = 9) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(size, 0.4))


def test_targets_are_one_place_ahead() -> None:
    """Is each target the input after it, and does padding weigh nothing?"""
    ids = np.array([[4, 5, 6, 7], [8, 9, 0, 0]])
    inputs, targets, weights = next_targets(ids, 0)
    np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])
    np.testing.assert_array_equal(weights, [[1, 1, 1], [1, 0, 0]])
    with pytest.raises(ShapeError):
        next_targets([[1]], 0)


def test_perplexity_is_that_of_keras() -> None:
    """Is it exp of Keras' mean cross-entropy, and does what is masked not matter?"""
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.ones(5), size=(3, 4))
    truth = rng.integers(0, 5, (3, 4))
    given_to_it = np.take_along_axis(shares, truth[..., None], -1)[..., 0]
    loss = np.mean(keras.losses.sparse_categorical_crossentropy(truth, shares))
    assert perplexity(given_to_it, np.ones((3, 4))) == pytest.approx(math.exp(loss), rel=1e-5)
    weights = np.ones((3, 4))
    weights[:, 2:] = 0
    assert perplexity(given_to_it, weights) == pytest.approx(perplexity(given_to_it[:, :2], weights[:, :2]))
    with pytest.raises(ShapeError):
        perplexity(given_to_it, np.zeros((3, 4)))


@given(st.integers(1, 500))
def test_perplexity_of_a_uniform_guess_is_the_number_of_choices(choices: int) -> None:
    """Is a model that gives 1/n to each of n as surprised as n choices make it?"""
    assert perplexity(np.full((2, 3), 1 / choices), np.ones((2, 3))) == pytest.approx(choices)
    bits = np.log2(perplexity(np.full((2, 3), 1 / choices), np.ones((2, 3))))
    assert bits == pytest.approx(math.log2(choices), abs=1e-9)


@given(seeds, st.floats(0.05, 20), st.floats(-500, 500))
def test_temperature_raises_ratios_to_a_power(seed: int, temperature: float, shift: float) -> None:
    """Is the ratio of two probabilities the (1/T)-th power of what it was, whatever is added to all scores?"""
    logits = np.random.default_rng(seed).normal(size=(2, 5))
    chances = apply_temperature(logits + shift, temperature)
    np.testing.assert_allclose(chances.sum(axis=-1), 1)
    expected = (logits[:, 0] - logits[:, 1]) / temperature
    np.testing.assert_allclose(np.log(chances[:, 0] / chances[:, 1]), expected, rtol=1e-5, atol=1e-7)


@given(seeds, st.floats(0.01, 1.0))
def test_the_nucleus_is_the_smallest_set_that_reaches_p(seed: int, p: float) -> None:
    """Does what is kept reach p, and would it without its least probable token not?"""
    before = distribution(seed)
    after = nucleus(before, p)
    kept = before[after > 0]
    assert after.sum() == pytest.approx(1)
    assert kept.sum() >= p - 1e-12
    assert kept.sum() - kept.min() < p
    assert kept.min() >= before[after == 0].max(initial=0.0)


@given(seeds, st.integers(1, 9))
def test_top_k_keeps_the_k_best_and_their_ratios(seed: int, k: int) -> None:
    """Are k tokens left, the best ones, in the ratios that they had?"""
    before = distribution(seed)
    after = top_k(before, k)
    kept = np.argsort(-before, kind="stable")[:k]
    np.testing.assert_allclose(after[kept], before[kept] / before[kept].sum())
    assert np.count_nonzero(np.delete(after, kept)) == 0


@given(seeds, st.floats(0, 1, exclude_max=True))
def test_pick_chooses_what_has_a_probability(seed: int, uniform: float) -> None:
    """Is a token of probability 0 never chosen?"""
    chances = nucleus(distribution(seed), 0.7)
    assert chances[pick(chances, uniform)] > 0


def test_pick_chooses_as_often_as_it_should() -> None:
    """Do evenly spread numbers give each token its share?"""
    chosen = Counter(pick([0.1, 0.6, 0.3], (n + 0.5) / 1000) for n in range(1000))
    assert [chosen[token] for token in range(3)] == [100, 600, 300]


@given(seeds, st.floats(1.0, 5.0))
def test_a_penalty_lowers_what_was_written_and_nothing_else(seed: int, penalty: float) -> None:
    """Does no written token rise, and does no other move?"""
    rng = np.random.default_rng(seed)
    logits, written = rng.normal(size=8), rng.integers(0, 8, 5)
    changed = penalise(logits, written, penalty)
    assert (changed <= logits + 1e-12).all()
    others = np.setdiff1d(np.arange(8), written)
    np.testing.assert_array_equal(changed[others], logits[others])


def test_repeated_share() -> None:
    """Is a loop nearly all repetition, and a short or new text none?"""
    assert repeated_share([1, 2] * 50, 2) == pytest.approx(1 - 2 / 99)
    assert repeated_share([1, 2], 3) == repeated_share(range(9), 2) == 0


@pytest.mark.parametrize(
    "call",
    [lambda: apply_temperature([1.0], 0), lambda: top_k([1.0], 0), lambda: nucleus([1.0], 0), lambda: nucleus([1], 2)],
)
def test_settings_that_make_no_sense_are_refused(call) -> None:
    """Is it said what to choose?"""
    with pytest.raises(UsageError):
        call()
