"""Two classifiers on the same examples: is the interval the one that resampling gives, and does it behave?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.comparison.paired import paired_gain

RESULTS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=200)


def test_the_interval_is_that_of_a_paired_bootstrap():
    """Does drawing examples again and again, both results of an example together, give the same spread?"""
    rng = np.random.default_rng(0)
    first = rng.random(872) < 0.875
    second = np.where(rng.random(872) < 0.8, first, rng.random(872) < 0.7)
    gain = paired_gain(first, second)
    drawn = rng.integers(0, 872, (20_000, 872))
    differences = first[drawn].mean(axis=1) - second[drawn].mean(axis=1)
    assert gain.mean == pytest.approx(first.mean() - second.mean())
    assert gain.standard_error == pytest.approx(differences.std(), rel=0.03)
    assert (gain.low, gain.high) == pytest.approx(np.quantile(differences, [0.025, 0.975]), abs=0.002)


def test_the_standard_error_is_that_of_the_differences():
    """Is it NumPy's standard deviation of the differences, over √n?"""
    first, second = np.array([1, 1, 0, 1, 0, 1]) > 0, np.array([1, 0, 0, 0, 1, 1]) > 0
    differences = first.astype(float) - second
    assert paired_gain(first, second).standard_error == pytest.approx(differences.std() / np.sqrt(6))


def test_pairing_sees_more_than_two_separate_errors():
    """When two classifiers mostly agree, is the paired error smaller than that of independent samples?"""
    first = np.arange(1000) < 880
    second = np.arange(1000) < 860
    apart = np.sqrt(0.88 * 0.12 / 1000 + 0.86 * 0.14 / 1000)
    assert paired_gain(first, second).standard_error < apart / 2
    assert paired_gain(first, second).low > 0


@given(RESULTS)
def test_exchanging_the_two_turns_the_gain_around(pairs):
    """Is the gain of b over a that of a over b with the other sign, its interval with it?"""
    first, second = [a for a, _b in pairs], [b for _a, b in pairs]
    one, other = paired_gain(first, second), paired_gain(second, first)
    assert other.mean == -one.mean
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low))
    assert one.low <= one.mean <= one.high
    assert one.disagreements == sum(a != b for a, b in pairs)


@given(RESULTS, st.integers(2, 5))
def test_more_of_the_same_narrows_the_interval(pairs, times):
    """With k times the examples, is the error smaller by √k, and the gain the same?"""
    first, second = [a for a, _b in pairs], [b for _a, b in pairs]
    one, many = paired_gain(first, second), paired_gain(first * times, second * times)
    assert many.mean == pytest.approx(one.mean)
    assert many.standard_error == pytest.approx(one.standard_error / np.sqrt(times))


def test_what_cannot_be_compared_is_refused():
    """Do empty, unequal and badly shaped results, and impossible confidences, end in a sentence?"""
    for first, second in (([], []), ([True], [True, False]), ([[True]], [[True]])):
        with pytest.raises(ShapeError):
            paired_gain(first, second)
    with pytest.raises(UsageError):
        paired_gain([True], [True], confidence=1.0)
