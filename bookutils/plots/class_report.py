"""Pictures of the class report: how the points are spread, which exercises are hard, which mistakes were made."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from bookutils.core.messages import _
from bookutils.plots.figure import BLUE, GRID, INK, QUIET, VERMILLION, new_figure, set_alt, styled

MOST_EXERCISES: Final = 30  # more do not fit into one look; the table below the picture has them all
_MOST_TOLD: Final = 12
_LINE, _BAR, _GAP = 16, 12, 14  # in CSS pixels: a line of a label, a bar, and what stands between two bars
_LETTERS = 92  # that fit on a line of a label


def share_labels() -> list[str]:
    """Return the names of the bars of `distribution`: per cent of the points.

    Examples
    --------
    >>> share_labels()[0], share_labels()[-1], len(share_labels())
    ('0–9', '100', 11)
    """
    return [*(f"{low}–{low + 9}" for low in range(0, 100, 10)), "100"]


@styled
def distribution(counts: Sequence[int]) -> Figure:
    """Draw how many submissions earned which share of the points of a chapter.

    Parameters
    ----------
    counts : submissions with 0 to 9 per cent, 10 to 19, …, 90 to 99, and all points
    """
    values, total = np.asarray(counts), int(sum(counts))
    labels = share_labels()
    fig, (ax,) = new_figure(_spread(values), width=640, height=280)
    bars = ax.bar(np.arange(len(values)), values, color=BLUE, width=0.86)
    for bar, value in zip(bars, values, strict=True):
        if value:
            place = (bar.get_x() + bar.get_width() / 2, value)
            ax.annotate(str(value), place, (0, 3), textcoords="offset points", ha="center", color=INK, fontsize=9)
    ax.set_xticks(np.arange(len(values)), labels, fontsize=9)
    ax.tick_params(axis="x", length=0)
    ax.set_ylim(0, max(1, int(values.max())) * 1.15)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    ax.set_xlabel(_("per cent of the chapter's points"))
    ax.set_ylabel(_("submissions"))
    ax.grid(visible=False, axis="x")
    told = ", ".join(
        _("{share} per cent: {count}").format(share=label, count=value)
        for label, value in zip(labels, values, strict=True)
        if value
    )
    says = _("A histogram of the points. Submissions: {total}. {told}.").format(total=total, told=told or _("Empty"))
    return set_alt(fig, says)


def _spread(counts: np.ndarray) -> str:
    """Say where the middle of a distribution lies."""
    total = int(counts.sum())
    if total < 2:
        return _("The share of the points that was earned")
    # at_least[i] submissions are in bin i or above; half of all is in the highest such bin that still has half.
    at_least = counts[::-1].cumsum()[::-1]
    middle = int(np.flatnonzero(2 * at_least >= total).max())
    if middle == len(counts) - 1:
        return _("At least half of the {total} submissions have all points").format(total=total)
    if middle == 0:
        return _("More than half of the {total} submissions have less than 10% of the points").format(total=total)
    says = _("At least half of the {total} submissions have {share}% of the points or more")
    return says.format(total=total, share=10 * middle)


@styled
def difficulty(names: Sequence[str], earned: Sequence[float], passed: Sequence[float]) -> Figure:
    """Draw exercises one below the other, the hardest at the top. More than `MOST_EXERCISES` are cut off.

    Parameters
    ----------
    names : of the exercises, the hardest first
    earned : the share of the points that was earned, from 0 to 1
    passed : the share of the submissions in which everything is right
    """
    shown = min(len(names), MOST_EXERCISES)
    title = _("Hardest: {name}, {share:.0%} of points earned").format(name=names[0], share=earned[0])
    fig, (ax,) = new_figure(_plain(title), width=640, height=128 + 26 * shown)
    places = np.arange(shown)
    ax.barh(places, earned[:shown], height=0.62, color=BLUE, label=_("points earned"))
    ax.plot(
        passed[:shown], places, "D", markersize=6, markerfacecolor="white", markeredgecolor=VERMILLION,
        markeredgewidth=1.8, clip_on=False, label=_("submissions in which everything is right"), zorder=4,
    )  # fmt: skip
    ax.set_yticks(places, [_plain(name) for name in names[:shown]], fontsize=9)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(shown - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.grid(visible=False, axis="y")
    handles, labels = ax.get_legend_handles_labels()
    fig.legend(handles[::-1], labels[::-1], loc="outside lower left", ncols=2, fontsize=9, handletextpad=0.6)
    told = [
        _("{name}: {earned:.0%} and {passed:.0%}").format(name=name, earned=points, passed=share)
        for name, points, share in zip(names, earned, passed, strict=True)
    ][:_MOST_TOLD]
    says = _("Exercises, the hardest first: the share of the points earned, and of the submissions that are right. "
             "{told}.").format(told="; ".join(told))  # fmt: skip
    if len(names) > len(told):
        says += " " + _("The other {count} are in the table.").format(count=len(names) - len(told))
    return set_alt(fig, says)


@styled
def mistakes(
    exercise: str, named: Sequence[tuple[str, int]], others: Sequence[tuple[str, int]], started: int
) -> Figure:
    """Draw which mistake was made by how many of those who started an exercise.

    Parameters
    ----------
    exercise : its name
    named : (what can be seen of a mistake, how many made it), the most frequent first
    others : (words, count) of what is wrong in another way; drawn hatched
    started : how many started the exercise: the length of a full bar
    """
    rows = [(_wrapped(text), count, True) for text, count in named] + [
        (_wrapped(text), count, False) for text, count in others if count
    ]
    height = sum(_LINE * len(lines) + _BAR + _GAP for lines, _count, _named in rows)
    fig, (ax,) = new_figure(_most_frequent(named, started), width=640, height=104 + max(height, _GAP))
    top = 0
    for lines, count, is_named in rows:
        _draw_row(ax, lines, count, started, top, is_named)
        top += _LINE * len(lines) + _BAR + _GAP
    ax.set_ylim(max(top, _GAP), -2)
    ax.set_xlim(0, max(started, 1))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    ax.set_xlabel(_("of {started} who started the exercise").format(started=started))
    ax.grid(visible=False)
    told = [
        _("{count} of {started}: {text}").format(count=count, started=started, text=text.rstrip("."))
        for text, count in [*named, *(row for row in others if row[1])]
    ]
    return set_alt(fig, _("Mistakes in {exercise}. {told}.").format(exercise=exercise, told="; ".join(told)))


def _most_frequent(named: Sequence[tuple[str, int]], started: int) -> str:
    if not named:
        return _("No mistake here has a name")
    return _("{count} of {started} made the most frequent mistake").format(count=named[0][1], started=started)


def _draw_row(ax: Axes, lines: list[str], count: int, started: int, top: int, is_named: bool) -> None:
    for number, line in enumerate(lines):
        ax.text(0, top + _LINE * number, line, va="top", ha="left", fontsize=9, color=INK, parse_math=False)
    middle = top + _LINE * len(lines) + _BAR / 2
    look: dict[str, Any] = (
        {"color": VERMILLION} if is_named else {"facecolor": "white", "edgecolor": QUIET, "hatch": "////"}
    )
    ax.barh(middle, started, height=_BAR, color=GRID, alpha=0.5)
    ax.barh(middle, count, height=_BAR, **look)
    # Beside the bar; a bar that fills the line leaves no room there.
    beside = count < 0.95 * started
    colour = INK if beside or not is_named else "white"
    ax.annotate(
        str(count), (count, middle), (4 if beside else -4, 0), textcoords="offset points", va="center_baseline",
        ha="left" if beside else "right", fontsize=9, fontweight="bold", color=colour,
    )  # fmt: skip


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _LETTERS, max_lines=3, placeholder=" …") or [""]


def _plain(text: str) -> str:
    """Keep matplotlib from reading dollar signs as formulas."""
    return text.replace("$", r"\$")
