"""Gradients written by hand: the numbers of Keras' own."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


def values_and_gradients(function, x, *weights):
    """A function's values, and the gradients of a random weighting of them."""
    import tensorflow as tf

    inputs = [tf.Variable(x), *weights]
    with tf.GradientTape() as tape:
        out = function(inputs[0])
        total = tf.reduce_sum(out * np.random.default_rng(1).normal(size=out.shape).astype(np.float32))
    return out.numpy(), [gradient.numpy() for gradient in tape.gradient(total, inputs)]


@pytest.fixture
def rows():
    """Rows of ordinary size, tiny and huge ones."""
    rng = np.random.default_rng(0)
    return (rng.normal(size=(64, 12)) * np.logspace(-3, 2, 64)[:, None]).astype(np.float32)


def test_gelu_is_keras_gelu(rows):
    """Are values and gradients Keras', for small and large inputs?"""
    import keras

    from bookutils.models.encoder.kernels import gelu

    ours, (slope,) = values_and_gradients(gelu, rows)
    theirs, (expected,) = values_and_gradients(lambda x: keras.activations.gelu(x, approximate=False), rows)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(slope, expected, rtol=1e-4, atol=1e-6)


def test_layer_normalisation_is_keras_layer_normalisation(rows):
    """Are values, and gradients of inputs, scale and shift, those of Keras' layer with the same weights?"""
    import keras

    from bookutils.models.encoder.kernels import LayerNormalization

    rng = np.random.default_rng(2)
    weights = [rng.normal(size=12).astype(np.float32) for _ in range(2)]
    results = []
    for kind in (LayerNormalization, keras.layers.LayerNormalization):
        layer = kind(epsilon=1e-6)
        layer.build((None, 12))
        layer.set_weights(weights)
        results.append(values_and_gradients(layer, rows, *(v.value for v in layer.trainable_variables)))
    (ours, slopes), (theirs, expected) = results
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    for slope, other in zip(slopes, expected, strict=True):
        np.testing.assert_allclose(slope, other, rtol=2e-3, atol=2e-4)


def test_gradients_are_those_of_finite_differences():
    """Independently of any framework: does a small change of the input change the output as the gradient says?"""
    import keras

    from bookutils.models.encoder.kernels import LayerNormalization, gelu

    layer = LayerNormalization(epsilon=1e-6)
    layer.build((None, 5))
    layer.set_weights([np.linspace(0.5, 1.5, 5, dtype=np.float32), np.zeros(5, np.float32)])
    x = np.random.default_rng(3).normal(size=(3, 5)).astype(np.float32)
    weighting = np.random.default_rng(1).normal(size=(3, 5)).astype(np.float32)
    for function in (gelu, layer):
        _out, gradients = values_and_gradients(function, x, *getattr(function, "no_weights", ()))
        for place in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[place] = 1e-2
            ahead, behind = (keras.ops.convert_to_numpy(function(x + sign * step)) for sign in (1, -1))
            assert gradients[0][place] == pytest.approx(np.sum((ahead - behind) * weighting) / 2e-2, rel=2e-2, abs=2e-3)
