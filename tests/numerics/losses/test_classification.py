"""Are the losses and their gradients right, for ordinary and for very sure models?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.activations.functions import sigmoid
from bookutils.numerics.losses import classification as loss

CLASSES = 4
logits = arrays(np.float64, st.tuples(st.integers(1, 5), st.just(CLASSES)), elements=st.floats(-30, 30))
wide_logits = arrays(np.float64, st.tuples(st.integers(1, 5), st.just(CLASSES)), elements=st.floats(-1e6, 1e6))
scores = arrays(np.float64, st.integers(1, 6), elements=st.floats(-30, 30))


def labels_for(rows):
    return np.arange(len(rows)) % CLASSES


def bits_for(values):
    return np.arange(len(values)) % 2


@given(wide_logits)
def test_losses_of_classes_are_finite_and_never_negative(z):
    """Does any finite logit, up to a million, give a finite loss of 0 or more?"""
    y = labels_for(z)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        value = loss.softmax_ce(z, y)
    assert 0 <= value < 1e7
    assert 0 <= loss.bce_logits(z[:, 0], bits_for(z)) < 1e7
    assert loss.hinge(z[:, 0], bits_for(z)) >= 0


@given(logits, st.floats(-1e4, 1e4))
def test_a_shift_of_all_logits_changes_nothing(z, shift):
    """Are softmax, cross-entropy and its gradient the same when one number is added to all logits?"""
    y = labels_for(z)
    assert math.isclose(loss.softmax_ce(z + shift, y), loss.softmax_ce(z, y), rel_tol=1e-7, abs_tol=1e-7)
    np.testing.assert_allclose(loss.softmax(z + shift), loss.softmax(z), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(loss.ce_grad(z + shift, y), loss.ce_grad(z, y), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(loss.logsumexp(z + shift), loss.logsumexp(z) + shift, rtol=1e-12, atol=1e-9)


@given(logits)
def test_the_gradient_is_what_small_steps_show(z):
    """Does p − y, divided by N, equal central differences, and does each row sum to 0?"""
    y, step = labels_for(z), 1e-5
    gradient = loss.ce_grad(z, y)
    for place in np.ndindex(z.shape):
        moved = np.zeros_like(z)
        moved[place] = step
        slope = (loss.softmax_ce(z + moved, y) - loss.softmax_ce(z - moved, y)) / (2 * step)
        assert math.isclose(gradient[place], slope, rel_tol=1e-5, abs_tol=1e-8)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-12)


@given(scores)
def test_two_classes_are_the_binary_loss(z):
    """Is the sigmoid the softmax of two logits, one of them 0, and the loss with it?"""
    y = bits_for(z)
    both = np.column_stack([np.zeros_like(z), z])
    np.testing.assert_allclose(loss.softmax(both)[:, 1], sigmoid(z), rtol=1e-12)
    assert math.isclose(loss.softmax_ce(both, y), loss.bce_logits(z, y), rel_tol=1e-9, abs_tol=1e-12)


@given(logits, st.floats(0.1, 10))
def test_temperature_keeps_the_order(z, temperature):
    """Do the rows sum to 1, and does the order of the classes stay?"""
    p = loss.softmax(z, temperature=temperature)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    assert (np.take_along_axis(p, z.argmax(axis=1)[:, None], 1) == p.max(axis=1, keepdims=True)).all()
    np.testing.assert_allclose(p, loss.softmax(z / temperature), rtol=1e-12)


def test_from_probabilities_and_from_logits_agree():
    """Do both ways give one loss where both can be computed, and infinity where a probability is 0?"""
    z = np.array([2.0, -1.0, 0.5])
    assert math.isclose(loss.binary_cross_entropy(sigmoid(z), [1, 0, 0]), loss.bce_logits(z, [1, 0, 0]))
    rows = np.array([[2.0, 1.0, -1.0]])
    assert math.isclose(loss.categorical_cross_entropy(loss.softmax(rows), [2]), loss.softmax_ce(rows, [2]))
    assert loss.binary_cross_entropy([0.0], [1]) == math.inf == loss.categorical_cross_entropy([[0.0, 1.0]], [0])
    assert loss.binary_cross_entropy([0.0, 1.0], [0, 1]) == 0


def test_smoothed_labels():
    """Do rows sum to 1, and is the gradient 0 where the softmax equals them?"""
    smooth = loss.smooth_labels([2, 0], 4, 0.1)
    assert smooth.tolist() == [[0.025, 0.025, 0.925, 0.025], [0.925, 0.025, 0.025, 0.025]]
    assert np.allclose(loss.softmax(np.log(smooth)), smooth)


@pytest.mark.parametrize("given", [([1.0, 2.0], [1]), ([], [])])
def test_one_label_for_each_number(given):
    """Is anything else refused by name?"""
    for function in (loss.bce_logits, loss.binary_cross_entropy, loss.hinge):
        with pytest.raises(ShapeError, match="label"):
            function(*given)


def test_rows_and_labels_must_fit():
    """Are wrong shapes and unknown classes refused?"""
    for function in (loss.softmax_ce, loss.ce_grad, loss.categorical_cross_entropy):
        with pytest.raises(ShapeError, match="rows"):
            function([[1.0, 2.0]], [0, 1])
        with pytest.raises(UsageError, match="from 2 to 2"):
            function([[1.0, 2.0]], [2])
    with pytest.raises(UsageError, match="temperature"):
        loss.softmax([1.0, 2.0], temperature=0)


def test_scikit_learn_agrees():
    """Do log loss and hinge loss equal scikit-learn's?"""
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    z, bits = rng.normal(scale=3, size=40), rng.integers(0, 2, 40)
    rows, labels = rng.normal(scale=3, size=(40, 5)), rng.integers(0, 5, 40)
    assert math.isclose(loss.bce_logits(z, bits), metrics.log_loss(bits, sigmoid(z)), rel_tol=1e-12)
    assert math.isclose(
        loss.softmax_ce(rows, labels), metrics.log_loss(labels, loss.softmax(rows), labels=range(5)), rel_tol=1e-12
    )
    assert math.isclose(loss.hinge(z, bits), metrics.hinge_loss(2 * bits - 1, z), rel_tol=1e-12)


