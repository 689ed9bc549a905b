"""Are weights drawn with the variance that is promised, and do stacks of layers do what calculus and theory say?"""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.depth import experiments as e
from bookutils.numerics.depth import stacks as d

numbers = st.floats(-5, 5, allow_subnormal=False)
MATRICES = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 5)), elements=numbers)


def slope_of(loss, x, step=1e-6):
    """The gradient of a function of an array, by central differences."""
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += step
        down[place] -= step
        gradient[place] = (loss(up) - loss(down)) / (2 * step)
    return gradient


@pytest.mark.parametrize("shape", [(50, 400), (400, 50), (200, 200)])
def test_weights_have_the_variance_of_their_formula(shape):
    """Is the variance of many weights 2 / fan_in, and 2 / (fan_in + fan_out) within its limit?"""
    rng = np.random.default_rng(0)
    fan_in, fan_out = shape
    assert d.he_init(rng.standard_normal(shape)).var() == pytest.approx(2 / fan_in, rel=0.05)
    weights = d.glorot_uniform(rng.uniform(size=shape))
    assert weights.var() == pytest.approx(2 / (fan_in + fan_out), rel=0.05)
    assert np.abs(weights).max() == pytest.approx(math.sqrt(6 / (fan_in + fan_out)), rel=1e-3)
    for name, promised in (("he", 2 / fan_in), ("glorot", 2 / (fan_in + fan_out)), ("lecun", 1 / fan_in)):
        assert d.SCHEMES[name].std(*shape) ** 2 == pytest.approx(promised)


@pytest.mark.tensorflow
def test_keras_draws_with_the_same_variance():
    """Do Keras' initialisers have the limit and the standard deviation of these formulas?"""
    import keras

    shape = (300, 500)
    theirs = keras.ops.convert_to_numpy(keras.initializers.GlorotUniform(seed=1)(shape))
    assert np.abs(theirs).max() == pytest.approx(np.abs(d.glorot_uniform([[1.0] * 500] * 300)).max(), rel=1e-3)
    theirs = keras.ops.convert_to_numpy(keras.initializers.HeNormal(seed=1)(shape))
    assert theirs.std() == pytest.approx(d.SCHEMES["he"].std(*shape), rel=0.01)


@pytest.mark.tensorflow
def test_keras_layers_give_the_same_profile_and_the_same_gradients():
    """Do a stack of Dense layers and TensorFlow's GradientTape agree with variance_profile and gradient_norms?"""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    x, sizes = rng.standard_normal((5, 4)), (4, 6, 3, 5)
    weights = [rng.standard_normal(shape) for shape in pairwise(sizes)]
    upstream = rng.standard_normal((5, 5))
    with tf.GradientTape() as tape:
        a, kept = tf.constant(x), []
        tape.watch(a)
        for matrix in weights:
            z = a @ matrix
            kept.append(z)
            a = tf.nn.relu(z)
        loss = tf.reduce_sum(a * upstream)
    gradients = tape.gradient(loss, kept)
    np.testing.assert_allclose(d.variance_profile(x, weights), [z.numpy().var() for z in kept])
    norms = d.gradient_norms([z.numpy() for z in kept], weights, upstream)
    np.testing.assert_allclose(norms, [np.linalg.norm(gradient) for gradient in gradients])


@given(MATRICES, st.floats(0.1, 5), st.floats(-5, 5))
def test_normalise_forgets_shift_and_scale(x, scale, shift):
    """Is each row's mean 0, its variance at most 1, and the result the same for a shifted and stretched row?"""
    once = d.normalise(x, 1e-5)
    assert np.allclose(once.mean(axis=1), 0, atol=1e-6)
    assert (once.var(axis=1) <= 1 + 1e-9).all()
    assert np.allclose(d.normalise(scale * x + shift, scale**2 * 1e-5), once, atol=1e-5)


@pytest.mark.tensorflow
def test_keras_normalises_alike():
    """Does LayerNormalization without scale and shift give the same numbers?"""
    import keras

    x = np.random.default_rng(0).standard_normal((3, 7))
    layer = keras.layers.LayerNormalization(epsilon=1e-3, center=False, scale=False, dtype="float64")
    np.testing.assert_allclose(d.normalise(x, 1e-3), keras.ops.convert_to_numpy(layer(x)), rtol=1e-6)


def test_gradients_are_what_small_steps_show():
    """Do the backward passes equal central differences?"""
    rng = np.random.default_rng(1)
    x, weights, upstream = rng.standard_normal((3, 5)), rng.standard_normal((5, 5)), rng.standard_normal((3, 5))
    measured = slope_of(lambda x: np.sum(upstream * d.normalise(x, 0.1)), x)
    np.testing.assert_allclose(d.normalise_backward(x, upstream, 0.1), measured, rtol=1e-5, atol=1e-7)
    measured = slope_of(lambda x: np.sum(upstream * (x + np.maximum(0, x @ weights))), x)
    np.testing.assert_allclose(d.residual_backward(x, weights, upstream), measured, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])
