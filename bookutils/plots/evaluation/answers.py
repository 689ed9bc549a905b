"""Pictures of what a classifier makes of sentences: confusion, promises, words.

Plain data in, a Figure with its alt text out; nothing here needs TensorFlow. Taught in chapter 12.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.numerics.evaluation.luck import Luck
from bookutils.plots.bert.training import shorten
from bookutils.plots.figure import BLUE, GRID, INK, QUIET, VERMILLION, minus, new_figure, set_alt, styled

_LONGEST_WORD = 20


@styled
def confusion(counts: ArrayLike, classes: Sequence[str]) -> Figure:
    """Draw a confusion matrix: rows are labels, columns what was answered.

    Parameters
    ----------
    counts : array of int, shape (classes, classes)
    classes : their names
    """
    table = np.asarray(counts)
    wrong = int(table.sum() - np.trace(table))
    fig, (ax,) = new_figure(
        _("{wrong} of {count} sentences stand off the diagonal").format(wrong=wrong, count=int(table.sum())),
        width=480,
        height=320,
    )
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    for row in range(len(classes)):
        for column in range(len(classes)):
            colour = BLUE if row == column else VERMILLION
            ax.add_patch(_square(column, row, colour, 0.1 + 0.9 * float(shares[row, column])))
            dark = shares[row, column] > 0.5
            ax.text(
                column,
                row,
                f"{table[row, column]}\n{shares[row, column]:.0%}",
                ha="center",
                va="center",
                color="white" if dark else INK,
                fontsize=12,
            )
    places = np.arange(len(classes))
    ax.set_xticks(places, list(classes))
    ax.set_yticks(places, list(classes))
    ax.set_xlim(-0.5, len(classes) - 0.5)
    ax.set_ylim(len(classes) - 0.5, -0.5)
    ax.set_xlabel(_("what the classifier says (shares of a row)"))
    ax.set_ylabel(_("what the label says"))
    ax.grid(visible=False)
    told = "; ".join(
        _("{label} taken for {answer}: {count}").format(label=label, answer=answer, count=int(table[row, column]))
        for row, label in enumerate(classes)
        for column, answer in enumerate(classes)
    )
    return set_alt(fig, _("A table of labels against answers. {told}.").format(told=told))


def _square(column: int, row: int, colour: str, strength: float) -> Rectangle:
    return Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, facecolor=to_rgba(colour, strength), linewidth=0)


@styled
def reliability(
    promised: ArrayLike,
    observed: ArrayLike,
    counts: ArrayLike,
    error: float,
    luck: Luck | None = None,
    temperature: float = 1.0,
) -> Figure:
    """Draw what a classifier promises against what happens; a larger dot stands for more sentences.

    Parameters
    ----------
    promised, observed, counts : arrays, shape (bins,): mean probability, share of positive, number of examples
    error : the expected calibration error
    luck : what promises that are true would show for the same bins, drawn in grey
    temperature : by which the logits were divided; it is told when it is not 1
    """
    x, y, n = (np.asarray(values, dtype=float) for values in (promised, observed, counts))
    title = _("Promise and outcome: {error:.1f} points apart").format(error=100 * error)
    if luck is not None:
        low, high = luck.usual
        title += _("; by luck {low:.1f} to {high:.1f}").format(low=100 * low, high=100 * high)
    fig, (ax,) = new_figure(title, width=560, height=420)
    ax.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle="--", label=_("a promise that is kept"))
    if luck is not None:
        label = _("95 % of what luck alone does")
        ax.vlines(x, luck.low, luck.high, color="#b9bcc0", linewidth=9, label=label, zorder=1)
    ax.vlines(x, x, y, color=VERMILLION, linewidth=1.5)
    ax.scatter(x, y, s=25 + 500 * n / max(n.sum(), 1), color=BLUE, alpha=0.85, linewidth=0, zorder=3)
    _unit_axes(ax)
    ax.set_xlabel(_("promised: mean probability of positive in a bin"))
    ax.set_ylabel(_("observed: share of positive"))
    ax.legend(loc="upper left")
    told = "; ".join(f"{a:.0%} → {b:.0%} ({int(c)})" for a, b, c in zip(x, y, n, strict=True))
    words = title + "."
    if temperature != 1:
        words += _(" Logits divided by {temperature:.2f}.").format(temperature=temperature)
    if luck is not None:
        outside = int(np.sum((y < luck.low) | (y > luck.high)))
        words += _(" {outside} of {bins} bins lie outside the grey range of luck.").format(outside=outside, bins=len(x))
    return set_alt(
        fig,
        _("{words} Dots of promised against observed shares beside the diagonal, by bin (sentences): {told}.").format(
            words=words, told=told
        ),
    )


@styled
def threshold_curves(
    thresholds: ArrayLike, precision: ArrayLike, recall: ArrayLike, chosen: float, at: tuple[float, float]
) -> Figure:
    """Draw precision and recall against the threshold, and mark one threshold.

    Parameters
    ----------
    thresholds, precision, recall : arrays, shape (thresholds,), in [0, 1]
    chosen : the marked threshold
    at : precision and recall there
    """
    title = _("Above {chosen:.2f}: precision {precision:.0%}, recall {recall:.0%}").format(
        chosen=chosen, precision=at[0], recall=at[1]
    )
    # Where recall is 0 nothing may be called positive, and precision is 0/0: no line is drawn.
    precision = np.where(np.asarray(recall, float) > 0, precision, np.nan)
    fig, (ax,) = new_figure(title, height=340)
    for values, here, colour, style, name in (
        (precision, at[0], BLUE, "-", _("precision")),
        (recall, at[1], VERMILLION, "--", _("recall")),
    ):
        ax.plot(np.asarray(thresholds, float), np.asarray(values, float), color=colour, linestyle=style, label=name)
        ax.plot([chosen], [here], color=colour, marker="o", markersize=8)
    ax.axvline(chosen, color=INK, linewidth=1)
    _unit_axes(ax)
    ax.set_xlabel(_("threshold: called positive when the probability is above it"))
    ax.legend(loc="lower left")
    grid = np.asarray(thresholds, float)
    told = "; ".join(
        _("at {threshold:.1f} {precision:.0%} and {recall:.0%}").format(
            threshold=grid[place], precision=precision[place], recall=float(np.asarray(recall)[place])
        )
        for place in np.searchsorted(grid, (0.1, 0.5, 0.9))
        if place < len(grid) and np.isfinite(precision[place])
    )
    return set_alt(
        fig,
        _("{title}. Recall falls from left to right, precision mostly rises. Precision and recall {told}.").format(
            title=title, told=told
        ),
    )


@styled
def word_effects(words: Sequence[str], effects: ArrayLike, probability: float) -> Figure:
    """Draw by how much each word of a sentence moves its logit.

    Parameters
    ----------
    words : of the sentence, in order
    effects : array, shape (words,): logit of the sentence less that without the word
    probability : of positive, of the whole sentence
    """
    values = np.asarray(effects, dtype=float)
    title = _("{probability:.0%} positive; “{word}” weighs most").format(
        probability=probability, word=shorten(words[int(np.abs(values).argmax())], _LONGEST_WORD)
    )
    fig, (ax,) = new_figure(title, height=120 + 24 * len(words), width=560)
    rows = np.arange(len(words))
    ax.barh(rows, values, color=[BLUE if value > 0 else VERMILLION for value in values], height=0.62)
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(rows, [shorten(word, _LONGEST_WORD) for word in words])
    ax.set_ylim(len(words) - 0.4, -0.6)
    reach = max(1.0, 1.25 * float(np.abs(values).max()))
    ax.set_xlim(-reach, reach)
    for row, value in zip(rows, values, strict=True):
        ax.annotate(
            _signed(value),
            (value, row),
            (4 if value > 0 else -4, 0),
            textcoords="offset points",
            va="center",
            ha="left" if value > 0 else "right",
            fontsize=8,
            color=INK,
        )
    ax.set_xlabel(_("← to negative      change of the logit      to positive →"))
    ax.grid(visible=True, axis="x", color=GRID)
    ax.grid(visible=False, axis="y")
    told = ", ".join(f"“{word}” {_signed(value)}" for word, value in zip(words, values, strict=True))
    return set_alt(
        fig,
        _("{title}. A bar for each word, the change of the logit that it makes: {told}.").format(
            title=title, told=told
        ),
    )


def _signed(value: float) -> str:
    return minus(f"{value:+.1f}") if abs(value) >= 0.05 else "0.0"


def _unit_axes(ax: Axes) -> None:
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(0, 1.04)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
