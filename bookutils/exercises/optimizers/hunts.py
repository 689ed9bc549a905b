"""Exercises of chapter 05: two printed listings to mend, both optional."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.exercises.optimizers.adam import adam_cases
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.optimizers import loop
from bookutils.numerics.optimizers import steps as book

Three = tuple[np.ndarray, np.ndarray, np.ndarray]


def _buggy_listing(
    bugs: Switches, theta: np.ndarray, g: np.ndarray, m: np.ndarray, v: np.ndarray, t: int, alpha: float
) -> Three:
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * (g if "not_squared" in bugs else g**2)
    with np.errstate(invalid="ignore"):
        m_hat = m if "m_uncorrected" in bugs else m / (1 - 0.9**t)
        v_hat = v / (1 - 0.999**t)
        root = np.abs(v_hat) if "no_root" in bugs else np.sqrt(v_hat)
        step = alpha * (np.sqrt(np.abs(m_hat)) if "root_above" in bugs else m_hat) / (root + 1e-8)
    return theta + step if "uphill" in bugs else theta - step, m, v


ADAM_HUNT = Exercise(
    id="adam_hunt",
    answer="adam_hunt",
    asks=_("The printed Adam, mended: new parameters and the two means."),
    reference=book.adam_step,
    parts=(Part(_("first and later steps"), 0, adam_cases),),
    tolerance=Tolerance(rtol=1e-5, atol=1e-9),
    mistakes=mistakes_of(
        _buggy_listing,
        (
            "no_root",
            _("The first step is still α/g: the steepest parameter moves least."),
            _("Which line makes the length of the first step depend on the gradient?"),
            _("Line e needs the root: `np.sqrt(v_hat) + epsilon`."),
        ),
        (
            "root_above",
            _("Your step depends on the root of m̂."),
            _("Above the line stands a gradient. What has to stand below, so that the units cancel?"),
            _("Take the root of `v_hat` alone."),
        ),
        (
            "not_squared",
            _("Your `v` is a mean of the gradients, not of their squares."),
            _("Was line b wrong?"),
            _("Leave line b as it is: `g**2`."),
        ),
        (
            "m_uncorrected",
            _("Your early steps are too short: `m` is used as it is."),
            _("What does line c do in the first step?"),
            _("Leave line c as it is, and use `m_hat` in line e."),
        ),
        (
            "uphill",
            _("Your step goes uphill."),
            _("Which sign does a step against the gradient have?"),
            _("Subtract the step in line e."),
        ),
    ),
    combine=combiner(_buggy_listing),
    hints=(
        _("Work out the first step for one gradient g by hand, line by line. What is m̂, and what is v̂?"),
        _("The first step of Adam has the length α for every gradient. Which line makes it depend on g?"),
    ),
    optional=True,
)


def _epochs(rng: Rng) -> Iterable[Case]:
    """Linear units with two or three weights; the last batch is a short one."""
    for examples, inputs, size in ((7, 2, 3), (9, 3, 4), (8, 2, 3), (11, 2, 4)):
        x, y = rng.uniform(0.5, 1.5, (examples, inputs)), rng.uniform(-3.0, -1.0, examples)
        # No example stays where it was, so that an order that is ignored shows.
        order = np.roll(rng.permutation(examples), 1)
        yield case(rng.uniform(-1.0, 1.0, inputs), x, y, order, size, rng.uniform(0.05, 0.1))
    yield edge(np.zeros(1), np.array([[1.0]]), np.array([1.0]), np.array([0]), 1, 0.1)
    yield edge(np.zeros(2), rng.uniform(-1, 1, (4, 2)), np.ones(4), np.arange(4), 2, 0.1)


def _buggy_epoch(
    bugs: Switches,
    w: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    order: np.ndarray,
    batch_size: int,
    learning_rate: float,
) -> np.ndarray:
    start = w
    for first in range(0, len(x), batch_size):
        rows = order[first : first + batch_size]
        if "drops_the_rest" in bugs and len(rows) < batch_size:
            break
        labels = y[first : first + batch_size] if "labels_left" in bugs else y[rows]
        errors = x[rows] @ (start if "old_weights" in bugs else w) - labels
        divisor = 1 if "a_sum" in bugs else len(x) if "by_all" in bugs else len(rows)
        w = w - learning_rate * (errors @ x[rows]) / divisor
    return w


BATCH_HUNT = Exercise(
    id="batch_hunt",
    answer="batch_hunt",
    asks=_("The printed epoch of mini-batch descent, mended: the weights after it."),
    reference=loop.batch_epoch,
    parts=(Part(_("one epoch"), 0, _epochs),),
    tolerance=Tolerance(rtol=1e-5, atol=1e-6),
    mistakes=mistakes_of(
        _buggy_epoch,
        (
            "by_all",
            _("Your steps are too short: the gradient of a batch is divided by the number of all examples."),
            _("The loss of a batch is a mean. Over how many examples?"),
            _("Divide by the size of the batch: `len(rows)`."),
        ),
        (
            "a_sum",
            _("Your steps are too long: the gradients of a batch are added, not averaged."),
            _("What happens to the length of a step when the batch is twice as large?"),
            _("Divide the sum by `len(rows)`."),
        ),
        (
            "labels_left",
            _("Inputs come in the new order, labels in the old one."),
            _("Which label belongs to the example in row 0 of `x[rows]`?"),
            _("Use `y[rows]`, beside `x[rows]`."),
        ),
        (
            "old_weights",
            _("Every batch of the epoch sees the weights with which the epoch began."),
            _("Which weights does the second step start from?"),
            _("Work out the errors with the `w` that the last step has left."),
        ),
        (
            "drops_the_rest",
            _("The last batch is left out when it is a short one."),
            _("How many examples does your epoch see?"),
            _("Go on to `len(x)`: a slice that reaches beyond the end is shorter, and no error."),
        ),
    ),
    combine=combiner(_buggy_epoch),
    hints=(
        _("Set the batch size to 1 and to all examples. With which of the two is the listing right?"),
        _("The loss of a batch is a mean over its own examples. By what does the listing divide its gradient?"),
    ),
    optional=True,
)
