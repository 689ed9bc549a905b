"""Pictures of fine-tuning: what is padding, how the learning rate moves, how a run goes, what a sentence gets.

Plain data in, a Figure with its alt text out; nothing here needs TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike, NDArray

from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles
from bookutils.plots.figure import BLUE, GREEN, GRID, INK, QUIET, VERMILLION, new_figure, set_alt, styled

_LONGEST_LABEL = 42


@styled
def padding_bars(shares: Mapping[str, float]) -> Figure:
    """Compare ways to batch: how much of the work is spent on padding.

    Parameters
    ----------
    shares : name of a way -> share of all positions that is padding, in [0, 1)
    """
    names, values = list(shares), np.array(list(shares.values()))
    fig, (ax,) = new_figure(
        _("Sorted into batches by length, little of the work is padding"), height=110 + 48 * len(names)
    )
    ax.barh(names, 1 - values, color=BLUE, label=_("words"))
    ax.barh(names, values, left=1 - values, color=GRID, hatch="///", edgecolor=QUIET, label=_("padding"))
    for row, value in enumerate(values):
        ax.text(1.01, row, f"{value:.0%}", va="center", color=INK)
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel(_("share of all positions that the encoder computes"))
    ax.grid(visible=False)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    told = "; ".join(f"{name}: {value:.0%}" for name, value in shares.items())
    return set_alt(fig, _("Bars of the share of positions that are padding. {told}.").format(told=told))


@styled
def step_sizes(sizes: ArrayLike) -> Figure:
    """Draw how far Adam moves a weight, as a share of the learning rate, in its first steps.

    Parameters
    ----------
    sizes : array, shape (steps,), the mean of |update| / learning rate
    """
    values = np.asarray(sizes, dtype=float)
    steps = np.arange(1, len(values) + 1)
    fig, (ax,) = new_figure(_("Adam's first steps are its largest, when it knows least"))
    ax.plot(steps, values, color=VERMILLION)
    ax.set_ylim(0, 1.08)
    ax.set_xlabel(_("step"))
    ax.set_ylabel(_("mean step ÷ learning rate"))
    ax.annotate(
        _("the first step: the whole learning rate"),
        (1, values[0]),
        (len(values) * 0.12, 0.93),
        color=INK,
        arrowprops={"arrowstyle": "->", "color": QUIET},
    )
    return set_alt(
        fig,
        _(
            "A curve that begins at {first:.2f} of the learning rate and falls to {last:.2f} within {steps} steps."
        ).format(first=values[0], last=values[-1], steps=len(values)),
    )


@styled
def schedule(rates: ArrayLike, warmup_steps: int, highest: float | None = None) -> Figure:
    """Draw a learning rate that rises, then falls.

    Parameters
    ----------
    rates : array, shape (total_steps + 1,)
    warmup_steps : where the rise should end
    highest : the end of the axis, so that pictures of several schedules can be compared
    """
    values = np.asarray(rates, dtype=float)
    title = _("Up for a while, then down to nothing") if warmup_steps else _("Down from the very first step")
    fig, (ax,) = new_figure(title, height=300)
    ax.plot(values, color=BLUE)
    ax.axvspan(0, warmup_steps, color=GREEN, alpha=0.15, linewidth=0)
    ax.text(warmup_steps, 0, _("  warm-up ends"), color=INK, va="bottom", fontsize=9)
    _rate_axis(ax)
    ax.set_xlabel(_("step"))
    ax.set_ylim(0, highest)
    return set_alt(
        fig,
        _(
            "The learning rate rises from {start} to {peak} at step {at}, then falls in a straight line to "
            "{end} at step {last}."
        ).format(
            start=_in_words(values[0]),
            peak=_in_words(values.max()),
            at=int(values.argmax()),
            end=_in_words(values[-1]),
            last=len(values) - 1,
        ),
    )


def _in_words(rate: float) -> str:
    return f"{rate:.1e}" if rate else "0"


def smooth(values: ArrayLike, window: int = 25) -> Doubles:
    """Return the mean of each value and up to `window` − 1 before it: the last loss is noise, their mean is not.

    >>> smooth([4.0, 2.0, 0.0], window=2)
    array([4., 3., 1.])
    """
    series = np.asarray(values, dtype=float)
    sums = np.concatenate([[0.0], np.cumsum(series)])
    ends = np.arange(1, len(series) + 1)
    starts = np.maximum(ends - window, 0)
    return (sums[ends] - sums[starts]) / (ends - starts)


@styled
def training_curves(
    losses: ArrayLike,
    learning_rates: ArrayLike,
    epoch_ends: Sequence[int],
    accuracies: Sequence[float],
    total_steps: int,
) -> Figure:
    """Draw a run as it stands: loss, learning rate, and accuracy on held-out sentences after each epoch.

    Parameters
    ----------
    losses, learning_rates : arrays, shape (steps so far,)
    epoch_ends : the steps after which an epoch was over
    accuracies : one for each of them, in [0, 1]
    total_steps : where the run ends
    """
    loss, mean = np.asarray(losses, dtype=float), smooth(losses)
    fig, (left, middle, right) = new_figure(_run_title(mean, accuracies), columns=3, width=760, height=300)
    steps = np.arange(1, len(loss) + 1)
    left.plot(steps, loss, color=BLUE, alpha=0.25, linewidth=0.8)
    left.plot(steps, mean, color=BLUE)
    left.set_title(_("loss"))
    left.set_ylim(0, max(1.0, float(loss.max(initial=0)) * 1.05) if len(loss) < 200 else 1.0)
    middle.plot(steps, np.asarray(learning_rates, dtype=float), color=GREEN)
    middle.set_title(_("learning rate"))
    _rate_axis(middle, label=False)
    middle.set_ylim(0, None)
    for ax in (left, middle):
        ax.set_xlim(0, total_steps)
        ax.set_xlabel(_("step"))
        for end in epoch_ends[:-1] if len(epoch_ends) and epoch_ends[-1] == total_steps else epoch_ends:
            ax.axvline(end, color=QUIET, linewidth=0.8, linestyle=":")
    epochs = np.arange(1, len(accuracies) + 1)
    right.plot(epochs, accuracies, color=VERMILLION, marker="o")
    for epoch, accuracy in zip(epochs, accuracies, strict=True):
        right.annotate(f"{accuracy:.0%}", (epoch, accuracy), (0, 7), textcoords="offset points", ha="center")
    right.set_title(_("right, held out"))
    right.set_xlabel(_("epoch"))
    right.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    right.set_ylim(min([0.5, *accuracies]), 1.0)
    last = max(len(accuracies), 2)
    right.set_xlim(0.5, last + 0.5)
    right.set_xticks(np.arange(1, last + 1))
    return set_alt(fig, _run_words(mean, accuracies, total_steps))


def _run_title(mean: NDArray, accuracies: Sequence[float]) -> str:
    if len(accuracies):
        return _("Loss {loss:.2f}; {accuracy:.0%} of the held-out sentences right").format(
            loss=mean[-1], accuracy=max(accuracies)
        )
    return _("Loss {loss:.2f}").format(loss=mean[-1]) if len(mean) else _("The first step takes longest: it compiles")


def _run_words(mean: NDArray, accuracies: Sequence[float], total_steps: int) -> str:
    if not len(mean):
        return _("Empty axes: no step is done yet.")
    words = _("The smoothed loss goes from {first:.2f} to {last:.2f} in {steps} of {total} steps.").format(
        first=mean[min(len(mean), 25) - 1], last=mean[-1], steps=len(mean), total=total_steps
    )
    if len(accuracies):
        shares = ", ".join(f"{accuracy:.0%}" for accuracy in accuracies)
        words += " " + _("Accuracy on held-out sentences after each epoch: {shares}.").format(shares=shares)
    return words


@styled
def probability_bars(sentences: Sequence[str], probabilities: ArrayLike) -> Figure:
    """Draw how positive each sentence is to the classifier.

    Parameters
    ----------
    sentences : list of str
    probabilities : array, shape (sentences,), in [0, 1]
    """
    values = np.asarray(probabilities, dtype=float)
    fig, (ax,) = new_figure(_("What the classifier makes of a sentence"), height=110 + 46 * len(sentences))
    colours = [BLUE if value > 0.5 else VERMILLION for value in values]
    rows = np.arange(len(values))
    ax.barh(rows, values - 0.5, left=0.5, color=colours, height=0.5)
    ax.axvline(0.5, color=INK, linewidth=1)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.5, 1], [_("negative"), _("undecided"), _("positive")])
    ax.set_yticks(rows, [shorten(sentence) for sentence in sentences])
    ax.invert_yaxis()
    for row, value in zip(rows, values, strict=True):
        positive, short = bool(value > 0.5), bool(abs(value - 0.5) < 0.15)
        ax.annotate(
            f"{value:.0%}",
            (value, row),
            (4 if positive is short else -4, 0),
            textcoords="offset points",
            fontsize=9,
            va="center",
            ha="left" if positive is short else "right",
            color=INK if short else "white",
        )
    told = " ".join(f"“{sentence}”: {value:.0%}." for sentence, value in zip(sentences, values, strict=True))
    return set_alt(fig, _("Probability of positive for each sentence. {told}").format(told=told))


def shorten(text: str, longest: int = _LONGEST_LABEL) -> str:
    """Cut a sentence for a label.

    >>> shorten("a film to remember", 9)
    'a film t…'
    """
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _rate_axis(ax: Axes, *, label: bool = True) -> None:
    ax.ticklabel_format(axis="y", style="sci", scilimits=(0, 0), useMathText=True)
    if label:
        ax.set_ylabel(_("learning rate"))
