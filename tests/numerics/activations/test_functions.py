"""Are the activations and their slopes right, at ordinary and at extreme numbers?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.activations import functions as a

EXTREMES = np.array([-1000.0, -745.5, -100.0, -40.0, -8.3, -1.0, -1e-8, 1e-8, 1.0, 8.3, 40.0, 100.0, 745.5, 1000.0])
ORDINARY = np.linspace(-12, 12, 301)  # 0 is among them
FUNCTIONS = [
    *[pytest.param(act.function, act.grad, id=act.name) for act in a.ACTIVATIONS.values()],
    pytest.param(lambda x: a.gelu(x, True), lambda x: a.gelu_grad(x, True), id="gelu_tanh"),
    pytest.param(a.softplus, a.sigmoid, id="softplus"),
    pytest.param(a.log_sigmoid, lambda x: a.sigmoid(-np.asarray(x)), id="log_sigmoid"),
]
numbers = st.floats(-20, 20, allow_subnormal=False).filter(lambda x: abs(x) > 1e-3)


@pytest.mark.parametrize(("function", "grad"), FUNCTIONS)
@given(x=numbers)
def test_a_slope_is_what_a_small_step_shows(function, grad, x):
    """Does each derivative equal its central difference?"""
    h = 1e-5
    difference = (float(function(x + h)) - float(function(x - h))) / (2 * h)
    assert math.isclose(float(grad(x)), difference, rel_tol=1e-5, abs_tol=1e-8)


@pytest.mark.parametrize(("function", "grad"), FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_stay_finite_and_keep_their_dtype(function, grad, dtype):
    """Do ±1000 give finite numbers, without a warning, in the dtype that came in?"""
    x = EXTREMES.astype(dtype)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        value, slope = function(x), grad(x)
    assert value.dtype == slope.dtype == dtype
    assert np.isfinite(value).all()
    assert np.isfinite(slope).all()


@pytest.mark.parametrize(("function", "grad"), FUNCTIONS)
@given(x=arrays(np.float64, array_shapes(min_dims=0, max_dims=3, min_side=0), elements=st.floats(-1e6, 1e6)))
def test_shape_is_kept_and_the_input_unchanged(function, grad, x):
    """Does any shape come back as it went in, also an empty one?"""
    before = x.copy()
    assert np.shape(function(x)) == np.shape(grad(x)) == x.shape
    assert np.array_equal(x, before)


@given(st.floats(-700, 700))
def test_sigmoid_is_symmetric(x):
    """Do σ(x) and σ(−x) add up to one, and do tanh and log σ follow from σ?"""
    assert math.isclose(float(a.sigmoid(x)) + float(a.sigmoid(-x)), 1, rel_tol=1e-15)
    assert math.isclose(float(a.tanh(x)), 2 * float(a.sigmoid(2 * x)) - 1, rel_tol=1e-9, abs_tol=1e-15)
    assert math.isclose(float(a.log_sigmoid(x)), math.log(float(a.sigmoid(x))), rel_tol=1e-9, abs_tol=1e-15)
    assert math.isclose(
        float(a.sigmoid_grad_from_output(a.sigmoid(x))), float(a.sigmoid_grad(x)), rel_tol=1e-9, abs_tol=1e-15
    )


def test_far_out_slopes_are_small_and_not_zero():
    """Is the slope of the sigmoid right where 1 − σ(x) has been rounded away?"""
    assert math.isclose(float(a.sigmoid_grad(50.0)), math.exp(-50), rel_tol=1e-12)
    assert math.isclose(float(a.tanh_grad(30.0)), 4 * math.exp(-60), rel_tol=1e-12)
    assert math.isclose(float(a.gelu(-20.0)), -20 * 0.5 * math.erfc(20 / math.sqrt(2)), rel_tol=1e-12)


def test_gelu_agrees_with_scipy():
    """Is x · Φ(x) right to twelve digits, also where Φ is tiny?"""
    stats = pytest.importorskip("scipy.stats")
    x = np.concatenate([np.linspace(-30, 30, 2001), EXTREMES])
    np.testing.assert_allclose(a.gelu(x), x * stats.norm.cdf(x), rtol=1e-11, atol=1e-300)
    np.testing.assert_allclose(a.gelu_grad(x), stats.norm.cdf(x) + x * stats.norm.pdf(x), rtol=1e-9, atol=1e-300)


def test_the_two_forms_of_gelu():
    """Are they as far apart as the docstring says?"""
    x = np.linspace(-6, 6, 100_001)
    assert np.abs(a.gelu(x) - a.gelu(x, approximate=True)).max() == pytest.approx(4.7e-4, abs=0.1e-4)


def test_relu_backward_is_the_chain_rule():
    """Is it upstream times slope, with slope 0 at 0, and is another shape refused?"""
    x, upstream = np.array([[-1.0, 0.0, 2.0]]), np.array([[5.0, 5.0, -5.0]])
    assert a.relu_backward(x, upstream).tolist() == [[0.0, 0.0, -5.0]]
    with pytest.raises(ShapeError, match="upstream"):
        a.relu_backward(x, upstream[0])


@given(arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.sampled_from([-2.0, 0.0, 3.0])))
def test_dead_fraction_counts_units(z):
    """Does it count the columns without a positive entry, one by one?"""
    dead = sum(all(entry <= 0 for entry in column) for column in z.T.tolist())
    assert a.dead_fraction(z) == dead / z.shape[1]


@pytest.mark.parametrize("shape", [(3,), (0, 4), (4, 0), (2, 2, 2)])
def test_dead_fraction_refuses_what_is_no_batch_of_units(shape):
    """Is a wrong shape named?"""
    with pytest.raises(ShapeError, match="shape"):
        a.dead_fraction(np.zeros(shape))


def test_an_unknown_activation_is_refused_with_the_known_ones():
    """Does the message list what there is?"""
    with pytest.raises(UsageError, match="leaky_relu"):
        a.find_activation("swish")


@pytest.mark.tensorflow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tensorflow_agrees(dtype):
    """Do value and gradient of each activation equal TensorFlow's and its GradientTape's?"""
    import tensorflow as tf

    pairs = {
        "relu": (tf.nn.relu, a.relu, a.relu_grad),
        # TensorFlow keeps its slope as a float32; a quarter is exact in both.
        "leaky_relu": (
            lambda x: tf.nn.leaky_relu(x, 0.25),
            lambda x: a.leaky_relu(x, 0.25),
            lambda x: a.leaky_relu_grad(x, 0.25),
        ),
        "sigmoid": (tf.sigmoid, a.sigmoid, a.sigmoid_grad),
        "tanh": (tf.tanh, a.tanh, a.tanh_grad),
        "gelu": (lambda x: tf.nn.gelu(x, approximate=False), a.gelu, a.gelu_grad),
        "gelu_tanh": (
            lambda x: tf.nn.gelu(x, approximate=True),
            lambda x: a.gelu(x, True),
            lambda x: a.gelu_grad(x, True),
        ),
        "softplus": (tf.nn.softplus, a.softplus, a.sigmoid),
        "log_sigmoid": (tf.math.log_sigmoid, a.log_sigmoid, lambda x: a.sigmoid(-x)),
    }
    x = np.concatenate([EXTREMES, ORDINARY]).astype(dtype)
    exact = {"float32": {"rtol": 2e-5, "atol": 2e-6}, "float64": {"rtol": 1e-12, "atol": 1e-12}}[dtype]
    # TensorFlow's GELU holds its constants as float32, and loses digits far to the left; SciPy is the finer judge.
    coarse = {"float32": {"rtol": 2e-5, "atol": 5e-6}, "float64": {"rtol": 1e-6, "atol": 1e-7}}[dtype]
    for name, (theirs, ours, our_grad) in pairs.items():
        with tf.GradientTape() as tape:
            variable = tf.constant(x)
            tape.watch(variable)
            value = theirs(variable)
        tolerance = coarse if name.startswith("gelu") else exact
        np.testing.assert_allclose(ours(x), value.numpy(), err_msg=name, **tolerance)
        np.testing.assert_allclose(our_grad(x), tape.gradient(value, variable).numpy(), err_msg=name, **tolerance)
