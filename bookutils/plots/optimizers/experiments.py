"""Pictures of Adam's first steps, decay, clipping, schedules, and a sweep of learning rates. Taught in chapter 05."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from bookutils.core.messages import _, join_words
from bookutils.numerics.arrays import Floats
from bookutils.numerics.optimizers.experiments import BatchPath, early_factor
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
from bookutils.plots.log_scale import number, plain_ticks


@styled
def early_steps(last: int = 3000, *, beta1: float = 0.9, beta2: float = 0.999) -> Figure:
    """How many times too long Adam's steps are without bias correction.

    Parameters
    ----------
    last : the last step that is drawn
    beta1, beta2 : of Adam

    Returns
    -------
    Figure, with its alt text
    """
    t = np.unique(np.geomspace(1, last, 200).astype(int))
    factor = early_factor(t, beta1, beta2)
    top = int(t[factor.argmax()])
    fig, (ax,) = new_figure(_("Without correction Adam’s early steps are too long, not too short"), height=320)
    ax.plot(t, factor, color=VERMILLION, label=_("without correction"))
    ax.axhline(1, color=BLUE, linestyle="--", label=_("with correction"))
    for place in (1, top):
        value = float(early_factor(np.array(place), beta1, beta2))
        ax.plot(place, value, "o", color=INK, markersize=6, zorder=4)
        ax.annotate(
            _("{value:.1f} times at t = {t}").format(value=value, t=place),
            (place, value),
            xytext=(8, 6) if place > 1 else (10, -12),
            textcoords="offset points",
        )
    ax.set_xscale("log")
    plain_ticks(ax.xaxis, [value for value in (1, 3, 10, 30, 100, 300, 1000, 3000) if value <= last])
    ax.set_ylim(0, max(8.0, 1.2 * float(factor.max())))
    ax.set_xlabel(_("step t"))
    ax.set_ylabel(_("length, in units of α"))
    ax.legend(loc="upper right")
    text = _(
        "Adam’s step for a gradient that does not change. With correction its length is always α. Without, it is "
        "{first:.1f} α in the first step, {most:.1f} α at most, in step {top}, and still {end:.2f} α in step {last}."
    )
    return set_alt(
        fig, text.format(first=float(factor[0]), most=float(factor.max()), top=top, end=float(factor[-1]), last=last)
    )


@styled
def warmup_without_correction(rates: Floats, *, title: str | None = None) -> Figure:
    """A schedule as planned, and as it acts in an Adam without bias correction.

    Parameters
    ----------
    rates : array, shape (steps,); the planned rate of each step, in units of its peak
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    rates = np.asarray(rates, dtype=float)
    acting = rates * early_factor(np.arange(1, len(rates) + 1))
    fig, (ax,) = new_figure(title or _("Without correction a short warm-up peaks four times too high"), height=310)
    ax.plot(acting, color=VERMILLION, label=_("as it acts without correction"))
    ax.plot(rates, color=BLUE, linestyle="--", label=_("as planned"))
    ax.set_xlim(0, len(rates))
    ax.set_ylim(bottom=0)
    ax.set_xlabel(_("step"))
    ax.set_ylabel(_("rate, in units of the peak"))
    ax.legend(loc="upper right")
    text = _(
        "The planned rate rises to 1 at step {peak} and falls to 0. Without bias correction it acts as up to "
        "{most:.1f}, at step {top}; half-way through, at step {half}, it acts as {middle:.1f} times the plan."
    )
    half = len(rates) // 2
    return set_alt(
        fig,
        text.format(
            peak=int(rates.argmax()),
            most=float(acting.max()),
            top=int(acting.argmax()),
            half=half,
            middle=float(acting[half] / rates[half]) if rates[half] else 0.0,
        ),
    )


