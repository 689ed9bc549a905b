"""Pictures of masked language modelling: how the loss falls, and what is guessed. Taught in chapter 10."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from bookutils.core.messages import _
from bookutils.plots.figure import BLUE, INK, QUIET, VERMILLION, new_figure, set_alt, styled


@styled
def masked_losses(
    steps: Sequence[int], train: Sequence[float], held_out: Sequence[float], unigram: float, uniform: float
) -> Figure:
    """The loss on hidden words, against two that know less.

    Parameters
    ----------
    steps, train, held_out : when it was measured; mean loss on training rows, and loss on held-out rows, in nats
    unigram, uniform : the loss of a model that knows the words' frequencies, and of one that knows nothing
    """
    below = held_out[-1] < unigram
    title = _("First the frequencies, then the words around") if below else _("On its way to the frequencies")
    fig, (ax,) = new_figure(title, height=350)
    ax.plot(steps, train, color=QUIET, linestyle=":", label=_("training rows"))
    ax.plot(steps, held_out, color=BLUE, label=_("held-out rows"))
    for height, words in ((uniform, _("every word alike: {loss:.2f}")), (unigram, _("frequencies alone: {loss:.2f}"))):
        ax.axhline(height, color=VERMILLION, linestyle="--", linewidth=1.4)
        ax.text(steps[-1], height, words.format(loss=height), ha="right", va="bottom", color=INK, fontsize=9)
    ax.set_ylim(min(*held_out, *train, unigram) - 0.25, uniform + 0.3)
    ax.set_xlim(0, steps[-1])
    ax.set_xlabel(_("step"))
    ax.set_ylabel(_("loss, in nats"))
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0.83))
    text = _(
        "The loss on held-out rows falls from {first:.2f} to {last:.2f}, which is {side} the {unigram:.2f} of a "
        "model that knows the frequencies alone; one that knows nothing has {uniform:.2f}. In perplexity: "
        "{one:.0f}, {two:.0f} and {three:.0f} words."
    ).format(
        first=held_out[0],
        last=held_out[-1],
        side=_("below") if below else _("above"),
        unigram=unigram,
        uniform=uniform,
        one=math.exp(held_out[-1]),
        two=math.exp(unigram),
        three=math.exp(uniform),
    )
    return set_alt(fig, text)


@styled
def guesses(line: str, words: Sequence[tuple[str, float]]) -> Figure:
    """The likeliest words for a gap, as bars.

    Parameters
    ----------
    line : the sentence with its gap
    words : the words with their probabilities, the likeliest first
    """
    names, shares = [word for word, _share in words], [share for _word, share in words]
    short = line if len(line) <= 56 else line[:55] + "…"
    fig, (ax,) = new_figure(short, height=110 + 32 * len(words))
    ax.barh(range(len(words)), shares, color=BLUE)
    for row, share in enumerate(shares):
        ax.text(share, row, f" {share:.0%}", va="center", color=INK)
    ax.set_yticks(range(len(words)), names)
    ax.invert_yaxis()
    ax.set_xlim(0, max(0.2, *shares) * 1.15)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.grid(visible=False)
    told = ", ".join(f"“{word}” {share:.0%}" for word, share in words)
    return set_alt(fig, _("Guesses for “{line}”: {told}.").format(line=line, told=told))