@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("post_norm", [False, True])
def test_the_whole_stack_sends_back_the_right_gradient(activation, normalised, residual, post_norm):
    """Does the variance at the bottom equal that of a gradient measured through the whole stack?"""
    from bookutils.numerics.activations.functions import ACTIVATIONS, gelu

    kwargs = {"width": 4, "batch": 3, "seed": 5}
    depth, std = 3, 0.6
    switches = {"normalised": normalised, "residual": residual, "post_norm": post_norm}
    profile = e.deep_profile(activation, std, depth, **switches, **kwargs)
    x, upstream, draws = e._draws(depth, 4, 3, 5)

    def top(value):
        for matrix in draws:
            z = std * ((d.normalise(value) if normalised else value) @ matrix)
            out = gelu(z, approximate=True) if activation == "gelu" else ACTIVATIONS[activation].function(z)
            out = value + out if residual else out
            value = d.normalise(out) if post_norm else out
        return value

    measured = slope_of(lambda x: np.sum(upstream * top(x)), np.array(x))
    assert profile.gradients[0] == pytest.approx(np.var(measured), rel=1e-5)
    assert profile.gradients[-1] == pytest.approx(np.var(upstream))
    assert profile.activations[-1] == pytest.approx(np.var(top(x)))
    assert profile.examples[0] == pytest.approx(np.var(x, axis=0).mean())


def test_the_factors_of_the_theory_are_measured():
    """Averaged over draws: does ReLU halve n · σ², does He keep it, and does normalisation give π / (π − 1)?"""
    he = math.sqrt(2 / 100)

    def factor(std, **kwargs):
        logs = [math.log(e.deep_profile("relu", std, 20, seed=seed, **kwargs).backward) / 20 for seed in range(12)]
        return math.exp(np.mean(logs))

    assert factor(he) == pytest.approx(1.0, abs=0.05)
    assert factor(0.1) == pytest.approx(0.5, abs=0.03)
    assert factor(he, normalised=True) == pytest.approx(math.pi / (math.pi - 1), abs=0.1)
    assert factor(0.01, normalised=True, residual=True) == pytest.approx(1.0, abs=0.02)


def test_a_shorter_stack_is_the_beginning_of_a_longer_one():
    """Do the first layers get the same weights, whatever the depth?"""
    short, long = e.deep_profile("tanh", 0.1, 5), e.deep_profile("tanh", 0.1, 9)
    np.testing.assert_allclose(short.activations, long.activations[:6])


@pytest.mark.parametrize("depth", [0, 101])
def test_a_depth_that_cannot_be_is_refused(depth):
    """Is it named?"""
    with pytest.raises(UsageError, match=str(depth)):
        e.deep_profile(depth=depth)


@given(st.floats(-1, 1), st.floats(-1, 1), st.integers(1, 6))
def test_equal_units_stay_equal(first, second, units):
    """Whatever the common weights are: is there one unit at the end, and none that differs in the last bit?"""
    history = e.train_from(np.tile([[first], [second]], units), np.full(units, 0.3), steps=30)
    assert history.different_units == 1
    assert (history.end == history.end[:, :1]).all()


def test_zeros_learn_nothing_and_random_weights_do():
    """Do hidden weights of 0 stay at 0, and does a random start bring the loss down?"""
    zero = e.train_from(np.zeros((2, 8)), np.zeros(8))
    assert not zero.end.any()
    rng = np.random.default_rng(1)
    drawn = e.train_from(rng.normal(0, 0.5, (2, 8)), rng.normal(0, 0.5, 8))
    assert drawn.different_units == 8
    assert drawn.loss[-1] < 0.1 * zero.loss[-1]


@pytest.mark.parametrize(
    "call",
    [
        lambda: d.he_init([1.0, 2.0]),
        lambda: d.glorot_uniform(np.zeros((0, 3))),
        lambda: d.normalise(np.zeros((2, 2, 2))),
        lambda: d.residual_backward([1.0], [[1.0]], [[1.0]]),
        lambda: e.train_from(np.zeros((3, 8)), np.zeros(8)),
        lambda: e.train_from(np.zeros((2, 8)), np.zeros(7)),
    ],
)
def test_a_wrong_shape_is_refused(call):
    """Does the message say which shape came in?"""
    with pytest.raises(ShapeError, match="shape"):
        call()


def test_float32_stays_float32():
    """Do small floats come back as they went in?"""
    draws = np.full((4, 3), 0.5, np.float32)
    assert {f(draws).dtype for f in (d.he_init, d.glorot_uniform, d.normalise)} == {np.dtype(np.float32)}


def test_layers_have_hes_variance_and_the_shapes_between_sizes():
    """Are weights of each layer drawn with 2 / fan_in, biases zero, and is the same seed the same stack?"""
    layers = d.he_layers([400, 300, 200], seed=5)
    assert [(w.shape, b.shape, b.any()) for w, b in layers] == [
        ((400, 300), (300,), False),
        ((300, 200), (200,), False),
    ]
    for w, _biases in layers:
        assert w.var() == pytest.approx(2 / len(w), rel=0.02)
    np.testing.assert_array_equal(layers[1][0], d.he_layers([400, 300, 200], seed=5)[1][0])