@pytest.mark.tensorflow
def test_keras_agrees():
    """Do the losses equal Keras', and the gradients its GradientTape's?"""
    import keras
    import tensorflow as tf

    rng = np.random.default_rng(1)
    z, bits = rng.normal(scale=4, size=30), rng.integers(0, 2, 30)
    rows, labels = rng.normal(scale=4, size=(30, 6)), rng.integers(0, 6, 30)
    binary = keras.losses.BinaryCrossentropy(from_logits=True)
    sparse = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert math.isclose(loss.bce_logits(z, bits), float(binary(bits, z)), rel_tol=1e-5)
    assert math.isclose(loss.softmax_ce(rows, labels), float(sparse(labels, rows)), rel_tol=1e-5)
    assert math.isclose(loss.hinge(z, bits), float(keras.losses.Hinge()(bits, z)), rel_tol=1e-5)

    with tf.GradientTape() as tape:
        variable = tf.constant(rows)
        tape.watch(variable)
        value = sparse(tf.constant(labels), variable)
    slope = tape.gradient(value, variable).numpy()
    np.testing.assert_allclose(loss.ce_grad(rows, labels), slope, rtol=1e-5, atol=1e-7)

    smoothed = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)
    by_hand = -np.sum(loss.smooth_labels(labels, 6, 0.2) * np.log(loss.softmax(rows)), axis=1).mean()
    assert math.isclose(by_hand, float(smoothed(np.eye(6)[labels], rows)), rel_tol=1e-5)
