"""Do units, layers and the experiments on them do what they say?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.activations import experiments as e
from bookutils.numerics.activations.functions import ACTIVATIONS, dead_fraction
from bookutils.numerics.activations.units import active_share, dense, mean_slope, sample_layer, silent_fraction, unit


def test_a_layer_is_its_units_side_by_side():
    """Does each column of a layer equal one unit?"""
    rng = np.random.default_rng(1)
    x, w, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    for name, activation in ACTIVATIONS.items():
        columns = [unit(x, w[:, j], b[j], name) for j in range(4)]
        np.testing.assert_allclose(activation.function(dense(x, w, b)), np.stack(columns, axis=1))


def test_wrong_shapes_are_named():
    """Is each wrong shape refused with a sentence?"""
    with pytest.raises(ShapeError):
        dense(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ShapeError):
        dense(np.ones((2, 3)), np.ones((3, 2)), np.ones(3))
    with pytest.raises(ShapeError):
        unit(np.ones(3), np.ones(2))
    with pytest.raises(ShapeError):
        e.train_unit(np.ones((4, 2)), np.ones(3), [0, 0], 0.0)
    with pytest.raises(ShapeError):
        active_share(np.ones(3))


@given(st.floats(-5, 5), st.floats(0.1, 3))
def test_silent_means_dead_for_relu(bias, scale):
    """Do the general and the special count agree, and does leaky ReLU silence nobody?"""
    z = sample_layer(bias, scale, units=20, batch=30)
    assert silent_fraction(z) == dead_fraction(z)
    assert silent_fraction(z, "leaky_relu") == 0
    assert mean_slope(z) == pytest.approx(active_share(z).mean())


@given(st.integers(0, 1000), st.sampled_from(sorted(ACTIVATIONS)))
def test_training_a_unit_follows_the_gradient(seed, name):
    """Is the first step the learning rate times the finite-difference gradient of the loss?"""
    rng = np.random.default_rng(seed)
    x, targets, w = rng.normal(size=(8, 2)), rng.normal(size=8), rng.normal(size=2)
    history = e.train_unit(x, targets, w, 0.3, name, learning_rate=0.1, steps=1)

    def loss(weights, bias):
        return 0.5 * np.mean((unit(x, weights, bias, name) - targets) ** 2)

    h = 1e-6
    slopes = [(loss(w + h * axis, 0.3) - loss(w - h * axis, 0.3)) / (2 * h) for axis in np.eye(2)]
    slopes.append((loss(w, 0.3 + h) - loss(w, 0.3 - h)) / (2 * h))
    moved = np.append(history.weights[1] - history.weights[0], history.bias[1] - history.bias[0])
    np.testing.assert_allclose(moved, -0.1 * np.array(slopes), atol=1e-5)
    assert history.loss[0] == pytest.approx(loss(w, 0.3))


def test_a_silent_unit_never_moves_and_a_live_one_learns():
    """Is the distance exactly 0 for one, and does the other reach its target?"""
    x, targets = e.teacher_data()
    silent = e.train_unit(x, targets, [0.5, 0.5], -10.0)
    live = e.train_unit(x, targets, [0.5, 0.5], 0.0, steps=300)
    assert np.all(silent.distance_moved == 0)
    assert np.all(silent.loss == silent.loss[0])
    assert live.loss[-1] < 0.01 * live.loss[0]


def test_units_die_of_one_large_step():
    """Does a small step kill none, and does a larger one kill units that stay dead?"""
    assert e.train_layer(0.05).dead.max() == 0
    rough = e.train_layer(0.2)
    assert rough.dead[-1] > 0.1
    assert np.all(np.diff(rough.dead) >= -1e-12)
    assert rough.loss[-1] < rough.loss[0]


def test_what_positive_inputs_cost():
    """One example: do both gradients share a sign? All examples: is it the largest usable step that shrinks?"""
    assert e.two_weight_path(1.0).same_sign == 1.0
    assert e.two_weight_path(0.0).same_sign < 0.8
    assert e.two_weight_path(1.0, batch_size=None).same_sign == 0.0
    assert e.two_weight_path(1.0, batch_size=None).detour == pytest.approx(1, abs=0.02)
    assert e.two_weight_path(1.0).condition > 4 * e.two_weight_path(0.0).condition
    assert e.two_weight_path(0.0, batch_size=None, learning_rate=1.0).loss[-1] < 1e-6
    assert e.two_weight_path(1.0, batch_size=None, learning_rate=1.0).loss[-1] > 1
    with pytest.raises(UsageError):
        e.two_weight_path(1.0, batch_size=0)


@given(st.sampled_from(sorted(ACTIVATIONS)), st.integers(0, 8), st.floats(0.1, 2), st.floats(-2, 2))
def test_a_chain_multiplies_slopes(name, depth, x, weight):
    """Is the gradient of a chain its finite difference?"""
    h = 1e-6
    values, gradients = e.chain_gradient(name, depth, np.array([x - h, x, x + h]), weight)
    assert values.shape == gradients.shape == (depth + 1, 3)
    difference = (values[-1, 2] - values[-1, 0]) / (2 * h)
    assert gradients[-1, 1] == pytest.approx(difference, rel=1e-4, abs=1e-6)
