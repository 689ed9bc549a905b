"""Is each step the one that its paper and Keras take, and does Adam do what the chapter says?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.optimizers import steps as o

STEPS = 100
# Keras takes the powers of its betas from float32: its 1 − β₂ is 1.3e-5 off 0.001, and its early steps with it.
FLOAT32_BETA = 3e-5


def problem(seed, size=6):
    """A random quadratic with curvatures from 1 down to 1e-5, so that epsilon is seen, and with noise."""
    rng = np.random.default_rng(seed)
    curvatures, target = 10.0 ** rng.uniform(-5, 0, size), rng.normal(size=size)
    noise = 0.1 * rng.normal(size=(STEPS, size))
    return rng.normal(size=size), lambda theta, t: curvatures * (theta - target + noise[t - 1])


def keras_path(optimizer, start, gradient, frozen=()):
    """Where Keras' optimizer stands after each step, in float64."""
    import keras

    names = [f"bias_{i}" if i in frozen else f"kernel_{i}" for i in range(len(start))]
    variables = [keras.Variable([x], dtype="float64", name=name) for x, name in zip(start, names, strict=True)]
    if frozen:
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.build(variables)
    path = []
    for t in range(1, STEPS + 1):
        theta = np.concatenate([keras.ops.convert_to_numpy(variable) for variable in variables])
        optimizer.apply([keras.ops.convert_to_tensor([g], "float64") for g in gradient(theta, t)])
        path.append(np.concatenate([keras.ops.convert_to_numpy(variable) for variable in variables]))
    return np.array(path)


def our_path(step, memories, start, gradient):
    theta, state, path = start, [np.zeros_like(start)] * memories, []
    for t in range(1, STEPS + 1):
        result = step(theta, gradient(theta, t), *state, t)
        theta, *state = result if memories else (result,)
        path.append(theta)
    return np.array(path)


def keras_epsilon(epsilon, t):
    """Keras adds epsilon to the root of the uncorrected mean."""
    return epsilon / np.sqrt(1 - 0.999**t)


PAIRS = {
    "gradient descent": (
        lambda k: k.SGD(0.3), lambda x, g, t: o.gradient_step(x, g, 0.3), 0,
    ),
    "momentum": (
        lambda k: k.SGD(0.1, momentum=0.8), lambda x, g, u, t: o.momentum_step(x, g, u, 0.1, 0.8), 1,
    ),
    "nesterov": (
        lambda k: k.SGD(0.1, momentum=0.8, nesterov=True), lambda x, g, u, t: o.nesterov_step(x, g, u, 0.1, 0.8), 1,
    ),
    "rmsprop": (
        lambda k: k.RMSprop(0.01, rho=0.95, epsilon=1e-6),
        lambda x, g, v, t: o.rmsprop_step(x, g, v, 0.01, 0.95, 1e-6), 1,
    ),
    "adam": (
        lambda k: k.Adam(0.02, epsilon=1e-5),
        lambda x, g, m, v, t: o.adam_step(x, g, m, v, t, 0.02, epsilon=keras_epsilon(1e-5, t)), 2,
    ),
}  # fmt: skip


@pytest.mark.tensorflow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", PAIRS)
def test_keras_takes_the_same_hundred_steps(name, seed):
    """Does each optimizer stand where Keras' stands, after each of 100 steps on a random noisy problem?"""
    keras = pytest.importorskip("keras")
    make, step, memories = PAIRS[name]
    start, gradient = problem(seed)
    theirs = keras_path(make(keras.optimizers), start, gradient)
    atol = FLOAT32_BETA if name == "adam" else 1e-7
    np.testing.assert_allclose(our_path(step, memories, start, gradient), theirs, rtol=1e-5, atol=atol)


@pytest.mark.tensorflow
def test_keras_decays_the_same_weights():
    """Is AdamW that of Keras over 100 steps, biases left out? Gradients are far above epsilon here."""
    keras = pytest.importorskip("keras")
    start, rng = np.random.default_rng(5).normal(size=4), np.random.default_rng(6)
    noise = rng.normal(size=(STEPS, 4))
    is_weight = np.array([True, True, False, False])

    def gradient(theta, t):
        return theta - 3 + noise[t - 1]

    optimizer = keras.optimizers.AdamW(0.05, weight_decay=0.2, epsilon=1e-8)
    theirs = keras_path(optimizer, start, gradient, frozen=(2, 3))
    ours = our_path(lambda x, g, m, v, t: o.adamw_step(x, g, m, v, t, is_weight, 0.05, 0.2), 2, start, gradient)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=FLOAT32_BETA)


