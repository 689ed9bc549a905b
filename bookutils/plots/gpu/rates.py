"""Pictures of a machine at work: the layers under TensorFlow, the roofline, batches and rates. Taught in chapter 07."""

from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from numpy.typing import ArrayLike

from bookutils.core.messages import _
from bookutils.numerics.gpu.rates import Machine, attainable, matmul_traffic, matmul_work, step_seconds
from bookutils.plots.figure import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    QUIET,
    SKY,
    VERMILLION,
    line_look,
    new_figure,
    set_alt,
    styled,
)
from bookutils.plots.log_scale import number, plain_ticks

LAYERS = (
    (_("your program"), _("says what is computed"), _("import tensorflow")),
    (_("TensorFlow"), _("cuts it into operations, chooses the device"), _("list_physical_devices")),
    (_("CUDA libraries"), _("cuBLAS multiplies, cuDNN does layers, XLA compiles"), _("pip list: nvidia-…")),
    (_("driver"), _("the system's way to the card; starts the work"), _("nvidia-smi")),
    (_("GPU"), _("computes, in a memory of its own"), _("nvidia-smi")),
)
_TINTS = (SKY, SKY, GREEN, ORANGE, ORANGE)
_WHO = (_("you"), "pip", "pip: [and-cuda]", _("the system; in WSL2: Windows"), _("the shop, or Colab"))


