"""Pictures of activation functions, their slopes, and the units they silence. Taught in chapter 01."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bookutils.core.messages import _, join_words
from bookutils.numerics.activations.functions import ACTIVATIONS, Activation, find_activation
from bookutils.numerics.activations.units import FLAT_SLOPE, active_share, mean_slope, silent_fraction
from bookutils.numerics.arrays import Floats
from bookutils.plots.figure import (
    BLUE,
    INK,
    QUIET,
    VERMILLION,
    line_look,
    minus,
    new_figure,
    set_alt,
    styled,
)

_POINTS = 801  # odd, so that a symmetric range meets 0


def _message(activation: Activation) -> str:
    messages = {
        "relu": _("ReLU: below zero the slope is exactly zero"),
        "leaky_relu": _("Leaky ReLU: no flat side, a slope of 0.01 remains"),
        "sigmoid": _("Sigmoid: a slope of 0.25 at best, next to none far out"),
        "tanh": _("tanh: slope 1 at zero, next to none beyond ±4"),
        "gelu": _("GELU: a smooth bend that dips below zero"),
    }
    return messages.get(activation.name, activation.label)


def _flat_zones(x: Floats, slope: Floats) -> list[tuple[float, float]]:
    """The ranges of x in which the slope is flat throughout; single points are left out."""
    flat = np.concatenate([[False], np.abs(slope) < FLAT_SLOPE, [False]])
    starts = np.flatnonzero(~flat[:-1] & flat[1:])
    ends = np.flatnonzero(flat[:-1] & ~flat[1:]) - 1
    return [(float(x[a]), float(x[b])) for a, b in zip(starts, ends, strict=True) if b > a]


def _zone_words(zones: list[tuple[float, float]], low: float, high: float) -> str:
    if not zones:
        return _("It is flat nowhere.")
    words = []
    for start, end in zones:
        if start <= low:
            words.append(_("below {end:.1f}").format(end=end))
        elif end >= high:
            words.append(_("above {start:.1f}").format(start=start))
        else:
            words.append(_("from {start:.1f} to {end:.1f}").format(start=start, end=end))
    return minus(_("It is flat (slope under 0.001) {where}.").format(where=join_words(words)))


def _draw_activation(ax: Axes, chosen: Activation, x: Floats) -> list[tuple[float, float]]:
    value, slope = chosen.function(x), chosen.grad(x)
    zones = _flat_zones(x, slope)
    for number, (start, end) in enumerate(zones):
        ax.axvspan(start, end, color=VERMILLION, alpha=0.12, linewidth=0, label=_("flat") if number == 0 else None)
    ax.axhline(0, color=QUIET, linewidth=0.8)
    ax.plot(x, value, color=BLUE, label=chosen.label)
    ax.plot(x, slope, color=VERMILLION, linestyle="--", label=_("its slope"))
    ax.set_xlim(float(x[0]), float(x[-1]))
    # High enough for every bounded function; the others run out of the picture, so that slopes stay visible.
    ax.set_ylim(-1.25, 2.25)
    ax.set_yticks([-1, 0, 1, 2])
    ax.set_xlabel(_("pre-activation"))
    return zones


@styled
def activation_and_slope(activation: str | Activation, *, low: float = -8.0, high: float = 8.0) -> Figure:
    """An activation, its slope, and where it is flat.

    Parameters
    ----------
    activation : a name in `ACTIVATIONS`, or an `Activation`
    low, high : range of the pre-activation

    Returns
    -------
    Figure, with its alt text
    """
    chosen = find_activation(activation)
    x = np.linspace(low, high, _POINTS)
    fig, (ax,) = new_figure(_message(chosen), height=320)
    zones = _draw_activation(ax, chosen, x)
    ax.legend(loc="upper left")
    slope = chosen.grad(x)
    text = _(
        "{name} and its slope for pre-activations from {low:g} to {high:g}. {name} is {left:.2f} at {low:g}, "
        "{middle:.2f} at 0 and {right:.2f} at {high:g}. Its slope lies between {least:.2f} and {most:.2f} and is "
        "{at_zero:.2f} at 0. "
    ).format(
        name=chosen.label,
        low=low,
        high=high,
        left=float(chosen.function(low)),
        middle=float(chosen.function(0.0)),
        right=float(chosen.function(high)),
        least=slope.min(),
        most=slope.max(),
        at_zero=float(chosen.grad(0.0)),
    )
    return set_alt(fig, minus(text) + _zone_words(zones, low, high))


@styled
def compare_activations(names: Sequence[str] | None = None, *, low: float = -4.0, high: float = 4.0) -> Figure:
    """Several activations beside each other, and their slopes.

    Parameters
    ----------
    names : of activations; all when None
    low, high : range of the pre-activation

    Returns
    -------
    Figure, with its alt text
    """
    chosen = [find_activation(name) for name in (names or ACTIVATIONS)]
    x = np.linspace(low, high, _POINTS)
    title = _("Far right, sigmoid and tanh go flat; the others do not")
    fig, (left, right) = new_figure(title, columns=2, height=340)
    for number, activation in enumerate(chosen):
        left.plot(x, activation.function(x), label=activation.label, **line_look(number))
        right.plot(x, activation.grad(x), **line_look(number))
    left.set_ylim(-1.25, 3)
    left.set_title(_("activation"))
    right.set_title(_("slope"))
    for ax in (left, right):
        ax.set_xlabel(_("pre-activation"))
    fig.legend(loc="outside lower center", ncols=len(chosen), handlelength=2.6, columnspacing=1.4)
    places = (low, 0.0, high)
    said = "; ".join(
        _("{name} {values} with the slopes {slopes}").format(
            name=a.label,
            values=join_words([f"{float(a.function(z)):.2f}" for z in places]),
            slopes=join_words([f"{float(a.grad(z)):.2f}" for z in places]),
        )
        for a in chosen
    )
    text = _("{title}. Left the activations, right their slopes. At {low:g}, 0 and {high:g}: {said}.")
    return set_alt(fig, minus(text.format(title=title, low=low, high=high, said=said)))


def _draw_active_share(ax: Axes, share: Floats) -> None:
    silent = float(np.mean(share == 0))
    counts, edges = np.histogram(share, bins=np.linspace(0, 1, 21))
    counts = counts - np.concatenate([[np.sum(share == 0)], np.zeros(19, dtype=int)])
    filled = counts > 0  # an empty bar costs as much time as a full one
    ax.bar(edges[:-1][filled] + 0.025, counts[filled], width=0.04, color=BLUE)
    ax.bar(-0.03, np.sum(share == 0), width=0.05, color=VERMILLION)
    ax.set_xlim(-0.08, 1.02)
    ax.set_ylim(0, len(share) * 1.12)  # the same height for every setting, so that a slider shows the change
    ax.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.set_yticks(np.linspace(0, len(share), 3))
    ax.set_xlabel(_("examples a unit can learn from"))
    ax.set_ylabel(_("units"))
    ax.text(
        0.03,
        0.95,
        _("{share:.0%} silent").format(share=silent),
        transform=ax.transAxes,
        va="top",
        color=INK,
        fontsize=12,
        fontweight="bold",
    )


def _layer_words(pre_activations: Floats, chosen: Activation) -> str:
    return _(
        "{silent:.0%} of {units} units with {name} are silent: flat for each of {batch} examples. "
        "The average slope is {slope:.2g}."
    ).format(
        silent=silent_fraction(pre_activations, chosen),
        units=pre_activations.shape[1],
        name=chosen.label,
        batch=pre_activations.shape[0],
        slope=mean_slope(pre_activations, chosen),
    )


@styled
def unit_and_layer(pre_activations: ArrayLike, activation: str | Activation = "relu", *, limit: float = 10.0) -> Figure:
    """An activation over what reaches it, beside the units it silences: the picture of the widget `explore_unit`.

    Parameters
    ----------
    pre_activations : array of float, shape (batch, units)
    activation : a name in `ACTIVATIONS`, or an `Activation`
    limit : the left panel shows pre-activations from −limit to limit

    Returns
    -------
    Figure, with its alt text
    """
    chosen, z = find_activation(activation), np.asarray(pre_activations)
    x = np.linspace(-limit, limit, _POINTS)
    fig, (left, right) = new_figure(_message(chosen), columns=2, width=720, height=340, width_ratios=[3, 2])
    zones = _draw_activation(left, chosen, x)
    counts, edges = np.histogram(z, bins=np.linspace(-limit, limit, 61))
    # The inputs stand on the floor of the panel; their height has no scale of its own.
    heights = 0.8 * counts / max(counts.max(), 1) - 1.25
    left.stairs(heights, edges, baseline=-1.25, fill=True, color=QUIET, alpha=0.45, label=_("what comes in"))
    left.set_xticks(np.linspace(-limit, limit, 5))
    left.legend(loc="upper left", fontsize=9)
    _draw_active_share(right, active_share(z, chosen))
    where = _(" What comes in has the mean {mean:.1f} and the standard deviation {deviation:.1f}. ")
    words = minus(where.format(mean=z.mean(), deviation=z.std()))
    return set_alt(fig, _layer_words(z, chosen) + words + _zone_words(zones, -limit, limit))
