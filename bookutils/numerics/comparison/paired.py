"""Two classifiers on the same examples: how much better one is, and how far that can be trusted. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import ShapeError, UsageError
from bookutils.core.messages import _


@dataclass(frozen=True)
class Gain:
    """A difference of two accuracies measured on the same examples.

    Attributes
    ----------
    mean : accuracy of the first less that of the second
    standard_error : of the mean
    low, high : the ends of the confidence interval
    only_first, only_second : how many examples only one of the two gets right
    examples : how many there were
    """

    mean: float
    standard_error: float
    low: float
    high: float
    only_first: int
    only_second: int
    examples: int

    @property
    def disagreements(self) -> int:
        """How many examples one of the two gets right and the other wrong."""
        return self.only_first + self.only_second


def paired_gain(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> Gain:
    """Compare two classifiers example by example.

    Parameters
    ----------
    first, second : arrays of bool, shape (examples,): whether each classifier is right
    confidence : the share of all such intervals that hold the true difference

    Raises
    ------
    ShapeError
        When there are no examples, or not the same number of both.
    UsageError
        When `confidence` is not between 0 and 1.

    Notes
    -----
    An example contributes dᵢ = 1, 0 or −1, so with b and c examples that only the first or only the second gets right,
    d̄ = (b − c)/n and Var(d) = (b + c)/n − d̄². The standard error is √(Var(d)/n), the interval is normal (as in
    McNemar 1947; Agresti, *Categorical Data Analysis*, section 11.1). Where both are right or both wrong nothing is
    added, which is why a paired comparison sees more than two separate standard errors. Taught in chapter 11.

    Examples
    --------
    >>> gain = paired_gain([True] * 90 + [False] * 10, [True] * 80 + [False] * 20)
    >>> round(gain.mean, 2), round(gain.standard_error, 3), gain.disagreements
    (0.1, 0.03, 10)
    """
    one, other = np.asarray(first, bool), np.asarray(second, bool)
    if one.ndim != 1 or one.shape != other.shape or not len(one):
        raise ShapeError(
            _("Results of the shapes {first} and {second} cannot be compared.").format(
                first=one.shape, second=other.shape
            ),
            _("Give one True or False for each example, for the same examples."),
        )
    if not 0 < confidence < 1:
        raise UsageError(_("A confidence of {value} is impossible.").format(value=confidence), _("Use 0.95, say."))
    n = len(one)
    only_first, only_second = int(np.sum(one & ~other)), int(np.sum(~one & other))
    mean = (only_first - only_second) / n
    error = float(np.sqrt(max((only_first + only_second) / n - mean**2, 0.0) / n))
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return Gain(mean, error, mean - reach, mean + reach, only_first, only_second, n)