@styled
def gpu_layers(*, title: str | None = None) -> Figure:
    """The layers between a program and a GPU: what each is for, who installs it, and what shows that it is there.

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("Without the layers below TensorFlow, the CPU does the work")
    fig, (ax,) = new_figure(title, height=325)
    ax.axis("off")
    ax.set_xlim(0, 100)
    ax.set_ylim(-0.15, 5.75)
    for place, words in ((22, _("what it is for")), (66, _("who installs it")), (99, _("how to see it"))):
        ax.text(place, 5.3, words, color=QUIET, ha="right" if place > 90 else "left", fontsize=9)
    for row, ((name, purpose, sign), tint, who) in enumerate(zip(LAYERS, _TINTS, _WHO, strict=True)):
        y = 4.2 - row
        box = FancyBboxPatch(
            (1, y),
            98,
            0.78,
            boxstyle="round,pad=0,rounding_size=0.8",
            mutation_aspect=0.06,
            facecolor=tint,
            alpha=0.22,
            edgecolor="none",
        )
        ax.add_patch(box)
        ax.text(2.5, y + 0.39, name, va="center", fontweight="bold", fontsize=10)
        ax.text(22, y + 0.39, fill(purpose, 30), va="center", fontsize=9, linespacing=1.1)
        ax.text(66, y + 0.39, fill(who, 16), va="center", fontsize=9, linespacing=1.1)
        ax.text(98, y + 0.39, fill(sign, 22), va="center", ha="right", fontsize=8.5, color=QUIET)
    words = "; ".join(
        _("{name}: {purpose}; installed by: {who}; seen by: {sign}").format(
            name=name, purpose=purpose, who=who, sign=sign
        )
        for (name, purpose, sign), who in zip(LAYERS, _WHO, strict=True)
    )
    return set_alt(fig, _("{title}. Five layers, from top to bottom. {words}.").format(title=title, words=words))


def _draw_roof(ax: Axes, machine: Machine, low: float, high: float, look: Mapping[str, object], label: str) -> None:
    intensity = np.geomspace(low, high, 200)
    ax.plot(intensity, attainable(intensity, machine) / 1e9, label=label, **look)  # type: ignore[arg-type]


def _log_axes(ax: Axes, low: float, high: float, bottom: float, top: float) -> None:
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(low, high)
    ax.set_ylim(bottom, top)
    ticks = 10.0 ** np.arange(np.ceil(np.log10(bottom)), np.floor(np.log10(top)) + 1)
    plain_ticks(ax.yaxis, list(ticks), powers=bool(top > 1e5))
    plain_ticks(ax.xaxis, [tick for tick in (0.1, 1, 10, 100, 1000, 10000) if low <= tick <= high])
    ax.set_xlabel(_("operations per byte"))


@styled
def roofline_point(m: int, k: int, n: int, bytes_each: int, machine: Machine) -> Figure:
    """Where a matrix product stands under the roof of a machine.

    Parameters
    ----------
    m, k, n : an (m, k) matrix times a (k, n) matrix
    bytes_each : bytes of one number
    machine : its two limits

    Returns
    -------
    Figure, with its alt text
    """
    intensity = matmul_work(m, k, n) / matmul_traffic(m, k, n, bytes_each)
    rate = float(attainable(intensity, machine))
    waits_for_memory = intensity < machine.ridge
    title = _("This product waits for the memory") if waits_for_memory else _("This product waits for the arithmetic")
    fig, (ax,) = new_figure(title, height=340)
    low, high = 0.1, 10_000.0
    roof = np.array([low, machine.ridge, high])
    heights = attainable(roof, machine) / 1e9
    ax.plot(roof[:2], heights[:2], color=BLUE, label=_("memory: intensity · bandwidth"))
    ax.plot(roof[1:], heights[1:], color=GREEN, linestyle="--", label=_("arithmetic: peak"))
    ax.plot([intensity], [rate / 1e9], "o", color=VERMILLION, markersize=10)
    ax.plot([intensity, intensity], [1, rate / 1e9], color=VERMILLION, linestyle=":", linewidth=1.5)
    _log_axes(ax, low, high, 1, 1e6)
    ax.set_ylabel(_("billion operations a second"))
    ax.legend(loc="lower right")
    return set_alt(
        fig,
        _(
            "({m}, {k}) times ({k}, {n}) has {intensity} operations per byte and reaches at most {rate} billion "
            "operations a second, {share:.0%} of the peak. The corner of {name} is at {ridge} operations per "
            "byte."
        ).format(
            m=m,
            k=k,
            n=n,
            intensity=number(intensity),
            rate=number(rate / 1e9),
            share=rate / machine.peak,
            name=machine.name,
            ridge=number(machine.ridge),
        ),
    )


@styled
def roofline_measured(
    sizes: Sequence[int], rates: Mapping[str, Sequence[float]], machine: Machine, *, title: str | None = None
) -> Figure:
    """Measured rates of square products, under the roof that was measured on the same machine.

    Parameters
    ----------
    sizes : n of the (n, n) matrices of float32
    rates : who multiplied → operations a second, one for each size
    machine : peak and bandwidth, and their source

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("Small products reach only a part of the roof")
    fig, (ax,) = new_figure(title, height=350)
    intensity = np.array([matmul_work(n, n, n) / matmul_traffic(n, n, n, 4) for n in sizes])
    low, high = min(1.0, intensity.min() / 2), intensity.max() * 2
    _draw_roof(ax, machine, low, high, {"color": QUIET, "linestyle": "--"}, _("the roof of this machine"))
    words = []
    top = machine.peak
    for place, (who, values) in enumerate(rates.items()):
        ax.plot(intensity, np.array(values) / 1e9, marker="o", label=who, **line_look(place))
        best = int(np.argmax(values))
        top = max(top, values[best])
        words.append(
            _("{who}: {first} at {small}, at most {best} at {size}").format(
                who=who,
                first=number(values[0] / 1e9),
                small=sizes[0],
                best=number(values[best] / 1e9),
                size=sizes[best],
            )
        )
    lowest = min(min(values) for values in rates.values())
    _log_axes(ax, low, high, 10 ** np.floor(np.log10(lowest / 1e9)), 10 ** np.ceil(np.log10(top / 1e9 * 1.05)))
    for place, n in zip(intensity, sizes, strict=True):
        ax.axvline(place, color=QUIET, alpha=0.15, linewidth=1)
        ax.annotate(str(n), (place, 0.01), xycoords=("data", "axes fraction"), ha="left", fontsize=8, color=QUIET)
    ax.set_ylabel(_("billion operations a second"))
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 0.06))
    return set_alt(
        fig,
        _("{source}: peak {peak}, bandwidth {bandwidth} GB/s; in billion operations a second {words}.").format(
            source=machine.source,
            peak=number(machine.peak / 1e9),
            bandwidth=number(machine.bandwidth / 1e9),
            words="; ".join(words),
        ),
    )


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f}" if seconds >= 1e-5 else number(seconds * 1e6)


