"""Pictures of an encoder: its positions, its parts taken out, two forms of GELU, what it costs. Chapter 10.

Plain data in, a Figure with its alt text out; nothing here needs TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.plots.figure import BLUE, INK, PALETTE, QUIET, VERMILLION, line_look, minus, new_figure, set_alt, styled

PARTS = {
    "embeddings": _("embeddings"),
    "attention": _("attention: dense layers"),
    "projections": _("attention: dense layers"),
    "mixing": _("attention: scores and means"),
    "feed_forward": _("feed-forward"),
    "norms": _("normalisation"),
    "pooler": _("pooler"),
}
SHOWN = 64  # positions in the square of all pairs
_LOOKS = {  # colour, hatch
    "embeddings": (PALETTE[5], ""),
    "attention": (BLUE, "//"),
    "projections": (BLUE, "//"),
    "mixing": (VERMILLION, "xx"),
    "feed_forward": (PALETTE[2], ".."),
    "norms": (PALETTE[4], "--"),
    "pooler": (PALETTE[3], "++"),
}


@styled
def position_map(likeness: ArrayLike, chosen: int = 100) -> Figure:
    """How alike the vectors of positions are: all pairs, and one position against all.

    Parameters
    ----------
    likeness : array, ``(positions, positions)``, cosines
    chosen : the position on the right

    Returns
    -------
    Figure, with its alt text
    """
    table = np.asarray(likeness)
    count = len(table)
    by_distance = [float(np.diag(table, distance).mean()) for distance in range(1, min(13, count))]
    title = (
        _("Next neighbours point the same way, and the likeness returns in waves")
        if max(by_distance[4:8], default=0) > min(by_distance[1:4], default=0) + 0.1 and by_distance[0] > 0.5
        else _("How alike the vectors of positions are")
    )
    fig, (left, right) = new_figure(
        title,
        columns=2,
        width=720,
        height=350,
        width_ratios=[1, 1.25],
    )
    first = int(np.clip(chosen - SHOWN // 2, 0, max(0, count - SHOWN)))  # all pairs of some: no cell is left out
    last = min(count, first + SHOWN)
    picture = left.imshow(
        table[first:last, first:last],
        cmap="cividis",
        vmin=-0.5,
        vmax=1,
        extent=(first, last, last, first),
        interpolation="nearest",
    )
    left.axhline(chosen + 0.5, color=VERMILLION, linewidth=1.5)
    left.grid(visible=False)
    left.set_xlabel(_("position"))
    left.set_ylabel(_("position"))
    fig.colorbar(picture, ax=left, shrink=0.75, label=_("cosine"))
    right.plot(table[chosen], color=BLUE, linewidth=1.4)
    right.axvline(chosen, color=VERMILLION, linewidth=1.2)
    right.axhline(0, color=QUIET, linewidth=0.8)
    right.set_ylim(-0.7, 1.05)
    right.set_xlim(0, count - 1)
    right.set_title(_("position {chosen} against all").format(chosen=chosen))
    right.set_xlabel(_("position"))
    others = np.delete(table[chosen], chosen)
    text = _(
        "{title}. The mean cosine of positions 1, 2, 3, … apart: {waves}. Position {chosen}: {beside:.2f} with its "
        "neighbours, {far:.2f} with one 100 away; over all others between {least:.2f} and {most:.2f}."
    ).format(
        title=title,
        waves=", ".join(f"{value:.2f}" for value in by_distance),
        chosen=chosen,
        beside=float(np.mean([table[chosen, p] for p in (chosen - 1, chosen + 1) if 0 <= p < count])),
        far=float(table[chosen, chosen + 100 if chosen + 100 < count else max(chosen - 100, 0)]),
        least=others.min(),
        most=others.max(),
    )
    return set_alt(fig, minus(text))


@styled
def likeness_by_layer(curves: Mapping[str, Sequence[float]]) -> Figure:
    """How alike the tokens of a sentence become from block to block, with and without parts of a block.

    Parameters
    ----------
    curves : name → mean cosine of two tokens after 0, 1, 2 … blocks
    """
    fig, (ax,) = new_figure(_("Without residuals all words of a sentence become one"), height=340)
    for number, (name, values) in enumerate(curves.items()):
        ax.plot(values, label=name, marker="o", markersize=4, **line_look(number))
    ax.set_ylim(0, 1.05)
    ax.set_xlabel(_("blocks"))
    ax.set_ylabel(_("mean cosine of two tokens"))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    told = "; ".join(
        _("{name}: {first:.2f} to {last:.2f}").format(name=name, first=values[0], last=values[-1])
        for name, values in curves.items()
    )
    return set_alt(
        fig,
        _("Mean cosine of two tokens of a sentence, from the embeddings to the last block. {told}.").format(told=told),
    )


@styled
def size_by_layer(curves: Mapping[str, Sequence[float]]) -> Figure:
    """How large the numbers are from block to block, on a logarithmic scale.

    Parameters
    ----------
    curves : name → standard deviation of all entries after 0, 1, 2 … blocks
    """
    fig, (ax,) = new_figure(_("Without normalisation the numbers grow from block to block"), height=320)
    for number, (name, values) in enumerate(curves.items()):
        ax.plot(values, label=name, marker="o", markersize=4, **line_look(number))
    ax.set_yscale("log")
    ax.set_xlabel(_("blocks"))
    ax.set_ylabel(_("standard deviation of all entries"))
    ax.legend(loc="upper left")
    told = "; ".join(
        _("{name}: {first:.2g} to {last:.2g}").format(name=name, first=values[0], last=values[-1])
        for name, values in curves.items()
    )
    return set_alt(
        fig,
        _("Standard deviation of the vectors' entries, from the embeddings to the last block. {told}.").format(
            told=told
        ),
    )


@styled
def differences_by_layer(curves: Mapping[str, Sequence[float]], promise: float = 1e-5) -> Figure:
    """How far two encoders are apart after each block, on a logarithmic scale, against what is promised.

    Parameters
    ----------
    curves : name → largest difference after 1, 2, 3 … blocks
    promise : the line that must not be crossed
    """
    fig, (ax,) = new_figure(_("The wrong form of GELU breaks the promise in the first block"), height=330)
    for number, (name, values) in enumerate(curves.items()):
        ax.plot(range(1, len(values) + 1), values, label=name, marker="o", markersize=4, **line_look(number))
    ax.axhline(promise, color=INK, linewidth=1)
    ax.text(
        1, promise * 1.15, _("promised: {promise}").format(promise=f"{promise:f}".rstrip("0")), va="bottom", fontsize=9
    )
    ax.set_yscale("log")
    ax.set_ylim(1e-7, 1e-1)
    ax.set_xlabel(_("blocks"))
    ax.set_ylabel(_("largest difference"))
    ax.legend(loc="center right")
    told = "; ".join(
        _("{name}: at most {most:.0e}").format(name=name, most=max(values)) for name, values in curves.items()
    )
    return set_alt(
        fig,
        _("Largest difference of any number after each block. {told}. The promise is {promise}.").format(
            told=told, promise=f"{promise:f}".rstrip("0")
        ),
    )


@styled
def cost_bars(parameters: Mapping[str, int], flops: Mapping[str, int], tokens: int) -> Figure:
    """Where an encoder's parameters are and where its arithmetic goes: two stacked bars.

    Parameters
    ----------
    parameters, flops : part → count; see `bookutils.numerics.transformer.costs`
    tokens : the length that `flops` was counted for
    """
    fig, (ax,) = new_figure(
        _("{parameters} parameters, {flops} operations for {tokens} tokens").format(
            parameters=in_units(sum(parameters.values())), flops=in_units(sum(flops.values())), tokens=tokens
        ),
        width=720,
        height=300,
    )
    shares = {_("operations"): flops, _("parameters"): parameters}
    seen: set[str] = set()
    for row, parts in reversed(list(enumerate(shares.values()))):
        total, left = sum(parts.values()) or 1, 0.0
        for name, count in parts.items():
            share = count / total
            colour, hatch = _LOOKS[name]
            ax.barh(
                row,
                share,
                left=left,
                height=0.55,
                color=colour,
                edgecolor="white",
                hatch=hatch,
                label=None if PARTS[name] in seen else PARTS[name],
            )
            if share > 0.06:
                ax.text(
                    left + share / 2,
                    row,
                    f"{share:.0%}",
                    ha="center",
                    va="center",
                    color=INK,
                    fontweight="bold",
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
                )
            left += share
            seen.add(PARTS[name])
    ax.set_yticks(range(2), list(shares))
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.grid(visible=False)
    fig.legend(loc="outside lower center", ncols=4, fontsize=9)
    told = [_("{where}: {parts}").format(where=where, parts=_shares(parts)) for where, parts in shares.items()]
    return set_alt(
        fig,
        _("{parameters} parameters, {flops} operations for {tokens} tokens; of the {told}.").format(
            parameters=in_units(sum(parameters.values())),
            flops=in_units(sum(flops.values())),
            tokens=tokens,
            told="; ".join(reversed(told)),
        ),
    )


def _shares(parts: Mapping[str, int]) -> str:
    total = sum(parts.values()) or 1
    return ", ".join(f"{PARTS[name]} {count / total:.0%}" for name, count in parts.items())


def in_units(count: float) -> str:
    """Write a large count as it is said.

    >>> in_units(109_482_240), in_units(2.2e10), in_units(512)
    ('109.5 million', '22.0 billion', '512')
    """
    for size, unit in ((1e12, _("trillion")), (1e9, _("billion")), (1e6, _("million"))):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:,.0f}"


@styled
def mixing_share(lengths: ArrayLike, curves: Mapping[str, ArrayLike]) -> Figure:
    """Which share of the arithmetic grows with the square of the length, against the length.

    Parameters
    ----------
    lengths : array of int, tokens
    curves : name → array, share of the operations that go into scores and means
    """
    x = np.asarray(lengths)
    fig, (ax,) = new_figure(_("The square matters for long texts, not for sentences"), height=320)
    told = []
    for number, (name, shares) in enumerate(curves.items()):
        values = np.asarray(shares)
        ax.plot(x, values, label=name, **line_look(number))
        told.append(
            _("{name}: {first:.0%} at {short} tokens, {last:.0%} at {long:,}").format(
                name=name, first=values[0], last=values[-1], short=x[0], long=x[-1]
            )
        )
    ax.axhline(0.5, color=QUIET, linewidth=0.8)
    ax.set_xscale("log", base=2)
    ax.set_xticks([2**power for power in range(5, 16, 2)], [f"{2**power:,}" for power in range(5, 16, 2)])
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel(_("tokens"))
    ax.set_ylabel(_("share of the operations"))
    ax.legend(loc="upper left")
    return set_alt(
        fig, _("Share of the operations that go into scores and means. {told}.").format(told="; ".join(told))
    )
