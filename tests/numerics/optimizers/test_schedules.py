import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.numerics.optimizers.schedules import cosine_decay, warmup_linear

schedules = st.integers(1, 10_000).flatmap(lambda total: st.tuples(st.integers(0, total - 1), st.just(total)))


@given(schedule=schedules, step=st.integers(0, 20_000), peak=st.floats(1e-6, 1.0))
def test_stays_between_zero_and_the_peak(schedule, step, peak):
    """Is the rate ever negative, or above the peak?"""
    warmup, total = schedule
    assert 0.0 <= warmup_linear(step, peak, warmup, total) <= peak * (1 + 1e-12)


@given(schedule=schedules, peak=st.floats(1e-6, 1.0))
def test_meets_its_three_corners(schedule, peak):
    """Is it 0 at the start (with a warm-up), the peak at its end, 0 at the last step and after?"""
    warmup, total = schedule
    assert warmup_linear(0, peak, warmup, total) == (0.0 if warmup else peak)
    assert warmup_linear(warmup, peak, warmup, total) == pytest.approx(peak)
    assert warmup_linear(np.array([total, total + 1, 3 * total]), peak, warmup, total).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.tensorflow
def test_agrees_with_keras_own_schedule():
    """Is it the same line as Keras' PolynomialDecay of power 1 after its linear rise?"""
    import keras

    warmup, total, peak = 70, 650, 5e-5
    decay = keras.optimizers.schedules.PolynomialDecay(peak, total - warmup, end_learning_rate=0.0, power=1.0)
    steps = np.arange(total + 50)
    theirs = [peak * step / warmup if step < warmup else float(decay(step - warmup)) for step in steps]
    np.testing.assert_allclose(warmup_linear(steps, peak, warmup, total), theirs, rtol=1e-4, atol=1e-11)


def test_one_step_is_a_number_and_an_array_keeps_its_shape():
    """Does it return what it was given: a number for a number, a shape for a shape?"""
    assert np.ndim(warmup_linear(3, 1.0, 2, 9)) == 0
    assert warmup_linear(np.zeros((2, 3)), 1.0, 2, 9).shape == (2, 3)


@pytest.mark.parametrize(("warmup", "total"), [(-1, 10), (10, 10), (11, 10), (0, 0)])
def test_refuses_a_warmup_that_does_not_fit(warmup, total):
    """Is a schedule that cannot be drawn refused with a sentence?"""
    with pytest.raises(UsageError, match="do not fit"):
        warmup_linear(0, 1.0, warmup, total)


@pytest.mark.tensorflow
def test_cosine_agrees_with_keras():
    """Is it Keras' CosineDecay, at each step and after the last?"""
    import keras

    schedule = keras.optimizers.schedules.CosineDecay(0.3, 70)
    steps = np.arange(0, 100, 3)
    np.testing.assert_allclose(
        cosine_decay(steps, 0.3, 70), [float(schedule(step)) for step in steps], rtol=1e-4, atol=1e-7
    )


def test_a_cosine_without_steps_is_refused():
    """Is a schedule of no steps refused with a sentence?"""
    with pytest.raises(UsageError, match="no end"):
        cosine_decay(0, 1.0, 0)
