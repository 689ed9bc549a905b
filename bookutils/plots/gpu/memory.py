"""Pictures of a training step's memory and of the formats that numbers have. Taught in chapter 07."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.numerics.gpu.formats import FORMATS, lost_share
from bookutils.numerics.gpu.memory import StepMemory
from bookutils.plots.figure import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    QUIET,
    SKY,
    VERMILLION,
    new_figure,
    set_alt,
    styled,
)
from bookutils.plots.log_scale import number, power

_PARTS = (
    ("weights", _("weights"), BLUE, ""),
    ("gradients", _("gradients"), VERMILLION, "//"),
    ("moments", _("moments"), GREEN, ".."),
    ("copy", _("copy in 16 bits"), PURPLE, "xx"),
    ("activations", _("activations"), ORANGE, "\\\\"),
)


def _size(value: float) -> str:
    """A number of bytes as one says it."""
    return f"{value / 1e9:.2f} GB".replace(".00 GB", " GB") if value >= 1e8 else f"{value / 1e6:.1f} MB"


@styled
def memory_bars(steps: Mapping[str, StepMemory], limit: float | None = None, *, title: str | None = None) -> Figure:
    """What training steps hold, purpose by purpose, and whether it fits.

    Parameters
    ----------
    steps : label → what is held
    limit : bytes of the device; None draws no limit
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    totals = [step.total for step in steps.values()]
    if title is None:
        fits = limit is None or max(totals) <= limit
        title = _("This step fits into the memory") if fits else _("This step does not fit into the memory")
    fig, (ax,) = new_figure(title, height=190 + 60 * len(steps))
    words = []
    for row, (label, step) in enumerate(steps.items()):
        left = 0.0
        said = []
        for field, name, colour, hatch in _PARTS:
            value = getattr(step, field)
            ax.barh(
                row,
                value / 1e9,
                left=left / 1e9,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                linewidth=0.5,
                height=0.62,
                label=name if row == 0 else None,
            )
            left += value
            if value:
                said.append(f"{name} {_size(value)}")
        ax.text(left / 1e9, row, f" {_size(step.total)}", va="center", fontsize=9)
        words.append(
            _("{label}: {total}, of which {parts}").format(label=label, total=_size(step.total), parts=", ".join(said))
        )
    if limit is not None:
        ax.axvline(limit / 1e9, color=INK, linestyle="--", linewidth=1.6)
        ax.text(limit / 1e9, -0.62, " " + _("the memory"), fontsize=9, va="center")
    ax.set_ylim(len(steps) - 0.4, -0.85 if limit is not None else -0.6)
    ax.set_xlim(0, 1.22 * max(*totals, limit or 0.0) / 1e9)
    ax.set_yticks(range(len(steps)), list(steps), color=INK)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("GB")
    fig.legend(loc="outside lower center", ncols=5, handlelength=1.6, columnspacing=1.2)
    says = _("{words}.").format(words="; ".join(words))
    if limit is not None:
        largest = max(totals)
        share = _("The memory of {limit} is filled to {share:.0%}.").format(limit=_size(limit), share=largest / limit)
        says = f"{share} {says}"
    return set_alt(fig, says)


@styled
def memory_against_batch(
    batches: ArrayLike, predicted: ArrayLike, measured: ArrayLike, *, title: str | None = None
) -> Figure:
    """Predicted and measured memory of a training step, against the batch.

    Parameters
    ----------
    batches : examples in a step
    predicted, measured : bytes for each

    Returns
    -------
    Figure, with its alt text
    """
    fig, (ax,) = new_figure(title or _("Parameters set the start, activations the slope"), height=330)
    batches, predicted, measured = (np.asarray(one, float) for one in (batches, predicted, measured))
    ax.plot(batches, predicted / 1e6, color=BLUE, label=_("predicted"))
    ax.plot(batches, measured / 1e6, "o", color=VERMILLION, label=_("measured"), markersize=7)
    ax.set_ylim(bottom=0)
    ax.set_xlim(left=0)
    ax.set_xlabel(_("examples in a batch"))
    ax.set_ylabel("MB")
    ax.legend()
    return set_alt(
        fig,
        _(
            "Predicted {first} MB for {small:.0f} examples and {last} MB for {large:.0f}; measured {one} and {other}."
        ).format(
            first=number(predicted[0] / 1e6),
            last=number(predicted[-1] / 1e6),
            small=batches[0],
            large=batches[-1],
            one=number(measured[0] / 1e6),
            other=number(measured[-1] / 1e6),
        ),
    )


