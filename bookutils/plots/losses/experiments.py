"""Pictures of what a loss asks for: lines that give way, logits that escape, honest reports. Taught in chapter 02."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.numerics.losses.experiments import REPORT_LOSSES, best_reports, expected_loss
from bookutils.numerics.losses.regression import LOSSES, fit_line
from bookutils.plots.figure import (
    INK,
    PALETTE,
    QUIET,
    VERMILLION,
    line_look,
    minus,
    new_figure,
    set_alt,
    styled,
)


def _loss_names() -> dict[str, str]:
    return {"squared": _("squared error"), "absolute": _("absolute error"), "huber": _("Huber")}


@styled
def three_lines(x: ArrayLike, y: ArrayLike, *, delta: float = 1.0, title: str | None = None) -> Figure:
    """Points, of which the last was moved, and the best line by each of three losses.

    Parameters
    ----------
    x, y : arrays of float, shape (points,)
    delta : of the Huber loss
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    lines = {loss: fit_line(x, y, loss, delta) for loss in LOSSES}
    fig, (ax,) = new_figure(title or _("One point turns the line of squared error"), height=370)
    ends = np.array([-0.5, 10.5])
    words = []
    for number, (loss, (intercept, slope)) in enumerate(lines.items()):
        label = _("{name}: slope {slope:.2f}").format(name=_loss_names()[loss], slope=slope)
        ax.plot(ends, intercept + slope * ends, label=minus(label), **line_look(number))
        said = _("{name} {slope:.2f} with the height {middle:.2f} at x = 5")
        words.append(said.format(name=_loss_names()[loss], slope=slope, middle=intercept + 5 * slope))
    ax.plot(x[:-1], y[:-1], "o", color=INK, markersize=5)
    ax.plot(x[-1], y[-1], "D", color=VERMILLION, markersize=9, label=_("the point that you move"))
    ax.set_xlim(*ends)
    ax.set_ylim(-22, 22)
    ax.set_xlabel("x")
    ax.set_ylabel("y")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9)
    text = _(
        "With the point at ({x:g}, {y:g}) and Huber's δ = {delta:g}, the slopes are: {words}. Eleven other points lie "
        "near a line with the slope 0.5."
    )
    return set_alt(fig, minus(text.format(x=x[-1], y=y[-1], delta=delta, words=", ".join(words))))


@styled
def escapes(paths: Mapping[str, ArrayLike], *, title: str | None = None) -> Figure:
    """How a logit that is sure and wrong moves under each loss.

    Parameters
    ----------
    paths : label → logits, one before each step and one after the last
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    fig, (ax,) = new_figure(title or _("Squared error leaves a sure mistake where it is"), height=320)
    words = []
    for number, (label, path) in enumerate(paths.items()):
        logits = np.asarray(path, dtype=np.float64)
        ax.plot(logits, label=label, **line_look(number))
        words.append(_("{label} from {start:.2f} to {end:.2f}").format(label=label, start=logits[0], end=logits[-1]))
        steps = len(logits) - 1
    ax.axhline(0, color=QUIET, linewidth=0.8)
    ax.text(steps, 0.15, _("above this line the answer is right"), ha="right", va="bottom", color=QUIET)
    ax.set_xlim(0, steps)
    ax.set_xlabel(_("steps of gradient descent"))
    ax.set_ylabel(_("logit"))
    ax.legend(loc="center right")
    text = _("The logit of an example with the label 1, in {steps} steps: {words}.")
    return set_alt(fig, minus(text.format(steps=steps, words="; ".join(words))))


@styled
def honest_reports(truth: float = 0.7, reported: float | None = None) -> Figure:
    """What each report costs on average, above the cheapest one, for four losses.

    Parameters
    ----------
    truth : the probability of the label 1
    reported : a report whose cost is to be shown; none when None

    Returns
    -------
    Figure, with its alt text
    """
    names = {
        "log": _("cross-entropy"),
        "squared": _("squared error"),
        "absolute": _("absolute error"),
        "hinge": _("hinge"),
    }
    grid = np.linspace(0.005, 0.995, 199)
    fig, (ax,) = new_figure(_("Honesty pays with cross-entropy and squared error only"), height=350)
    ax.axvline(truth, color=INK, linewidth=0.9)
    ax.text(truth, 0.575, _("  the truth"), va="center", ha="left" if truth < 0.8 else "right")
    bests, costs = [], []
    for number, loss in enumerate(REPORT_LOSSES):
        low, high = best_reports(loss, truth)
        best = f"{low:.2f}" if low == high else _("{low:.2f} to {high:.2f}").format(low=low, high=high)
        least = float(expected_loss(loss, truth, low))
        label = _("{name}, best: {best}").format(name=names[loss], best=best)
        ax.plot(grid, expected_loss(loss, truth, grid) - least, label=label, **line_look(number))
        ax.plot([low, high], [0, 0], "o", color=PALETTE[number], markersize=8, clip_on=False, zorder=5)
        bests.append(_("{name} at {best}").format(name=names[loss], best=best))
        if reported is not None:
            cost = float(expected_loss(loss, truth, reported)) - least
            costs.append(_("{name} {cost:.2f}").format(name=names[loss], cost=cost))
    if reported is not None:
        ax.axvline(reported, color=VERMILLION, linestyle="--", linewidth=1.2)
        ax.text(
            reported, 0.525, _("  your report"), va="center", ha="left" if reported < 0.8 else "right", color=VERMILLION
        )
    ax.set_xlim(0, 1)
    ax.set_ylim(-0.015, 0.6)
    ax.set_xlabel(_("reported probability"))
    ax.set_ylabel(_("average cost above the cheapest"))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9)
    text = _("With the truth {truth:.2f} the cheapest reports are: {bests}.").format(
        truth=truth, bests=", ".join(bests)
    )
    if costs:
        # First what follows the report: this sentence is read aloud when a control moves.
        costly = _("With the truth {truth:.2f}, reporting {q:.2f} costs more than the cheapest report by: {costs}. ")
        text = costly.format(truth=truth, q=reported, costs=", ".join(costs)) + text
    return set_alt(fig, minus(text))
