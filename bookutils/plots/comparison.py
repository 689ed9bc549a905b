"""Pictures of small and large models: two ways to an answer, what accuracy costs, what a model has learnt.

Taught in chapter 13.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from bookutils.core.messages import _
from bookutils.plots.figure import (
    BLUE,
    CARD,
    GREEN,
    INK,
    ORANGE,
    QUIET,
    VERMILLION,
    line_look,
    minus,
    new_figure,
    set_alt,
    styled,
)
from bookutils.plots.log_scale import number, plain_ticks
from bookutils.plots.tables import short_count

_MARKERS = "osD^vPX"


# A box: its middle, its width and height, its colour, its words.
_BOXES = (
    # Small: what is learnt, and below it what is asked.
    (1.0, 6.1, 1.62, 0.86, QUIET, _("your labelled\nsentences")),
    (3.5, 6.1, 1.62, 0.86, BLUE, _("words and IDF,\nfrom train alone")),
    (6.0, 6.1, 1.62, 0.86, BLUE, _("sparse rows:\n1 number a word")),
    (8.6, 6.1, 1.62, 0.86, BLUE, _("weights:\n1 a word")),
    (1.0, 4.6, 1.62, 0.62, QUIET, _("new sentence")),
    (4.75, 4.6, 2.0, 0.74, BLUE, _("look up some 25\nknown words and pairs")),
    (8.6, 4.6, 1.62, 0.62, GREEN, _("sum of weights")),
    # Large: somebody else's training first.
    (1.0, 2.55, 1.62, 0.86, QUIET, _("other people's text,\nno labels")),
    (3.5, 2.55, 1.62, 0.86, VERMILLION, _("encoder:\nmillions of weights")),
    (6.0, 2.55, 1.62, 0.86, QUIET, _("your labelled\nsentences")),
    (8.6, 2.55, 1.62, 0.86, VERMILLION, _("fine-tuned encoder,\nor a new head")),
    (1.0, 0.8, 1.62, 0.62, QUIET, _("new sentence")),
    (3.5, 0.8, 1.62, 0.74, VERMILLION, _("word pieces,\nin their order")),
    (6.0, 0.8, 1.62, 0.74, VERMILLION, _("every layer,\nevery token")),
    (8.6, 0.8, 1.62, 0.62, GREEN, _("one logit")),
)
# An arrow: where it begins, where it ends, how far it bends, its words.
_ARROWS = (
    ((1.81, 6.1), (2.69, 6.1), 0, _("count")),
    ((4.31, 6.1), (5.19, 6.1), 0, ""),
    ((6.81, 6.1), (7.79, 6.1), 0, _("fit")),
    ((1.81, 4.6), (3.75, 4.6), 0, _("transform")),
    ((5.75, 4.6), (7.79, 4.6), 0, _("some hundred\noperations")),
    ((8.6, 5.67), (8.6, 4.91), 0, ""),
    ((3.5, 5.67), (4.4, 4.97), 0, ""),
    ((1.81, 2.55), (2.69, 2.55), 0, _("pre-train,\nonce")),
    ((6.81, 2.55), (7.79, 2.55), 0, _("fit,\nor fine-tune")),
    ((3.5, 2.98), (8.6, 2.98), -0.16, ""),
    ((1.81, 0.8), (2.69, 0.8), 0, _("cut")),
    ((4.31, 0.8), (5.19, 0.8), 0, _("ids")),
    ((6.81, 0.8), (7.79, 0.8), 0, _("hundreds of\nmillions")),
    ((8.3, 2.12), (6.6, 1.2), 0, ""),
)


def _box(ax: Axes, x: float, y: float, width: float, height: float, color: str, words: str) -> None:
    corner, style = (x - width / 2, y - height / 2), "round,pad=0,rounding_size=0.12"
    ax.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, facecolor=CARD, edgecolor=color, linewidth=1.8))
    ax.text(x, y, words, ha="center", va="center", fontsize=8.5, color=INK, linespacing=1.25)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], bend: float, words: str) -> None:
    bow = f"arc3,rad={bend}"
    ax.add_patch(
        FancyArrowPatch(
            start, end, connectionstyle=bow, arrowstyle="-|>", mutation_scale=11, color=QUIET, linewidth=1.4
        )
    )
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    ax.text(x, y + 0.12, words, ha="center", va="bottom", fontsize=8, color=QUIET, linespacing=1.15)


@styled
def two_ways() -> Figure:
    """Both ways from data to an answer: what is learnt where, from what, and what is asked when a sentence comes.

    Returns
    -------
    Figure, with its alt text

    Notes
    -----
    Taught in chapter 13.
    """
    fig, (ax,) = new_figure(
        _("A small model learns from your labels alone, a large one has read before"), width=760, height=470
    )
    ax.set_xlim(0, 10)
    ax.set_ylim(0, 7.35)
    ax.axis("off")
    for y, words, color in ((6.9, _("Small: words counted"), BLUE), (3.35, _("Large: words read"), VERMILLION)):
        ax.text(0.1, y, words, fontsize=10, fontweight="bold", color=color)
    ax.plot([0.1, 9.9], [3.86, 3.86], color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
    for box in _BOXES:
        _box(ax, *box)
    for arrow in _ARROWS:
        _arrow(ax, *arrow)
    return set_alt(
        fig,
        _(
            "Two ways from data to an answer. The small way learns everything from your labelled sentences: words and "
            "IDF from the training sentences alone, sparse rows with one number a word, one weight a word; a new "
            "sentence is looked up word by word and weights are added, some hundred operations. The large "
            "way begins with other people's text without labels, on which an encoder is pre-trained once; your "
            "labelled sentences then fine-tune it or fit a new head; a new sentence is cut into word pieces in their "
            "order and goes through every layer, hundreds of millions of operations, to one logit."
        ),
    )


@styled
def price_of_accuracy(
    names: Sequence[str], operations: Sequence[float], accuracies: Sequence[float], errors: Sequence[float], title: str
) -> Figure:
    """Accuracy with its standard error against arithmetic for one sentence.

    Parameters
    ----------
    names, operations, accuracies, errors : one of each for each model; accuracies and errors as shares
    title : what the picture says

    Returns
    -------
    Figure, with its alt text

    Notes
    -----
    Taught in chapter 13.
    """
    rows = sorted(zip(operations, names, accuracies, errors, strict=True), reverse=True)
    fig, (ax,) = new_figure(title, height=120 + 42 * len(rows))
    for place, (x, _name, y, error) in enumerate(rows):
        color, marker = (VERMILLION, "s") if x > 1e6 else (BLUE, "o")
        ax.errorbar(100 * y, place, xerr=100 * error, fmt=marker, markersize=8, capsize=4, color=color)
        ax.text(1.02, place, short_count(x), transform=ax.get_yaxis_transform(), va="center", fontsize=9)
    ax.text(1.02, len(rows) - 0.35, _("operations"), transform=ax.get_yaxis_transform(), fontsize=9, color=QUIET)
    ax.set_yticks(range(len(rows)), [fill(name, 22) for _x, name, _y, _error in rows], fontsize=9)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(_("right on dev, %"))
    words = "; ".join(
        _("{name} {accuracy:.1f} ± {error:.1f} % with {operations} operations").format(
            name=name, accuracy=100 * y, error=100 * e, operations=number(float(f"{x:.1e}"))
        )
        for name, x, y, e in zip(names, operations, accuracies, errors, strict=True)
    )
    return set_alt(fig, _("{title}. Bars are one standard error. {words}.").format(title=title, words=words))


@styled
def learning_curves(curves: Mapping[str, tuple[Sequence[int], Sequence[float], Sequence[float]]], title: str) -> Figure:
    """Accuracy against the number of labelled examples.

    Parameters
    ----------
    curves : name -> (sizes, accuracies, standard errors), accuracies and errors as shares
    title : what the picture says

    Returns
    -------
    Figure, with its alt text

    Notes
    -----
    Taught in chapter 13.
    """
    fig, (ax,) = new_figure(title, height=370)
    words, all_sizes = [], set[int]()
    for place, (name, (sizes, accuracies, errors)) in enumerate(curves.items()):
        shift = 1.015 if place else 1 / 1.015  # side by side, so that both bars can be seen
        ax.errorbar(
            np.asarray(sizes) * shift,
            100 * np.asarray(accuracies),
            yerr=100 * np.asarray(errors),
            capsize=3,
            marker=_MARKERS[place],
            label=name,
            **line_look(place),
        )
        all_sizes |= set(sizes)
        words.append(
            _("{name}: {low:.0f} % with {first:,} examples, {high:.0f} % with {last:,}").format(
                name=name, low=100 * accuracies[0], first=sizes[0], high=100 * accuracies[-1], last=sizes[-1]
            )
        )
    ax.axhline(50, color=QUIET, linewidth=0.8)
    ax.set_xscale("log")
    plain_ticks(ax.xaxis, sorted(all_sizes))
    ax.xaxis.set_major_formatter(lambda value, _position: f"{value:,.0f}")
    ax.set_xlabel(_("labelled sentences, on a logarithmic scale"))
    ax.set_ylabel(_("right on dev, %"))
    ax.legend(loc="lower right")
    return set_alt(fig, _("{title}. {words}. Bars are one standard error.").format(title=title, words="; ".join(words)))


@styled
def word_weights(words: Sequence[str], weights: Sequence[float], title: str) -> Figure:
    """The words with the largest weights, as bars to both sides.

    Parameters
    ----------
    words, weights : from the most negative to the most positive
    title : what the picture says

    Returns
    -------
    Figure, with its alt text

    Notes
    -----
    Taught in chapter 13.
    """
    fig, (ax,) = new_figure(title, height=90 + 17 * len(words))
    places = np.arange(len(words))
    values = np.asarray(weights, float)
    ax.barh(places, values, color=[BLUE if value > 0 else ORANGE for value in values], height=0.72)
    ax.set_yticks(places, [word.replace("$", r"\$") for word in words], fontsize=9)
    ax.axvline(0, color=QUIET, linewidth=0.8)
    ax.set_ylim(-0.6, len(words) - 0.4)
    ax.set_xlabel(_("weight: left for negative, right for positive"))
    ax.grid(visible=False, axis="y")
    ends = _("The strongest for negative: {low}. The strongest for positive: {high}.").format(
        low=", ".join(f"“{w}” {v:.1f}" for w, v in list(zip(words, values, strict=True))[:5]),
        high=", ".join(f"“{w}” {v:.1f}" for w, v in list(zip(words, values, strict=True))[:-6:-1]),
    )
    return set_alt(fig, f"{title}. {minus(ends)}")


def powers_between(low: float, high: float, step: int = 1) -> list[float]:
    """Return the powers of ten from `low` to `high`.

    >>> powers_between(30, 5000)
    [100.0, 1000.0]
    """
    return [10.0**k for k in range(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))) + 1, step)]