@styled
def weights_left(scales: Floats, decoupled: Floats, inside: Floats, *, title: str | None = None) -> Figure:
    """What decay has left of weights, for gradients of each size.

    Parameters
    ----------
    scales : array, shape (number,); size of the gradients
    decoupled, inside : arrays, shape (number,); what is left with AdamW, and with the decay in the gradient
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    fig, (ax,) = new_figure(title or _("Inside the gradient, decay spares weights with large gradients"), height=310)
    ax.plot(scales, 100 * inside, "o--", color=VERMILLION, label=_("decay inside the gradient"))
    ax.plot(scales, 100 * decoupled, "s-", color=BLUE, label=_("decoupled decay (AdamW)"))
    ax.set_xscale("log")
    plain_ticks(ax.xaxis, [float(scale) for scale in scales])
    ax.set_ylim(-5, 105)
    ax.set_xlabel(_("size of the gradients"))
    ax.set_ylabel(_("left of the weight, in %"))
    ax.legend(loc="upper left")
    text = _(
        "What a thousand steps leave of a weight. Decoupled decay leaves {even:.0%} whatever the gradients. Decay "
        "inside the gradient leaves {least:.0%} where gradients are {low:g} and {most:.0%} where they are {high:g}."
    )
    return set_alt(
        fig,
        text.format(
            even=float(decoupled.mean()),
            least=abs(float(inside[0])),
            low=float(scales[0]),
            most=float(inside[-1]),
            high=float(scales[-1]),
        ),
    )


@styled
def clipped_arrows(gradient: tuple[float, float], max_norm: float = 1.0, *, title: str | None = None) -> Figure:
    """A gradient of two tensors with one entry each, clipped by its global norm and entry by entry.

    Parameters
    ----------
    gradient : the two entries
    max_norm : the greatest length, and the greatest size of an entry
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    whole = np.array(gradient)
    arrows = {
        _("gradient"): whole,
        _("clipped by global norm"): whole * min(1.0, max_norm / np.linalg.norm(whole)),
        _("clipped entry by entry"): np.clip(whole, -max_norm, max_norm),
    }
    fig, (ax,) = new_figure(title or _("One factor for all keeps the direction; cutting entries turns it"), height=320)
    looks = ((QUIET, 2.0), (BLUE, 4.0), (VERMILLION, 3.0))
    words = []
    for (label, arrow), (color, width) in zip(arrows.items(), looks, strict=True):
        ax.annotate("", arrow, (0, 0), arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": width})
        ax.plot([], [], color=color, linewidth=width, label=label)
        angle = np.degrees(np.arctan2(arrow[1], arrow[0]))
        words.append(
            _("{label}: length {length:.1f}, {angle:.0f} degrees").format(
                label=label, length=float(np.linalg.norm(arrow)), angle=float(angle)
            )
        )
    ax.add_patch(Circle((0, 0), max_norm, fill=False, edgecolor=BLUE, linestyle=":", linewidth=1.2))
    ax.add_patch(
        Rectangle(
            (-max_norm, -max_norm),
            2 * max_norm,
            2 * max_norm,
            fill=False,
            edgecolor=VERMILLION,
            linestyle=":",
            linewidth=1.2,
        )
    )
    ax.set_aspect("equal")
    ax.set_xlim(-1.3 * max_norm, max(1.3 * max_norm, whole[0] + 0.4))
    ax.set_ylim(-1.3 * max_norm, max(1.3 * max_norm, whole[1] + 0.4))
    ax.set_xlabel(_("entry of the first tensor"))
    ax.set_ylabel(_("entry of the second"))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return set_alt(fig, _("Three arrows from the origin. {words}.").format(words="; ".join(words)))


@styled
def floors_of_noise(paths: Mapping[str, BatchPath], *, title: str | None = None) -> Figure:
    """The loss under several schedules, smoothed over a few steps.

    Parameters
    ----------
    paths : label → training
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("A constant rate stops at a floor of noise; a falling one goes below")
    fig, (ax,) = new_figure(title, height=330)
    words = []
    for index, (label, path) in enumerate(paths.items()):
        window = max(1, len(path.excess) // 40)
        smooth = np.convolve(path.excess, np.ones(window) / window, mode="valid")
        ax.plot(path.seen[window - 1 :], smooth, label=label, **line_look(index))
        words.append(_("{label}: {end}").format(label=label, end=number(float(f"{smooth[-1]:.0e}"))))
    ax.set_yscale("log")
    plain_ticks(ax.yaxis, [1e-4, 1e-3, 1e-2, 0.1, 1], powers=True)
    ax.set_xlabel(_("examples looked at"))
    ax.set_ylabel(_("loss above the lowest"))
    ax.legend(loc="lower left")
    text = _("Schedules at equal work. At the end the loss is above the lowest by this much. {words}.")
    return set_alt(fig, minus(text.format(words="; ".join(words))))


@styled
def sweep(rates: Sequence[float], ends: Mapping[str, Floats], *, title: str | None = None) -> Figure:
    """The loss at the end of a training, against the learning rate.

    Parameters
    ----------
    rates : learning rates
    ends : label → array, shape (rates,)
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("Each optimizer has a best rate of its own")
    fig, (ax,) = new_figure(title, height=350)
    words = []
    for index, (label, losses) in enumerate(ends.items()):
        ax.plot(rates, np.minimum(losses, 2.0), marker="o", markersize=5, label=label, **line_look(index))
        best = int(np.argmin(losses))
        words.append(_("{label} at {rate:g}").format(label=label, rate=rates[best]))
    ax.set_xscale("log")
    ax.set_yscale("log")
    plain_ticks(ax.xaxis, [float(rate) for rate in rates])
    plain_ticks(ax.yaxis, [0.05, 0.1, 0.2, 0.5, 1])
    ax.set_ylim(0.03, 1.5)
    ax.set_xlabel(_("learning rate"))
    ax.set_ylabel(_("loss at the end"))
    ax.axhline(np.log(2), color=GREEN, linewidth=0.8)
    ax.annotate(_("guessing"), (rates[0], np.log(2)), xytext=(0, 4), textcoords="offset points", color=QUIET)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    text = _(
        "The loss after the same number of steps, against the learning rate. Each optimizer is at its best: {words}."
    )
    return set_alt(fig, text.format(words=join_words(words)))
