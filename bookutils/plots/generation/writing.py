"""Pictures of how a language model is judged and how it writes. Taught in chapter 14."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.plots.bert.training import smooth
from bookutils.plots.figure import BLUE, GRID, INK, QUIET, VERMILLION, line_look, new_figure, set_alt, styled


def readable(symbol: str) -> str:
    """Write a character so that it can be seen.

    >>> readable(" "), readable("\\n"), readable("a")
    ('␣', '⏎', 'a')
    """
    return {" ": "␣", "\n": "⏎"}.get(symbol, symbol)


@styled
def training_bits(
    losses: ArrayLike, looks: ArrayLike, held_out: ArrayLike, total: int, marks: Mapping[str, float]
) -> Figure:
    """Draw the loss of a training in bits per character, with what simpler models reach.

    Parameters
    ----------
    losses : one per step, in nats
    looks, held_out : after how many steps the validation text was looked at, and the loss there, in nats
    total : steps of the whole run
    marks : name -> bits per character of a model to compare with, on the validation text
    """
    bits = np.asarray(losses, float) / np.log(2)
    checked = np.asarray(held_out, float) / np.log(2)
    passed = [name for name, value in marks.items() if len(checked) and checked[-1] < value]
    title = (
        _("On its way it passes: {names}").format(names=", ".join(passed))
        if passed
        else _("Bits per character, step by step")
    )
    fig, (ax,) = new_figure(title, width=680, height=360)
    mean = smooth(bits, 20) if len(bits) else bits
    ax.plot(np.arange(1, len(mean) + 1), mean, label=_("training text"), **line_look(0))
    ax.plot(looks, checked, marker="o", markersize=4, label=_("validation text"), **line_look(1))
    for name, value in marks.items():
        ax.axhline(value, color=QUIET, linewidth=1, linestyle=":")
        beside = (0, -12) if value == min(marks.values()) else (0, 3)  # the curves end above the lowest line
        ax.annotate(name, (total, value), beside, textcoords="offset points", ha="right", color=QUIET, fontsize=9)
    ax.set_xlim(0, max(total, 1))
    ax.set_ylim(1.5, 6.6)
    ax.set_xlabel(_("step"))
    ax.set_ylabel(_("bits per character"))
    ax.legend(loc="upper right")
    now = f"{mean[-1]:.2f}" if len(mean) else _("unknown")
    then = _(", on the validation text {bits:.2f}").format(bits=checked[-1]) if len(checked) else ""
    return set_alt(
        fig,
        _(
            "After {done} of {total} steps the training text takes {now} bits per character{then}. Dotted: {marks}."
        ).format(
            done=len(bits),
            total=total,
            now=now,
            then=then,
            marks="; ".join(f"{name} {value:.2f}" for name, value in marks.items()),
        ),
    )


@styled
def orders_compared(orders: Sequence[int], curves: Mapping[str, ArrayLike]) -> Figure:
    """Draw what counting longer and longer stretches is worth.

    Parameters
    ----------
    orders : how long the counted stretches are
    curves : way of smoothing -> bits per character, one for each order
    """
    best = {name: int(np.argmin(np.asarray(values, float))) for name, values in curves.items()}
    first, *others = best.values()
    turns = first < len(orders) - 1 and all(other > first for other in others)
    title = (
        _("Plain counting is best at order {order}; better smoothing goes on").format(order=orders[first])
        if turns
        else _("Bits per character by the length of what is counted")
    )
    fig, (ax,) = new_figure(title, width=640, height=340)
    told = []
    for number, (name, values) in enumerate(curves.items()):
        bits = np.asarray(values, float)
        ax.plot(orders, bits, label=name, marker="o", markersize=5, **line_look(number))
        low = best[name]
        beside = (0, 7) if number == 0 else (0, -15)
        ax.annotate(f"{bits[low]:.2f}", (orders[low], bits[low]), beside, textcoords="offset points", ha="center")
        listed = ", ".join(f"{order}: {value:.2f}" for order, value in zip(orders, bits, strict=True))
        told.append(_("{name}, by order, {listed}").format(name=name, listed=listed))
    ax.set_xticks(list(orders))
    ax.set_ylim(1.5, 5)
    ax.set_xlabel(_("order: length of the stretches that are counted"))
    ax.set_ylabel(_("bits per character"))
    ax.legend(loc="upper right")
    return set_alt(fig, _("{title}. On the validation text: {told}.").format(title=title, told="; ".join(told)))


@styled
def bits_compared(bits: Mapping[str, float]) -> Figure:
    """Draw bits per character of several models as bars: those that count, the best one last, and then a network."""
    names, values = list(bits), list(bits.values())
    network, counted = values[-1], values[:-1]
    if network < min(counted):
        title = _("On this text the network is ahead of all counting")
    elif network < min(counted[:-1], default=0):
        title = _("The network beats plain counting; the best counting beats the network")
    else:
        title = _("A few steps are not enough to beat counting")
    fig, (ax,) = new_figure(title, width=680, height=80 + 44 * len(bits))
    places = np.arange(len(names))[::-1]
    ax.barh(places, values, color=[BLUE] * (len(names) - 1) + [VERMILLION], height=0.6)
    for place, value in zip(places, values, strict=True):
        label = _("{bits:.2f}, as if {n:.1f} were equally likely").format(bits=value, n=2**value)
        ax.annotate(label, (value, place), (6, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_yticks(places, names)
    ax.set_xlim(0, 1.75 * max(values))
    ax.set_xticks(range(0, int(max(values)) + 1, 2))
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(_("bits per character of the test text"))
    told = "; ".join(f"{name} {value:.2f}" for name, value in bits.items())
    return set_alt(fig, _("{title}. Bits per character: {told}.").format(title=title, told=told))


@styled
def surprise_by_place(means: ArrayLike, totals: ArrayLike, between: float) -> Figure:
    """Draw how many bits the first, second, … letter of a word takes, and the share of all bits that goes there.

    Parameters
    ----------
    means : bits per letter at the first, second, … place of a word; the last place stands for all later ones
    totals : the bits of all letters at each place
    between : bits per character of what stands between words
    """
    heights, sums = np.asarray(means, float), np.asarray(totals, float)
    ratio = heights[0] / (sums[1:].sum() / (sums[1:] / heights[1:]).sum())
    title = (
        _("A word's first letter costs {ratio:.1f} times as much as a later one").format(ratio=ratio)
        if ratio > 1.3
        else _("Surprise is everywhere")
    )
    fig, (ax,) = new_figure(title, width=640, height=330)
    places = np.arange(len(heights) + 1)
    colours = [VERMILLION] + [BLUE] * (len(heights) - 1) + [QUIET]
    ax.bar(places, [*heights, between], color=colours, width=0.7)
    shares = sums / sums.sum()
    for place, (height, share) in enumerate(zip(heights, shares, strict=True)):
        text = _("{bits:.1f} bits\n({share:.0%})").format(bits=height, share=share)
        ax.annotate(text, (place, height), (0, 4), textcoords="offset points", ha="center", fontsize=9)
    ax.annotate(
        _("{bits:.1f} bits").format(bits=between),
        (len(heights), between),
        (0, 4),
        textcoords="offset points",
        ha="center",
        fontsize=9,
    )
    names = [str(place) for place in range(1, len(heights))] + [_("{n} and later").format(n=len(heights))]
    ax.set_xticks(places, [*names, _("not a letter")])
    ax.set_ylim(0, 1.3 * max(*heights, between))
    ax.grid(visible=False, axis="x")
    ax.set_xlabel(_("place of the letter in its word (in brackets: share of the bits of all letters)"))
    ax.set_ylabel(_("bits per character"))
    told = "; ".join(
        _("place {name}: {bits:.1f} bits, {share:.0%}").format(name=name, bits=height, share=share)
        for name, height, share in zip(names, heights, shares, strict=True)
    )
    return set_alt(
        fig,
        _(
            "{title}. Bits per letter, and the share of the bits of all letters: {told}. Between words {between:.1f}."
        ).format(title=title, told=told, between=between),
    )


@styled
def choice(
    symbols: Sequence[str], before: ArrayLike, after: ArrayLike, prompt: str, written: str, shown: int = 14
) -> Figure:
    """Draw the most probable next characters, before and after temperature and cuts, and a text written so.

    Parameters
    ----------
    symbols : of the vocabulary
    before, after : distributions ``(vocabulary,)``
    prompt, written : the text so far, and how it went on
    shown : how many characters are drawn
    """
    raw, now = np.asarray(before, float), np.asarray(after, float)
    shown = min(shown, len(raw))
    ranked = np.argsort(-raw, kind="stable")[:shown]
    left = int((now > 0).sum())
    title = _("{n} of {all} characters can come next").format(n=left, all=len(symbols))
    fig, (ax,) = new_figure(title, width=680, height=400)
    places = np.arange(shown)
    ax.bar(places - 0.2, raw[ranked], width=0.4, color=GRID, edgecolor=QUIET, linewidth=0.6, label=_("the model's"))
    ax.bar(places + 0.2, now[ranked], width=0.4, color=BLUE, label=_("drawn from"))
    names = [readable(symbols[i]) for i in ranked]
    ax.set_xticks(places, names, family="DejaVu Sans Mono")
    for label, token in zip(ax.get_xticklabels(), ranked, strict=True):
        label.set_color(INK if now[token] > 0 else "#a0a0a0")
    ax.set_ylim(0, max(0.05, 1.08 * float(max(raw.max(), now.max()))))
    ax.grid(visible=False, axis="x")
    ax.tick_params(axis="x", length=0)
    ax.legend(loc="upper right")
    ax.set_ylabel(_("probability"))
    text = (prompt + "|" + written).replace("\n", "⏎")
    lines = [text[start : start + 76] for start in range(0, len(text), 76)]
    ax.set_xlabel("\n".join(lines), family="DejaVu Sans Mono", fontsize=9, loc="left")
    best = int(np.argmax(now))
    return set_alt(
        fig,
        _(
            "{n} of {all} characters can come next; the most probable is “{best}” with {share:.0%}. After “{prompt}” "
            "it wrote: “{written}”"
        ).format(
            n=left,
            all=len(symbols),
            best=readable(symbols[best]),
            share=now[best],
            prompt=prompt,
            written=written.replace("\n", "⏎"),
        ),
    )


@styled
def repetition(temperatures: Sequence[float], shares: ArrayLike, human: ArrayLike, n: int) -> Figure:
    """Draw the share of repeated n-grams against the temperature, with that of text written by people.

    Parameters
    ----------
    temperatures : 0 is greedy
    shares : ``(temperatures, prompts)``, the mean of the texts that were written after each prompt
    human : the same measure on stretches of the test text
    n : of the n-grams
    """
    table, people = np.asarray(shares, float), np.asarray(human, float)
    values, errors = table.mean(axis=1), table.std(axis=1, ddof=1) / np.sqrt(table.shape[1])
    falls = values[0] - values[-1] > 3 * np.hypot(errors[0], errors[-1])
    title = _("The colder, the more it repeats itself") if falls else _("Too little training to repeat itself")
    fig, (ax,) = new_figure(title, width=640, height=340)
    ax.errorbar(temperatures, values, 2 * errors, marker="o", markersize=5, capsize=4, **line_look(0))
    ax.axhline(people.mean(), color=VERMILLION, linewidth=1.4, linestyle="--")
    ax.annotate(
        _("text by people: {share:.0%}").format(share=people.mean()),
        (temperatures[-1], people.mean()),
        (0, 5),
        textcoords="offset points",
        ha="right",
        color=VERMILLION,
        fontsize=9,
    )
    ax.set_xlabel(_("temperature (0: always the most probable character)"))
    ax.set_ylabel(_("repeated stretches of {n}").format(n=n))
    ax.set_ylim(0, 1.05)
    told = ", ".join(
        f"{t:g}: {share:.0%} ± {2 * error:.0%}" for t, share, error in zip(temperatures, values, errors, strict=True)
    )
    return set_alt(
        fig,
        _(
            "{title}. Share of stretches of {n} characters that occurred before in the same text, by temperature, with "
            "two standard errors over {prompts} prompts: {told}. Text by people: {human:.0%}."
        ).format(title=title, n=n, prompts=table.shape[1], told=told, human=people.mean()),
    )


@styled
def without_mask(losses: Mapping[str, ArrayLike]) -> Figure:
    """Draw the losses, in bits, of a small model trained with and without the causal mask."""
    title = _("Without the mask the answer can be looked up")
    fig, (ax,) = new_figure(title, width=640, height=320)
    for number, (name, values) in enumerate(losses.items()):
        bits = smooth(np.asarray(values, float), 10) / np.log(2)
        ax.plot(np.arange(1, len(bits) + 1), bits, label=name, **line_look(number))
    ax.set_ylim(0, 6.6)
    ax.set_xlabel(_("step"))
    ax.set_ylabel(_("bits per character"))
    ax.legend(loc="lower left")
    told = "; ".join(
        f"{name}: {np.mean(np.asarray(values, float)[-10:]) / np.log(2):.1f}" for name, values in losses.items()
    )
    return set_alt(fig, _("Bits per character by step; at the end: {told}.").format(told=told))
