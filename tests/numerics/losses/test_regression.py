"""Are the losses of numbers right, and does each find its own best line?"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.losses import regression as loss
from bookutils.numerics.losses.experiments import points_with_one_moved

LOSS_OF_LINE = {
    "squared": loss.mean_squared_error,
    "absolute": loss.mean_absolute_error,
    "huber": lambda predictions, targets: loss.huber(predictions, targets, 1.0),
}


@given(st.floats(-50, 50), st.floats(0.1, 10))
def test_huber_lies_between_its_two_parts(error, delta):
    """Is it half the square inside δ, the tangent outside, and never above either?"""
    value = loss.huber([error], [0.0], delta)
    size = abs(error)
    assert math.isclose(value, size**2 / 2 if size <= delta else delta * (size - delta / 2), rel_tol=1e-12)
    assert value <= size**2 / 2 + 1e-9


@pytest.mark.parametrize("name", loss.LOSSES)
@settings(max_examples=30, deadline=None)
@given(
    y=st.floats(-20, 20),
    nudge=arrays(np.float64, 2, elements=st.floats(-0.5, 0.5)),
)
def test_no_line_nearby_is_better(name, y, nudge):
    """Does every small change of the fitted line cost something, or nothing?"""
    x, heights = points_with_one_moved(9.0, y)
    intercept, slope = loss.fit_line(x, heights, name)
    cost = LOSS_OF_LINE[name]
    best = cost(intercept + slope * x, heights)
    assert best <= cost(intercept + nudge[0] + (slope + nudge[1]) * x, heights) + 1e-7


def test_squared_error_agrees_with_polyfit():
    """Is the least-squares line NumPy's?"""
    x, y = points_with_one_moved(9.0, -20.0)
    slope, intercept = np.polyfit(x, y, 1)
    assert np.allclose(loss.fit_line(x, y, "squared"), (intercept, slope))


def test_huber_agrees_with_its_limits():
    """With a large δ, is it least squares; with a tiny one, nearly the line of absolute error?"""
    x, y = points_with_one_moved(9.0, -20.0)
    assert np.allclose(loss.fit_line(x, y, "huber", 1000.0), loss.fit_line(x, y, "squared"))
    cost = loss.mean_absolute_error
    near = loss.fit_line(x, y, "huber", 0.01)
    best = loss.fit_line(x, y, "absolute")
    assert cost(near[0] + near[1] * x, y) == pytest.approx(cost(best[0] + best[1] * x, y), abs=0.01)


def test_what_cannot_be_fitted_is_refused():
    """Are unknown losses, equal x and wrong shapes named?"""
    with pytest.raises(UsageError, match="squared, absolute, huber"):
        loss.fit_line([0, 1], [0, 1], "cubic")
    with pytest.raises(UsageError, match="two different x"):
        loss.fit_line([1, 1], [0, 1], "squared")
    with pytest.raises(ShapeError, match="target"):
        loss.mean_squared_error([1.0], [1.0, 2.0])


@pytest.mark.tensorflow
def test_keras_agrees():
    """Do the three losses equal Keras'?"""
    import keras

    rng = np.random.default_rng(2)
    given, wanted = rng.normal(size=50) * 3, rng.normal(size=50)
    assert math.isclose(
        loss.mean_squared_error(given, wanted), float(keras.losses.MeanSquaredError()(wanted, given)), rel_tol=1e-5
    )
    assert math.isclose(
        loss.mean_absolute_error(given, wanted), float(keras.losses.MeanAbsoluteError()(wanted, given)), rel_tol=1e-5
    )
    for delta in (0.5, 2.0):
        theirs = float(keras.losses.Huber(delta=delta)(wanted, given))
        assert math.isclose(loss.huber(given, wanted, delta), theirs, rel_tol=1e-5)
