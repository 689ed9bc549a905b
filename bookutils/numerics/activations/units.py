"""One unit and one layer of units: what goes into the activation, and which units are silent. Taught in chapter 01."""

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.activations.functions import Activation, find_activation, sigmoid_grad_from_output
from bookutils.numerics.arrays import Floats

FLAT_SLOPE = 1e-3  # a slope closer to 0 than this lets next to nothing through


def _as_floats(values: ArrayLike) -> Floats:
    array = np.asarray(values)
    return array if np.issubdtype(array.dtype, np.floating) else array.astype(np.float64)


def dense(x: ArrayLike, weights: ArrayLike, bias: ArrayLike = 0.0) -> Floats:
    """Pre-activations of a layer: x · weights + bias.

    Parameters
    ----------
    x : array of float, shape (batch, inputs)
    weights : array of float, shape (inputs, units)
    bias : array of float, shape (units,), or one number for all units

    Returns
    -------
    array of float, shape (batch, units)

    Raises
    ------
    ShapeError
        When the number of inputs, or of units, differs.

    Notes
    -----
    Taught in chapter 01.

    Examples
    --------
    >>> dense([[1.0, 2.0]], [[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]], [0.5, 0.0, 0.0])
    array([[ 1.5,  2. , -3. ]])
    """
    x, weights, bias = _as_floats(x), _as_floats(weights), _as_floats(bias)
    if x.ndim != 2 or weights.ndim != 2 or x.shape[1] != weights.shape[0]:
        raise ShapeError(
            _("x has the shape {x} and the weights the shape {weights}.").format(x=x.shape, weights=weights.shape),
            _("x must be (batch, inputs) and the weights (inputs, units)."),
        )
    if bias.shape not in {(), (weights.shape[1],)}:
        raise ShapeError(
            _("The bias has the shape {bias} for {units} units.").format(bias=bias.shape, units=weights.shape[1]),
            _("Give one bias for each unit, or one number for all."),
        )
    return x @ weights + bias


def unit(x: ArrayLike, weights: ArrayLike, bias: float = 0.0, activation: str | Activation = "relu") -> Floats:
    """One unit's output: activation(x · weights + bias).

    Parameters
    ----------
    x : array of float, shape (batch, inputs), or (inputs,) for one example
    weights : array of float, shape (inputs,)
    bias : a number
    activation : a name in `ACTIVATIONS`, or an `Activation`

    Returns
    -------
    array of float, shape (batch,), or a single number for one example

    Raises
    ------
    ShapeError
        When x has not one entry for each weight.

    Notes
    -----
    Taught in chapter 01.

    Examples
    --------
    >>> float(unit([1.0, 2.0], [3.0, -1.0], bias=0.5))
    1.5
    """
    x, weights = _as_floats(x), _as_floats(weights)
    if weights.ndim != 1 or x.ndim not in {1, 2} or x.shape[-1] != weights.shape[0]:
        raise ShapeError(
            _("x has the shape {x} and the weights the shape {weights}.").format(x=x.shape, weights=weights.shape),
            _("x must be (batch, inputs) or (inputs,), and the weights (inputs,)."),
        )
    return find_activation(activation).function(x @ weights + bias)


def sigmoid_unit_gradient(w: ArrayLike, b: float, x: ArrayLike, y: float) -> Floats:
    """Gradient of ½(a − y)² at the weights of a sigmoid unit, for one example.

    Parameters
    ----------
    w, x : arrays of float, shape (inputs,); the weights and the inputs
    b : the bias
    y : the target

    Returns
    -------
    array of float, shape (inputs,): (a − y) · a(1 − a) · x, with a = σ(w · x + b)

    Raises
    ------
    ShapeError
        When x has not one entry for each weight.

    Notes
    -----
    The slope is taken from the output a, not from the pre-activation. Taught in chapter 01.

    Examples
    --------
    >>> sigmoid_unit_gradient([0.0, 0.0], 0.0, [1.0, 2.0], 1.0)
    array([-0.125, -0.25 ])
    """
    a = unit(x, w, b, "sigmoid")
    return (a - y) * sigmoid_grad_from_output(a) * _as_floats(x)


