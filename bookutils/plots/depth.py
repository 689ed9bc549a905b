"""Pictures of depth: what many layers do to numbers and gradients, and how weights begin. Taught in chapter 04."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from bookutils.core.messages import _, join_words
from bookutils.numerics.arrays import Floats
from bookutils.numerics.depth.experiments import Profile, StartHistory
from bookutils.plots.figure import BLUE, QUIET, VERMILLION, line_look, minus, new_figure, set_alt, styled

_SMALLEST = 1e-300  # below this a number is drawn as gone
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _power(value: float) -> str:
    """The nearest power of ten in plain letters: 10⁻⁵. Drawn ten times as fast as mathematical type."""
    return "10" + str(round(np.log10(value))).translate(_SUPERSCRIPTS)


def _size(value: float) -> str:
    """A number as one says it: 0.25 or 7.3; only its power of ten where it is far from 1."""
    if value == 0 or 1e-2 <= value < 1e3:
        return f"{value:.2g}" if value < 100 else f"{value:.0f}"
    return _power(value) if value > _SMALLEST else "0"


def _round_powers(ax: Axes) -> None:
    """Ticks at 1 and at round powers of ten, at most seven of them."""
    low, high = np.log10(ax.get_ylim())
    step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100) if (high - low) / step <= 6)
    exponents = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    ax.yaxis.set_major_locator(FixedLocator(list(10.0**exponents)))
    ax.yaxis.set_major_formatter(lambda value, _position: _power(value))
    ax.yaxis.set_minor_locator(NullLocator())


def _log_axis(ax: Axes, depth: int) -> None:
    ax.set_yscale("log")
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, 0.03), max(high, 30.0))  # so that small wiggles look small
    ax.set_xlim(0, depth)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    _round_powers(ax)
    ax.set_xlabel(_("layer"))


@styled
def deep_profiles(profiles: Mapping[str, Profile], *, title: str | None = None) -> Figure:
    """The variance of activations and of gradients, layer by layer, for one or several stacks.

    Parameters
    ----------
    profiles : label → profile
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    depth = max(len(profile.activations) for profile in profiles.values()) - 1
    fig, (left, right) = new_figure(title or _("What is left after many layers"), columns=2, height=350)
    words = []
    for number, (label, profile) in enumerate(profiles.items()):
        layers = np.arange(len(profile.activations))
        for ax, values in ((left, profile.activations), (right, profile.gradients)):
            shown = np.where(values > _SMALLEST, values, np.nan)  # 0 has no place on this scale
            ax.plot(layers, shown, label=label if ax is left else None, **line_look(number))
        words.append(
            _("{label}: activations {last}, gradient {first}").format(
                label=label, last=_size(profile.activations[-1]), first=_size(profile.gradients[0])
            )
        )
    left.set_title(_("variance of the activations →"))
    right.set_title(_("← variance of the gradient"))
    for ax in (left, right):
        _log_axis(ax, depth)
    fig.legend(loc="outside lower center", ncols=min(len(profiles), 4) if len(profiles) != 5 else 3, handlelength=2.6)
    text = _(
        "After {depth} layers: {words}. These are variances, of the activations at the top and of the gradient at the "
        "bottom, which begins with 1 at the top."
    )
    return set_alt(fig, minus(text.format(depth=depth, words="; ".join(words))))


@styled
def single_profile(profile: Profile, label: str) -> Figure:
    """One stack, with what it does in the title; for a widget.

    Parameters
    ----------
    profile : of the stack
    label : what the stack is, in a few words

    Returns
    -------
    Figure, with its alt text
    """
    up, down = _size(profile.forward), _size(profile.backward)
    depth = len(profile.activations) - 1
    title = _("{depth} layers: activations × {up}, gradient × {down}").format(depth=depth, up=up, down=down)
    fig, (left, right) = new_figure(title, columns=2, height=340)
    layers = np.arange(depth + 1)
    for ax, values, color in ((left, profile.activations, BLUE), (right, profile.gradients, VERMILLION)):
        ax.plot(layers, np.where(values > _SMALLEST, values, np.nan), color=color)
        ax.axhline(1, color=QUIET, linewidth=0.8)
        _log_axis(ax, depth)
    left.set_title(_("variance of the activations →"))
    right.set_title(_("← variance of the gradient"))
    text = _(
        "{label}: over {depth} layers the variance of the activations changes by the factor {up}, that of the "
        "gradient, on its way down, by the factor {down}."
    )
    return set_alt(fig, text.format(label=label, depth=depth, up=up, down=down))


@styled
def half_of_the_squares() -> Figure:
    """How ReLU cuts the mean square of symmetric numbers in half.

    Returns
    -------
    Figure, with its alt text
    """
    z = np.linspace(-4, 4, 801)
    squares = z**2 * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    fig, (ax,) = new_figure(_("ReLU keeps the right half of the squares, whatever the scale"), height=320)
    ax.plot(z, squares, color=QUIET, linewidth=1.5)
    ax.fill_between(z, squares, where=z <= 0, color=VERMILLION, alpha=0.25, label=_("cut off: ½"))
    ax.fill_between(z, squares, where=z >= 0, color=BLUE, alpha=0.35, label=_("kept: ½"))
    ax.set_xlabel(_("pre-activation z, standard normal"))
    ax.set_ylabel(_("z² times the density of z"))
    ax.set_xlim(-4, 4)
    ax.set_ylim(bottom=0)
    ax.legend(loc="upper left")
    text = _(
        "The contribution of each pre-activation to the mean square, for standard normal z: two equal hills. ReLU "
        "cuts off the left one, and so one half of the mean square."
    )
    return set_alt(fig, text)


