"""GELU and layer normalisation with gradients of their own: the same numbers, with less kept for the way back.

Automatic differentiation keeps every intermediate result of a formula until its gradient is computed. With the
gradient written out, GELU keeps its input alone, and layer normalisation its normalised input: less to hold, and less
to write and read.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

_ROOT_HALF = 1 / math.sqrt(2)
_ROOT_2_PI = 1 / math.sqrt(2 * math.pi)


@ops.custom_gradient
def gelu(x: Any) -> Any:
    """Return x·Φ(x), with Φ the normal distribution's function (Hendrycks and Gimpel 2016), in the form with erf.

    Notes
    -----
    Its gradient is Φ(x) + x·φ(x). Compared with Keras' in the tests.
    """
    x = ops.convert_to_tensor(x)

    def gradient(*arguments: Any, upstream: Any = None) -> Any:
        above = arguments[0] if upstream is None else upstream
        density = _ROOT_2_PI * ops.exp(-0.5 * x * x)
        return above * (_cdf(x) + x * density)

    return x * _cdf(x), gradient


def _cdf(x: Any) -> Any:
    return 0.5 * (1.0 + ops.erf(x * _ROOT_HALF))


def _normaliser(epsilon: float) -> Any:
    """Return the function that gives each row the mean 0 and the variance 1."""

    @ops.custom_gradient
    def normalise(x: Any) -> Any:
        centred = x - ops.mean(x, axis=-1, keepdims=True)
        scale = ops.rsqrt(ops.mean(centred * centred, axis=-1, keepdims=True) + epsilon)  # (rows, 1)
        normal = centred * scale

        def gradient(*arguments: Any, upstream: Any = None) -> Any:
            above = arguments[0] if upstream is None else upstream
            along = ops.mean(above * normal, axis=-1, keepdims=True)
            return (above - ops.mean(above, axis=-1, keepdims=True) - normal * along) * scale

        return normal, gradient

    return normalise


@keras.saving.register_keras_serializable("bookutils")
class LayerNormalization(keras.layers.LayerNormalization):
    """Keras' layer of this name for inputs ``(rows, hidden)``, with a gradient of its own.

    Notes
    -----
    With n = (x − μ)/σ and g the gradient of n, that of x is (g − mean(g) − n·mean(g·n))/σ, the means over a row (the
    layer is that of Ba, Kiros and Hinton 2016). Half precision is computed in float32, as Keras does.
    """

    def call(self, inputs: Any) -> Any:
        """Normalise each row, then scale and shift."""
        half = self.compute_dtype in {"float16", "bfloat16"}
        normal = _normaliser(self.epsilon)(ops.cast(inputs, "float32") if half else inputs)
        return ops.cast(normal * self.gamma + self.beta, self.compute_dtype)
