"""Is the mean of a sentence's tokens NumPy's, whatever stands behind them?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError
from bookutils.numerics.bert.pooling import mean_pool


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_padding_changes_no_mean(batch, tokens, extra, seed):
    """Is each row NumPy's mean over the real tokens, whatever stands behind them?"""
    rng = np.random.default_rng(seed)
    vectors, lengths = rng.normal(size=(batch, tokens + extra, 3)), rng.integers(0, tokens + 1, batch)
    mask = np.arange(tokens + extra) < lengths[:, None]
    pooled = mean_pool(vectors, mask)
    for row, length in enumerate(lengths):
        expected = vectors[row, :length].mean(axis=0) if length else np.zeros(3)
        np.testing.assert_allclose(pooled[row], expected, atol=1e-12)
    vectors[~mask] = 1e6
    np.testing.assert_allclose(mean_pool(vectors, mask), pooled, atol=1e-9)


@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((2, 3, 4), (2, 4))])
def test_what_cannot_be_is_refused(shapes):
    """Are vectors and a mask that do not fit refused with one sentence on what is wrong and one on what to do?"""
    with pytest.raises(ShapeError) as raised:
        mean_pool(*map(np.zeros, shapes))
    assert raised.value.what
    assert raised.value.todo
