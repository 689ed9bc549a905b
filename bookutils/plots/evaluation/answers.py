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
    ax.set_xlabel(_("what the classifier says"))
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
def reliability(promised: ArrayLike, observed: ArrayLike, counts: ArrayLike, error: float) -> Figure:
    """Draw what a classifier promises against what happens; a larger dot stands for more sentences.

    Parameters
    ----------
    promised, observed, counts : arrays, shape (bins,): mean probability, share of positive, number of examples
    error : the expected calibration error
    """
    x, y, n = (np.asarray(values, dtype=float) for values in (promised, observed, counts))
    fig, (ax,) = new_figure(
        _("On average, promise and outcome are {error:.0f} points apart").format(error=100 * error),
        width=520,
        height=420,
    )
    ax.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle="--", label=_("a promise that is kept"))
    ax.vlines(x, x, y, color=VERMILLION, linewidth=1.5)
    ax.scatter(x, y, s=25 + 500 * n / max(n.sum(), 1), color=BLUE, alpha=0.85, linewidth=0, zorder=3)
    _unit_axes(ax)
    ax.set_xlabel(_("promised: mean probability of praise in a bin"))
    ax.set_ylabel(_("observed: share of praise"))
    ax.legend(loc="upper left")
    told = "; ".join(f"{a:.0%} → {b:.0%} ({int(c)})" for a, b, c in zip(x, y, n, strict=True))
    return set_alt(
        fig,
        _(
            "Dots of promised against observed shares, one for each bin, beside the diagonal. Expected calibration "
            "error: {error:.1f} points. Promised → observed (sentences): {told}."
        ).format(error=100 * error, told=told),
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
    fig, (ax,) = new_figure(title, height=340)
    for values, here, colour, style, name in (
        (precision, at[0], BLUE, "-", _("precision")),
        (recall, at[1], VERMILLION, "--", _("recall")),
    ):
        ax.plot(np.asarray(thresholds, float), np.asarray(values, float), color=colour, linestyle=style, label=name)
        ax.plot([chosen], [here], color=colour, marker="o", markersize=8)
    ax.axvline(chosen, color=INK, linewidth=1)
    _unit_axes(ax)
    ax.set_xlabel(_("threshold: called praise when the probability is above it"))
    ax.legend(loc="lower left")
    return set_alt(
        fig, title + _(". Two curves against the threshold: recall falls from left to right, precision mostly rises.")
    )


@styled
def word_effects(words: Sequence[str], effects: ArrayLike, probability: float) -> Figure:
    """Draw by how much each word of a sentence moves its logit.

    Parameters
    ----------
    words : of the sentence, in order
    effects : array, shape (words,): logit of the sentence less that without the word
    probability : of praise, of the whole sentence
    """
    values = np.asarray(effects, dtype=float)
    title = _("{probability:.0%} praise; “{word}” weighs most").format(
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
            minus(f"{value:+.1f}"),
            (value, row),
            (4 if value > 0 else -4, 0),
            textcoords="offset points",
            va="center",
            ha="left" if value > 0 else "right",
            fontsize=8,
            color=INK,
        )
    ax.set_xlabel(_("← pulls to blame      change of the logit      pulls to praise →"))
    ax.grid(visible=True, axis="x", color=GRID)
    ax.grid(visible=False, axis="y")
    told = ", ".join(minus(f"“{word}” {value:+.1f}") for word, value in zip(words, values, strict=True))
    return set_alt(
        fig,
        _("{title}. A bar for each word, the change of the logit that it makes: {told}.").format(
            title=title, told=told
        ),
    )


def _unit_axes(ax: Axes) -> None:
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(0, 1.04)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
