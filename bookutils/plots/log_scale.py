"""Numbers of very different size: how they are said, and how they stand on an axis."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, NullLocator

from bookutils.core.messages import _
from bookutils.plots.figure import minus


def power(value: float) -> str:
    """A power of ten in plain letters. Drawn ten times as fast as mathematical type.

    >>> power(0.001)
    '10⁻³'
    """
    exponent = str(round(np.log10(value)))
    return "10" + exponent.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def number(value: float) -> str:
    """A number as one says it.

    >>> number(0.25), number(4.53e-5)
    ('0.25', '4.5 · 10⁻⁵')
    """
    if value == 0 or not np.isfinite(value) or 1e-3 <= abs(value) < 1e4:
        return minus(f"{value:.3g}").replace("inf", _("infinity"))
    mantissa, exponent = f"{value:.1e}".split("e")
    return minus(f"{mantissa} · {power(float('1e' + exponent))}")


def plain_ticks(axis: Axis, ticks: Sequence[float], *, powers: bool = False) -> None:
    """Write the ticks of a logarithmic axis as plain numbers, or as powers of ten; few of them, for speed."""
    axis.set_minor_locator(NullLocator())
    axis.set_major_locator(FixedLocator(ticks))
    if powers:
        axis.set_major_formatter(lambda value, _position: power(value))
    else:
        axis.set_major_formatter(lambda value, _position: f"{value:g}")
