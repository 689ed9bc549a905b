"""Exercises of chapter 11: what stands between a sentence's vector and the loss, optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.bert.plain import head_loss


def _cross_entropy(z: Doubles, labels: Doubles) -> Doubles:
    return np.logaddexp(0, z) - z * labels


def _buggy_loss(
    bugs: Switches,
    pooled: Doubles,
    keep: Ints,
    rate: float,
    kernel: Doubles,
    bias: Doubles,
    labels: Ints,
    clip: float = 1e-7,
) -> float:
    scale = 1.0 if "not_rescaled" in bugs else 1 - rate
    z = pooled * keep / scale @ kernel + bias  # (batch, 1)
    y = np.asarray(labels, float)[:, np.newaxis]
    if "broadcast" in bugs:
        y = y.T  # (1, batch): every logit meets every label
    if "one_unit_softmax" in bugs:
        p = np.clip(np.ones_like(z), clip, 1 - clip)  # e^z / e^z
        losses = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    else:
        losses = _cross_entropy(1 / (1 + np.exp(-z)) if "sigmoid_twice" in bugs else z, y)
    return float(np.sum(losses) if "sum" in bugs else np.mean(losses))


def _head(rng: Rng, batch: int, rate: float) -> tuple[Doubles, Ints, float, Doubles, Doubles, Ints]:
    """Draw a batch whose logits and labels differ from row to row, and a head."""
    labels = np.arange(batch) % 2
    pooled = np.round(rng.uniform(0.2, 1.5, (batch, 4)), 2)
    keep = np.ones((batch, 4), np.int64)
    if rate:
        keep[np.arange(batch), rng.integers(0, 4, batch)] = 0
    kernel = np.round(rng.uniform(0.3, 1.2, (4, 1)), 2)
    pooled[labels == 0] *= -1  # so that a logit that meets another label costs more
    return pooled, keep, rate, kernel, np.round(rng.uniform(0.1, 0.5, 1), 2), labels


def _used(rng: Rng) -> Iterable[Case]:
    ones = np.ones((2, 1), np.int64)
    yield case(np.array([[2.0], [-1.0]]), ones, 0.0, np.array([[1.0]]), np.array([0.5]), np.array([1, 0]))
    for batch in (2, 3, 5, 6):
        yield case(*_head(rng, batch, 0.0))
    yield edge(*_head(rng, 1, 0.0))
    big = np.array([[1000.0], [-1000.0]])
    yield edge(big, ones, 0.0, np.array([[1.0]]), np.zeros(1), np.array([0, 0]))  # e^1000 overflows
    yield edge(big, ones, 0.0, np.array([[1.0]]), np.zeros(1), np.array([1, 1]))


def _trained(rng: Rng) -> Iterable[Case]:
    for batch, rate in ((2, 0.5), (3, 0.3), (4, 0.25), (6, 0.3)):
        yield case(*_head(rng, batch, rate))


HEAD_LOSS = Exercise(
    id="head_loss",
    answer="head_loss",
    asks=_("From pooled vectors to the loss: dropout, one unit, binary cross-entropy from logits."),
    reference=head_loss,
    parts=(Part(_("without dropout"), 0, _used), Part(_("with dropout"), 0, _trained)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    optional=True,
    mistakes=mistakes_of(
        _buggy_loss,
        (
            "sigmoid_twice",
            _("Your loss is that of a sigmoid of a sigmoid."),
            _("A loss from logits contains a sigmoid already. How many are there in yours?"),
            _("Give the loss z itself: max(z, 0) − z·y + log(1 + e^−|z|)."),
        ),
        (
            "one_unit_softmax",
            _("Your probability is 1 for every sentence."),
            _("A softmax divides by the sum over all units. What is left when there is one?"),
            _("Use the sigmoid, 1 / (1 + e^−z), or the loss from logits."),
        ),
        (
            "broadcast",
            _("You compare every logit with every label of the batch."),
            _("The logits have the shape (batch, 1), the labels (batch,). What shape has their difference?"),
            _("Take the one column of the logits, `[:, 0]`, before the labels come in."),
        ),
        (
            "not_rescaled",
            _("With dropout, your logits are too small."),
            _("When a third of the features is missing, how large is a sum of the others, on average?"),
            _("Divide what is kept by `1 - rate`."),
        ),
        (
            "sum",
            _("Your loss grows with the size of the batch."),
            _("Should the same sentence twice cost twice as much?"),
            _("Take the mean over the batch, not the sum."),
        ),
        also={"one_unit_softmax": (switched(_buggy_loss, "one_unit_softmax", clip=0.0),)},
    ),
    combine=combiner(_buggy_loss),
    hints=(
        _("Three lines: dropout, logit, loss. Write the shape beside each."),
        _("`(dropped @ kernel + bias)[:, 0]` are the logits, one for each sentence."),
        _("The loss of one logit is log(1 + e^z) − z·y. `np.logaddexp(0, z)` is its first term without overflow."),
    ),
)
