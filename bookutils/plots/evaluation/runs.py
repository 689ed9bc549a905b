"""Pictures of several classifiers on the same sentences. Taught in chapter 12."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from bookutils.core.messages import _
from bookutils.numerics.evaluation.intervals import share_interval
from bookutils.plots.figure import BLUE, INK, VERMILLION, new_figure, set_alt, styled


@styled
def accuracies(shares: Mapping[str, float], examples: int, title: str) -> Figure:
    """Draw accuracies with one standard error to each side; the last one stands apart, as what is compared with.

    Parameters
    ----------
    shares : name -> accuracy, from 0 to 1
    examples : on how many examples each was measured
    title : what the picture says
    """
    fig, (ax,) = new_figure(title, width=640, height=80 + 44 * len(shares))
    names, values = list(shares), np.array(list(shares.values()))
    errors = np.sqrt(values * (1 - values) / examples)
    places = np.arange(len(names))[::-1]
    for place, value, error, name in zip(places, values, errors, names, strict=True):
        colour = VERMILLION if name == names[-1] else BLUE
        ax.errorbar(value, place, xerr=error, fmt="o", color=colour, markersize=7, capsize=4, linewidth=1.6)
        ax.annotate(
            f"{value:.1%}", (value, place), (0, 7), textcoords="offset points", ha="center", color=INK, fontsize=9
        )
    ax.set_yticks(places, names)
    ax.set_ylim(-0.6, len(names) - 0.3)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_xlabel(_("dev sentences right, one standard error to each side"))
    ax.grid(visible=False, axis="y")
    told = "; ".join(
        f"{name}: {value:.1%} ± {error:.1%}" for name, value, error in zip(names, values, errors, strict=True)
    )
    return set_alt(fig, _("Accuracies as dots with bars of one standard error. {told}.").format(told=told))


@styled
def shares(rows: Sequence[tuple[str, int, int]], elsewhere: tuple[str, float], title: str) -> Figure:
    """Draw the share of right answers of several groups of sentences, with intervals that hold the truth in 95 %.

    Parameters
    ----------
    rows : (name, right answers, sentences) of each group
    elsewhere : a name and a share to compare with, drawn as a line
    title : what the picture says
    """
    fig, (ax,) = new_figure(title, width=640, height=110 + 36 * len(rows))
    places = np.arange(len(rows))[::-1]
    told = []
    for place, (name, right, count) in zip(places, rows, strict=True):
        share, (low, high) = right / count, share_interval(right, count)
        ax.plot([low, high], [place, place], color=BLUE, linewidth=2)
        ax.plot([share], [place], "o", color=BLUE, markersize=7)
        ax.annotate(f"{share:.0%}", (share, place), (0, 6), textcoords="offset points", ha="center", fontsize=9)
        told.append(
            _("{name} {share:.0%} ({low:.0%} to {high:.0%}, {count} sentences)").format(
                name=name, share=share, low=low, high=high, count=count
            )
        )
    ax.axvline(elsewhere[1], color=VERMILLION, linewidth=1.2, linestyle="--")
    ax.annotate(
        elsewhere[0],
        (elsewhere[1], -0.5),
        (-4, 0),
        textcoords="offset points",
        ha="right",
        fontsize=9,
        color=INK,
    )
    ax.set_yticks(places, [_("{name} ({count})").format(name=name, count=count) for name, _right, count in rows])
    ax.set_ylim(-0.6, len(rows) - 0.2)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_xlabel(_("sentences right, with 95 % intervals"))
    ax.grid(visible=False, axis="y")
    return set_alt(
        fig,
        _("{title}. {told}. A dashed line: {where} {share:.0%}.").format(
            title=title, told="; ".join(told), where=elsewhere[0], share=elsewhere[1]
        ),
    )
