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

_WORST = 1.5  # higher losses are not drawn


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
    """The loss under several schedules, each point the mean over the last fortieth of all steps.

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
    ax.set_ylabel(_("loss above the lowest, running mean"))
    ax.legend(loc="lower left")
    text = _(
        "{title}. Schedules at equal work; each point is the mean over the {window} steps before it. The last such "
        "mean lies above the lowest loss by this much. {words}."
    )
    return set_alt(fig, minus(text.format(title=title, window=window, words="; ".join(words))))


@styled
def sweep(rates: Sequence[float], ends: Mapping[str, Floats], *, title: str | None = None) -> Figure:
    """The loss at the end of a training, against the learning rate, with the error of its mean over seeds.

    Parameters
    ----------
    rates : learning rates
    ends : label → array, shape (rates, seeds)
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("At their best rates momentum, RMSProp and Adam end level")
    fig, (ax,) = new_figure(title, height=360)
    words = []
    seeds = 0
    for index, (label, losses) in enumerate(ends.items()):
        seeds = losses.shape[1]
        mean = losses.mean(axis=1)
        shown = mean < _WORST
        error = np.zeros(len(mean))
        error[shown] = losses[shown].std(axis=1, ddof=1) / np.sqrt(seeds)
        look = line_look(index)
        places = np.asarray(rates)[shown] * 1.03 ** (index - 1.5)  # a little apart, so that bars do not cover bars
        ax.errorbar(places, mean[shown], error[shown], marker="o", markersize=4, capsize=3, label=label, **look)
        best = int(np.argmin(mean))
        words.append(
            _("{label} {loss:.3f} ± {error:.3f} at {rate:g}").format(
                label=label, loss=mean[best], error=error[best], rate=rates[best]
            )
        )
    ax.set_xscale("log")
    ax.set_yscale("log")
    plain_ticks(ax.xaxis, [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3])
    plain_ticks(ax.yaxis, [0.05, 0.1, 0.2, 0.5, 1])
    ax.set_ylim(0.04, _WORST)
    ax.set_xlabel(_("learning rate"))
    ax.set_ylabel(_("loss at the end"))
    ax.axhline(np.log(2), color=QUIET, linewidth=0.8)
    ax.annotate(_("guessing"), (rates[0], np.log(2)), xytext=(0, 4), textcoords="offset points", color=QUIET)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    text = _(
        "{title}. The loss after the same number of steps, the mean of {seeds} seeds with its standard error. At its "
        "best: {words}."
    )
    return set_alt(fig, text.format(title=title, seeds=seeds, words=join_words(words)))


@styled
def learning_curves(losses: Floats, *, title: str) -> Figure:
    """The loss on what is trained on and on what is held out, epoch by epoch.

    Parameters
    ----------
    losses : array, shape (epochs, 2); the second column is held out
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    epochs = np.arange(1, len(losses) + 1)
    fig, (ax,) = new_figure(title, height=320)
    lowest = int(losses[:, 1].argmin())
    for index, label in enumerate((_("trained on"), _("held out"))):
        ax.plot(epochs, losses[:, index], label=label, **line_look(index))
    label = _("lowest, epoch {epoch}").format(epoch=epochs[lowest])
    ax.plot(epochs[lowest], losses[lowest, 1], "o", color=INK, markersize=7, zorder=4, label=label)
    ax.set_ylim(bottom=0)
    ax.set_xlabel(_("epoch"))
    ax.set_ylabel(_("loss"))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    text = _(
        "{title}. After {epochs} epochs the loss is {train:.2f} on the examples that are trained on and {held:.2f} on "
        "those held out, which was at its lowest, {low:.2f}, after epoch {epoch}."
    )
    return set_alt(
        fig,
        text.format(
            title=title,
            epochs=len(losses),
            train=losses[-1, 0],
            held=losses[-1, 1],
            low=losses[lowest, 1],
            epoch=epochs[lowest],
        ),
    )
