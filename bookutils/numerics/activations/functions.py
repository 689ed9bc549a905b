"""Activation functions and their slopes, element by element. Taught in chapter 01.

Conventions: the slope of ReLU and leaky ReLU at 0 is that of the left side (0 for ReLU, as in TensorFlow and
PyTorch). Float arrays keep their dtype; everything else (integers, lists) becomes float64.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.choices import look_up
from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Floats, as_floats

# Beyond this exp(-x²/2) is 0 in float64; cutting there keeps x² from overflowing and changes no result.
_FAR = 40.0
_TANH_GELU_CUBIC = 0.044715  # Hendrycks and Gimpel 2016, section 2


def relu(x: ArrayLike) -> Floats:
    """Rectified linear unit: x where x is positive, 0 elsewhere.

    Parameters
    ----------
    x : array of float, any shape

    Returns
    -------
    array of float, the shape of `x`

    Notes
    -----
    Glorot, Bordes and Bengio 2011. Taught in chapter 01.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    x = as_floats(x)
    return np.maximum(x, x.dtype.type(0))


def relu_grad(x: ArrayLike) -> Floats:
    """Slope of ReLU: 1 where x is positive, 0 elsewhere, 0 at 0.

    >>> relu_grad([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    x = as_floats(x)
    return (x > 0).astype(x.dtype)


def relu_backward(z: ArrayLike, upstream: ArrayLike) -> Floats:
    """Gradient of the loss with respect to the input of a ReLU.

    Parameters
    ----------
    z : array of float, any shape; what went into the ReLU
    upstream : array of float, the shape of `z`; the gradient of the loss with respect to the ReLU's output

    Returns
    -------
    array of float, the shape of `z`: `upstream` where z is positive, 0 elsewhere

    Raises
    ------
    ShapeError
        When the two shapes differ.

    Notes
    -----
    The chain rule: upstream · relu'(z). Taught in chapter 01.

    Examples
    --------
    >>> relu_backward([-1.0, 2.0, 3.0], [10.0, 10.0, -10.0])
    array([  0.,  10., -10.])
    """
    z, upstream = as_floats(z), as_floats(upstream)
    if z.shape != upstream.shape:
        raise ShapeError(
            _("z has the shape {z} and upstream the shape {upstream}.").format(z=z.shape, upstream=upstream.shape),
            _("Give one upstream gradient for each entry of z."),
        )
    return np.where(z > 0, upstream, upstream.dtype.type(0))


def leaky_relu(x: ArrayLike, negative_slope: float = 0.01) -> Floats:
    """Leaky ReLU: x where x is positive, `negative_slope` · x elsewhere.

    Notes
    -----
    Maas, Hannun and Ng 2013, with their slope of 0.01. Frameworks differ: Keras' default is 0.3, TensorFlow's
    ``tf.nn.leaky_relu`` 0.2. Taught in chapter 01.

    Examples
    --------
    >>> leaky_relu([-2.0, 3.0])
    array([-0.02,  3.  ])
    """
    x = as_floats(x)
    return np.where(x > 0, x, x.dtype.type(negative_slope) * x)


def leaky_relu_grad(x: ArrayLike, negative_slope: float = 0.01) -> Floats:
    """Slope of leaky ReLU: 1 where x is positive, `negative_slope` elsewhere and at 0.

    >>> leaky_relu_grad([-2.0, 0.0, 3.0])
    array([0.01, 0.01, 1.  ])
    """
    x = as_floats(x)
    return np.where(x > 0, x.dtype.type(1), x.dtype.type(negative_slope))


def sigmoid(x: ArrayLike) -> Floats:
    """Logistic sigmoid 1 / (1 + exp(−x)), between 0 and 1.

    Notes
    -----
    exp is only taken of numbers that are not positive, so that it never overflows: for negative x the fraction is
    extended by exp(x). Taught in chapter 01.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = as_floats(x)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def sigmoid_grad(x: ArrayLike) -> Floats:
    """Slope of the sigmoid: σ(x) · (1 − σ(x)), at most 1/4, reached at 0.

    Notes
    -----
    Computed as e / (1 + e)² with e = exp(−|x|): where σ(x) has been rounded to 1, 1 − σ(x) would be 0, while the
    slope is small and not 0. Taught in chapter 01.

    Examples
    --------
    >>> sigmoid_grad([0.0])
    array([0.25])
    """
    small = np.exp(-np.abs(as_floats(x)))
    return small / (1 + small) ** 2


