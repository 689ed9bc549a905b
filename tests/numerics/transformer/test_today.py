"""RMSNorm and rotated pairs: do they keep what they promise to keep?"""

import numpy as np
import pytest

from bookutils.core.errors import ShapeError
from bookutils.numerics.transformer.today import rms_norm, rotate_pairs


@pytest.mark.parametrize("seed", range(8))
def test_rms_norm_forgets_the_length(seed) -> None:
    """Is the mean square 1, and the result the same for a vector ten times as long?"""
    x = np.random.default_rng(seed).normal(size=(2, 3, 6))
    out = rms_norm(x, np.ones(6), 0.0)
    np.testing.assert_allclose(np.mean(out**2, axis=-1), 1)
    np.testing.assert_allclose(rms_norm(10 * x, np.ones(6), 0.0), out)


@pytest.mark.parametrize("seed", range(8))
def test_rotation_keeps_lengths_and_adds_up(seed) -> None:
    """Does each pair keep its length, does position 0 change nothing, and do two turns make one?"""
    rng = np.random.default_rng(seed)
    x, positions = rng.normal(size=(5, 8)), rng.integers(0, 100, 5)
    turned = rotate_pairs(x, positions)
    np.testing.assert_allclose(turned[:, 0::2] ** 2 + turned[:, 1::2] ** 2, x[:, 0::2] ** 2 + x[:, 1::2] ** 2)
    np.testing.assert_array_equal(rotate_pairs(x, np.zeros(5)), x)
    np.testing.assert_allclose(rotate_pairs(turned, positions), rotate_pairs(x, 2 * positions), atol=1e-9)


def test_float32_stays_float32() -> None:
    """Is the type of the input kept?"""
    x = np.ones((2, 4), np.float32)
    assert rotate_pairs(x, np.arange(2)).dtype == rms_norm(x, np.ones(4, np.float32)).dtype == np.float32


def test_what_does_not_fit_is_refused() -> None:
    """An odd number of entries, or too few positions?"""
    with pytest.raises(ShapeError):
        rotate_pairs(np.ones((2, 3)), np.arange(2))
    with pytest.raises(ShapeError):
        rotate_pairs(np.ones((2, 4)), np.arange(3))