def silent_fraction(
    pre_activations: ArrayLike, activation: str | Activation = "relu", smallest_slope: float = FLAT_SLOPE
) -> float:
    """Share of units whose activation is flat for every example of a batch, so that they learn next to nothing from it.

    Parameters
    ----------
    pre_activations : array of float, shape (batch, units)
    activation : a name in `ACTIVATIONS`, or an `Activation`
    smallest_slope : a slope closer to 0 than this counts as flat

    Returns
    -------
    float between 0 and 1; for ReLU the same as `dead_fraction`, since its slope is 0 or 1

    Raises
    ------
    ShapeError
        When the array is not (batch, units) with at least one example and one unit.

    Notes
    -----
    For the sigmoid a slope under 0.001 means a pre-activation beyond ±6.9, for tanh beyond ±4.1. Taught in
    chapter 01.

    Examples
    --------
    >>> pre_activations = [[-9.0, 1.0], [-8.0, 2.0]]
    >>> silent_fraction(pre_activations, "relu"), silent_fraction(pre_activations, "leaky_relu")
    (0.5, 0.0)
    """
    return float(np.mean(active_share(pre_activations, activation, smallest_slope) == 0))


def active_share(
    pre_activations: ArrayLike, activation: str | Activation = "relu", smallest_slope: float = FLAT_SLOPE
) -> Floats:
    """For each unit, the share of the examples that it can learn from: where its activation is not flat.

    Parameters
    ----------
    pre_activations : array of float, shape (batch, units)
    activation : a name in `ACTIVATIONS`, or an `Activation`
    smallest_slope : a slope closer to 0 than this counts as flat

    Returns
    -------
    array of float, shape (units,), each entry in [0, 1]

    Raises
    ------
    ShapeError
        When the array is not (batch, units) with at least one example and one unit.

    Notes
    -----
    Taught in chapter 01.

    Examples
    --------
    >>> active_share([[-9.0, 1.0], [8.0, 2.0]])
    array([0.5, 1. ])
    """
    pre_activations = np.asarray(pre_activations)
    if pre_activations.ndim != 2 or pre_activations.size == 0:
        raise ShapeError(
            _("The pre-activations have the shape {shape}.").format(shape=pre_activations.shape),
            _("Give an array (batch, units) with at least one example and one unit."),
        )
    slopes = find_activation(activation).grad(pre_activations)
    return np.mean(np.abs(slopes) >= smallest_slope, axis=0)


def mean_slope(pre_activations: ArrayLike, activation: str | Activation = "relu") -> float:
    """Slope of the activation, averaged over all units and examples: the share of the gradient that comes through.

    Parameters
    ----------
    pre_activations : array of float, any shape, not empty
    activation : a name in `ACTIVATIONS`, or an `Activation`

    Returns
    -------
    float; negative slopes (GELU has some) count by their size

    Notes
    -----
    Taught in chapter 01.

    Examples
    --------
    >>> mean_slope([[-1.0, 1.0], [2.0, 3.0]], "relu")
    0.75
    """
    return float(np.mean(np.abs(find_activation(activation).grad(pre_activations))))


def sample_layer(
    bias: float = 0.0, scale: float = 1.0, *, units: int = 100, batch: int = 200, inputs: int = 16, seed: int = 0
) -> Floats:
    """Pre-activations of a layer with random weights, on random inputs.

    Parameters
    ----------
    bias : added to each pre-activation
    scale : the inputs are standard normal numbers times this
    units, batch, inputs : the layer's size, the number of examples, the number of inputs to each unit
    seed : of the random numbers; inputs and weights do not depend on `bias` and `scale`

    Returns
    -------
    array of float, shape (batch, units); roughly normal, with mean `bias` and standard deviation `scale`

    Notes
    -----
    The weights are normal with variance 1 / inputs, which keeps the size of the sum (chapter 04 says why). Taught in
    chapter 01.

    Examples
    --------
    >>> from bookutils.numerics.activations.functions import dead_fraction
    >>> dead_fraction(sample_layer(bias=0.0)), dead_fraction(sample_layer(bias=-10.0))
    (0.0, 1.0)
    """
    rng = np.random.default_rng(seed)
    x = scale * rng.standard_normal((batch, inputs))
    weights = rng.standard_normal((inputs, units)) / np.sqrt(inputs)
    return dense(x, weights, bias)
