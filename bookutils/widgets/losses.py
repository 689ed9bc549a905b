"""Losses to play with: a point that pulls at three lines, reports that pay, temperature. Taught in chapter 02.

Each function displays itself as the last expression of a cell. All numbers come from `bookutils.numerics`.
"""

from collections.abc import Sequence

from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.numerics.losses.experiments import points_with_one_moved
from bookutils.plots.losses.classification import temperatures
from bookutils.plots.losses.experiments import honest_reports, three_lines
from bookutils.widgets.controls import Explorer, NumberControl


def explore_outlier(x: float = 9.0, y: float = 5.5, delta: float = 1.0) -> Explorer:
    """Move one of twelve points, watch the lines of squared error, absolute error and Huber's loss.

    Parameters
    ----------
    x, y : where the point stands at first: from 0 to 10, and from −20 to 20
    delta : of Huber's loss, from 0.1 to 20

    Returns
    -------
    Explorer, with the controls ``x``, ``y`` and ``delta``
    """

    def draw(x: float, y: float, delta: float) -> Figure:
        title = _("Three losses, three answers to one point")
        return three_lines(*points_with_one_moved(x, y), delta=delta, title=title)

    return Explorer(
        draw,
        {
            "y": NumberControl(_("height y of the point"), y, -20.0, 20.0, 0.5),
            "x": NumberControl(_("place x of the point"), x, 0.0, 10.0, 0.5),
            "delta": NumberControl(_("Huber's δ"), delta, 0.1, 20.0, 0.1),
        },
    )


def explore_honesty(truth: float = 0.7, reported: float = 0.7) -> Explorer:
    """Choose what is true and what is reported, watch what honesty costs under four losses.

    Parameters
    ----------
    truth : the probability of the event, from 0.02 to 0.98
    reported : the probability that is reported, from 0.02 to 0.98

    Returns
    -------
    Explorer, with the controls ``truth`` and ``reported``
    """
    return Explorer(
        honest_reports,
        {
            "truth": NumberControl(_("true probability"), truth, 0.02, 0.98, 0.01),
            "reported": NumberControl(_("your report"), reported, 0.02, 0.98, 0.01),
        },
    )


def explore_temperature(
    logits: ArrayLike = (2.0, 1.0, 0.0, -1.0), temperature: float = 2.0, *, names: Sequence[str] | None = None
) -> Explorer:
    """Turn the temperature, watch the probabilities of one row of logits.

    Parameters
    ----------
    logits : array of float, shape (classes,)
    temperature : from 0.1 to 10
    names : of the classes

    Returns
    -------
    Explorer, with the control ``temperature``
    """

    def draw(temperature: float) -> Figure:
        return temperatures(logits, temperature, names=names)

    return Explorer(draw, {"temperature": NumberControl(_("temperature"), temperature, 0.1, 10.0, 0.1)})
