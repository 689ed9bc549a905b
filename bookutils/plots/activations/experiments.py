"""Pictures of what an activation does to learning: stuck units, detours, vanishing gradients. Taught in chapter 01."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator
from numpy.typing import DTypeLike

from bookutils.core.messages import _, join_words
from bookutils.numerics.activations.experiments import LayerHistory, TwoWeightPath, UnitHistory, chain_gradient
from bookutils.numerics.activations.functions import ACTIVATIONS, find_activation, log_sigmoid, sigmoid
from bookutils.plots.figure import (
    BLUE,
    GREEN,
    INK,
    QUIET,
    VERMILLION,
    line_look,
    minus,
    new_figure,
    set_alt,
    styled,
)
from bookutils.plots.log_scale import number as _number
from bookutils.plots.log_scale import power as _power


@styled
def unit_histories(histories: Mapping[str, UnitHistory], *, title: str | None = None) -> Figure:
    """The largest pre-activation of single units while they are trained, and what became of their loss.

    Parameters
    ----------
    histories : label → history
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("Leaky ReLU comes back late; GELU drifts further down")
    fig, (left, right) = new_figure(title, columns=2, height=340)
    words = []
    for number, (label, history) in enumerate(histories.items()):
        steps = np.arange(1, len(history.loss))  # step 0 has no place on a logarithmic axis; step 1 stands for it
        left.plot(steps, history.largest[1:], label=label, **line_look(number))
        right.plot(steps, history.loss[1:], **line_look(number))
        words.append(
            _("{label}: largest pre-activation from {start:.2f} to {end:.2f}, loss from {before} to {after}").format(
                label=label,
                start=history.largest[0],
                end=history.largest[-1],
                before=_number(history.loss[0]),
                after=_number(history.loss[-1]),
            )
        )
    left.axhline(0, color=QUIET, linewidth=0.8)
    left.set_title(_("largest pre-activation"))
    right.set_title(_("loss"))
    right.set_ylim(bottom=0)
    for ax in (left, right):
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(lambda value, _position: f"{value:,.0f}")
        ax.set_xlabel(_("steps (logarithmic)"))
    fig.legend(loc="outside lower center", ncols=min(len(histories), 4), handlelength=2.6)
    most = max(len(history.loss) - 1 for history in histories.values())
    text = _("{title}. After {steps:,} steps of gradient descent, {words}.")
    return set_alt(fig, minus(text.format(title=title, steps=most, words="; ".join(words))))


@styled
def dead_layers(histories: Mapping[str, LayerHistory], *, title: str | None = None) -> Figure:
    """The share of dead units in a layer while it is trained, and its loss.

    Parameters
    ----------
    histories : label → history
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("One step too large, and units die for good")
    fig, (left, right) = new_figure(title, columns=2, height=330)
    words = []
    for number, (label, history) in enumerate(histories.items()):
        left.plot(100 * history.dead, label=label, **line_look(number))
        # A loss that has run away is cut off where it stops being a number that can be drawn.
        loss = np.where(np.isfinite(history.loss) & (history.loss < 1e6), history.loss, np.nan)
        right.plot(loss, **line_look(number))
        words.append(
            _("{label}: {dead:.0%} of the units dead at the end, highest loss {most}, last loss {last}").format(
                label=label,
                dead=history.dead[-1],
                most=_number(float(np.nanmax(history.loss))),
                last=_number(history.loss[-1]) if np.isfinite(history.loss[-1]) else _("not a number"),
            )
        )
    left.set_title(_("dead units in %"))
    left.set_ylim(-3, 103)
    right.set_title(_("loss (logarithmic)"))
    right.set_yscale("log")
    for ax in (left, right):
        ax.set_xlabel(_("steps"))
    fig.legend(loc="outside lower center", ncols=min(len(histories), 4), handlelength=2.6)
    return set_alt(fig, _("A layer of ReLU units in training. {words}.").format(words="; ".join(words)))


@styled
def two_weight_paths(paths: Mapping[str, TwoWeightPath], *, title: str | None = None) -> Figure:
    """The way of two weights to their target, one panel for each path.

    Parameters
    ----------
    paths : label → path
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("One example with positive inputs moves both weights one way")
    fig, axes = new_figure(title, columns=len(paths), height=360, sharex=True, sharey=True)
    words = []
    for ax, (label, path) in zip(axes, paths.items(), strict=True):
        same = np.diff(path.weights, axis=0).prod(axis=1) > 0
        for start, end, is_same in zip(path.weights[:-1], path.weights[1:], same, strict=True):
            ax.plot(*zip(start, end, strict=True), color=VERMILLION if is_same else BLUE, linewidth=1.6)
        ax.plot(*path.weights[0], "o", color=INK, markersize=6)
        ax.plot(*path.target, "*", color=GREEN, markersize=14)
        ax.set_title(label)
        ax.set_xlim(-0.75, 1.75)
        ax.set_ylim(-1.75, 0.75)
        ax.set_xticks([0, 1])
        ax.set_yticks([-1, 0])
        ax.set_aspect("equal")
        ax.set_xlabel(_("first weight"))
        words.append(
            _(
                "{label}: {same:.0%} of the steps raise or lower both weights, the way is {detour} times the straight "
                "line, the loss at the end {loss}"
            ).format(label=label, same=path.same_sign, detour=_number(path.detour), loss=_number(float(path.loss[-1])))
        )
    axes[0].set_ylabel(_("second weight"))
    handles = [
        *axes[0].plot([], [], color=VERMILLION, label=_("both weights the same way")),
        *axes[0].plot([], [], color=BLUE, label=_("one up, one down")),
        *axes[0].plot([], [], "o", color=INK, label=_("start")),
        *axes[0].plot([], [], "*", color=GREEN, markersize=12, label=_("target")),
    ]
    fig.legend(handles=handles, loc="outside lower center", ncols=4, columnspacing=1.2)
    text = _("{words}. Gradient descent on two weights, from (0, 0) towards (1, −1).")
    return set_alt(fig, text.format(words="; ".join(words)))