def sigmoid_grad_from_output(a: ArrayLike) -> Floats:
    """Slope of the sigmoid, given its output a = σ(x): a · (1 − a).

    A network has computed σ(x) on its way forward; going back it needs no second exp. Taught in chapter 01.

    >>> sigmoid_grad_from_output([0.5, 1.0])
    array([0.25, 0.  ])
    """
    a = as_floats(a)
    return a * (1 - a)


def tanh(x: ArrayLike) -> Floats:
    """Hyperbolic tangent, between −1 and 1; equal to 2σ(2x) − 1. Taught in chapter 01.

    >>> tanh([0.0, 1000.0])
    array([0., 1.])
    """
    return np.tanh(as_floats(x))


def tanh_grad(x: ArrayLike) -> Floats:
    """Slope of tanh: 1 − tanh²(x), at most 1, reached at 0.

    Notes
    -----
    Computed as 4e / (1 + e)² with e = exp(−2|x|), which stays exact where tanh(x) has been rounded to ±1.
    Taught in chapter 01.

    Examples
    --------
    >>> tanh_grad([0.0])
    array([1.])
    """
    small = np.exp(-2 * np.abs(as_floats(x)))
    return 4 * small / (1 + small) ** 2


# NumPy has no error function. math.erfc is exact to the last bits; erfc rather than erf, because 1 + erf(x) loses
# all digits far to the left.
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


def _normal_cdf(x: Floats) -> Floats:
    return (0.5 * _erfc(x * -math.sqrt(0.5))).astype(x.dtype)


def _tanh_gelu_gate(x: Floats) -> tuple[Floats, Floats]:
    """The gate ½(1 + tanh u) of the tanh form, and its slope. ½(1 + tanh u) = σ(2u)."""
    x = np.clip(x, -_FAR, _FAR)
    twice_u = 2 * math.sqrt(2 / math.pi) * (x + _TANH_GELU_CUBIC * x**3)
    slope = 2 * math.sqrt(2 / math.pi) * (1 + 3 * _TANH_GELU_CUBIC * x**2)
    return sigmoid(twice_u), sigmoid_grad(twice_u) * slope


def gelu(z: ArrayLike, approximate: bool = False) -> Floats:
    """Gaussian error linear unit: z · Φ(z), with Φ the cumulative distribution of a standard normal.

    Parameters
    ----------
    z : array of float, any shape
    approximate : use the tanh form of GPT-2 instead of the exact one; they are up to 4.7e-4 apart

    Returns
    -------
    array of float, the shape of `z`

    Notes
    -----
    Hendrycks and Gimpel 2016. Unlike ReLU it is not flat on the whole negative side: it falls to −0.17 near
    z = −0.75 and rises back to 0. Taught in chapter 01.

    Examples
    --------
    >>> gelu([-1.0, 0.0, 1.0]).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """
    z = as_floats(z)
    return z * (_tanh_gelu_gate(z)[0] if approximate else _normal_cdf(z))


def gelu_grad(x: ArrayLike, approximate: bool = False) -> Floats:
    """Slope of GELU: Φ(x) + x · φ(x), with φ the density of a standard normal.

    The slope is 0 near x = −0.75, negative to the left of it, and slightly above 1 beyond x = 1.

    >>> gelu_grad([-2.0, 0.0, 2.0]).round(4)
    array([-0.0852,  0.5   ,  1.0852])
    """
    x = as_floats(x)
    if approximate:
        gate, gate_slope = _tanh_gelu_gate(x)
        return gate + np.clip(x, -_FAR, _FAR) * gate_slope
    near = np.clip(x, -_FAR, _FAR)
    return _normal_cdf(x) + near * np.exp(-0.5 * near**2) / x.dtype.type(math.sqrt(2 * math.pi))


