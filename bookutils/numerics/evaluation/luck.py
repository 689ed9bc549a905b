"""What luck alone would show: a classifier whose promises are true, tested on as many sentences. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.evaluation.classification import places_of


@dataclass(frozen=True)
class Luck:
    """What was seen when promises were true, many times over.

    Attributes
    ----------
    errors : expected calibration error of each draw, shape (draws,)
    low, high : the middle 95 % of the observed shares of each bin that holds an example, shape (filled bins,)
    """

    errors: Doubles
    low: Doubles
    high: Doubles

    @property
    def usual(self) -> tuple[float, float]:
        """The middle 95 % of the errors."""
        low, high = np.quantile(self.errors, [0.025, 0.975])
        return float(low), float(high)


def luck_alone(probabilities: ArrayLike, bins: int = 10, *, draws: int = 400, seed: int = 0) -> Luck:
    """Draw labels that come true exactly as often as promised, and measure the calibration of each draw.

    Parameters
    ----------
    probabilities : array, shape (examples,), in [0, 1], of being positive
    bins : as in `bookutils.numerics.evaluation.classification.calibration`
    draws : how often the labels are drawn
    seed : of the draws

    Raises
    ------
    UsageError
        When there are no examples, or as in `calibration`.

    Notes
    -----
    The "consistency bars" of Bröcker and Smith 2007, *Increasing the Reliability of Reliability Diagrams*. Taught in
    chapter 12.

    Examples
    --------
    >>> luck_alone([1.0, 0.0, 1.0], draws=5).errors
    array([0., 0., 0., 0., 0.])
    >>> low, high = luck_alone(np.linspace(0, 1, 1000)).usual
    >>> 0.01 < low < high < 0.06
    True
    """
    scores = np.asarray(probabilities, np.float64)
    if not scores.size:
        raise UsageError(_("There are no probabilities to draw with."), _("Give at least one."))
    inside = np.eye(bins)[places_of(scores, bins)]  # (examples, bins)
    inside = inside[:, inside.any(axis=0)]  # (examples, filled bins)
    drawn = np.random.default_rng(seed).random((draws, len(scores))) < scores
    happened = drawn @ inside  # (draws, filled bins)
    errors = np.abs(happened - scores @ inside).sum(axis=1) / len(scores)
    low, high = np.quantile(happened / inside.sum(axis=0), [0.025, 0.975], axis=0)
    return Luck(errors, low, high)
