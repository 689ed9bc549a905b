"""What many layers do to numbers and gradients, and how weights are drawn for them. Taught in chapter 04.

Conventions: weights are (inputs, units), so that a layer is ``x @ weights``. `fan_in` is the number of inputs of a
unit, `fan_out` the number of units of the layer. A *variance* is taken over all entries of an array, with division
by their number.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Floats


def _matrix(values: ArrayLike, name: str) -> Floats:
    """The values as a matrix of floats; float32 stays float32."""
    array = np.asarray(values)
    array = array if np.issubdtype(array.dtype, np.floating) else array.astype(np.float64)
    if array.ndim != 2 or array.size == 0:
        raise ShapeError(
            _("`{name}` has the shape {shape}.").format(name=name, shape=array.shape),
            _("Give an array with two dimensions and at least one entry."),
        )
    return array


def he_init(draws: ArrayLike) -> Floats:
    """Weights for a layer with ReLU, from standard normal draws: variance 2 / fan_in.

    Parameters
    ----------
    draws : array of float, shape (fan_in, fan_out); standard normal numbers

    Returns
    -------
    array of float, the shape of `draws`

    Raises
    ------
    ShapeError
        When `draws` is no matrix.

    Notes
    -----
    A number times s has s² times the variance, so the draws are multiplied by the root of 2 / fan_in (He et al. 2015,
    section 2.2). Taught in chapter 04.

    Examples
    --------
    >>> he_init([[1.0, -2.0]] * 8)[0]
    array([ 0.5, -1. ])
    """
    draws = _matrix(draws, "draws")
    return draws * math.sqrt(2 / draws.shape[0])


def glorot_uniform(draws: ArrayLike) -> Floats:
    """Weights from uniform draws between 0 and 1: uniform between ±limit, with variance 2 / (fan_in + fan_out).

    Parameters
    ----------
    draws : array of float, shape (fan_in, fan_out); uniform numbers from [0, 1)

    Returns
    -------
    array of float, the shape of `draws`

    Raises
    ------
    ShapeError
        When `draws` is no matrix.

    Notes
    -----
    A uniform number between −limit and limit has variance limit² / 3, so limit² = 6 / (fan_in + fan_out) (Glorot and
    Bengio 2010, equation 16). Taught in chapter 04.

    Examples
    --------
    >>> glorot_uniform([[0.0, 0.5, 0.75]] * 3)[0]
    array([-1. ,  0. ,  0.5])
    """
    draws = _matrix(draws, "draws")
    limit = math.sqrt(6 / (draws.shape[0] + draws.shape[1]))
    return (2 * draws - 1) * limit


def variance_profile(x: ArrayLike, weights: Sequence[ArrayLike]) -> Floats:
    """Variance of the pre-activations of each layer in a stack of layers with ReLU.

    Parameters
    ----------
    x : array of float, shape (batch, inputs)
    weights : for each layer an array (inputs of the layer, units of the layer); there are no biases

    Returns
    -------
    array of float, shape (layers,); each over all examples and units of a layer together

    Notes
    -----
    Layer k computes z = a @ W and hands on max(0, z). Taught in chapter 04.

    Examples
    --------
    >>> variance_profile([[1.0], [-1.0]], [[[2.0]], [[3.0]]])
    array([4., 9.])
    """
    activations = np.asarray(x)
    variances = []
    for matrix in weights:
        pre_activations = activations @ np.asarray(matrix)
        variances.append(np.var(pre_activations))
        activations = np.maximum(pre_activations, 0)
    return np.array(variances)


def gradient_norms(pre_activations: Sequence[ArrayLike], weights: Sequence[ArrayLike], upstream: ArrayLike) -> Floats:
    """Length of the gradient at the pre-activations of each layer in a stack of layers with ReLU.

    Parameters
    ----------
    pre_activations : for each layer an array (batch, units), kept on the way forward
    weights : for each layer an array (inputs of the layer, units of the layer)
    upstream : array of float, shape (batch, units of the last layer); the gradient at the last layer's output

    Returns
    -------
    array of float, shape (layers,), first layer first; each the root of the sum of all squares

    Notes
    -----
    At a layer: gradient at z = gradient at its output where z > 0, else 0; gradient at its input = that @ Wᵀ. Taught
    in chapter 04.

    Examples
    --------
    >>> gradient_norms([[[1.0]], [[2.0]]], [[[5.0]], [[3.0]]], [[1.0]])
    array([3., 1.])
    """
    gradient = np.asarray(upstream)
    norms = []
    for z, matrix in zip(reversed(pre_activations), reversed(weights), strict=True):
        gradient = gradient * (np.asarray(z) > 0)
        norms.append(np.sqrt(np.sum(gradient**2)))
        gradient = gradient @ np.asarray(matrix).T
    return np.array(norms[::-1])


def normalise(x: ArrayLike, epsilon: float = 1e-5) -> Floats:
    """Each example with mean 0 and variance 1 over its features.

    Parameters
    ----------
    x : array of float, shape (batch, features)
    epsilon : added to the variance, inside the root, so that an example whose features are all equal gives zeros

    Returns
    -------
    array of float, the shape of `x`

    Raises
    ------
    ShapeError
        When `x` is no matrix.

    Notes
    -----
    Layer normalisation without its learnt scale and shift (Ba, Kiros and Hinton 2016), which chapter 10 adds. Taught in
    chapter 04.

    Examples
    --------
    >>> normalise([[1.0, 3.0], [-10.0, 10.0]]).round(3)
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    x = _matrix(x, "x")
    centred = x - x.mean(axis=1, keepdims=True)
    return centred / np.sqrt(x.var(axis=1, keepdims=True) + epsilon)


