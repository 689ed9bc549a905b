"""Small experiments on what a loss asks for: points that pull, units that are sure and wrong, honest reports.

Each returns what happened as numbers; nothing is drawn here. Taught in chapter 02.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.choices import look_up
from bookutils.core.messages import _
from bookutils.numerics.activations.functions import sigmoid, softplus
from bookutils.numerics.arrays import Doubles


def points_with_one_moved(x: float = 9.0, y: float = 5.5, *, seed: int = 4) -> tuple[Doubles, Doubles]:
    """Eleven points near the line 1 + ½x, and a twelfth one wherever you put it.

    Parameters
    ----------
    x, y : where the last point stands
    seed : of the noise of the eleven others

    Returns
    -------
    (x, y), each of shape (12,); the point that was moved is the last

    Examples
    --------
    >>> x, y = points_with_one_moved(9.0, 0.0)
    >>> float(x[-1]), float(y[-1])
    (9.0, 0.0)
    """
    rng = np.random.default_rng(seed)
    fixed = np.linspace(0, 10, 11)
    heights = 1 + 0.5 * fixed + rng.normal(scale=0.3, size=11)
    return np.append(fixed, x), np.append(heights, y)


def escape_path(loss: str, start: float = -8.0, *, learning_rate: float = 1.0, steps: int = 100) -> Doubles:
    """The logit of one example with the label 1, moved by gradient descent.

    Parameters
    ----------
    loss : "cross-entropy", or "squared" for half the squared error of the probability
    start : the logit at the beginning; far below 0 the model is sure, and wrong
    learning_rate, steps : of gradient descent

    Returns
    -------
    array, shape (steps + 1,)

    Raises
    ------
    UsageError
        When there is no such loss.

    Notes
    -----
    Gradient of the cross-entropy: σ(z) − 1. Of half the squared error: (σ(z) − 1) · σ(z)(1 − σ(z)). Taught in
    chapter 02.

    Examples
    --------
    >>> round(float(escape_path("cross-entropy", steps=1)[-1]), 3)
    -7.0
    """
    # What p − 1 is multiplied by.
    slopes: dict[str, Callable[[float], float]] = {"cross-entropy": lambda p: 1.0, "squared": lambda p: p * (1 - p)}
    slope_at = look_up(slopes, loss, _("There is no loss called {name!r}."))
    logits = np.empty(steps + 1)
    logits[0] = start
    for step in range(steps):
        p = float(sigmoid(logits[step]))
        logits[step + 1] = logits[step] - learning_rate * (p - 1) * slope_at(p)
    return logits


def _hinge_of_log_odds(q: Doubles, label: int) -> Doubles:
    with np.errstate(divide="ignore"):
        score = np.log(q) - np.log1p(-q)
    return np.maximum(0, 1 - (2 * label - 1) * score)


def _log_loss(q: Doubles, label: int) -> Doubles:
    with np.errstate(divide="ignore"):
        return -np.log(q if label else 1 - q)


# What a report q costs when the label turns out to be 0 or 1.
REPORT_LOSSES: Mapping[str, Callable[[Doubles, int], Doubles]] = MappingProxyType(
    {
        "log": _log_loss,
        "squared": lambda q, label: (q - label) ** 2,
        "absolute": lambda q, label: np.abs(q - label),
        "hinge": _hinge_of_log_odds,
    }
)


def expected_loss(loss: str, truth: float, reported: ArrayLike) -> Doubles:
    """What a reported probability costs on average, when the event has another one.

    Parameters
    ----------
    loss : "log", "squared", "absolute", or "hinge" with the log-odds of the report as the score
    truth : the probability of the label 1
    reported : array of float in [0, 1], any shape

    Returns
    -------
    array of float, the shape of `reported`

    Raises
    ------
    UsageError
        When there is no such loss.

    Notes
    -----
    truth · loss(q, 1) + (1 − truth) · loss(q, 0). A loss is called proper when this is smallest at q = truth, and at
    no other q (Gneiting and Raftery 2007). Taught in chapter 02.

    Examples
    --------
    >>> expected_loss("absolute", 0.7, [0.7, 1.0]).round(2)
    array([0.42, 0.3 ])
    """
    costs = look_up(REPORT_LOSSES, loss, _("There is no loss called {name!r}."))
    q = np.asarray(reported, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        parts = [
            share * costs(q, label) if share else np.zeros_like(q) for label, share in ((1, truth), (0, 1 - truth))
        ]
    return parts[0] + parts[1]


def best_reports(loss: str, truth: float) -> tuple[float, float]:
    """The reports that cost least on average, to three decimals: the lowest and the highest of them.

    The two are the same, but where the truth is ½ and a loss does not care.

    >>> [best_reports(loss, 0.7) for loss in REPORT_LOSSES]
    [(0.7, 0.7), (0.7, 0.7), (1.0, 1.0), (0.731, 0.731)]
    >>> best_reports("absolute", 0.5)
    (0.0, 1.0)
    """
    grid = np.linspace(0, 1, 1001)
    costs = expected_loss(loss, truth, grid)
    best = grid[costs <= costs.min() + 1e-12]
    return round(float(best[0]), 3), round(float(best[-1]), 3)


def margin_losses(margins: ArrayLike) -> dict[str, Doubles]:
    """Losses of a margin y·s, with y = ±1: what being right, or wrong, by so much costs.

    Returns
    -------
    "wrong" (0 or 1), "hinge", "log": arrays of the shape of `margins`

    Examples
    --------
    >>> {name: float(loss.round(3)) for name, loss in margin_losses(2.0).items()}
    {'wrong': 0.0, 'hinge': 0.0, 'log': 0.127}
    """
    m = np.asarray(margins, dtype=np.float64)
    return {
        "wrong": np.asarray((m <= 0).astype(np.float64)),
        "hinge": np.asarray(np.maximum(0, 1 - m)),
        "log": np.asarray(softplus(-m), dtype=np.float64),
    }
