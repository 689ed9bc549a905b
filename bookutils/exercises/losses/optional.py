"""Exercises of chapter 02: Huber's loss, smoothed labels, temperature, all optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.losses import classification as book
from bookutils.numerics.losses.classification import soften
from bookutils.numerics.losses.regression import huber


def _errors(rng: Rng) -> Iterable[Case]:
    """Errors on both sides of δ, with both signs."""
    for size, delta in ((4, 1.5), (5, 0.7), (6, 2.5), (4, 0.4)):
        sizes = np.concatenate([delta * rng.uniform(0.2, 0.8, 2), delta * rng.uniform(1.5, 4, size - 2)])
        errors = rng.permutation(sizes * np.resize([1, -1], size))
        targets = rng.uniform(-3, 3, size)
        yield case(targets + errors, targets, delta)
    yield edge(np.array([0.0, 1.0, -1.0]), np.zeros(3), 1.0)
    yield edge(np.array([1e6]), np.array([0.0]), 1.0)


def _buggy_huber(bugs: Switches, predictions: np.ndarray, targets: np.ndarray, delta: float) -> float:
    error = predictions - targets
    size = error if "no_absolute" in bugs else np.abs(error)
    near = size**2 if "no_half" in bugs else size**2 / 2
    far = size if "slope_one" in bugs else delta * size
    far = far if "jump" in bugs else far - (0.5 * delta if "slope_one" in bugs else 0.5 * delta**2)
    inside = size <= delta
    cost = np.where(~inside if "branches_exchanged" in bugs else inside, near, far)
    return float(cost.sum() if "sum" in bugs else cost.mean())


HUBER = Exercise(
    id="huber",
    answer="huber",
    asks=_("The mean Huber loss."),
    reference=huber,
    parts=(Part(_("small and large errors"), 0, _errors),),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_huber,
        (
            "no_half",
            _("Small errors cost twice as much as they should."),
            _("The parabola must meet the line at δ, where the line stands at ½ δ². Where does yours stand?"),
            _("Inside δ, take half the square."),
        ),
        (
            "jump",
            _("Just beyond δ your loss leaps from ½ δ² to δ²."),
            _("Which constant makes the line begin where the parabola ends?"),
            _("Write δ · (|e| − ½ δ) beyond δ."),
        ),
        (
            "slope_one",
            _("Large errors are right only for δ = 1."),
            _("How steep is the parabola at |e| = δ? The line should go on as steeply."),
            _("Multiply by δ: δ · (|e| − ½ δ)."),
        ),
        (
            "branches_exchanged",
            _("Large errors are squared, small ones are not."),
            _("On which side of δ should an error be forgiven a part of what a square would ask?"),
            _("Turn the condition around: the parabola belongs where |e| ≤ δ."),
        ),
        (
            "no_absolute",
            _("Errors below the target are squared however large they are."),
            _("Is an error of −5 smaller than δ?"),
            _("Compare and compute with `np.abs(predictions - targets)`."),
        ),
        (
            "sum",
            _("Your loss grows with the number of examples."),
            _("Twice the batch, the same model: should the loss be twice as large?"),
            _("Take the mean."),
        ),
    ),
    combine=combiner(_buggy_huber),
    hints=(
        _("Take the size of each error first: `np.abs(predictions - targets)`."),
        _("`np.where(size <= delta, …, …)` chooses entry by entry between half the square and the line."),
    ),
    optional=True,
)


def _smoothed(rng: Rng) -> Iterable[Case]:
    for batch, classes in ((2, 3), (3, 4), (4, 3), (5, 6)):
        yield case(rng.integers(0, classes, batch), classes, round(float(rng.uniform(0.06, 0.4)), 2))
    yield edge(np.array([1, 0]), 2, 0.0)
    yield edge(np.array([0]), 4, 1.0)


def _buggy_smooth(bugs: Switches, labels: np.ndarray, num_classes: int, amount: float) -> np.ndarray:
    if "exchanged" in bugs:
        amount = 1 - amount
    one_hot = np.eye(num_classes)[labels]
    kept = one_hot if "nothing_taken" in bugs else (1 - amount) * one_hot
    if "nothing_given" in bugs:
        return kept
    share = amount if "undivided" in bugs else amount / num_classes
    if "others_only" in bugs:
        share = share * num_classes / (num_classes - 1)
        return kept + share * (1 - one_hot)
    return kept + share


SMOOTH_LABELS = Exercise(
    id="smooth_labels",
    answer="smooth_labels",
    asks=_("One-hot labels of which a part is spread evenly over all classes."),
    reference=book.smooth_labels,
    parts=(Part(_("rows of labels"), 0, _smoothed),),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_smooth,
        (
            "nothing_taken",
            _("Each of your rows sums to more than 1."),
            _("What is given to all classes has to come from somewhere. From where?"),
            _("Multiply the one-hot row by 1 − ε first."),
        ),
        (
            "nothing_given",
            _("Each of your rows sums to less than 1."),
            _("You took ε away from the right class. Who got it?"),
            _("Add ε / K to every entry."),
        ),
        (
            "undivided",
            _("Every class got the whole of ε."),
            _("ε is spread over K classes. How much is there for each?"),
            _("Add `amount / num_classes`."),
        ),
        (
            "others_only",
            _("You spread ε over the wrong classes only; some books do that, here all K classes share it."),
            _("In this definition the right class gets its share as well. How large is that?"),
            _("Add ε / K to every entry, also to the right class's."),
        ),
        (
            "exchanged",
            _("Most of the probability is spread, and little is left for the right class."),
            _("Which of ε and 1 − ε stays with the label?"),
            _("Keep 1 − ε, spread ε."),
        ),
    ),
    combine=combiner(_buggy_smooth),
    hints=(
        _("`np.eye(num_classes)[labels]` gives the one-hot rows."),
        _("Each row is (1 − ε) times the one-hot row, plus ε / K everywhere."),
    ),
    optional=True,
)


def _warm(rng: Rng) -> Iterable[Case]:
    for batch, classes, temperature in ((2, 3, 2.0), (3, 4, 0.5), (3, 3, 4.0), (2, 5, 1.6)):
        yield case(rng.uniform(-3, 3, (batch, classes)), temperature)
    yield edge(np.array([[1.0, 0.0]]), 1.0)


def _hot(rng: Rng) -> Iterable[Case]:
    for batch, classes, temperature in ((2, 3, 2.0), (3, 4, 0.5), (2, 4, 4.0)):
        yield case(np.round(64 * rng.uniform(-3, 3, (batch, classes))) / 64 + 4000.0, temperature)
    yield edge(np.array([[800.0, 0.0, -800.0]]), 0.25)


def _buggy_soften(bugs: Switches, logits: np.ndarray, temperature: float) -> np.ndarray:
    axis = 0 if "over_batch" in bugs else 1
    factor = temperature if "multiplied" in bugs else 1 / temperature
    z = logits if bugs & {"ignored", "after_softmax"} else logits * factor
    powers = np.exp(z if "no_maximum" in bugs else z - z.max(axis=axis, keepdims=True))
    p = powers / powers.sum(axis=axis, keepdims=True)
    return p * factor if "after_softmax" in bugs and "ignored" not in bugs else p


SOFTEN = Exercise(
    id="soften",
    answer="soften",
    asks=_("The softmax at a temperature."),
    reference=soften,
    parts=(Part(_("rows at several temperatures"), 0, _warm), Part(_("large logits"), 0, _hot)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_soften,
        (
            "multiplied",
            _("A high temperature makes your probabilities more extreme, a low one less."),
            _("Heat evens out. Should the differences between logits grow or shrink with τ?"),
            _("Divide the logits by the temperature."),
        ),
        (
            "ignored",
            _("Your probabilities are the same at every temperature."),
            _("Dividing all probabilities by τ and normalising again changes nothing. Where must τ act?"),
            _("Divide the *logits* by τ, before the exponential."),
        ),
        (
            "after_softmax",
            _("Your rows sum to 1/τ."),
            _("What must the probabilities of one row sum to, at any temperature?"),
            _("Divide the logits by τ, not the probabilities."),
        ),
        (
            "over_batch",
            _("Your columns sum to 1, not your rows."),
            _("The logits are (batch, classes). Which axis holds the candidates for one example?"),
            _("Take maximum and sum along `axis=1`, with `keepdims=True`."),
        ),
        (
            "no_maximum",
            _("Ordinary logits come out right; large ones give `nan`."),
            _("What is `np.exp(1000.0)`?"),
            _("Subtract each row's maximum before `np.exp`."),
        ),
    ),
    combine=combiner(_buggy_soften),
    hints=(
        _("It is the softmax of other logits. Of which?"),
        _("Divide by the temperature, subtract each row's maximum, take `np.exp`, divide by each row's sum."),
    ),
    optional=True,
)
