"""What else an encoder is used for: pairs of sentences, and an answer for each token. Taught in chapter 11."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bookutils.core.messages import _
from bookutils.plots.figure import BLUE, INK, QUIET, VERMILLION, new_figure, set_alt, styled

_PAIR = ("[CLS]", "was", "it", "good", "[SEP]", "very", "[SEP]", "[PAD]")
_TOKENS = ("[CLS]", "ada", "lives", "in", "new", "york", "[SEP]")
_TAGS = ("", "person", "other", "other", "place", "place", "")


def _row(ax: Axes, y: float, name: str, values: Sequence[str], colours: Sequence[str]) -> None:
    ax.text(-0.15, y + 0.4, name, ha="right", va="center", color=INK, fontsize=9)
    for column, (value, colour) in enumerate(zip(values, colours, strict=True)):
        pale = colour == QUIET
        ax.add_patch(
            Rectangle(
                (column + 0.03, y + 0.04),
                0.94,
                0.72,
                facecolor="none" if pale else colour,
                edgecolor=colour,
                linestyle=":" if pale else "-",
            )
        )
        ax.text(column + 0.5, y + 0.4, value, ha="center", va="center", fontsize=9, color=QUIET if pale else "white")


@styled
def pair() -> Figure:
    """Draw the three arrays of a pair of sentences, with one place of padding."""
    fig, (ax,) = new_figure(_("A pair is one sequence; segments tell its sentences apart"), width=700, height=200)
    colours = [BLUE] * 5 + [VERMILLION] * 2 + [QUIET]
    _row(ax, 0, _("tokens"), _PAIR, colours)
    _row(ax, 1, _("segments"), [*"00000", *"11", "0"], colours)
    _row(ax, 2, _("mask"), [*"1111111", "0"], colours)
    ax.set_xlim(-1.2, len(_PAIR))
    ax.set_ylim(3, -0.1)
    ax.set_axis_off()
    return set_alt(
        fig,
        _(
            "A pair of sentences is one sequence. Tokens: {tokens}. The segments are 0 up to the first [SEP], 1 to the "
            "second, 0 for padding; the mask is 0 for padding alone."
        ).format(tokens=" ".join(_PAIR)),
    )


@styled
def token_heads() -> Figure:
    """Draw an answer for each token above the encoder, instead of one for the text."""
    fig, (ax,) = new_figure(_("An answer for each token needs no mean"), width=700, height=260)
    columns = len(_TOKENS)
    _row(ax, 3, _("tokens"), _TOKENS, [BLUE] * columns)
    ax.add_patch(Rectangle((0.03, 1.75), columns - 0.06, 0.6, facecolor="none", edgecolor=INK))
    ax.text(columns / 2, 2.05, _("encoder: one vector for each token"), ha="center", va="center", color=INK, fontsize=9)
    _row(ax, 0, _("answers"), _TAGS, [VERMILLION if tag else QUIET for tag in _TAGS])
    for column, tag in enumerate(_TAGS):
        ax.annotate("", (column + 0.5, 2.4), (column + 0.5, 3.0), arrowprops={"arrowstyle": "->", "color": QUIET})
        if tag:
            ax.annotate("", (column + 0.5, 0.8), (column + 0.5, 1.7), arrowprops={"arrowstyle": "->", "color": QUIET})
    ax.text(-0.15, 1.25, _("dense layer"), ha="right", va="center", color=INK, fontsize=9)
    ax.set_xlim(-1.4, columns)
    ax.set_ylim(3.9, -0.1)
    ax.set_axis_off()
    told = ", ".join(f"{token}: {tag}" for token, tag in zip(_TOKENS, _TAGS, strict=True) if tag)
    return set_alt(
        fig,
        _("The same dense layer reads the vector of every token and gives each an answer: {told}.").format(told=told),
    )