@styled
def gradient_through_depth(
    names: Sequence[str] | None = None,
    depth: int = 20,
    *,
    x: float = 1.0,
    weight: float = 1.0,
    title: str | None = None,
) -> Figure:
    """How much of a gradient is left after each unit of a chain.

    Parameters
    ----------
    names : of activations; all when None
    depth : number of units in the chain
    x : what goes into the first unit
    weight : of each unit
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    chosen = [find_activation(name) for name in (names or ACTIVATIONS)]
    title = title or _("Each unit multiplies the gradient by its weight and its slope")
    fig, (ax,) = new_figure(title, height=340)
    ax.set_yscale("log")
    words = []
    for number, activation in enumerate(chosen):
        gradient = np.abs(chain_gradient(activation, depth, x, weight)[1])
        shown = np.where(gradient > 0, gradient, np.nan)  # 0 has no place on this scale; the legend says it
        left = _number(float(gradient[-1]))
        words.append(_("{name} {left}").format(name=activation.label, left=left))
        label = _("{name}\n{left} left").format(name=activation.label, left=left)
        ax.plot(np.arange(depth + 1), shown, label=label, **line_look(number))
    low, high = ax.get_ylim()
    ax.set_ylim(max(min(low, 0.3), 1e-20), min(max(high, 3), 1e12))
    ax.set_xlim(0, max(depth, 1))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(lambda value, _position: _power(value))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_xlabel(_("units the gradient has passed"))
    ax.set_ylabel(_("size of the gradient"))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    text = _(
        "After {depth} units with weight {weight:g}, starting from x = {x:g}, this much of a gradient is left: {words}."
    )
    return set_alt(fig, minus(text.format(depth=depth, weight=weight, x=x, words=join_words(words))))


@styled
def log_sigmoid_two_ways(low: float = -120.0, high: float = 20.0, *, dtype: DTypeLike = np.float32) -> Figure:
    """The logarithm of a sigmoid: as the expression stands, of a sigmoid that cannot overflow, and in one step.

    Parameters
    ----------
    low, high : range of the pre-activation z
    dtype : of the computation; networks mostly use float32

    Returns
    -------
    Figure, with its alt text
    """
    z = np.linspace(low, high, 1401, dtype=dtype)
    with np.errstate(divide="ignore", over="ignore"):
        as_it_stands = np.log(1 / (1 + np.exp(-z)))
        of_safe_sigmoid = np.log(sigmoid(z))
    fig, (ax,) = new_figure(_("Taken in two steps, the logarithm falls off a cliff"), height=340)
    ax.plot(z, log_sigmoid(z), color=BLUE, label=_("in one step: log_sigmoid(z)"))
    text = _(
        "Taken in two steps, the logarithm falls off a cliff. log σ(z) from z = {low:g} to {high:g}, computed as "
        "{dtype}. In one step it follows z down to {bottom:.0f}."
    )
    words = text.format(low=low, high=high, dtype=np.dtype(dtype).name, bottom=float(log_sigmoid(z)[0]))
    ways = (
        (as_it_stands, _("as it stands: log(1 / (1 + exp(−z)))"), VERMILLION, "--", _(" As it stands it is")),
        (
            of_safe_sigmoid,
            _("of a sigmoid that cannot overflow"),
            GREEN,
            ":",
            _(" Of a sigmoid without overflow it is"),
        ),
    )
    for values, label, colour, style, said in ways:
        ax.plot(z, np.where(np.isfinite(values), values, np.nan), color=colour, linestyle=style, label=label)
        lost = z[np.isneginf(values)]
        if lost.size:
            edge = float(lost.max())
            ax.plot([edge, edge], [float(log_sigmoid(z)[0]) - 10, edge], color=colour, linestyle=style, linewidth=1.2)
            ax.text(edge, 3.0, minus(f"{edge:.0f}"), color=colour, ha="center", va="bottom")
            words += said + _(" minus infinity below z = {edge:.0f}.").format(edge=edge)
    ax.set_xlim(low, high)
    ax.set_ylim(float(log_sigmoid(z)[0]) - 10, 20)
    ax.set_xlabel(_("pre-activation z"))
    ax.set_ylabel("log σ(z)")
    ax.legend(loc="lower right")
    return set_alt(fig, minus(words))
