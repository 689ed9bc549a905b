"""Pictures of losses: what being wrong costs, and where the gradient at the logits points. Taught in chapter 02."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bookutils.core.messages import _, join_words
from bookutils.numerics.activations.functions import sigmoid, softplus
from bookutils.numerics.losses.classification import ce_grad, logsumexp, softmax
from bookutils.numerics.losses.experiments import margin_losses
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


@styled
def sure_and_wrong(*, limit: float = 8.0) -> Figure:
    """Squared error and cross-entropy of one example with the label 1, and their slopes at the logit.

    Parameters
    ----------
    limit : logits run from −limit to limit

    Returns
    -------
    Figure, with its alt text
    """
    z = np.linspace(-limit, limit, 401)
    p = sigmoid(z)
    curves = (
        (_("cross-entropy"), softplus(-z), p - 1),
        (_("half the squared error"), 0.5 * (1 - p) ** 2, (p - 1) * p * (1 - p)),
    )
    fig, (left, right) = new_figure(
        _("Sure and wrong: cross-entropy pulls, squared error lets go"), columns=2, height=330
    )
    for number, (label, loss, slope) in enumerate(curves):
        left.plot(z, loss, label=label, **line_look(number))
        right.plot(z, slope, **line_look(number))
    left.set_title(_("loss"))
    right.set_title(_("gradient at the logit"))
    for ax in (left, right):
        ax.set_xlabel(_("logit (the label is 1)"))
        ax.set_xlim(-limit, limit)
    fig.legend(loc="outside lower center", ncols=2, handlelength=2.6)
    words = join_words(
        [
            _("{label} {loss:.2f} with the gradient {slope:.4f}").format(label=label, loss=loss[0], slope=slope[0])
            for label, loss, slope in curves
        ]
    )
    text = _("Losses of an example with the label 1, and their gradients at the logit. At the logit {low:g}: {words}.")
    return set_alt(fig, minus(text.format(low=-limit, words=words)))


@styled
def shifted_logits(logits: Sequence[float] = (2.0, 1.0, -1.0), label: int = 2, *, limit: float = 150.0) -> Figure:
    """The cross-entropy of one example while the same number is added to all its logits, computed in two ways.

    Parameters
    ----------
    logits : of the example
    label : the number of the right class
    limit : the number that is added runs from −limit to limit

    Returns
    -------
    Figure, with its alt text; computed as float32, as networks mostly do
    """
    shift = np.linspace(-limit, limit, 1201, dtype=np.float32)
    rows = shift[:, np.newaxis] + np.array(logits, dtype=np.float32)
    with np.errstate(all="ignore"):
        powers = np.exp(rows)
        plain = -np.log(powers[:, label] / powers.sum(axis=1))
    safe = logsumexp(rows) - rows[:, label]
    right = float(safe[len(safe) // 2])
    # Close to the edge a few digits are left, or none: what is further off than a hundredth is lost.
    kept = shift[np.isfinite(plain) & (np.abs(plain - right) < 0.01)]
    low, high = float(kept.min()), float(kept.max())
    fig, (ax,) = new_figure(_("The plain formula loses the loss at both ends"), height=320)
    ax.axvspan(-limit, low, color=VERMILLION, alpha=0.12, linewidth=0, label=_("the plain formula is lost"))
    ax.axvspan(high, limit, color=VERMILLION, alpha=0.12, linewidth=0)
    ax.plot(shift, safe, color=BLUE, label=_("logsumexp(z) − z[y]"))
    ax.plot(
        shift[(shift >= low) & (shift <= high)],
        plain[(shift >= low) & (shift <= high)],
        color=VERMILLION,
        linestyle="--",
        label=_("−log(exp(z[y]) / sum of exp(z))"),
    )
    ax.set_xlim(-limit, limit)
    ax.set_ylim(0, 2 * right)
    ax.set_xlabel(_("the same number added to all logits"))
    ax.set_ylabel(_("loss of the example"))
    ax.legend(loc="lower center", ncols=1)
    text = _(
        "The loss of an example while one number is added to all its logits, computed as float32. By log-sum-exp it "
        "stays at {right:.2f} from {start:g} to {limit:g}. The plain formula gives it between about {low:.0f} and "
        "{high:.0f} only."
    )
    return set_alt(fig, minus(text.format(right=right, start=-limit, limit=limit, low=low, high=high)))


@styled
def pushed_logits(logits: ArrayLike, label: int, *, names: Sequence[str] | None = None) -> Figure:
    """The probabilities of one example, and how one step of descent pushes each of its logits.

    Parameters
    ----------
    logits : array of float, shape (classes,)
    label : the number of the right class
    names : of the classes; their numbers when None

    Returns
    -------
    Figure, with its alt text
    """
    row = np.asarray(logits, dtype=np.float64)
    p, push = softmax(row), -ce_grad(row[np.newaxis], [label])[0]
    places = np.arange(len(row))
    words = list(names or map(str, places))
    title = _("Each logit is pushed by what its probability lacks")
    fig, (left, right) = new_figure(title, columns=2, height=320)
    colours = [GREEN if place == label else QUIET for place in places]
    left.bar(places, p, color=colours, width=0.6)
    left.plot([label - 0.3, label + 0.3], [1, 1], color=GREEN, linewidth=2)
    left.text(label, 1.03, _("label"), ha="center", va="bottom")
    left.set_ylim(0, 1.15)
    left.set_title(_("probability p"))
    right.axhline(0, color=INK, linewidth=0.8)
    right.bar(places, push, color=colours, width=0.6)
    right.set_ylim(-1.1, 1.15)
    right.set_title(_("push y − p"))
    for place, (height, force) in enumerate(zip(p, push, strict=True)):
        left.text(place, height + 0.02, f"{height:.2f}", ha="center", va="bottom", fontsize=9)
        right.text(
            place,
            force + (0.04 if force > 0 else -0.04),
            minus(f"{force:+.2f}"),
            ha="center",
            va="bottom" if force > 0 else "top",
            fontsize=9,
        )
    for ax in (left, right):
        ax.set_xticks(places, words)
        ax.grid(axis="x", visible=False)
    said = "; ".join(
        _("{name}: probability {p:.2f}, push {push:+.2f}").format(name=name, p=a, push=b)
        for name, a, b in zip(words, p, push, strict=True)
    )
    text = _("The right class is {name}. {said}. All pushes together are 0.")
    return set_alt(fig, minus(text.format(name=words[label], said=said)))


@styled
def losses_of_a_margin(*, low: float = -3.0, high: float = 4.0) -> Figure:
    """What a margin costs: counted as right or wrong, by hinge, and by cross-entropy.

    Parameters
    ----------
    low, high : range of the margin y·s

    Returns
    -------
    Figure, with its alt text
    """
    margin = np.linspace(low, high, 701)
    looks: dict[str, tuple[str, dict[str, Any]]] = {
        "wrong": (_("wrong or right"), {"color": QUIET, "linestyle": ":"}),
        "hinge": (_("hinge"), {"color": VERMILLION, "linestyle": "--"}),
        "log": (_("cross-entropy"), {"color": BLUE}),
    }
    fig, (ax,) = new_figure(_("Hinge is satisfied at the margin; cross-entropy never is"), height=330)
    for name, loss in margin_losses(margin).items():
        label, look = looks[name]
        ax.plot(margin, loss, label=label, **look)
    ax.axvline(1, color=QUIET, linewidth=0.8)
    ax.text(1.05, 2.6, _("margin 1"), color=QUIET)
    ax.set_xlim(low, high)
    ax.set_ylim(-0.1, 4.2)
    ax.set_xlabel(_("y · s: how far on the right side the score is"))
    ax.set_ylabel(_("loss"))
    ax.legend(loc="upper right")
    at = {place: margin_losses(float(place)) for place in (-2, 0, 1, 3)}
    words = "; ".join(
        _("at {place} hinge {hinge:.2f}, cross-entropy {log:.2f}").format(
            place=place, hinge=float(values["hinge"]), log=float(values["log"])
        )
        for place, values in at.items()
    )
    return set_alt(fig, minus(_("What one example costs by its margin: {words}.").format(words=words)))


@styled
def temperatures(logits: ArrayLike, temperature: float = 1.0, *, names: Sequence[str] | None = None) -> Figure:
    """The softmax of one row of logits at temperature 1 and at another.

    Parameters
    ----------
    logits : array of float, shape (classes,)
    temperature : the logits are divided by it
    names : of the classes; their numbers when None

    Returns
    -------
    Figure, with its alt text
    """
    row = np.asarray(logits, dtype=np.float64)
    places = np.arange(len(row))
    words = list(names or map(str, places))
    plain, other = softmax(row), softmax(row, temperature=temperature)
    fig, (ax,) = new_figure(_("Temperature changes how sure the model is, not what it prefers"), height=300)
    ax.bar(places - 0.2, plain, width=0.36, color=QUIET, label=_("temperature 1"))
    ax.bar(places + 0.2, other, width=0.36, color=BLUE, label=_("temperature {t:g}").format(t=temperature))
    for place, value in zip(places, other, strict=True):
        ax.text(place + 0.2, value + 0.01, f"{value:.2f}", ha="center", va="bottom", fontsize=9)
    ax.set_xticks(places, words)
    ax.grid(axis="x", visible=False)
    ax.set_ylim(0, 1.1)
    ax.set_ylabel(_("probability"))
    ax.legend(loc="upper right")
    said = "; ".join(
        _("{name} {value:.2f} instead of {plain:.2f}").format(name=name, value=a, plain=b)
        for name, a, b in zip(words, other, plain, strict=True)
    )
    return set_alt(fig, _("At temperature {t:g}: {said}.").format(t=temperature, said=said))
