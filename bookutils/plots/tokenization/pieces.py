"""Pictures of text on its way to numbers: ways to cut it, one word being cut, rows that are packed.

Plain data in, a Figure with its alt text out. Taught in chapter 08.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bookutils.core.messages import _
from bookutils.numerics.tokenization import CUTS, cut_pair
from bookutils.plots.figure import BLUE, GREEN, GRID, INK, ORANGE, QUIET, VERMILLION, new_figure, set_alt, styled
from bookutils.text.tokenization.wordpiece import Try


@styled
def ways_to_cut(ways: Mapping[str, tuple[int, float, float]]) -> Figure:
    """Compare characters, words and pieces: how long the list is, how long a sentence, how much is unknown.

    Parameters
    ----------
    ways : name -> (entries of the vocabulary, tokens a sentence, share of the tokens that is unknown)
    """
    fig, axes = new_figure(
        _("Pieces: nearly as short as words, and hardly anything is unknown"), columns=3, width=760, height=260
    )
    names = list(ways)
    rows = np.arange(len(names))
    titles = (_("entries in the list"), _("tokens in a sentence"), _("unknown tokens"))
    for place, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        values: list[float] = [float(way[place]) for way in ways.values()]
        ax.barh(rows, values, color=(BLUE, GREEN, VERMILLION)[place], height=0.55)
        texts = [
            f"{value:,.0f}" if place == 0 else f"{value:.1f}" if place == 1 else f"{value:.1%}" for value in values
        ]
        for row, (value, text) in enumerate(zip(values, texts, strict=True)):
            ax.annotate(text, (value, row), (4, 0), textcoords="offset points", va="center", fontsize=9)
        ax.set_xlim(0, max(values) * 1.45 or 1)
        ax.set_title(title)
        ax.set_yticks(rows, names if place == 0 else [""] * len(names))
        ax.invert_yaxis()
        ax.set_xticks([])
        ax.grid(visible=False)
    told = " ".join(
        _("{name}: {entries:,} entries, {tokens:.1f} tokens a sentence, {unknown:.1%} unknown.").format(
            name=name, entries=entries, tokens=tokens, unknown=unknown
        )
        for name, (entries, tokens, unknown) in ways.items()
    )
    return set_alt(fig, _("Bars for three ways to cut a sentence. {told}").format(told=told))


@styled
def greedy_tries(word: str, tries: Sequence[Try]) -> Figure:
    """Draw every look-up in the vocabulary, one a row: the candidate below its letters, blue where it was found.

    Parameters
    ----------
    word : the word that is cut
    tries : from `bookutils.text.tokenization.wordpiece.list_tries`
    """
    found = [one.piece for one in tries if one.found]
    whole = bool(tries) and tries[-1].found
    title = (
        _("The longest candidate that is known wins, from the left")
        if whole
        else _("The rest begins with no known piece, so the whole word is [UNK]")
    )
    fig, (ax,) = new_figure(title, width=max(600, 58 * len(word)), height=110 + 27 * len(tries))
    for place, letter in enumerate(word):
        ax.text(place + 0.5, 0.5, letter, ha="center", va="center", fontsize=13, fontweight="bold")
    for row, one in enumerate(tries, 1):
        ax.add_patch(
            Rectangle(
                (one.start + 0.04, row + 0.08),
                one.end - one.start - 0.08,
                0.84,
                facecolor=BLUE if one.found else "none",
                edgecolor=BLUE if one.found else QUIET,
                linestyle="-" if one.found else ":",
                linewidth=1,
            )
        )
        ax.text(
            (one.start + one.end) / 2,
            row + 0.5,
            one.piece,
            ha="center",
            va="center",
            fontsize=10 if one.end - one.start > 1 else 8,
            color="white" if one.found else QUIET,
        )
    ax.set_xlim(0, len(word))
    ax.set_ylim(len(tries) + 1, 0)
    ax.set_axis_off()
    end = _("Found, in this order: {pieces}.").format(pieces=", ".join(found)) if found else _("None was found.")
    return set_alt(
        fig,
        _("{count} look-ups in the vocabulary for the word {word}, one a row. {end}").format(
            count=len(tries), word=word, end=end
        )
        + ("" if whole else " " + _("Then nothing fits, and the word is [UNK].")),
    )


@styled
def encoded_text(
    pieces: Sequence[str], ids: Sequence[int], mask: Sequence[int], segments: Sequence[int] | None = None
) -> Figure:
    """Draw what an encoder reads of one row: pieces, ids, mask, and segments where there are two texts.

    Parameters
    ----------
    pieces, ids, mask, segments : one entry a place
    """
    lines: list[tuple[str, list[Any]]] = [(_("piece"), list(pieces)), (_("id"), list(ids)), (_("mask"), list(mask))]
    if segments is not None:
        lines.append((_("segment"), list(segments)))
    count = len(pieces)
    fig, (ax,) = new_figure(
        _("What the encoder reads of one row"), width=min(90 + 66 * count, 960), height=90 + 32 * len(lines)
    )
    for row, (name, values) in enumerate(lines):
        ax.text(-0.1, row + 0.5, name, ha="right", va="center", color=QUIET, fontsize=9)
        for place, value in enumerate(values):
            real = bool(mask[place])
            if row == 0:
                second = segments is not None and segments[place]
                colour = (GREEN if second else BLUE) if real else "none"
                ax.add_patch(
                    Rectangle((place + 0.03, 0.06), 0.94, 0.88, facecolor=colour, edgecolor=QUIET, linewidth=0.8)
                )
            ax.text(
                place + 0.5,
                row + 0.5,
                str(value),
                ha="center",
                va="center",
                fontsize=8,
                color=QUIET if not real else "white" if row == 0 else INK,
            )
    ax.set_xlim(-0.95, count)
    ax.set_ylim(len(lines), 0)
    ax.set_axis_off()
    return set_alt(
        fig,
        _("A row of {count} positions, {real} of them read: {pieces}.").format(
            count=count, real=sum(map(int, mask)), pieces=" ".join(pieces)
        ),
    )


@styled
def pair_cuts(first: int, second: int, length: int) -> Figure:
    """Compare four ways to cut a pair: what is left of either text in one row.

    Parameters
    ----------
    first, second : pieces of the two texts
    length : places of the row, three of which are special tokens
    """
    room = max(length - 3, 0)
    fig, (ax,) = new_figure(_pair_title(first, second, room), height=300)
    names = {
        "longest": _("longer one first"),
        "second": _("the second"),
        "first": _("the first"),
        "halves": _("half for each"),
    }
    told = []
    for row, cut in enumerate(CUTS):
        one, other = (len(part) for part in cut_pair([0] * first, [0] * second, room, cut))
        left = 0
        for size, colour, hatch in (
            (1, QUIET, ""),
            (one, BLUE, ""),
            (1, QUIET, ""),
            (other, ORANGE, ""),
            (1, QUIET, ""),
            (max(length - one - other - 3, 0), GRID, "///"),
        ):
            ax.barh(
                row, size, left=left, color=colour, hatch=hatch, height=0.6, edgecolor="white" if not hatch else QUIET
            )
            if size >= 2:
                ax.text(
                    left + size / 2,
                    row,
                    str(size),
                    ha="center",
                    va="center",
                    fontsize=9,
                    color="white" if colour == BLUE else INK,
                )
            left += size
        told.append(
            _("{way}: {one} of {first} and {other} of {second}").format(
                way=names[cut], one=one, first=first, other=other, second=second
            )
        )
    ax.set_yticks(range(len(CUTS)), list(names.values()))
    ax.invert_yaxis()
    ax.set_xlim(0, max(length, 4))
    ax.set_xlabel(_("positions of the row"))
    ax.set_ylabel(_("who gives"))
    ax.grid(visible=False)
    _pair_legend(ax)
    return set_alt(
        fig,
        _("Pieces that are left of two texts in {length} positions, by who gives. {told}.").format(
            length=length, told="; ".join(told)
        ),
    )


def _pair_title(first: int, second: int, room: int) -> str:
    lost = max(first + second - room, 0)
    if not lost:
        return _("Both texts fit: {first} + {second} pieces in {room} positions").format(
            first=first, second=second, room=room
        )
    return _("{lost} of {all} pieces have to go: who gives them?").format(lost=lost, all=first + second)


def _pair_legend(ax: Axes) -> None:
    looks = (
        (BLUE, "", _("first text")),
        (ORANGE, "", _("second text")),
        (QUIET, "", _("special token")),
        (GRID, "///", _("padding")),
    )
    handles = [
        Rectangle((0, 0), 1, 1, facecolor=colour, hatch=hatch, edgecolor=QUIET) for colour, hatch, _name in looks
    ]
    ax.legend(
        handles,
        [name for _colour, _hatch, name in looks],
        loc="lower right",
        bbox_to_anchor=(1, 1),
        ncols=4,
        fontsize=8,
    )
