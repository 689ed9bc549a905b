"""Pictures of steps downhill: on a parabola, over surfaces, and what a batch buys. Taught in chapter 05."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bookutils.core.messages import _, join_words
from bookutils.numerics.arrays import Floats
from bookutils.numerics.optimizers.experiments import BatchPath, line_data
from bookutils.numerics.optimizers.paths import Path, Surface, find_surface
from bookutils.numerics.optimizers.steps import gradient_step
from bookutils.plots.figure import BLUE, GRID, INK, QUIET, VERMILLION, line_look, minus, new_figure, set_alt, styled
from bookutils.plots.log_scale import number, plain_ticks

_LOWEST, _HIGHEST = 1e-8, 1e12  # losses beyond are drawn here


@styled
def parabola_steps(
    rates: Sequence[float], curvature: float = 1.0, *, steps: int = 6, start: float = -1.0, title: str | None = None
) -> Figure:
    """Gradient descent on ½·c·θ², one panel for each learning rate.

    Parameters
    ----------
    rates : learning rates, in units of 1/c
    curvature : c
    steps, start : of the descent
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("Up to 2/c the steps close in; beyond, each lands further out")
    fig, axes = new_figure(title, columns=len(rates), height=300, sharey=True)
    words = []
    for ax, rate in zip(axes, rates, strict=True):
        theta = [np.array(start)]
        for _step in range(steps):
            theta.append(gradient_step(theta[-1], curvature * theta[-1], rate / curvature))
        places = np.array(theta)
        x = np.linspace(-2.7, 2.7, 121)
        ax.plot(x, 0.5 * curvature * x**2, color=QUIET, linewidth=1.2)
        ax.plot(places, 0.5 * curvature * places**2, "o-", color=BLUE, markersize=5, linewidth=1.4)
        ax.plot(places[0], 0.5 * curvature * places[0] ** 2, "o", color=VERMILLION, markersize=8)
        ax.set_xlim(-2.7, 2.7)
        ax.set_ylim(-0.15 * curvature, 3.4 * curvature)
        ax.set_title(_("α = {rate:g}/c").format(rate=rate))
        ax.set_xlabel("θ")
        words.append(
            _("with {rate:g}/c, θ is {end} after {steps} steps").format(
                rate=rate, end=number(float(places[-1])), steps=steps
            )
        )
    axes[0].set_ylabel(_("loss"))
    text = _("Gradient descent on a parabola, from θ = {start:g}: {words}.")
    return set_alt(fig, minus(text.format(start=start, words="; ".join(words))))


@lru_cache(maxsize=8)
def _levels(name: str) -> tuple[Floats, Floats, Floats]:
    surface = find_surface(name)
    left, right, bottom, top = surface.view
    x, y = np.meshgrid(np.linspace(left, right, 70), np.linspace(bottom, top, 55))
    lowest = float(surface.loss(np.array(surface.minima[0])))
    # The fourth root spreads the lines evenly in a steep valley.
    return x, y, (surface.loss(np.stack([x, y], axis=-1)) - lowest) ** 0.25


def _draw_surface(ax: Axes, surface: Surface) -> None:
    x, y, height = _levels(surface.name)
    levels = np.linspace(float(height.min()), float(height.max()), 12)
    ax.contour(x, y, height, levels=levels, colors=GRID, linewidths=1.0)
    for minimum in surface.minima:
        ax.plot(*minimum, "*", color=INK, markersize=12, zorder=4)
    ax.plot(*surface.start, "o", color=INK, markersize=6, zorder=4)
    left, right, bottom, top = surface.view
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    ax.grid(False)
    ax.set_xlabel("θ₁")
    ax.set_ylabel("θ₂")
    ax.set_xticks([-4, -2, 0] if right - left > 5 else [-1, 0, 1])
    ax.set_yticks([-1, 0, 1])


def _inside(theta: Floats, surface: Surface) -> Floats:
    """The way as far as it can be drawn: up to the first point far outside the view."""
    left, right, bottom, top = surface.view
    wide = np.array([right - left, top - bottom])
    far = np.abs(theta - [(left + right) / 2, (bottom + top) / 2]) > 3 * wide
    out = np.flatnonzero(far.any(axis=1) | ~np.isfinite(theta).all(axis=1))
    return theta[: out[0]] if out.size else theta


def _outcome(path: Path, goal: float) -> str:
    arrived = path.steps_to(goal)
    if path.ran_off:
        return _("runs off")
    if arrived is None:
        return _("is not there after {steps} steps").format(steps=len(path.loss) - 1)
    return _("arrives in {steps} steps").format(steps=arrived)


