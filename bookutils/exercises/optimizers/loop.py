"""Exercise of chapter 05: a whole training loop, optional."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.optimizers import loop as book
from bookutils.numerics.optimizers.experiments import moon_loss, moon_network

Points = tuple[np.ndarray, np.ndarray]


def _points(rng: Rng, number: int) -> Points:
    """Points of both labels, in a drawn order; the label is the sign of the first number, and now and then is not."""
    labels = rng.permutation(np.arange(number) % 2).astype(float)
    side = np.where(labels == 1, 1.0, -1.0) * rng.uniform(0.3, 1.5, number)
    return np.column_stack([side, rng.uniform(-1.0, 1.0, number)]), labels


def _trainings(rng: Rng) -> Iterable[Case]:
    for number, size, epochs in ((7, 3, 2), (10, 4, 3), (8, 3, 3), (11, 4, 2)):
        parts = _points(rng, number), _points(rng, 6)
        theta = moon_network(int(rng.integers(1000)))
        yield case(theta, *parts, [rng.permutation(number) for _epoch in range(epochs)], size, rng.uniform(0.5, 1.5))
    yield edge(moon_network(1), _points(rng, 4), _points(rng, 2), [np.arange(4)], 4, 0.5)
    yield edge(moon_network(2), _points(rng, 2), _points(rng, 2), [np.arange(2)], 1, 0.5)


def _buggy_loop(
    bugs: Switches,
    theta: np.ndarray,
    train: Points,
    held_out: Points,
    orders: Sequence[np.ndarray],
    batch_size: int,
    learning_rate: float,
) -> tuple[np.ndarray, np.ndarray]:
    x, labels = train
    losses = []
    for order in orders:
        before = moon_loss(theta, x, labels)[0], moon_loss(theta, *held_out)[0]
        for first in range(0, len(x), batch_size):
            rows = np.asarray(order)[first : first + batch_size]
            if "not_shuffled" in bugs:
                rows = np.arange(len(x))[first : first + batch_size]
            if "drops_the_rest" in bugs and len(rows) < batch_size:
                break
            goals = labels[first : first + batch_size] if "labels_left" in bugs else labels[rows]
            theta = theta - learning_rate * moon_loss(theta, x[rows], goals)[1]
        if "trains_on_held_out" in bugs:
            theta = theta - learning_rate * moon_loss(theta, *held_out)[1]
        after = moon_loss(theta, x, labels)[0], moon_loss(theta, *held_out)[0]
        losses.append(before if "measured_before" in bugs else after)
    return theta, np.array(losses)


TRAINING_LOOP = Exercise(
    id="training_loop",
    answer="training_loop",
    asks=_("A whole training: batches in a new order each epoch, and two losses after it."),
    reference=book.training_loop,
    parts=(Part(_("several epochs"), 0, _trainings),),
    tolerance=Tolerance(rtol=1e-4, atol=1e-5),
    mistakes=mistakes_of(
        _buggy_loop,
        (
            "labels_left",
            _("Your network learns other labels: inputs come in the new order, labels in the old one."),
            _("Which label belongs to the example in row 0 of `x[rows]`?"),
            _("Use `labels[rows]`, beside `x[rows]`."),
        ),
        (
            "not_shuffled",
            _("Your batches do not depend on `orders`."),
            _("Which examples make up the first batch of the second epoch?"),
            _("Take `rows = order[first : first + batch_size]`."),
        ),
        (
            "drops_the_rest",
            _("The last batch is left out when it is a short one."),
            _("How many examples does your epoch see?"),
            _("Go on to `len(x)`: a slice that reaches beyond the end is shorter, and no error."),
        ),
        (
            "trains_on_held_out",
            _("Your parameters depend on the held-out examples."),
            _("What can a loss still say about new examples, once they took part in the training?"),
            _("Use `held_out` for measuring alone, never for a step."),
        ),
        (
            "measured_before",
            _("The parameters are right; each row of losses comes one epoch early."),
            _("Does the last row show what the last epoch has done?"),
            _("Measure both losses after the steps of the epoch."),
        ),
    ),
    combine=combiner(_buggy_loop),
    hints=(
        _("Two loops: one over `orders`, and inside it one over the places where a batch begins."),
        _("`range(0, len(x), batch_size)` gives those places; `order[first : first + batch_size]` the rows of one."),
        _(
            "Inside: `gradient = moon_loss(theta, x[rows], labels[rows])[1]` and a step against it. After the inner "
            "loop: append `(moon_loss(theta, *train)[0], moon_loss(theta, *held_out)[0])`."
        ),
    ),
    optional=True,
)
