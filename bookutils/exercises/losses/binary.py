"""Exercises of chapter 02: cross-entropy of two classes from logits, hinge, a misprint to mend."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.activations.functions import sigmoid
from bookutils.numerics.losses import classification as book


def _mixed_labels(rng: Rng, size: int, ones: int) -> np.ndarray:
    labels = np.zeros(size, dtype=int)
    labels[:ones] = 1
    return rng.permutation(labels)


def _ordinary(rng: Rng) -> Iterable[Case]:
    for size, ones in ((2, 1), (3, 2), (4, 1), (6, 3)):
        yield case(rng.choice([-1, 1], size) * rng.uniform(0.4, 5.0, size), _mixed_labels(rng, size, ones))
    yield edge(np.array([0.0]), np.array([1]))
    yield edge(rng.uniform(-3, 3, 1), np.array([0]))


def _sure(rng: Rng) -> Iterable[Case]:
    """Some sure and right, some sure and wrong, on both sides."""
    for size in (4, 5, 6):
        labels = np.resize([1, 0, 1, 0], size)
        sizes = np.concatenate([rng.uniform(800, 3000, 2), rng.uniform(60, 400, size - 2)])
        wrong = np.resize([-1, -1, -1, 1], size)
        order = rng.permutation(size)
        yield case((wrong * (2 * labels - 1) * sizes)[order], labels[order])
    yield edge(np.array([1e6, -1e6]), np.array([1, 0]))
    yield edge(np.array([-1e6]), np.array([1]))


_FLOORS = (1e-7, 1e-6, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16)


def _cost(bugs: Switches, z: np.ndarray, floor: float, added: bool, product: bool, y: np.ndarray) -> np.ndarray:
    """The loss of each example; by way of probabilities where a switch asks for it."""
    if "sigmoid_twice" in bugs:
        z = sigmoid(z)
    if not bugs & {"clipped", "log_of_sigmoid"}:
        won, lost = -np.logaddexp(0, -z), -np.logaddexp(0, z)
    else:
        p = sigmoid(z)
        if "clipped" in bugs and not added:
            p = np.clip(p, floor, 1 - floor)
        plus = floor if "clipped" in bugs and added else 0.0
        won, lost = np.log(p + plus), np.log(1 - p + plus)
    sign = 1 if "first_minus_only" in bugs else -1
    if product:
        return -y * won + sign * (1 - y) * lost
    return np.where(y == 1, -won, sign * lost)


def _buggy_bce(
    bugs: Switches,
    logits: np.ndarray,
    labels: np.ndarray,
    floor: float = 1e-7,
    added: bool = False,
    product: bool = True,
) -> float:
    y = 1 - labels if "labels_exchanged" in bugs else labels
    cost = _cost(bugs, np.asarray(logits, dtype=float), floor, added, product, y)
    return float(cost.sum() if "sum" in bugs else cost.mean())


# The same errors by way of probabilities, which are lost for large logits, in two spellings.
_BY_PROBABILITIES = {
    id: tuple(switched(_buggy_bce, id, "log_of_sigmoid", product=product) for product in (True, False))
    for id in ("first_minus_only", "sigmoid_twice", "sum", "labels_exchanged", "log_of_sigmoid")
}
_CLIPPED = (
    *(switched(_buggy_bce, "clipped", floor=floor, added=added) for floor in _FLOORS for added in (True, False)),
    switched(_buggy_bce, "clipped", floor=1e-16, product=False),
)


BCE_LOGITS = Exercise(
    id="bce_logits",
    answer="bce_logits",
    asks=_("The mean binary cross-entropy, from logits, right for every logit."),
    reference=book.bce_logits,
    parts=(Part(_("ordinary logits"), 1, _ordinary), Part(_("a model that is very sure"), 2, _sure)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_bce,
        (
            "first_minus_only",
            _("Examples with the label 1 cost something; for those with the label 0 your loss goes down, below 0."),
            _("How much of the sum does the minus in front of it belong to?"),
            _("Put both terms in brackets: −(y log p + (1 − y) log(1 − p))."),
        ),
        (
            "sigmoid_twice",
            _("However sure the model is, each example costs between 0.3 and 1.1."),
            _("What are the limits of σ(σ(z))? How often did you apply the sigmoid?"),
            _("Apply the sigmoid once at most; softplus(z) − y·z needs none at all."),
        ),
        (
            "sum",
            _("Your loss grows with the number of examples."),
            _("Twice the batch, the same model: should the loss be twice as large?"),
            _("Divide by the number of examples: `np.mean` in place of `np.sum`."),
        ),
        (
            "clipped",
            _("However wrong the model is, an example never costs more than a fixed amount."),
            _("Where the loss is cut off it is flat. What is the gradient there, on the examples most wrong?"),
            _("Clip nothing: max(z, 0) − y·z + log(1 + e^(−|z|)) is finite by itself."),
        ),
        (
            "labels_exchanged",
            _("Your loss is smallest where the model is most wrong."),
            _("Which label selects log p, and which log(1 − p)?"),
            _("Exchange `labels` and `1 - labels`: y belongs to log p."),
        ),
        (
            "log_of_sigmoid",
            _("Ordinary logits come out right; large ones give `inf` or `nan`."),
            _("What are `np.exp(1000.0)` and `1 - sigmoid(60.0)` in a float? What of the logarithm then?"),
            _("Take the exponential of −|z| only, and no probability: max(z, 0) − y·z + log(1 + e^(−|z|))."),
        ),
        also={**_BY_PROBABILITIES, "clipped": _CLIPPED},
    ),
    combine=combiner(_buggy_bce),
    hints=(
        _("Begin with one example. Its loss is −log σ(z) for the label 1, and −log(1 − σ(z)) for the label 0."),
        _("These are softplus(−z) and softplus(z). They differ by z, so both in one line: softplus(z) − y·z."),
        _("softplus(z) = max(z, 0) + log(1 + e^(−|z|)). Take the mean at the end."),
    ),
)


def _scores(rng: Rng) -> Iterable[Case]:
    """In each case: beyond the margin, inside it, and wrong, with both labels."""
    for size in (6, 7, 8, 6):
        margins = np.concatenate([rng.uniform(1.2, 3, 2), rng.uniform(0.2, 0.8, 2), -rng.uniform(0.2, 3, size - 4)])
        labels = np.resize([1, 0], size)
        order = rng.permutation(size)
        yield case((margins * (2 * labels - 1))[order], labels[order])
    yield edge(np.array([1.0]), np.array([1]))
    yield edge(np.array([0.0, 0.0]), np.array([0, 1]))


def _satisfied(rng: Rng) -> Iterable[Case]:
    """Right beyond the margin: nothing to pay."""
    for size in (3, 4, 5):
        labels = np.resize([1, 0], size)
        margins = np.concatenate([rng.uniform(1.3, 4, 2), rng.uniform(1.3, 40, size - 2)])
        order = rng.permutation(size)
        yield case((margins * (2 * labels - 1))[order], labels[order])


def _buggy_hinge(bugs: Switches, scores: np.ndarray, labels: np.ndarray) -> float:
    s = sigmoid(scores) if "probabilities" in bugs else scores
    y = labels if "labels_0_1" in bugs else 2 * labels - 1
    product = -y * s if "plus" in bugs else y * s
    cost = (0 if "no_margin" in bugs else 1) - product
    if "no_max" not in bugs:
        cost = np.maximum(0, cost)
    return float(cost.sum() if "sum" in bugs else cost.mean())


HINGE = Exercise(
    id="hinge",
    answer="hinge",
    asks=_("The mean hinge loss, from scores and labels of 0 and 1."),
    reference=book.hinge,
    parts=(
        Part(_("right, close, and wrong"), 1, _scores),
        Part(_("right beyond the margin"), 1, _satisfied, alone=False),  # always 0
        Part(_("inputs left as they were"), 1, _scores, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_hinge,
        (
            "labels_0_1",
            _("Every example with the label 0 costs exactly 1, whatever its score is."),
            _("What is y · s when y is 0? Which two numbers does hinge take for y?"),
            _("Turn 0 and 1 into −1 and 1: `2 * labels - 1`."),
        ),
        (
            "no_margin",
            _("An example that is right by a hair costs you nothing."),
            _("At which value of y · s does the hinge loss become 0?"),
            _("Compare with 1, not with 0: max(0, 1 − y·s)."),
        ),
        (
            "no_max",
            _("Examples that are right by a wide margin make your loss negative."),
            _("May one good answer pay for the bad answer to another example?"),
            _("Cut off at 0: `np.maximum(0, 1 - y * s)`."),
        ),
        (
            "plus",
            _("Your loss grows for examples that are right."),
            _("With which sign does y · s stand in the formula?"),
            _("Write 1 − y·s, with a minus."),
        ),
        (
            "probabilities",
            _("Scores of 5 and of 50 cost you nearly the same, as if they were squeezed between 0 and 1 first."),
            _("Hinge takes a score as it is. What did you do to it?"),
            _("Leave the sigmoid out: the score itself goes into y·s."),
        ),
        (
            "sum",
            _("Your loss grows with the number of examples."),
            _("Twice the batch, the same model: should the loss be twice as large?"),
            _("Take `np.mean` in place of `np.sum`."),
        ),
    ),
    combine=combiner(_buggy_hinge),
    hints=(
        _("Work out by hand what the scores 2, 0.5 and −1 cost when the label is 1."),
        _("First make y = −1 of the label 0, in a new array: `2 * labels - 1`."),
        _("Then max(0, 1 − y·s) entry by entry (`np.maximum`), and the mean of it."),
    ),
)


def _moderate(rng: Rng) -> Iterable[Case]:
    """Both labels, each once on the right side and once on the wrong one, and two more; small enough for any form."""
    for size in (4, 5, 6):
        labels = np.resize([1, 0], size)
        sides = np.resize([1, 1, -1, -1], size)
        order = rng.permutation(size)
        yield case(((2 * labels - 1) * sides * rng.uniform(0.5, 3.5, size))[order], labels[order])
    yield edge(np.array([0.0]), np.array([1]))
    yield edge(np.array([-2.0]), np.array([0]))


def _printed_loss(bugs: Switches, z: np.ndarray, y: np.ndarray) -> float:
    """Cross-entropy in the ways in which it is misprinted."""
    p = sigmoid(z)
    y = 1 - y if "labels_exchanged" in bugs else y
    other = np.log(p) if "same_logarithm" in bugs else np.log(1 - p)
    won, lost = y * np.log(p), (1.0 if "both_always" in bugs else 1 - y) * other
    lost = 0.0 * lost if "half_missing" in bugs else lost
    loss = -won + lost if "bracket" in bugs else -(won + lost)
    return float(np.mean(loss))


BCE_HUNT = Exercise(
    id="bce_hunt",
    answer="bce_hunt",
    asks=_("The printed listing, mended: the mean binary cross-entropy from moderate logits."),
    reference=book.bce_logits,
    parts=(Part(_("both labels, right and wrong"), 0, _moderate),),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _printed_loss,
        (
            "half_missing",
            _("Examples with the label 0 cost you nothing, whatever the model says about them."),
            _("What is y · log p when y is 0? Which probability did the model give to what happened then?"),
            _("Add the second term, (1 − y) · log(1 − p), inside the bracket."),
        ),
        (
            "bracket",
            _("Examples with the label 0 lower your loss, the more so the more wrong the model is."),
            _("How much of the sum does the minus in front of it belong to?"),
            _("Put both terms in brackets: −(y log p + (1 − y) log(1 − p))."),
        ),
        (
            "both_always",
            _("Examples with the label 1 cost too much: both logarithms count for them."),
            _("What should the second term be multiplied by, so that it says nothing when y is 1?"),
            _("Multiply log(1 − p) by 1 − y."),
        ),
        (
            "labels_exchanged",
            _("Your loss is smallest where the model is most wrong."),
            _("Which label selects log p, and which log(1 − p)?"),
            _("y belongs to log p, 1 − y to log(1 − p)."),
        ),
        (
            "same_logarithm",
            _("Your loss does not depend on the labels at all."),
            _("When the label is 0, which probability did the model give to what happened?"),
            _("The second logarithm is that of 1 − p."),
        ),
    ),
    combine=combiner(_printed_loss),
    hints=(
        _("Put in one example with the label 0 and p = 0.9. What should it cost, and what does it cost?"),
        _("The loss is −log of the probability that the model gave to what happened: p, or 1 − p."),
        _("−(y log p + (1 − y) log(1 − p)), and the mean of it."),
    ),
    optional=True,
)