@styled
def formats() -> Figure:
    """Range and precision of the three formats, side by side.

    Returns
    -------
    Figure, with its alt text
    """
    fig, (left, right) = new_figure(
        _("float16 has the precision, bfloat16 has the range"), columns=2, height=300, width_ratios=[1.6, 1]
    )
    words = []
    for row, one in enumerate(FORMATS.values()):
        low, middle, high = (np.log10(value) for value in (one.smallest, one.smallest_normal, one.largest))
        left.barh(row, high - middle, left=middle, color=BLUE, height=0.5)
        left.barh(row, middle - low, left=low, color=SKY, height=0.5, hatch="//", edgecolor="white")
        digits = (one.fraction + 1) * np.log10(2)
        right.barh(row, digits, color=GREEN, height=0.5)
        right.text(digits, row, f" {digits:.1f}", va="center", fontsize=9)
        words.append(
            _("{name}: from {low} to {high}, {digits:.1f} decimal digits").format(
                name=one.name, low=number(one.smallest), high=number(one.largest), digits=digits
            )
        )
    for ax in (left, right):
        ax.set_ylim(len(FORMATS) - 0.5, -0.5)
        ax.grid(visible=False, axis="y")
    left.set_yticks(range(len(FORMATS)), list(FORMATS), color=INK)
    right.set_yticks([])
    left.set_xticks([-40, -20, 0, 20, 40], [power(10.0**exponent) for exponent in (-40, -20, 0, 20, 40)])
    left.set_xlim(-48, 42)
    right.set_xlim(0, 9)
    left.set_title(_("sizes it can hold (hatched: with less precision)"))
    right.set_title(_("decimal digits"))
    return set_alt(fig, _("Three formats. {words}.").format(words="; ".join(words)))


@styled
def scaled_gradients(gradients: ArrayLike, scale: float = 1024.0) -> Figure:
    """Gradients on the range of float16, before and after they are scaled.

    Parameters
    ----------
    gradients : array of float, none of them 0
    scale : each gradient is multiplied by it in the lower panel

    Returns
    -------
    Figure, with its alt text
    """
    fig, axes = new_figure(_("A scale moves gradients into the range of float16"), rows=2, height=380, sharex=True)
    half = FORMATS["float16"]
    sizes = np.abs(np.asarray(gradients, float))
    edges = np.arange(-13, 6.01, 0.25)
    words = []
    for ax, factor in zip(axes, (1.0, scale), strict=True):
        zero, infinite = lost_share(gradients, "float16", factor)
        ax.hist(np.log10(sizes * factor), bins=list(edges), color=BLUE, alpha=0.85)
        ax.axvspan(-13, np.log10(half.smallest / 2), color=VERMILLION, alpha=0.16, linewidth=0)
        ax.axvspan(np.log10(half.largest), 6, color=VERMILLION, alpha=0.16, linewidth=0)
        ax.axvline(np.log10(half.smallest_normal), color=QUIET, linestyle=":", linewidth=1.5)
        ax.set_title(
            _("times {factor:,.0f}: {zero:.1%} become 0, {infinite:.1%} infinity").format(
                factor=factor, zero=zero, infinite=infinite
            )
        )
        ax.set_yticks([])
        words.append(
            _("times {factor:,.0f}, {zero:.1%} become 0 and {infinite:.1%} infinity").format(
                factor=factor, zero=zero, infinite=infinite
            )
        )
    axes[0].text(-12.8, 0.82, _("0 in float16"), transform=axes[0].get_xaxis_transform(), color=VERMILLION, fontsize=9)
    axes[0].text(
        np.log10(half.smallest_normal) + 0.1,
        0.82,
        _("full precision from here"),
        transform=axes[0].get_xaxis_transform(),
        color=QUIET,
        fontsize=9,
    )
    axes[1].set_xticks(range(-12, 6, 3), [power(10.0**exponent) for exponent in range(-12, 6, 3)])
    axes[1].set_xlim(-13, 6)
    axes[1].set_xlabel(_("size of a gradient"))
    return set_alt(fig, _("Gradients in float16: {words}.").format(words="; ".join(words)))
