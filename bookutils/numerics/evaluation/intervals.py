"""Between which two numbers a share lies, when it was counted on few examples. NumPy is not even needed."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from bookutils.core.errors import UsageError
from bookutils.core.messages import _


def share_interval(right: int, examples: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the ends of Wilson's interval for a share.

    Parameters
    ----------
    right : how many of the examples were right
    examples : how many there were
    confidence : the share of all such intervals that hold the true one

    Raises
    ------
    UsageError
        When there is no example, more were right than there are, or `confidence` is not between 0 and 1.

    Notes
    -----
    The shares p whose distance from the one seen is at most z standard errors √(p(1 − p)/n) *of p itself* (Wilson
    1927, *Probable Inference, the Law of Succession, and Statistical Inference*). For hundreds of examples it is the
    share ± 1.96 standard errors; with few, or near 0 and 1, it stays inside and keeps its promise. Taught in
    chapter 12.

    Examples
    --------
    >>> [round(end, 2) for end in share_interval(90, 100)]
    [0.83, 0.94]
    >>> share_interval(5, 5)[1]
    1.0
    """
    if not 0 <= right <= examples or examples < 1 or not 0 < confidence < 1:
        raise UsageError(
            _("{right} of {examples} is no share.").format(right=right, examples=examples),
            _("Give at least one example, and no more right ones than there are."),
        )
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    share = right / examples
    middle = share + z2 / (2 * examples)
    reach = sqrt(z2 * (share * (1 - share) / examples + z2 / (4 * examples**2)))
    low, high = ((middle + sign * reach) / (1 + z2 / examples) for sign in (-1, 1))
    return max(min(low, share), 0.0), min(max(high, share), 1.0)
