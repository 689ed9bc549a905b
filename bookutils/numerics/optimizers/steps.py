"""One step of each optimizer, as a pure function: parameters and gradient in, new parameters out. NumPy only.

Taught in chapter 05. State goes in and comes out, nothing is changed in place. The steps work entry by entry, so the
parameters of a whole network can be one long vector.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bookutils.core.errors import ShapeError, UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Floats


def _check_shapes(theta: Floats, *others: Floats) -> None:
    for other in others:
        if np.shape(other) != np.shape(theta):
            raise ShapeError(
                _("The parameters have the shape {theta}, something beside them has {other}.").format(
                    theta=np.shape(theta), other=np.shape(other)
                ),
                _("The gradient and each moment have the shape of the parameters."),
            )


def gradient_step(theta: Floats, grad: Floats, learning_rate: float) -> Floats:
    """Take one step of gradient descent.

    Parameters
    ----------
    theta : array of float, any shape; the parameters
    grad : array, the shape of `theta`; the gradient of the loss there
    learning_rate : length of the step for a gradient of length 1

    Returns
    -------
    array, the shape of `theta`

    Raises
    ------
    ShapeError
        When the gradient has another shape.

    Examples
    --------
    >>> gradient_step(np.array([1.0, 2.0]), np.array([1.0, -4.0]), 0.5)
    array([0.5, 4. ])
    """
    _check_shapes(theta, grad)
    return theta - learning_rate * grad


def momentum_step(
    theta: Floats, grad: Floats, velocity: Floats, learning_rate: float, momentum: float = 0.9
) -> tuple[Floats, Floats]:
    """Take one step of gradient descent with momentum.

    Parameters
    ----------
    theta, grad : arrays of one shape; the parameters and the gradient of the loss there
    velocity : array of that shape; the last step, 0 at first
    learning_rate : how much the gradient adds to the velocity
    momentum : the share of the last step that is kept, from 0 to below 1

    Returns
    -------
    (new parameters, new velocity), both of that shape

    Raises
    ------
    ShapeError
        When the shapes differ.

    Notes
    -----
    Polyak 1964, in the form of Keras: the learning rate is inside the velocity. PyTorch keeps it outside; with a
    constant rate both take the same steps. Taught in chapter 05.

    Examples
    --------
    >>> theta, velocity = momentum_step(np.array([1.0]), np.array([2.0]), np.array([-0.5]), 0.1)
    >>> theta, velocity
    (array([0.35]), array([-0.65]))
    """
    _check_shapes(theta, grad, velocity)
    velocity = momentum * velocity - learning_rate * grad
    return theta + velocity, velocity


def nesterov_step(
    theta: Floats, grad: Floats, velocity: Floats, learning_rate: float, momentum: float = 0.9
) -> tuple[Floats, Floats]:
    """Take one step of Nesterov's momentum: look ahead by the velocity that the gradient has already changed.

    Parameters
    ----------
    theta, grad, velocity, learning_rate, momentum : as for `momentum_step`

    Returns
    -------
    (new parameters, new velocity)

    Raises
    ------
    ShapeError
        When the shapes differ.

    Notes
    -----
    Sutskever et al. 2013, rewritten as Keras does it: the parameters that are kept are those one look ahead, so that
    the gradient is asked for where they are. Taught in chapter 05.

    Examples
    --------
    >>> theta, velocity = nesterov_step(np.array([1.0]), np.array([2.0]), np.array([0.0]), 0.1)
    >>> np.round(theta, 3), velocity
    (array([0.62]), array([-0.2]))
    """
    _check_shapes(theta, grad, velocity)
    velocity = momentum * velocity - learning_rate * grad
    return theta + momentum * velocity - learning_rate * grad, velocity


def rmsprop_step(
    theta: Floats, grad: Floats, v: Floats, learning_rate: float, rho: float = 0.9, epsilon: float = 1e-7
) -> tuple[Floats, Floats]:
    """Take one step of RMSProp: divide the gradient by the root of the running mean of its square.

    Parameters
    ----------
    theta, grad : arrays of one shape; the parameters and the gradient of the loss there
    v : array of that shape; the running mean of squared gradients, 0 at first
    learning_rate : about the length of a step in each entry
    rho : how much of the mean is kept
    epsilon : keeps the division from 0; inside the root, as in Keras

    Returns
    -------
    (new parameters, new v)

    Raises
    ------
    ShapeError
        When the shapes differ.

    Notes
    -----
    Tieleman and Hinton 2012, lecture 6.5. There is no bias correction. Taught in chapter 05.

    Examples
    --------
    >>> theta, v = rmsprop_step(np.array([1.0]), np.array([2.0]), np.array([4.0]), 0.1)
    >>> np.round(theta, 4), v
    (array([0.9]), array([4.]))
    """
    _check_shapes(theta, grad, v)
    v = rho * v + (1 - rho) * grad**2
    return theta - learning_rate * grad / np.sqrt(v + epsilon), v


def adam_step(
    theta: Floats,
    grad: Floats,
    m: Floats,
    v: Floats,
    t: int,
    learning_rate: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Floats, Floats, Floats]:
    """Take one step of Adam.

    Parameters
    ----------
    theta, grad : arrays of one shape; the parameters and the gradient of the loss there
    m, v : arrays of that shape; running means of the gradient and of its square, both 0 at first
    t : the number of this step, counted from 1
    learning_rate : about the length of a step in each entry
    beta1, beta2 : how much of each mean is kept
    epsilon : keeps the division from 0; outside the root, as in the paper's algorithm 1

    Returns
    -------
    (new parameters, new m, new v); the means are kept without their correction

    Raises
    ------
    ShapeError
        When the shapes differ.

    Notes
    -----
    Kingma and Ba 2015, algorithm 1. Keras adds epsilon to the root of the *uncorrected* v (their section 2, end),
    so that its epsilon weighs 1 / √(1 − β₂ᵗ) times as much. Taught in chapter 05.

    Examples
    --------
    >>> theta, grad = np.array([1.0, 2.0]), np.array([3.0, -0.001])
    >>> np.round(adam_step(theta, grad, np.zeros(2), np.zeros(2), 1, 0.5)[0], 4)
    array([0.5, 2.5])
    """
    _check_shapes(theta, grad, m, v)
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def adamw_step(
    theta: Floats,
    grad: Floats,
    m: Floats,
    v: Floats,
    t: int,
    is_weight: Floats,
    learning_rate: float = 0.001,
    weight_decay: float = 0.01,
) -> tuple[Floats, Floats, Floats]:
    """Take one step of AdamW: Adam's step, and beside it a pull of the weights towards 0.

    Parameters
    ----------
    theta, grad, m, v, t, learning_rate : as for `adam_step`
    is_weight : array of that shape; True for what decays, False for biases
    weight_decay : the share, times the learning rate, that a weight loses

    Returns
    -------
    (new parameters, new m, new v)

    Raises
    ------
    ShapeError
        When the shapes differ.

    Notes
    -----
    Loshchilov and Hutter 2019, algorithm 2: the decay takes no part in m and v and is not divided by √v. It is
    multiplied by the learning rate, as in Keras and PyTorch. Taught in chapter 05.

    Examples
    --------
    >>> zero = np.zeros(2)
    >>> theta, m, v = adamw_step(np.array([1.0, 1.0]), zero, zero, zero, 1, np.array([True, False]), 0.1, 0.5)
    >>> theta
    array([0.95, 1.  ])
    """
    _check_shapes(theta, is_weight)
    moved, m, v = adam_step(theta, grad, m, v, t, learning_rate)
    return moved - learning_rate * weight_decay * is_weight * theta, m, v


def clip_global(gradients: Sequence[Floats], max_norm: float) -> list[Floats]:
    """Shorten all gradients by one factor, so that together they are at most `max_norm` long.

    Parameters
    ----------
    gradients : arrays of any shapes, one for each tensor of parameters
    max_norm : the greatest length that is left as it is; above 0

    Returns
    -------
    list of arrays with the same shapes

    Raises
    ------
    UsageError
        When `max_norm` is not above 0.

    Notes
    -----
    Pascanu, Mikolov and Bengio 2013. The length is that of the vector of all entries: the root of the sum of all
    squares. One factor for all keeps the direction. Taught in chapter 05.

    Examples
    --------
    >>> clip_global([np.array([3.0]), np.array([[4.0, 0.0]])], 1.0)
    [array([0.6]), array([[0.8, 0. ]])]
    """
    if not max_norm > 0:
        raise UsageError(_("Gradients cannot be clipped to {norm}.").format(norm=max_norm), _("Choose more than 0."))
    norm = np.sqrt(sum(np.sum(grad**2) for grad in gradients))
    scale = max_norm / norm if norm > max_norm else 1.0
    return [scale * grad for grad in gradients]
