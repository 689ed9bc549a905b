"""Scores, costs, masks and the one-query classifier: against counting, finite differences and Keras."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.activations.functions import sigmoid
from bookutils.numerics.attention.experiments import divisor_of, layer_flops, score_statistics, softmax_jacobian
from bookutils.numerics.attention.heads import attention_cost, attention_mask, attention_weights, weights_entropy
from bookutils.numerics.attention.pooling import Pooling, fit_pooling, kendall_tau, shuffled_probabilities
from bookutils.numerics.losses.classification import softmax

seeds = st.integers(0, 2**32 - 1)


def test_the_root_alone_makes_the_size_irrelevant():
    """Is the variance d without the root, 1 with it and 1/d divided by d, and does the slope die without it?"""
    raw, root, size = (score_statistics([4, 256], way) for way in ("none", "root", "size"))
    np.testing.assert_allclose(raw.variance, [4, 256], rtol=0.1)
    np.testing.assert_allclose(root.variance, 1, rtol=0.1)
    np.testing.assert_allclose(size.variance, [1 / 4, 1 / 256], rtol=0.1)
    assert raw.slope[1] < 0.5 * raw.slope[0]
    assert root.slope[1] == pytest.approx(root.slope[0], rel=0.1)
    assert raw.spread[1] < 0.2 < 0.7 < root.spread[1] < size.spread[1] <= 1
    with pytest.raises(UsageError):
        divisor_of(4, "square")


@given(seeds)
def test_the_jacobian_is_the_finite_difference(seed: int) -> None:
    """Does each weight answer to each score as a small step says?"""
    scores = np.random.default_rng(seed).normal(size=5)
    steps = 1e-6 * np.eye(5)
    measured = (softmax(scores + steps) - softmax(scores - steps)) / 2e-6
    np.testing.assert_allclose(softmax_jacobian(softmax(scores)), measured.T, atol=1e-8)


@given(seeds)
def test_entropy_lies_between_one_key_and_all(seed: int) -> None:
    """Is it 0 for one key, log(keys) for all alike, and between for the rest?"""
    weights = softmax(np.random.default_rng(seed).normal(0, 3, (4, 7)))
    entropy = weights_entropy(weights)
    assert ((entropy >= 0) & (entropy <= np.log(7) + 1e-12)).all()
    np.testing.assert_allclose(weights_entropy(np.eye(3)), 0)
    np.testing.assert_allclose(weights_entropy(np.full((2, 7), 1 / 7)), np.log(7))


@given(seeds)
def test_the_mask_says_who_sees_whom(seed: int) -> None:
    """Entry by entry, is a key seen when it is real and, under causal, not later?"""
    real = np.random.default_rng(seed).integers(0, 2, (2, 4))
    for causal in (False, True):
        mask = attention_mask(real, causal)
        assert mask.shape == (2, 1, 4, 4)
        for row, query, key in np.ndindex(2, 4, 4):
            assert mask[row, 0, query, key] == (real[row, key] and (key <= query or not causal))
    with pytest.raises(ShapeError):
        attention_mask([1, 1, 0])


@given(st.integers(1, 5), st.integers(1, 3), st.integers(1, 3))
def test_the_cost_is_what_loops_count(tokens: int, heads: int, size: int) -> None:
    """Do explicit loops over heads, rows and columns count the same operations?"""

    def count(a: int, b: int, c: int) -> int:
        return sum(2 for _row in range(a) for _column in range(c) for _term in range(b))

    hidden = heads * size
    cost = attention_cost(tokens, hidden, heads)
    assert cost["projections"] == 4 * count(tokens, hidden, hidden)
    assert cost["scores"] == heads * count(tokens, size, tokens)
    assert cost["mixing"] == heads * count(tokens, tokens, size)
    weights = attention_weights(np.ones((heads, tokens, size)), np.ones((heads, tokens, size)))
    assert cost["weights"] == weights.size
    linear, square = layer_flops(tokens, hidden)
    assert square == cost["scores"] + cost["mixing"]
    assert linear == cost["projections"] + 2 * 2 * tokens * hidden * 4 * hidden


def example(seed: int = 0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, 60)
    vectors = rng.normal(size=(60, 6, 8))
    places = rng.integers(0, 4, 60)
    vectors[np.arange(60), places, 0] = 4  # what marks the token that matters
    vectors[np.arange(60), places, 1] = 4 * (2 * labels - 1)  # and what it says
    mask = np.ones((60, 6), int)
    mask[::2, 4:] = 0
    return vectors, mask, labels, places


def test_the_classifier_finds_the_token_that_matters():
    """Does the learnt query give most weight to the marked token, none to padding, and even weights otherwise?"""
    vectors, mask, labels, places = example()
    fitted = fit_pooling(vectors, mask, labels)
    weights, evidence = fitted.read(vectors, mask)
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    assert (weights[mask == 0] == 0).all()
    marked = weights[np.arange(60), places]
    assert marked.mean() > 2 * ((1 - marked) / (mask.sum(axis=-1) - 1)).mean()
    probabilities = fitted.probabilities(vectors, mask)
    np.testing.assert_allclose(probabilities, sigmoid((weights * evidence).sum(axis=-1)))
    assert ((probabilities > 0.5) == labels).mean() > 0.95
    even, _evidence = fit_pooling(vectors, mask, labels, uniform=True).read(vectors, mask)
    np.testing.assert_allclose(even, mask / mask.sum(axis=-1, keepdims=True))
    with pytest.raises(ShapeError):
        fit_pooling(vectors, mask[:, :3], labels)


def test_one_step_goes_down_the_finite_difference():
    """Does Adam's first step, whose size is the learning rate, have the sign of the measured gradient everywhere?"""
    vectors, mask, labels, _places = example(1)
    start = fit_pooling(vectors, mask, labels, steps=0)
    start = Pooling(start.query, start.direction + 0.1, 0.1, start.mean, start.deviation)

    def loss(theta):
        moved = Pooling(theta[:8], theta[8:16], theta[16], start.mean, start.deviation)
        p = moved.probabilities(vectors, mask)
        return -np.mean(np.log(np.where(labels == 1, p, 1 - p)))

    theta = np.concatenate([start.query, start.direction, [start.bias]])
    measured = np.array([(loss(theta + e) - loss(theta - e)) / 2e-5 for e in 1e-5 * np.eye(17)])
    # The gradient by hand, from the note in `fit_pooling`.
    weights, evidence = start.read(vectors, mask)
    x = (vectors - start.mean) / start.deviation
    logit = (weights * evidence).sum(-1)
    error = (sigmoid(logit) - labels) / 60
    by_hand = np.concatenate([
        np.einsum("b,bt,bts->s", error, weights * (evidence - logit[:, None]), x),
        np.einsum("b,bt,bts->s", error, weights, x), [error.sum()],
    ])  # fmt: skip
    np.testing.assert_allclose(by_hand, measured, atol=1e-7)
    one = fit_pooling(vectors, mask, labels, steps=1, decay=0)
    zero = fit_pooling(vectors, mask, labels, steps=0)
    flat = Pooling(zero.query, zero.direction, 0.0, zero.mean, zero.deviation)
    w, _e = flat.read(vectors, mask)
    gradient = np.einsum("b,bt,bts->s", (0.5 - labels) / 60, w, x)
    np.testing.assert_allclose(one.direction, -0.02 * np.sign(gradient), rtol=1e-3)


def test_shuffling_keeps_the_weights():
    """Does dealing anew change nothing where all weights are alike, and stay between the extremes elsewhere?"""
    evidence = np.array([-2.0, 0.0, 3.0])
    np.testing.assert_allclose(shuffled_probabilities(np.ones(3) / 3, evidence), sigmoid(1 / 3))
    dealt = shuffled_probabilities([1.0, 0.0, 0.0], evidence)
    assert set(np.round(dealt, 6)) == set(np.round(sigmoid(evidence), 6))


@given(seeds)
def test_kendall_tau_is_scipy_s(seed: int) -> None:
    """Without ties, does it agree with scipy's?"""
    stats = pytest.importorskip("scipy.stats")
    a, b = np.random.default_rng(seed).normal(size=(2, 7))
    assert kendall_tau(a, b) == pytest.approx(stats.kendalltau(a, b).statistic)
    with pytest.raises(ShapeError):
        kendall_tau([1.0], [2.0])
