"""Pictures of a network that learns two moons: its boundary, its loss, three learning rates. Taught in chapter 03."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from bookutils.core.messages import _, join_words
from bookutils.numerics.arrays import Doubles
from bookutils.numerics.backpropagation.training import NetworkHistory, network_logits
from bookutils.plots.figure import BLUE, INK, QUIET, VERMILLION, line_look, minus, new_figure, set_alt, styled

_GRID = 71
_GUESS = float(np.log(2))  # the loss of somebody who always says one half


def _draw_moons(ax: Axes, x: Doubles, y: Doubles, network: Mapping[str, Doubles], size: float) -> None:
    """The examples, the two sides of the boundary in pale colours, and the boundary between them."""
    across, up = np.linspace(-1.9, 2.9, _GRID), np.linspace(-1.5, 2.0, _GRID)
    points = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    with np.errstate(over="ignore", invalid="ignore"):
        logits = np.nan_to_num(network_logits(points, network), nan=0.0, posinf=1e9, neginf=-1e9)
    side = (logits > 0).astype(float).reshape(_GRID, _GRID)
    extent = (across[0], across[-1], up[0], up[-1])
    ax.imshow(side, origin="lower", extent=extent, cmap=_pale(), vmin=0, vmax=1, aspect="auto", zorder=0)
    if 0 < side.mean() < 1:
        ax.contour(across, up, np.clip(logits, -1, 1).reshape(_GRID, _GRID), levels=[0.0], colors=INK, linewidths=1.4)
    for label, marker, colour in ((0, "o", BLUE), (1, "^", VERMILLION)):
        rows = y[:, 0] == label
        ax.plot(*x[rows].T, marker, color=colour, markersize=size, markeredgewidth=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.set_xlim(across[0], across[-1])
    ax.set_ylim(up[0], up[-1])
    ax.set_xticks([])
    ax.set_yticks([])


def _pale() -> ListedColormap:
    return ListedColormap(["#d3e6f3", "#fbdfcd"])


@styled
def moving_boundary(x: Doubles, y: Doubles, history: NetworkHistory, steps: Sequence[int]) -> Figure:
    """Where a network draws the line between two moons, after some numbers of steps.

    Parameters
    ----------
    x, y : the examples, shapes (batch, 2) and (batch, 1)
    history : of a training
    steps : after which the boundary is shown, one panel each

    Returns
    -------
    Figure, with its alt text
    """
    title = _("Nobody drew this line: it follows from the gradients")
    fig, axes = new_figure(title, columns=len(steps), width=760, height=270)
    words = []
    for ax, step in zip(axes, steps, strict=True):
        _draw_moons(ax, x, y, history.networks[step], 2.4)
        right = float(history.accuracy[step])
        ax.set_title(_("{step} steps, {right:.0%} right").format(step=step, right=right))
        words.append(_("after {step} steps {right:.0%}").format(step=step, right=right))
    text = _("Two moons of {half} examples each, and the boundary of a network. On the right side of it are, {words}.")
    return set_alt(fig, text.format(half=len(x) // 2, words=join_words(words)))


@styled
def loss_curves(histories: Mapping[str, NetworkHistory], *, title: str | None = None) -> Figure:
    """The loss of several trainings, on one scale.

    Parameters
    ----------
    histories : label → history
    title : what the figure says

    Returns
    -------
    Figure, with its alt text
    """
    title = title or _("Too small crawls, too large does not arrive")
    fig, (ax,) = new_figure(title, height=360)
    words = []
    for number, (label, history) in enumerate(histories.items()):
        shown = np.where(np.isfinite(history.loss), history.loss, np.nan)
        ax.plot(np.minimum(shown, 100), label=label, **line_look(number))
        words.append(_loss_words(label, history))
    ax.axhline(_GUESS, color=QUIET, linewidth=0.9, label=_("always saying one half"))
    ax.set_yscale("log")
    ax.set_ylim(0.03, 60)
    ax.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    ax.minorticks_off()
    steps = len(next(iter(histories.values())).loss) - 1
    ax.set_xlim(0, steps)
    ax.set_xlabel(_("steps"))
    ax.set_ylabel(_("loss"))
    fig.legend(loc="outside lower center", ncols=2, columnspacing=2.0)
    return set_alt(
        fig, minus(_("{title}. {words}. The loss of a guess is 0.69.").format(title=title, words="; ".join(words)))
    )


def _loss_words(label: str, history: NetworkHistory) -> str:
    """Rough words, the same on every machine: what overshoots is chaotic in its last digits."""
    late = float(np.mean(history.loss[-50:]))
    if not late < _GUESS:  # nan too
        return _("{label}: on average no better than a guess in the last steps").format(label=label)
    return _("{label}: {loss:.1f} after {steps} steps").format(label=label, loss=late, steps=len(history.loss) - 1)


@styled
def boundary_and_loss(x: Doubles, y: Doubles, history: NetworkHistory, step: int, learning_rate: float) -> Figure:
    """The boundary after a number of steps, beside the loss up to there: the picture of the widget `explore_moons`.

    Parameters
    ----------
    x, y : the examples
    history : of a training at least `step` long
    step : which state is shown
    learning_rate : of the training, for the words

    Returns
    -------
    Figure, with its alt text
    """
    loss, right = float(history.loss[step]), float(history.accuracy[step])
    shown = minus(f"{loss:.2f}") if np.isfinite(loss) else _("no number any more")
    title = _("{step} steps at learning rate {rate:g}: loss {loss}, {right:.0%} right").format(
        step=step, rate=learning_rate, loss=shown, right=right
    )
    fig, (left, side) = new_figure(title, columns=2, width=720, height=330, width_ratios=[3, 2])
    _draw_moons(left, x, y, history.networks[step], 3.0)
    path = np.where(np.isfinite(history.loss), history.loss, np.nan)
    side.plot(np.clip(path, 0.02, 60), color=QUIET, linewidth=1.0, linestyle="--")
    side.plot(np.clip(path[: step + 1], 0.02, 60), color=BLUE)
    side.plot([step], np.clip(path[step : step + 1], 0.02, 60), "o", color=BLUE, markersize=6)
    side.axhline(_GUESS, color=QUIET, linewidth=0.9)
    side.set_yscale("log")
    side.set_ylim(0.02, 60)
    side.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    side.minorticks_off()
    side.set_xlim(0, max(len(path) - 1, 1))
    side.set_xlabel(_("steps"))
    side.set_title(_("loss; the grey line is a guess"))
    text = _("After {title}. At the start the loss was {start:.2f}, and {first:.0%} were on the right side.")
    return set_alt(fig, text.format(title=title, start=float(history.loss[0]), first=float(history.accuracy[0])))