@styled
def race(surface: str, paths: Mapping[str, Path], *, title: str | None = None, height: int = 350) -> Figure:
    """Ways over a surface, and the loss along them.

    Parameters
    ----------
    surface : a name in `SURFACES`
    paths : label → way over it
    title : what the figure says
    height : of the figure, in CSS pixels

    Returns
    -------
    Figure, with its alt text; "arrives" means that the loss is and stays within 0.01 of the lowest
    """
    ground = find_surface(surface)
    fig, (left, right) = new_figure(
        title or _("A race: {surface}").format(surface=ground.label),
        columns=2,
        height=height,
        gridspec_kw={"width_ratios": [3, 2]},
    )
    _draw_surface(left, ground)
    lowest = float(ground.loss(np.array(ground.minima[0])))
    words = []
    for index, (label, path) in enumerate(paths.items()):
        look = line_look(index)
        way = _inside(path.theta, ground)
        left.plot(*way.T, label=label, marker=".", markersize=4, **(look | {"linewidth": 1.3}))
        above = path.loss - lowest
        right.plot(np.where(np.isfinite(above), np.clip(above, _LOWEST, _HIGHEST), np.nan), **look)
        words.append(f"{label} {_outcome(path, lowest + 0.01)}")
    right.set_yscale("log")
    right.set_ylim(_LOWEST, 1e4)
    plain_ticks(right.yaxis, [1e-6, 1e-3, 1.0, 1e3], powers=True)
    right.xaxis.set_major_locator(MaxNLocator(2, integer=True))
    right.set_xlabel(_("steps"))
    right.set_title(_("loss above the lowest"))
    fig.legend(loc="outside lower center", ncols=min(len(paths), 4), handlelength=2.6)
    text = _("In the race “{surface}” {words}. Left the ways over the surface, right the loss after each step.")
    return set_alt(fig, text.format(surface=ground.label, words=join_words(words)))


@styled
def noise_by_batch(batch_sizes: Sequence[int], noise: Floats, *, title: str | None = None) -> Figure:
    """How noisy the gradient of a batch is, for each batch size.

    Parameters
    ----------
    batch_sizes : examples of a batch
    noise : array, shape (sizes,); distance from the gradient of all examples
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    sizes = np.asarray(batch_sizes, dtype=float)
    fig, (ax,) = new_figure(title or _("Four times the examples, half the noise"), height=310)
    ax.plot(sizes, noise[0] * np.sqrt(sizes[0] / sizes), color=QUIET, linestyle="--", label=_("noise of one / √B"))
    ax.plot(sizes, noise, "o", color=BLUE, label=_("measured"), markersize=7)
    ax.set_xscale("log")
    ax.set_yscale("log")
    plain_ticks(ax.xaxis, [float(size) for size in batch_sizes])
    plain_ticks(ax.yaxis, [0.1, 0.2, 0.5, 1, 2])
    ax.set_xlabel(_("batch size B"))
    ax.set_ylabel(_("noise of the gradient"))
    ax.legend(loc="upper right")
    words = join_words([f"{value:.2f} ({size:g})" for size, value in zip(sizes, noise, strict=True)])
    text = _("The noise of a batch’s gradient falls with the root of the batch size. Noise (batch size): {words}.")
    return set_alt(fig, text.format(words=words))


@lru_cache(maxsize=1)
def _bowl() -> tuple[Floats, Floats, Floats, Floats]:
    x, targets = line_data()
    best = np.linalg.lstsq(x, targets, rcond=None)[0]
    a, b = np.meshgrid(np.linspace(-0.4, 1.9, 60), np.linspace(-2.1, 0.6, 60))
    apart = np.stack([a, b], axis=-1) - best
    return a, b, 0.5 * np.mean((apart @ x.T) ** 2, axis=-1) ** 0.5, best


@styled
def batch_ways(paths: Mapping[str, BatchPath], *, title: str | None = None) -> Figure:
    """The ways that batches of some sizes lead, and the loss against the number of examples looked at.

    Parameters
    ----------
    paths : label → way
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("At one rate, neither the smallest nor the largest batch wins")
    fig, (left, right) = new_figure(title, columns=2, height=350)
    a, b, height, best = _bowl()
    left.contour(a, b, height, levels=8, colors=GRID, linewidths=1.0)
    words = []
    for index, (label, path) in enumerate(paths.items()):
        look = line_look(index)
        shown = np.clip(np.nan_to_num(path.weights, nan=9.0), -9, 9)
        left.plot(*shown.T, label=label, **(look | {"linewidth": 1.3, "linestyle": "-"}))
        excess = np.where(np.isfinite(path.excess), np.clip(path.excess, 1e-5, _HIGHEST), np.nan)
        # A line of a thousand points is thinned; its last point stays.
        keep = np.unique(np.linspace(0, len(excess) - 1, 200).astype(int))
        right.plot(path.seen[keep], excess[keep], **(look | {"linewidth": 1.6}))
        end = float(np.mean(path.excess[-max(1, len(path.excess) // 4) :]))
        words.append(
            _("{label}: {steps} steps, {loss} above").format(
                label=label, steps=len(path.excess) - 1, loss=f"{end:.1g}" if np.isfinite(end) else _("far")
            )
        )
    left.plot(0, 0, "o", color=INK, markersize=6, zorder=4)
    left.plot(*best, "*", color=INK, markersize=12, zorder=4)
    left.set_xlim(-0.4, 1.9)
    left.set_ylim(-2.1, 0.6)
    left.set_xticks([0, 1])
    left.set_yticks([-2, -1, 0])
    left.grid(False)
    left.set_xlabel(_("first weight"))
    left.set_ylabel(_("second weight"))
    right.set_yscale("log")
    right.set_ylim(1e-5, 3)
    plain_ticks(right.yaxis, [1e-4, 1e-2, 1.0], powers=True)
    right.set_xticks([0, 500, 1000])
    right.set_xlabel(_("examples looked at"))
    right.set_title(_("loss above the lowest"))
    fig.legend(loc="outside lower center", ncols=min(len(paths), 4), handlelength=2.6)
    seen = max(int(path.seen[-1]) for path in paths.values())
    text = _(
        "Loss above the lowest after {seen} looks at examples, mean over the last quarter: {words}. Left the ways "
        "of the two weights, right the loss."
    )
    return set_alt(fig, minus(text.format(seen=seen, words="; ".join(words))))
