"""Attention: properties, and Keras as the independent implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError
from bookutils.numerics.attention.heads import attention, attention_weights, causal_mask, merge_heads, split_heads

seeds = st.integers(0, 2**32 - 1)


def draw(seed: int, tokens: int = 5, size: int = 4) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(2, 3, tokens, size)) for _ in range(3)]


@given(seeds, st.floats(-50, 50))
def test_weights_share_one_and_ignore_a_constant(seed: int, constant: float) -> None:
    """Does each row sum to one, and stay when every key is moved so that all its scores change alike?"""
    queries, keys, _ = draw(seed)
    queries = np.concatenate([queries, np.ones((*queries.shape[:-1], 1))], axis=-1)
    moved = np.concatenate([keys, np.full((*keys.shape[:-1], 1), constant)], axis=-1)
    keys = np.concatenate([keys, np.zeros((*keys.shape[:-1], 1))], axis=-1)
    weights = attention_weights(queries, keys)
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    np.testing.assert_allclose(attention_weights(queries, moved), weights, atol=1e-12)


@given(seeds, st.permutations(range(5)))
def test_attention_knows_no_order(seed: int, order: list[int]) -> None:
    """Does the order of keys and values leave the result alone?"""
    queries, keys, values = draw(seed)
    np.testing.assert_allclose(
        attention(queries, keys[..., order, :], values[..., order, :]), attention(queries, keys, values), atol=1e-12
    )


@given(seeds)
def test_a_hidden_key_has_no_say(seed: int) -> None:
    """Is a hidden key the same as one that is not there?"""
    queries, keys, values = draw(seed)
    mask = np.array([1, 0, 1, 1, 0])
    shown = mask == 1
    np.testing.assert_allclose(
        attention(queries, keys, values, mask),
        attention(queries, keys[..., shown, :], values[..., shown, :]),
        atol=1e-12,
    )


@given(seeds)
def test_the_past_does_not_see_the_future(seed: int) -> None:
    """Do the first results stay when later keys and values change, under the causal mask?"""
    queries, keys, values = draw(seed)
    before = attention(queries, keys, values, causal_mask(5))
    keys[..., 3:, :] += 7
    values[..., 3:, :] -= 7
    after = attention(queries, keys, values, causal_mask(5))
    np.testing.assert_array_equal(before[..., :3, :], after[..., :3, :])
    assert not np.allclose(before[..., 3:, :], after[..., 3:, :])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_root_keeps_the_spread(dtype: str) -> None:
    """Does the dot product of unit-variance vectors keep the variance 1, and the dtype its width?"""
    from bookutils.numerics.attention.heads import attention_scores

    rng = np.random.default_rng(0)
    queries, keys = (rng.normal(size=(400, 256)).astype(dtype) for _ in range(2))
    scores = attention_scores(queries, keys)
    assert scores.dtype == dtype
    assert scores.var() == pytest.approx(1, abs=0.02)


@given(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 3))
def test_heads_come_together_again(batch: int, tokens: int, heads: int, size: int) -> None:
    """Is merging the inverse of splitting?"""
    x = np.random.default_rng(0).normal(size=(batch, tokens, heads * size))
    np.testing.assert_array_equal(merge_heads(split_heads(x, heads)), x)


def test_shapes_that_do_not_fit_are_told() -> None:
    """Is there a sentence for vectors of two sizes, and for heads that do not divide?"""
    with pytest.raises(ShapeError, match="the size, is the same"):
        attention(np.ones((2, 3)), np.ones((2, 4)), np.ones((2, 3)))
    with pytest.raises(ShapeError, match="divides hidden"):
        split_heads(np.ones((1, 2, 5)), 2)


@pytest.mark.tensorflow
def test_keras_agrees() -> None:
    """Does Keras' attention, which shares no code with ours, give the same numbers?"""
    keras = pytest.importorskip("keras")
    queries, keys, values = (x.astype("float32") for x in draw(3))
    mask = np.random.default_rng(1).integers(0, 2, (2, 1, 5, 5)).astype(bool) | np.eye(5, dtype=bool)
    # Keras takes (batch, tokens, heads, size).
    theirs = keras.ops.dot_product_attention(
        *(np.swapaxes(x, 1, 2) for x in (queries, keys, values)), mask=mask, is_causal=False
    )
    np.testing.assert_allclose(attention(queries, keys, values, mask), np.swapaxes(np.array(theirs), 1, 2), atol=1e-6)
