"""Pictures of token counts in real texts: lengths, padding, other languages, a vocabulary that grows.

Plain data in, a Figure with its alt text out. Taught in chapter 08.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.numerics.tokenization import padding_cost
from bookutils.plots.figure import BLUE, GREEN, INK, QUIET, VERMILLION, line_look, new_figure, set_alt, styled

LIMITS = np.array([8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256])


@styled
def length_histograms(lengths: Mapping[str, ArrayLike], limit: int = 128) -> Figure:
    """Draw how long texts are, in tokens, with the limit that articles choose.

    Parameters
    ----------
    lengths : name of a data set -> int array of tokens, special ones included
    limit : drawn as a line
    """
    fig, axes = new_figure(
        _("Nearly every text is far shorter than {limit} tokens").format(limit=limit),
        columns=len(lengths),
        width=720,
        height=290,
    )
    told = []
    for place, (ax, (name, counted)) in enumerate(zip(axes, lengths.items(), strict=True)):
        counts = np.asarray(counted)
        top = max(int(counts.max()), limit) + 10
        ax.hist(counts, bins=list(range(0, top, 4)), color=line_look(place)["color"])
        ax.axvline(limit, color=INK, linestyle="--", linewidth=1.2)
        ax.text(limit - 2, ax.get_ylim()[1] * 0.97, str(limit), ha="right", va="top", fontsize=9)
        ax.set_title(name)
        ax.set_xlabel(_("tokens"))
        if place == 0:
            ax.set_ylabel(_("texts"))
        told.append(
            _("{name}: median {median}, longest {longest}, {over} of {all} above {limit}").format(
                name=name,
                median=int(np.median(counts)),
                longest=int(counts.max()),
                over=int((counts > limit).sum()),
                all=len(counts),
                limit=limit,
            )
        )
    return set_alt(fig, _("Histograms of the tokens in a text. {told}.").format(told="; ".join(told)))


@styled
def padding_tradeoff(lengths: ArrayLike, limit: int, batch_size: int, name: str = "") -> Figure:
    """Draw what a limit costs: texts that are cut, places that are padding, and the work, for two ways to pad.

    Parameters
    ----------
    lengths : int array of tokens, special ones included
    limit : the most places of a row
    batch_size : texts in a batch
    name : of the data set, for the title
    """
    counts = np.asarray(lengths)
    here = {fixed: padding_cost(counts, limit, batch_size, fixed=fixed) for fixed in (True, False)}
    title = _("{name}, at most {limit} positions: {cut:.1%} of the texts are cut").format(
        name=name or _("Texts"), limit=limit, cut=here[True].cut
    )
    fig, (left, right) = new_figure(title, columns=2, width=760, height=350)
    curves = {fixed: [padding_cost(counts, int(one), batch_size, fixed=fixed) for one in LIMITS] for fixed in here}
    left.plot(
        LIMITS,
        [cost.padding for cost in curves[True]],
        color=VERMILLION,
        label=_("positions that are padding, all rows alike"),
    )
    left.plot(
        LIMITS,
        [cost.padding for cost in curves[False]],
        color=BLUE,
        linestyle="--",
        label=_("positions that are padding, batch by batch"),
    )
    left.plot(LIMITS, [cost.cut for cost in curves[True]], color=GREEN, linestyle=":", label=_("texts that are cut"))
    left.axvline(limit, color=INK, linewidth=1)
    left.set_xlabel(_("most positions of a row"))
    left.set_ylabel(_("share"))
    left.yaxis.set_major_formatter(PercentFormatter(1.0))
    left.set_ylim(0, 1)
    left.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 1))
    names = (_("all rows alike"), _("batch by batch"))
    work = [here[fixed].work for fixed in (True, False)]
    right.barh(names, work, color=(VERMILLION, BLUE), height=0.5)
    right.axvline(1, color=INK, linestyle=":", linewidth=1.2)
    for row, value in enumerate(work):
        right.annotate(f"{value:.1f} ×", (value, row), (4, 0), textcoords="offset points", va="center")
    right.set_title(_("work (whole texts, no padding: 1)"))
    right.set_xlim(0, max(*work, 1) * 1.25)
    right.invert_yaxis()
    right.grid(visible=False)
    told = _(
        "{title}. Padding: {fixed:.0%} of all positions when all rows are alike, {batch:.0%} when each batch of {size} "
        "is as wide as its longest text; work {first:.1f} and {second:.1f} times that of the texts alone."
    ).format(
        title=title, fixed=here[True].padding, batch=here[False].padding, size=batch_size, first=work[0], second=work[1]
    )
    return set_alt(fig, told)


@styled
def languages(counts: Mapping[str, tuple[int, int]]) -> Figure:
    """Compare how many tokens one sentence takes in several languages.

    Parameters
    ----------
    counts : language -> (tokens, tokens that are [UNK])
    """
    names = list(counts)
    totals = np.array([total for total, _unknown in counts.values()])
    unknown = np.array([lost for _total, lost in counts.values()])
    fig, (ax,) = new_figure(
        _("One sentence: outside English it falls to pieces, or is lost"), height=110 + 34 * len(names)
    )
    rows = np.arange(len(names))
    ax.barh(rows, totals - unknown, color=BLUE, height=0.6, label=_("pieces"))
    ax.barh(
        rows, unknown, left=totals - unknown, color=VERMILLION, hatch="xx", edgecolor="white", height=0.6, label="[UNK]"
    )
    for row, total in enumerate(totals):
        ax.annotate(str(total), (total, row), (4, 0), textcoords="offset points", va="center", color=INK)
    ax.set_yticks(rows, names)
    ax.invert_yaxis()
    ax.set_xlim(0, totals.max() * 1.12)
    ax.set_xlabel(_("tokens of the same sentence, without [CLS] and [SEP]"))
    ax.grid(visible=False)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    told = "; ".join(
        f"{name}: {total}" + (f" ({lost} [UNK])" if lost else "") for name, (total, lost) in counts.items()
    )
    return set_alt(fig, _("Bars of the tokens of one sentence in several languages. {told}.").format(told=told))


@styled
def growing_vocabulary(learnt: Sequence[int], tokens: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how texts get shorter while a vocabulary grows.

    Parameters
    ----------
    learnt : number of pieces learnt
    tokens : name of a text -> tokens a word at each of these numbers
    """
    fig, (ax,) = new_figure(_("The first pieces save most, in their own language"), height=320)
    for place, (name, values) in enumerate(tokens.items()):
        ax.plot(learnt, values, marker="o", label=name, **line_look(place))
        ax.annotate(
            f"{values[-1]:.1f}", (learnt[-1], values[-1]), (6, 0), textcoords="offset points", va="center", color=QUIET
        )
    ax.set_ylim(0, None)
    ax.set_xlabel(_("pieces learnt"))
    ax.set_ylabel(_("tokens a word"))
    ax.legend()
    told = "; ".join(
        _("{name}: from {first:.1f} to {last:.1f} tokens a word").format(name=name, first=values[0], last=values[-1])
        for name, values in tokens.items()
    )
    return set_alt(fig, _("Curves that fall as pieces are learnt. {told}.").format(told=told))
