"""Pictures of size: where parameters sit, how loss falls with them, how a budget is split. Taught in chapter 15."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.numerics.scaling.laws import (
    CHINCHILLA,
    RUNS,
    ScalingFit,
    best_split,
    kaplan_loss,
    rule_of_twenty,
    scaling_loss,
)
from bookutils.numerics.scaling.parameters import Architecture, count_parameters, parameter_parts
from bookutils.plots.comparison import powers_between
from bookutils.plots.figure import BLUE, GREEN, INK, PURPLE, QUIET, VERMILLION, line_look, new_figure, set_alt, styled
from bookutils.plots.log_scale import number, plain_ticks
from bookutils.plots.tables import short_count

_PARTS = ("word pieces", "positions and segments", "attention", "feed-forward", "biases and norms", "pooler")


@styled
def parameter_places(architecture: Architecture) -> Figure:
    """Where the parameters of one architecture sit.

    Parameters
    ----------
    architecture : see `bookutils.numerics.scaling.parameters`

    Returns
    -------
    Figure, with its alt text

    Notes
    -----
    Taught in chapter 15.
    """
    parts = parameter_parts(architecture)
    total = count_parameters(architecture)
    largest = max(parts, key=lambda name: parts[name])
    title = _("{total} parameters, most of them in: {largest}").format(total=short_count(total), largest=largest)
    fig, (ax,) = new_figure(title, height=300)
    values = [parts.get(name, 0) / total for name in _PARTS]
    places = np.arange(len(_PARTS))[::-1]
    ax.barh(places, [100 * value for value in values], color=BLUE, height=0.7)
    for place, name, value in zip(places, _PARTS, values, strict=True):
        ax.text(100 * value + 1, place, f"{short_count(parts.get(name, 0))}", va="center", fontsize=9, color=INK)
    ax.set_yticks(places, list(_PARTS))
    ax.set_xlim(0, 118)
    ax.set_xticks([0, 25, 50, 75, 100])
    ax.set_xlabel(_("% of all parameters"))
    ax.grid(visible=False, axis="y")
    words = "; ".join(f"{name} {short_count(count)} ({count / total:.0%})" for name, count in parts.items())
    details = _("{layers} layers, {hidden} wide, {heads} heads, {vocabulary:,} word pieces: {words}.")
    said = details.format(
        layers=architecture.layers,
        hidden=architecture.hidden,
        heads=architecture.heads,
        vocabulary=architecture.vocabulary,
        words=words,
    )
    return set_alt(fig, f"{title}. {said}")


@styled
def size_ladder(architectures: Sequence[Architecture]) -> Figure:
    """Models from the smallest to the largest on a logarithmic scale.

    Parameters
    ----------
    architectures : some of them; they are sorted here

    Returns
    -------
    Figure, with its alt text

    Notes
    -----
    Taught in chapter 15.
    """
    rows = sorted(((count_parameters(a), a) for a in architectures), key=lambda row: row[0])
    fig, (ax,) = new_figure(
        _("From BERT-tiny to GPT-3: a factor of {factor:,.0f}").format(factor=float(f"{rows[-1][0] / rows[0][0]:.2g}")),
        height=90 + 22 * len(rows),
    )
    ax.axvline(1e9, color=QUIET, linewidth=1, linestyle="--", zorder=0)
    for place, (count, a) in enumerate(rows):
        color, marker = (BLUE, "o") if a.kind == "bert" else (VERMILLION, "s")
        ax.plot([count], [place], marker, color=color, markersize=7)
        left = 1e8 < count < 1e9  # to the right, the words would run through the line of a billion
        where, side = (count / 1.35, "right") if left else (count * 1.35, "left")
        ax.text(where, place, short_count(count), va="center", ha=side, fontsize=9)
    ax.set_xscale("log")
    ax.set_xlim(2e6, 3e12)
    plain_ticks(ax.xaxis, [1e6, 1e7, 1e8, 1e9, 1e10, 1e11], powers=True)
    ax.set_yticks(range(len(rows)), [a.name for _count, a in rows])
    ax.text(1.15e9, -0.35, _("a billion"), fontsize=9, color=QUIET)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.set_xlabel(_("parameters"))
    words = "; ".join(f"{a.name} {short_count(count)}" for count, a in rows)
    said = _("Parameters of {n} models on a logarithmic scale: {words}.")
    return set_alt(fig, said.format(n=len(rows), words=words))


@styled
def scaling_laws() -> Figure:
    """Kaplan's and Chinchilla's laws, a panel each: they count other things, so they share no axis.

    Returns
    -------
    Figure, with its alt text

    Notes
    -----
    Taught in chapter 15.
    """
    title = _("One law is a straight line, the other bends towards a floor")
    fig, (left, right) = new_figure(title, columns=2, height=350)
    n = np.logspace(7, 13, 200)
    left.plot(n, kaplan_loss(n, "parameters"), **line_look(0))
    left.set_title(_("Kaplan 2020: enough text"))
    left.set_xlabel(_("parameters without embeddings"))
    right.plot(n, scaling_loss(n, np.inf), label=_("endless text"), **line_look(1))
    right.plot(n, scaling_loss(n, 300e9), label=_("300 billion tokens"), **line_look(2))
    right.set_title(_("Chinchilla 2022: all parameters"))
    right.set_xlabel(_("parameters"))
    right.axhline(CHINCHILLA.floor, color=QUIET, linewidth=1)
    right.text(
        1.3e7,
        CHINCHILLA.floor - 0.02,
        _("floor {floor}").format(floor=CHINCHILLA.floor),
        va="top",
        color=QUIET,
        fontsize=9,
    )
    shown = {"GPT-3": (-58, 34), "Gopher": (4, 44), "Chinchilla": (-14, -48)}
    for name, offset in shown.items():
        parameters, loss = RUNS[name][0], float(scaling_loss(*RUNS[name]))
        right.plot([parameters], [loss], "o", color=INK, markersize=5)
        right.annotate(
            name,
            (parameters, loss),
            offset,
            textcoords="offset points",
            fontsize=9,
            color=INK,
            arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.8},
        )
    for ax in (left, right):
        ax.set_xscale("log")
        ax.set_yscale("log")
        plain_ticks(ax.xaxis, [1e7, 1e9, 1e11, 1e13], powers=True)
        plain_ticks(ax.yaxis, [1, 1.5, 2, 3, 4])
        ax.set_ylim(1, 4.4)
    left.set_ylabel(_("expected loss, nats a token"))
    right.legend(loc="upper right", fontsize=9)
    return set_alt(
        fig,
        _(
            "{title}. Two panels, all axes logarithmic. Left, Kaplan's law over parameters without embeddings: a "
            "straight line from {k1:.2f} nats at ten million to {k2:.2f} at 10¹³. Right, Chinchilla's law over all "
            "parameters: it bends towards its floor of 1.69, and with 300 billion tokens stays above {c:.2f}. What it "
            "expects of published runs: {runs}. The losses of the two panels are of other texts, cut into other tokens."
        ).format(
            title=title,
            k1=float(kaplan_loss(1e7, "parameters")),
            k2=float(kaplan_loss(1e13, "parameters")),
            c=float(scaling_loss(1e13, 300e9)),
            runs="; ".join(f"{name} {float(scaling_loss(*RUNS[name])):.3f}" for name in shown),
        ),
    )


@styled
def budget_split(flops: float, fit: ScalingFit = CHINCHILLA, *, title: str | None = None) -> Figure:
    """How the expected loss depends on the split of one budget into parameters and tokens.

    Parameters
    ----------
    flops : the budget C = 6·N·D
    fit : constants of the law
    title : what the picture says; the best split when None

    Returns
    -------
    Figure, with its alt text; marks are the fit's own optimum and twenty tokens for each parameter

    Notes
    -----
    Taught in chapter 15.
    """
    best, rule = best_split(flops, fit), rule_of_twenty(flops)
    losses = [float(scaling_loss(*split, fit)) for split in (best, rule)]
    title = title or _("{n} parameters and {d} tokens: loss {loss:.2f}").format(
        n=short_count(best[0]), d=short_count(best[1]), loss=losses[0]
    )
    fig, (ax,) = new_figure(title, height=350)
    n = best[0] * np.logspace(-1.5, 1.5, 3001)  # so fine that the ends of the band are right to three digits
    ax.plot(n, scaling_loss(n, flops / 6 / n, fit), color=BLUE)
    for (split, loss), color, marker, name in zip(
        zip((best, rule), losses, strict=True),
        (VERMILLION, GREEN),
        "os",
        (_("the fit's minimum"), _("20 tokens a parameter")),
        strict=True,
    ):
        label = _("{name}: {n}, loss {loss:.3f}").format(name=name, n=short_count(split[0]), loss=loss)
        ax.plot([split[0]], [loss], marker, color=color, markersize=9, linestyle="none", label=label)
    near = n[np.asarray(scaling_loss(n, flops / 6 / n, fit)) <= losses[0] + 0.01]
    ax.axvspan(
        float(near[0]), float(near[-1]), color=PURPLE, alpha=0.18, linewidth=0, label=_("within 0.01 of the minimum")
    )
    ax.set_xscale("log")
    ax.set_xlim(float(n[0]), float(n[-1]))
    plain_ticks(ax.xaxis, powers_between(float(n[0]), float(n[-1])), powers=True)
    ax.set_xlabel(_("parameters N; the tokens are C / (6N)"))
    ax.set_ylabel(_("expected loss"))
    ax.legend(loc="upper center", fontsize=9)
    return set_alt(
        fig,
        _(
            "{title}. For a budget of {flops} operations the fit's minimum lies at {n} parameters with {d} tokens, "
            "loss {loss:.3f}; twenty tokens a parameter mean {rn} parameters, loss {rloss:.3f}. From {low} to {high} "
            "parameters the loss stays within 0.01 of the minimum."
        ).format(
            title=title,
            flops=number(float(f"{flops:.2e}")),
            n=short_count(best[0]),
            d=short_count(best[1]),
            loss=losses[0],
            rn=short_count(rule[0]),
            rloss=losses[1],
            low=short_count(float(near[0])),
            high=short_count(float(near[-1])),
        ),
    )


def rounded_candidates(flops: float, half: float = 0.005) -> Mapping[str, float]:
    """Return the optimum N when both exponents are moved by half a unit of their last printed digit.

    >>> found = rounded_candidates(5.76e23)
    >>> [f"{value / 1e9:.0f}" for value in found.values()]
    ['32', '47', '22']
    """
    shifts = {_("as printed"): (0.0, 0.0), _("one way"): (-half, half), _("the other way"): (half, -half)}
    return {name: best_split(flops, ScalingFit(alpha=0.34 + a, beta=0.28 + b))[0] for name, (a, b) in shifts.items()}