def softplus(x: ArrayLike) -> Floats:
    """log(1 + exp(x)) without overflow; a smooth ReLU. Taught in chapter 01.

    >>> softplus([-1000.0, 1000.0])
    array([   0., 1000.])
    """
    x = as_floats(x)
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def log_sigmoid(z: ArrayLike) -> Floats:
    """Logarithm of the sigmoid, log σ(z), finite for every finite z.

    Notes
    -----
    log σ(z) = −log(1 + exp(−z)) = −softplus(−z) = min(z, 0) − log(1 + exp(−|z|)). Taking the logarithm of a sigmoid
    that has been rounded to 0 gives −inf instead. Taught in chapter 01.

    Examples
    --------
    >>> log_sigmoid([-1000.0])
    array([-1000.])
    """
    z = as_floats(z)
    return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))


def dead_fraction(pre_activations: ArrayLike) -> float:
    """Share of ReLU units that are silent for a whole batch.

    A unit counts when its pre-activation is 0 or negative for *every* example: its output and its slope are then 0
    for each of them, so this batch cannot change its weights.

    Parameters
    ----------
    pre_activations : array of float, shape (batch, units); what goes into the ReLU

    Returns
    -------
    float between 0 and 1

    Raises
    ------
    ShapeError
        When the array is not (batch, units) with at least one example and one unit.

    Notes
    -----
    Taught in chapter 01.

    Examples
    --------
    >>> dead_fraction([[-1.0, -1.0], [-2.0, 5.0]])
    0.5
    """
    pre_activations = np.asarray(pre_activations)
    if pre_activations.ndim != 2 or pre_activations.size == 0:
        raise ShapeError(
            _("The pre-activations have the shape {shape}.").format(shape=pre_activations.shape),
            _("Give an array (batch, units) with at least one example and one unit."),
        )
    return float(np.mean(np.all(pre_activations <= 0, axis=0)))


@dataclass(frozen=True)
class Activation:
    """An activation function with its slope and its names.

    Parameters
    ----------
    name : the key in `ACTIVATIONS`
    function, grad : element by element, array in, array out
    label : the name that a figure shows
    formula, grad_formula : LaTeX without dollar signs
    """

    name: str
    function: Callable[[ArrayLike], Floats]
    grad: Callable[[ArrayLike], Floats]
    label: str
    formula: str
    grad_formula: str


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        a.name: a
        for a in (
            Activation(
                "relu", relu, relu_grad, _("ReLU"), r"\max(0, z)", r"1 \;\mathrm{if}\; z > 0 \;\mathrm{else}\; 0"
            ),
            Activation(
                "leaky_relu",
                leaky_relu,
                leaky_relu_grad,
                _("leaky ReLU"),
                r"\max(0.01\,z, z)",
                r"1 \;\mathrm{if}\; z > 0 \;\mathrm{else}\; 0.01",
            ),
            Activation(
                "sigmoid", sigmoid, sigmoid_grad, _("sigmoid"), r"\frac{1}{1 + e^{-z}}", r"\sigma(z)\,(1 - \sigma(z))"
            ),
            Activation("tanh", tanh, tanh_grad, _("tanh"), r"\tanh(z)", r"1 - \tanh^2(z)"),
            Activation("gelu", gelu, gelu_grad, _("GELU"), r"z\,\Phi(z)", r"\Phi(z) + z\,\varphi(z)"),
        )
    }
)


def find_activation(name: str | Activation) -> Activation:
    """The activation of that name.

    Raises
    ------
    UsageError
        When no activation has that name.

    Examples
    --------
    >>> find_activation("gelu").label
    'GELU'
    """
    if isinstance(name, Activation):
        return name
    return look_up(ACTIVATIONS, name, _("There is no activation called {name!r}."))
