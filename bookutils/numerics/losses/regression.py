"""Losses of numbers, and the straight line that each of them likes best. Taught in chapter 02."""

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.choices import look_up
from bookutils.core.errors import ShapeError, UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles

_ROUNDS = {"squared": 0, "absolute": 0, "huber": 500}  # of least squares, at most, after the first
LOSSES = tuple(_ROUNDS)


def _errors(predictions: ArrayLike, targets: ArrayLike) -> Doubles:
    given, wanted = np.asarray(predictions, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    if given.shape != wanted.shape or given.size == 0:
        raise ShapeError(
            _("The predictions have the shape {given} and the targets the shape {wanted}.").format(
                given=given.shape, wanted=wanted.shape
            ),
            _("Give one target for each prediction, and at least one of them."),
        )
    return given - wanted


def mean_squared_error(predictions: ArrayLike, targets: ArrayLike) -> float:
    """Mean of the squared differences; the best constant is the mean of the targets. Taught in chapter 02.

    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    return float(np.mean(_errors(predictions, targets) ** 2))


def mean_absolute_error(predictions: ArrayLike, targets: ArrayLike) -> float:
    """Mean of the absolute differences; the best constant is a median of the targets. Taught in chapter 02.

    >>> mean_absolute_error([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    return float(np.mean(np.abs(_errors(predictions, targets))))


def huber(predictions: ArrayLike, targets: ArrayLike, delta: float) -> float:
    """Mean Huber loss: half the square of small errors, a straight line for large ones.

    Parameters
    ----------
    predictions, targets : arrays of float of one shape
    delta : the error at which the parabola goes over into the line, above 0

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        When the two shapes differ, or there is no example.

    Notes
    -----
    ½ e² where |e| ≤ δ, δ (|e| − ½ δ) elsewhere: at |e| = δ value and slope of both are the same (Huber 1964). Taught in
    chapter 02.

    Examples
    --------
    >>> huber([0.0, 0.0], [0.5, 3.0], delta=1.0)
    1.3125
    """
    size = np.abs(_errors(predictions, targets))
    near = np.minimum(size, delta)
    return float(np.mean(near * (size - 0.5 * near)))


def fit_line(x: ArrayLike, y: ArrayLike, loss: str, delta: float = 1.0) -> tuple[float, float]:
    """The straight line with the smallest loss.

    Parameters
    ----------
    x, y : arrays of float, shape (points,); at least two different x
    loss : "squared", "absolute" or "huber"
    delta : of the Huber loss

    Returns
    -------
    (intercept, slope)

    Raises
    ------
    UsageError
        When there is no such loss, or all x are the same.

    Notes
    -----
    Squared: the normal equations. Absolute: some best line runs through two of the points, so all pairs are tried
    (which is for tens of points). Huber: least squares again and again, with the weight min(1, δ / |error|) for each
    point. Taught in chapter 02.

    Examples
    --------
    >>> [round(number, 6) + 0.0 for number in fit_line([0, 1, 2, 3], [0, 1, 2, 9], "absolute")]
    [0.0, 1.0]
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    rounds = look_up(_ROUNDS, loss, _("There is no loss called {name!r}."))
    if x.size == 0 or np.ptp(x) == 0:
        raise UsageError(_("No line is determined by these points."), _("Give at least two different x."))
    if loss == "absolute":
        return _through_two_points(x, y)
    line = _weighted_line(x, y, np.ones_like(x))
    for _round in range(rounds):
        size = np.abs(line[0] + line[1] * x - y)
        before, line = line, _weighted_line(x, y, delta / np.maximum(size, delta))
        if np.allclose(before, line, rtol=0, atol=1e-10):
            break
    return line


def _weighted_line(x: Doubles, y: Doubles, weights: Doubles) -> tuple[float, float]:
    share = weights / weights.sum()
    middle_x, middle_y = float(share @ x), float(share @ y)
    slope = float(share @ ((x - middle_x) * (y - middle_y)) / (share @ (x - middle_x) ** 2))
    return middle_y - slope * middle_x, slope


def _through_two_points(x: Doubles, y: Doubles) -> tuple[float, float]:
    one, other = np.array([pair for pair in combinations(range(x.size), 2) if x[pair[0]] != x[pair[1]]]).T
    slopes = (y[other] - y[one]) / (x[other] - x[one])
    intercepts = y[one] - slopes * x[one]
    losses = np.abs(intercepts[:, np.newaxis] + slopes[:, np.newaxis] * x - y).sum(axis=1)
    best = int(np.argmin(losses))
    return float(intercepts[best]), float(slopes[best])