def normalise_backward(x: ArrayLike, upstream: ArrayLike, epsilon: float = 1e-5) -> Floats:
    """Gradient at the input of `normalise`.

    Parameters
    ----------
    x : array of float, shape (batch, features); what went into `normalise`
    upstream : array of float, the shape of `x`; the gradient at its output

    Returns
    -------
    array of float, the shape of `x`

    Notes
    -----
    Of the upstream gradient two directions are lost: that of all features together, since the mean is subtracted, and
    that of the output itself, since the length is fixed. What is left is divided by the standard deviation. Used in
    chapter 04; derived in chapter 10.

    Examples
    --------
    >>> normalise_backward([[1.0, 3.0, 5.0]], [[1.0, 1.0, 1.0]]).round(6) + 0.0
    array([[0., 0., 0.]])
    """
    x, upstream = _matrix(x, "x"), _matrix(upstream, "upstream")
    output = normalise(x, epsilon)
    mean = upstream.mean(axis=1, keepdims=True)
    along = (upstream * output).mean(axis=1, keepdims=True)
    return (upstream - mean - output * along) / np.sqrt(x.var(axis=1, keepdims=True) + epsilon)


def residual_backward(x: ArrayLike, weights: ArrayLike, upstream: ArrayLike) -> Floats:
    """Gradient at the input of a residual block y = x + max(0, x @ weights).

    Parameters
    ----------
    x : array of float, shape (batch, features)
    weights : array of float, shape (features, features)
    upstream : array of float, the shape of `x`; the gradient at the block's output

    Returns
    -------
    array of float, the shape of `x`

    Notes
    -----
    Two ways lead from x to y, and gradients add up where ways part: upstream through the shortcut, and upstream · mask
    @ Wᵀ through the branch (He et al. 2016). Taught in chapter 04.

    Examples
    --------
    >>> residual_backward([[1.0]], [[3.0]], [[10.0]]), residual_backward([[-1.0]], [[3.0]], [[10.0]])
    (array([[40.]]), array([[10.]]))
    """
    x, weights, upstream = _matrix(x, "x"), _matrix(weights, "weights"), _matrix(upstream, "upstream")
    through_branch = (upstream * (x @ weights > 0)) @ weights.T
    return upstream + through_branch


@dataclass(frozen=True)
class Scheme:
    """A way to choose the standard deviation of the weights that a network starts with.

    Parameters
    ----------
    name : the key in `SCHEMES`
    label : the name that a figure shows
    share_in, share_out : the variance is 2 / (share_in · fan_in + share_out · fan_out)
    fixed : the standard deviation, where it does not depend on the layer
    """

    name: str
    label: str
    share_in: float = 0.0
    share_out: float = 0.0
    fixed: float | None = None

    def std(self, fan_in: int, fan_out: int) -> float:
        """Standard deviation of the weights of a layer.

        >>> SCHEMES["he"].std(8, 100), SCHEMES["glorot"].std(3, 5), SCHEMES["standard normal"].std(3, 5)
        (0.5, 0.5, 1.0)
        """
        if self.fixed is not None:
            return self.fixed
        return float(np.sqrt(2 / (self.share_in * fan_in + self.share_out * fan_out)))


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        scheme.name: scheme
        for scheme in (
            Scheme("standard normal", _("N(0, 1)"), fixed=1.0),
            Scheme("small", _("N(0, 0.01²)"), fixed=0.01),
            Scheme("lecun", _("LeCun"), share_in=2.0),
            Scheme("glorot", _("Glorot"), share_in=1.0, share_out=1.0),
            Scheme("he", _("He"), share_in=1.0),
        )
    }
)


def he_layers(sizes: Sequence[int], seed: int) -> list[tuple[Floats, Floats]]:
    """Draw a stack of layers with He's variance, 2 / fan_in, and biases of 0.

    Parameters
    ----------
    sizes : number of inputs, then the units of each layer
    seed : of NumPy's generator; the layers are drawn in their order

    Returns
    -------
    list of (weights of shape (fan_in, fan_out), biases of shape (fan_out,)), one pair for each layer
    """
    rng = np.random.default_rng(seed)
    layers: list[tuple[Floats, Floats]] = []
    for fan_in, fan_out in pairwise(sizes):
        layers.append((rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)), np.zeros(fan_out)))
    return layers