@styled
def batches(
    sizes: ArrayLike, seconds: Mapping[str, ArrayLike], *, title: str | None = None, unit: str | None = None
) -> Figure:
    """Time of a step and examples a second, against the batch.

    Parameters
    ----------
    sizes : of the batches
    seconds : label → time of one step for each size
    title : what the figure says
    unit : what an example is called, for the right axis

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("A larger batch is free, until the arithmetic is busy")
    fig, (left, right) = new_figure(title, columns=2, height=350)
    sizes = np.asarray(sizes, float)
    words = []
    for place, (label, times) in enumerate(seconds.items()):
        times = np.asarray(times, float)
        left.plot(sizes, times * 1e6, label=label, **line_look(place))
        right.plot(sizes, sizes / times, **line_look(place))
        words.append(
            _("{label}: {first} µs for {small:.0f}, {last} µs for {large:.0f}").format(
                label=label, first=_micro(times[0]), small=sizes[0], last=_micro(times[-1]), large=sizes[-1]
            )
        )
    left.set_title(_("µs for one step"))
    right.set_title(unit or _("examples a second"))
    for ax in (left, right):
        ax.set_xscale("log")
        ax.set_yscale("log")
        plain_ticks(ax.xaxis, [tick for tick in (1, 8, 64, 512, 4096) if sizes[0] <= tick <= sizes[-1]])
        bottom, top = ax.get_ylim()
        powers = 10.0 ** np.arange(np.floor(np.log10(bottom)), np.ceil(np.log10(top)) + 1)
        steps = powers if top / bottom > 50 else np.outer(powers, [1, 2, 5]).ravel()
        plain_ticks(ax.yaxis, [step for step in steps if bottom <= step <= top])
        ax.yaxis.set_major_formatter(lambda value, _position: f"{value:,.10g}" if value < 1e6 else f"{value / 1e6:g} M")
        ax.set_ylim(bottom, top)
        ax.set_xlabel(_("examples in a batch"))
    fig.legend(loc="outside lower center", ncols=3, handlelength=2.6)
    return set_alt(fig, _("Time of a dense layer against the batch. {words}.").format(words="; ".join(words)))


@styled
def device_timeline(work: int = 500, launch: int = 10, repeats: int = 3) -> Figure:
    """Who is busy when: the program that gives orders, and the device that carries them out.

    Parameters
    ----------
    work, launch : microseconds of one product, and of one order
    repeats : products

    Returns
    -------
    Figure, with its alt text
    """
    fig, (ax,) = new_figure(_("The orders are given long before the work is done"), height=250)
    ax.broken_barh([(place * launch, launch * 0.9) for place in range(repeats)], (1.1, 0.7), facecolor=BLUE)
    ax.broken_barh([(place * work, work * 0.985) for place in range(repeats)], (0.1, 0.7), facecolor=ORANGE)
    end = repeats * work
    ax.axvline(repeats * launch, color=VERMILLION, linestyle="--", linewidth=1.5)
    ax.text(
        repeats * launch + end * 0.01, 1.45, _("the clock is read here without waiting"), color=VERMILLION, va="center"
    )
    ax.axvline(end, color=GREEN, linestyle="--", linewidth=1.5)
    ax.text(end * 0.99, 1.95, _("and here after waiting"), color=GREEN, ha="right", va="center")
    ax.set_yticks([0.45, 1.45], [_("device"), _("program")], color=INK)
    ax.set_ylim(0, 2.2)
    ax.set_xlim(0, end * 1.02)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(_("microseconds"))
    return set_alt(
        fig,
        _("{repeats} products are ordered within {ordered} µs; the device is done with them after {end} µs.").format(
            repeats=repeats, ordered=repeats * launch, end=end
        ),
    )


def modelled_batches(
    machine: Machine, sizes: ArrayLike, inputs: int = 1024, units: int = 1024, bytes_each: float = 4
) -> dict[str, ArrayLike]:
    """Times by the model `step_seconds`, ready for `batches`."""
    label = _("{name}, by the model").format(name=machine.name)
    return {label: step_seconds(sizes, inputs, units, machine, bytes_each=bytes_each)}
