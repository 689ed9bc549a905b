"""Pictures of what attention weights explain. Taught in chapter 09."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.plots.figure import BLUE, INK, QUIET, VERMILLION, line_look, minus, new_figure, set_alt, styled


@styled
def weights_against_effects(readings: Mapping[str, tuple[ArrayLike, ArrayLike]], taus: Mapping[str, float]) -> Figure:
    """Each word a dot: its attention weight, and what happens when it is left out; one panel for each classifier.

    Parameters
    ----------
    readings : name of a classifier → (weights, sizes of the effects), one entry a word
    taus : name of a classifier → mean agreement of the two orders within a sentence
    """
    fig, axes = new_figure(
        _("Once the vectors have mixed, weight hardly tells which word matters"),
        columns=len(readings),
        width=760,
        height=350,
        sharey=True,
    )
    for number, (ax, (name, (weights, effects))) in enumerate(zip(axes, readings.items(), strict=True)):
        ax.scatter(weights, effects, s=16, alpha=0.5, color=line_look(number)["color"], linewidths=0)
        ax.set_title(_("{name}: τ = {tau}").format(name=name, tau=minus(f"{taus[name]:.2f}")))
        ax.set_xlim(-0.02, 1.02)
        ax.set_ylim(-0.02, 1.02)
        ax.set_xlabel(_("attention weight of a word"))
    axes[0].set_ylabel(_("change of the probability\nwithout the word"))
    told = "; ".join(
        _("{name}: {count} words, agreement of the orders τ = {tau:.2f}").format(
            name=name, count=len(np.asarray(weights)), tau=taus[name]
        )
        for name, (weights, _effects) in readings.items()
    )
    return set_alt(fig, minus(_("A dot for each word of held-out sentences. {told}.").format(told=told)))


@styled
def one_reading(
    pieces: Sequence[str], weights: ArrayLike, effects: ArrayLike, probability: float, shuffled: ArrayLike
) -> Figure:
    """One sentence: the weights, what leaving each word out does, and the verdict with the weights dealt anew.

    Parameters
    ----------
    pieces : with ``[CLS]`` and ``[SEP]``
    weights : array ``(pieces,)``
    effects : array ``(pieces − 2,)``, for those between
    probability : of a positive review
    shuffled : array ``(draws,)``
    """
    weights, effects, shuffled = (np.asarray(x, dtype=float) for x in (weights, effects, shuffled))
    count = len(pieces)
    padded = np.concatenate([[0.0], effects, [0.0]])
    heaviest = pieces[int(weights.argmax())]
    strongest = pieces[1 + int(np.abs(effects).argmax())]
    turned = float(np.mean((shuffled > 0.5) != (probability > 0.5)))
    title = _("Most weight: “{weight}”. Most effect: “{effect}”").format(weight=heaviest, effect=strongest)
    fig, (left, middle, right) = new_figure(
        title, columns=3, width=760, height=max(250, 120 + 19 * count), width_ratios=[3, 3, 3]
    )
    rows = np.arange(count)
    left.barh(rows, weights, color=BLUE, height=0.65)
    left.set_yticks(rows, pieces)
    left.set_title(_("attention weight"))
    left.set_xlim(0, max(0.5, float(weights.max()) * 1.05))
    middle.barh(rows, padded, color=[BLUE if value > 0 else VERMILLION for value in padded], height=0.65)
    middle.axvline(0, color=INK, linewidth=1)
    reach = max(0.3, float(np.abs(effects).max()) * 1.1)
    middle.set_xlim(-reach, reach)
    middle.locator_params(axis="x", nbins=4)
    middle.set_yticks(rows, [])
    middle.set_title(_("effect of the word"))
    for ax in (left, middle):
        ax.set_ylim(count - 0.4, -0.6)
        ax.grid(visible=False, axis="y")
    right.hist(shuffled, bins=np.linspace(0, 1, 26).tolist(), color=QUIET)
    right.axvline(probability, color=VERMILLION, linewidth=2.4)
    right.set_xlim(0, 1)
    right.set_title(_("positive, weights shuffled"))
    right.set_yticks([])
    told = ", ".join(f"“{piece}” {value:.2f}" for piece, value in zip(pieces, weights, strict=True))
    moves = ", ".join(f"“{piece}” {value:+.2f}" for piece, value in zip(pieces[1:-1], effects, strict=True))
    text = _(
        "{probability:.0%} positive; most weight lies on “{weight}”, most effect has “{effect}”, and shuffled weights "
        "turn the verdict in {turned:.0%} of {draws} draws. Weights: {told}. Effects on the probability: {moves}."
    ).format(
        probability=probability,
        weight=heaviest,
        effect=strongest,
        turned=turned,
        draws=len(shuffled),
        told=told,
        moves=moves,
    )
    return set_alt(fig, minus(text))