@pytest.mark.tensorflow
@pytest.mark.parametrize("max_norm", [0.1, 1.0, 100.0])
def test_keras_clips_to_the_same_length(max_norm):
    """Is clipping that of Keras' global_clipnorm?"""
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(0)
    gradients = [rng.normal(size=(3, 2)), rng.normal(size=4)]
    optimizer = keras.optimizers.SGD(1.0, global_clipnorm=max_norm)
    variables = [keras.Variable(np.zeros(g.shape), dtype="float64") for g in gradients]
    optimizer.build(variables)
    optimizer.apply([keras.ops.convert_to_tensor(g) for g in gradients])
    for ours, variable in zip(o.clip_global(gradients, max_norm), variables, strict=True):
        np.testing.assert_allclose(-ours, keras.ops.convert_to_numpy(variable), rtol=1e-5, atol=1e-7)


signed = st.builds(lambda size, sign: sign * 10.0**size, st.floats(-5, 8), st.sampled_from([-1.0, 1.0]))


@given(arrays(np.float64, st.integers(1, 8), elements=signed), st.floats(1e-5, 1.0))
def test_adams_first_step_has_the_length_of_the_learning_rate(grad, rate):
    """For every gradient much larger than epsilon: is the first step the learning rate, against the gradient?"""
    zero = np.zeros_like(grad)
    moved, _m, _v = o.adam_step(zero, grad, zero, zero, 1, rate)
    np.testing.assert_allclose(moved, -rate * np.sign(grad), rtol=2e-3)


@given(st.floats(1e-2, 1e6), st.integers(1, 60))
def test_adam_does_not_see_a_factor_before_the_loss(factor, steps):
    """Does a loss a thousand times as large lead the same way?"""
    one = other = np.array([1.0, -2.0])
    m = v = m2 = v2 = np.zeros(2)
    for t in range(1, steps + 1):
        grad = np.array([np.sin(t), 2.0 + np.cos(3 * t)])
        one, m, v = o.adam_step(one, grad, m, v, t, 0.1)
        other, m2, v2 = o.adam_step(other, factor * grad, m2, v2, t, 0.1)
    np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)


def test_the_printed_example():
    """Is Adam's step right where articles print [0.5, 1.917, 2.929, 3.75]?"""
    zero = np.zeros(4)
    moved, _m, _v = o.adam_step(np.array([1.0, 2, 3, 4]), np.array([1.0, 6, 7, 2]), zero, zero, 1, 0.5)
    np.testing.assert_allclose(moved, [0.5, 1.5, 2.5, 3.5], rtol=1e-7)


tensors = st.lists(arrays(np.float64, st.integers(0, 5), elements=st.floats(-100, 100)), max_size=4)


@given(tensors, st.floats(0.01, 50))
def test_clipping_keeps_the_direction_and_the_limit(gradients, max_norm):
    """Is the result never too long, never longer than before, and a multiple of what came in?"""
    before = [g.copy() for g in gradients]
    clipped = o.clip_global(gradients, max_norm)
    old, new = (np.concatenate([*parts, np.zeros(1)]) for parts in (before, clipped))
    assert np.linalg.norm(new) <= min(max_norm, np.linalg.norm(old)) * (1 + 1e-12)
    np.testing.assert_allclose(new * np.linalg.norm(old), old * np.linalg.norm(new), atol=1e-9 * max(1, old @ old))
    assert all(np.array_equal(g, b) for g, b in zip(gradients, before, strict=True))


def test_nesterov_looks_ahead():
    """Is the rewritten form the one with a look ahead: gradient at θ + μu?"""
    curvature, theta, velocity, ahead, u = 3.0, np.array([1.0]), np.zeros(1), np.array([1.0]), np.zeros(1)
    for _step in range(20):
        new = 0.9 * velocity - 0.05 * curvature * (theta + 0.9 * velocity)
        theta, velocity = theta + new, new
        ahead, u = o.nesterov_step(ahead, curvature * ahead, u, 0.05, 0.9)
        np.testing.assert_allclose(ahead, theta + 0.9 * velocity, rtol=1e-12)


def test_another_shape_is_refused():
    """Is a gradient of another shape named, before it is broadcast?"""
    with pytest.raises(ShapeError, match="shape"):
        o.gradient_step(np.zeros(3), np.zeros(1), 0.1)
    with pytest.raises(ShapeError):
        o.adam_step(np.zeros(3), np.zeros(3), np.zeros(1), np.zeros(3), 1)
    with pytest.raises(UsageError):
        o.clip_global([np.ones(2)], 0.0)