@styled
def uniform_and_normal(std: float) -> Figure:
    """A normal and a uniform distribution with the same standard deviation.

    Parameters
    ----------
    std : of both

    Returns
    -------
    Figure, with its alt text
    """
    limit = std * np.sqrt(3)
    w = np.linspace(-3.5 * std, 3.5 * std, 701)
    fig, (ax,) = new_figure(_("The limit of a uniform is 1.73 standard deviations, not one"), height=320)
    ax.plot(w, np.exp(-0.5 * (w / std) ** 2) / (std * np.sqrt(2 * np.pi)), label=_("normal"), **line_look(0))
    ax.plot(w, np.where(np.abs(w) <= limit, 1 / (2 * limit), 0.0), label=_("uniform"), **line_look(1))
    ax.axvspan(-std, std, color=QUIET, alpha=0.12, linewidth=0, label=_("± one standard deviation"))
    ax.set_xlim(w[0], w[-1])
    ax.set_ylim(0, 0.6 / std)
    ax.set_xlabel(_("weight"))
    ax.set_ylabel(_("density"))
    ax.legend(loc="upper left", ncols=3)
    text = _(
        "A normal and a uniform distribution, both with the standard deviation {std:.2f}. The uniform one ends at "
        "±{limit:.2f}, which is 1.73 times as far."
    )
    return set_alt(fig, text.format(std=std, limit=limit))


@styled
def starts(histories: Mapping[str, StartHistory], *, title: str | None = None) -> Figure:
    """The loss of small networks with different starts, and where the weights of their hidden units end.

    Parameters
    ----------
    histories : label → history
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    fig, (left, right) = new_figure(
        title or _("Units that begin equal stay equal: many do the work of one"), columns=2, height=360
    )
    words = []
    for number, (label, history) in enumerate(histories.items()):
        look = line_look(number)
        left.plot(history.loss, label=label, **look)
        right.plot(*history.end, "osD^"[number % 4], color=look["color"], markersize=11 - 2.5 * number, alpha=0.85)
        words.append(
            _("{label}: loss from {before:.2f} to {after:.2f}, {different} of {units} units different").format(
                label=label,
                before=history.loss[0],
                after=history.loss[-1],
                different=history.different_units,
                units=history.end.shape[1],
            )
        )
    left.set_title(_("loss"))
    left.set_ylim(bottom=0)
    left.set_xlabel(_("steps"))
    right.set_title(_("the hidden units at the end"))
    right.set_xlabel(_("first weight"))
    right.set_ylabel(_("second weight"))
    reach = 1.15 * max(1.0, max(float(np.abs(history.end).max()) for history in histories.values()))
    right.set_xlim(-reach, reach)
    right.set_ylim(-reach, reach)
    fig.legend(loc="outside lower center", ncols=min(len(histories), 4), handlelength=2.6)
    return set_alt(fig, minus(_("{words}.").format(words="; ".join(words))))


@styled
def survival(std: Floats, factors: Mapping[str, Floats], marks: Mapping[str, float], *, title: str) -> Figure:
    """By which factor a gradient changes through a whole stack, over the scale of the weights.

    Parameters
    ----------
    std : array, shape (n,); standard deviations of the weights
    factors : label → array (n,)
    marks : label → a standard deviation to point out
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    fig, (ax,) = new_figure(title, height=370)
    ax.set_xscale("log")
    ax.set_yscale("log")
    words = []
    for number, (label, values) in enumerate(factors.items()):
        ax.plot(std, np.where(values > _SMALLEST, values, np.nan), label=label, **line_look(number))
        nearest = std[int(np.argmin(np.abs(np.log(np.maximum(values, _SMALLEST)))))]
        words.append(_("{label} near {std:.2g}").format(label=label, std=nearest))
    ax.axhline(1, color=QUIET, linewidth=0.8)
    ax.set_ylim(1e-60, 1e75)
    ax.set_xlim(std[0], std[-1])
    for label, mark in marks.items():
        ax.axvline(mark, color=QUIET, linewidth=0.8, linestyle=":")
        ax.text(mark, 1e73, label, color=QUIET, va="top", rotation=90, ha="right", fontsize=9)
    _round_powers(ax)
    ax.xaxis.set_major_formatter(lambda value, _position: f"{value:g}")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel(_("standard deviation of the weights"))
    ax.set_ylabel(_("factor for the gradient's variance"))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    text = _(
        "The factor for the variance of a gradient, over the standard deviation of the weights. It is closest "
        "to 1 for {words}."
    )
    return set_alt(fig, minus(text.format(words=join_words(words))))
