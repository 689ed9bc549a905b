"""Exercises of chapter 02: cross-entropy of several classes from logits, and its gradient."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.losses import classification as book


def _labels(rng: Rng, batch: int, classes: int) -> np.ndarray:
    """Classes of which at least two are different, in random order."""
    first = rng.permutation(classes)[:2]
    return rng.permutation(np.concatenate([first, rng.integers(0, classes, batch - 2)]))


def _short(logits: np.ndarray) -> np.ndarray:
    """Whole 64ths, which a float32 holds exactly: so that whoever computes with those loses nothing at the start."""
    return np.round(logits * 64) / 64


def _ordinary(rng: Rng) -> Iterable[Case]:
    for batch, classes in ((2, 3), (3, 4), (4, 3), (5, 4)):
        yield case(rng.uniform(-3, 3, (batch, classes)), _labels(rng, batch, classes))
    yield edge(np.array([[0.0, 0.0]]), np.array([1]))
    yield edge(np.array([[4.0]]), np.array([0]))
    yield edge(rng.uniform(-3, 3, (1, 5)), np.array([3]))


def _large(rng: Rng) -> Iterable[Case]:
    """Logits that overflow, logits that all vanish, and a model that is sure and wrong by a long way."""
    for batch, classes in ((3, 3), (4, 3), (3, 4)):
        labels = _labels(rng, batch, classes)
        logits = rng.uniform(-3, 3, (batch, classes))
        logits += rng.permutation(np.resize([1, -1], batch))[:, np.newaxis] * rng.uniform(800, 3000, (batch, 1))
        logits[0, (labels[0] + 1) % classes] = logits[0].max() + rng.uniform(800, 2000)
        yield case(_short(logits), labels)
    yield edge(np.array([[1e6, -1e6]]), np.array([1]))


def _buggy_ce(bugs: Switches, logits: np.ndarray, labels: np.ndarray) -> float:
    z = book.softmax(logits, axis=1) if "softmax_twice" in bugs else np.asarray(logits, dtype=float)
    axis = 0 if "over_batch" in bugs else 1
    shift = np.zeros(()) if "no_maximum" in bugs else z.max(axis=axis, keepdims=True)
    powers = np.exp(z - shift)
    total = powers.sum(axis=axis, keepdims=True)
    log_p = np.log(powers / total) if "log_of_softmax" in bugs else z - shift - np.log(total)
    picked = log_p[:, labels] if "every_pair" in bugs else log_p[np.arange(len(labels)), labels]
    return float(-picked.sum() if "sum" in bugs else -picked.mean())


# An exponential that overflows, a logarithm of a probability that has become 0, or both, beside another error.
_LOST = (("no_maximum",), ("log_of_softmax",), ("no_maximum", "log_of_softmax"))


SOFTMAX_CE = Exercise(
    id="softmax_ce",
    answer="softmax_ce",
    asks=_("The mean cross-entropy over several classes, from logits, right for all logits."),
    reference=book.softmax_ce,
    parts=(Part(_("ordinary logits"), 2, _ordinary), Part(_("large logits"), 2, _large)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_ce,
        (
            "over_batch",
            _("What one example costs depends in your function on the logits of the other examples."),
            _("The logits are (batch, classes). Which of the two axes holds the candidates for one example?"),
            _("Sum over the classes: `axis=1`, or `axis=-1`."),
        ),
        (
            "no_maximum",
            _("Ordinary logits come out right; large ones, positive or negative, give `nan` or `inf`."),
            _("What is `np.exp(1000.0)`? And what may be added to all logits of a row without changing the softmax?"),
            _("Subtract each row's maximum before `np.exp`, and add it again outside the logarithm."),
        ),
        (
            "log_of_softmax",
            _("Where the model is sure and wrong by a long way, your loss is `inf`."),
            _("What is left of the right class's probability in a float, before its logarithm is taken?"),
            _("Do not go by way of the probability: logsumexp(z) − z[y]."),
        ),
        (
            "softmax_twice",
            _("However sure the model is, your loss stays in a narrow band."),
            _("The second softmax gets numbers between 0 and 1. How sure can it be?"),
            _("Apply softmax once; logsumexp(z) − z[y] contains it already."),
        ),
        (
            "every_pair",
            _("You averaged over all pairs of an example and a label in the batch."),
            _("What is the shape of `P[:, labels]`? How many of its entries belong to an example and its own label?"),
            _("Take one entry a row: `P[np.arange(len(labels)), labels]`."),
        ),
        (
            "sum",
            _("Your loss grows with the number of examples."),
            _("Twice the batch, the same model: should the loss be twice as large?"),
            _("Take the mean over the batch."),
        ),
        also={
            **{
                id: tuple(switched(_buggy_ce, id, *way) for way in _LOST)
                for id in ("over_batch", "softmax_twice", "every_pair", "sum")
            },
            "no_maximum": (switched(_buggy_ce, "no_maximum", "log_of_softmax"),),
        },
    ),
    combine=combiner(_buggy_ce),
    hints=(
        _("Write it for one row: −log softmax(z)[y]. Which two terms remain when the logarithm meets the fraction?"),
        _("The loss of a row is logsumexp(z) − z[y]; logsumexp(z) = m + log Σ exp(z − m), with m the row's maximum."),
        _("`z.max(axis=1, keepdims=True)` fits under the rows; `z[np.arange(len(labels)), labels]` picks one a row."),
    ),
)


def _gradient_batches(rng: Rng) -> Iterable[Case]:
    for batch, classes in ((2, 3), (3, 4), (4, 3), (5, 4)):
        yield case(rng.uniform(-2.5, 2.5, (batch, classes)), _labels(rng, batch, classes))
    yield edge(np.array([[0.0, 0.0]]), np.array([1]))
    yield edge(rng.uniform(-3, 3, (1, 4)), np.array([2]))


def _large_gradients(rng: Rng) -> Iterable[Case]:
    for batch, classes in ((3, 3), (4, 3), (2, 4)):
        logits = rng.uniform(-2.5, 2.5, (batch, classes))
        logits += rng.permutation(np.resize([1, -1], batch))[:, np.newaxis] * rng.uniform(800, 3000, (batch, 1))
        yield case(_short(logits), _labels(rng, batch, classes))


def _buggy_ce_grad(bugs: Switches, logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    z = np.asarray(logits, dtype=float)
    powers = np.exp(z if "no_maximum" in bugs else z - z.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    gradient = p.copy()
    if "label_everywhere" in bugs:
        gradient[:, labels] -= 1
    else:
        gradient[np.arange(len(labels)), labels] -= 1
    if "extra_slope" in bugs:
        gradient = gradient * p * (1 - p)
    if "sign" in bugs:
        gradient = -gradient
    if "no_batch" in bugs:
        return gradient / (p.shape[1] if "per_entry" in bugs else 1)
    return gradient / (gradient.size if "per_entry" in bugs else len(labels))


CE_GRAD = Exercise(
    id="ce_grad",
    answer="ce_grad",
    asks=_("The gradient of the mean cross-entropy at the logits."),
    reference=book.ce_grad,
    parts=(
        Part(_("batches"), 2, _gradient_batches),
        Part(_("large logits"), 1, _large_gradients),
        Part(_("inputs left as they were"), 1, _gradient_batches, compares="inputs"),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_ce_grad,
        (
            "sign",
            _("Your gradient is negative for the wrong classes and positive for the right one."),
            _("Descent *subtracts* the gradient. What would become of the right logit with yours?"),
            _("Write p − y, not y − p."),
        ),
        (
            "no_batch",
            _("Your gradient is that of the sum over the batch."),
            _("The loss is a mean over N examples. By how much does one example's share of it change?"),
            _("Divide by the number of examples, `len(labels)`."),
        ),
        (
            "per_entry",
            _("Your gradient is too small by a factor: the number of classes."),
            _("The mean runs over examples. Does it run over classes too?"),
            _("Divide by `len(labels)`, not by `logits.size`; `np.mean` is easily misled here."),
        ),
        (
            "extra_slope",
            _("Where the model is sure and wrong, your gradient is close to 0."),
            _("p(1 − p) is the slope of a squeeze that the logarithm has undone already. Where did it cancel?"),
            _("Leave out the factor p(1 − p): at the logits the gradient is p − y."),
        ),
        (
            "label_everywhere",
            _("You subtracted 1 in a label's column for every example, not only for its own."),
            _("What does `p[:, labels] -= 1` change in the first row?"),
            _("Subtract in one place a row: `p[np.arange(len(labels)), labels] -= 1`."),
        ),
        (
            "no_maximum",
            _("Ordinary logits come out right; large ones, positive or negative, give `nan`."),
            _("What is `np.exp(1000.0)`? And what may be subtracted from a row without changing the softmax?"),
            _("Subtract each row's maximum before `np.exp`."),
        ),
        also={
            id: (switched(_buggy_ce_grad, id, "no_maximum"),)
            for id in ("sign", "no_batch", "per_entry", "extra_slope", "label_everywhere")
        },
    ),
    combine=combiner(_buggy_ce_grad),
    hints=(
        _("For one example: the probabilities, with 1 subtracted in a single place. In which?"),
        _("The softmax is taken row by row, with the row's maximum subtracted before `np.exp`."),
        _("`p[np.arange(len(labels)), labels] -= 1` changes one place a row. The loss is a mean: divide by the batch."),
    ),
)
