"""Exercises of chapter 03: back through any graph."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of
from bookutils.numerics.backpropagation import engine as book
from bookutils.probes.backpropagation import gradients_of


def _trees(rng: Rng) -> Iterable[Case]:
    for _unused in range(4):
        yield case(rng.uniform(0.5, 1.5, 4), [["*", 0, 1], ["+", 2, 4], ["*", 3, 5]], 1)
    yield edge(np.array([2.0]), [["tanh", 0, 0]], 1)


def _shared(rng: Rng) -> Iterable[Case]:
    for _unused in range(4):  # 2 = x·y is used at two depths, and has gradients of its own to hand on
        yield case(rng.uniform(0.5, 1.5, 2), [["*", 0, 1], ["+", 2, 0], ["*", 2, 3], ["*", 2, 4]], 1)
    yield edge(np.array([3.0]), [["*", 0, 0]], 1)
    yield edge(np.array([1.0]), [["+", place, place] for place in range(12)], 1)


def _again(rng: Rng) -> Iterable[Case]:
    for _unused in range(4):
        yield case(rng.uniform(0.5, 1.5, 3), [["*", 0, 1], ["*", 3, 2]], 2)


def _pre_order(loss: book.Value) -> list[book.Value]:
    """Return the values as a walk from the loss meets them, children of the first parent first."""
    order: list[book.Value] = []
    stack = [loss]
    while stack:
        node = stack.pop()
        if not any(node is other for other in order):
            order.append(node)
            stack.extend(reversed(node.parents))
    return order


def _buggy_backward(bugs: Switches, loss: book.Value) -> None:
    order = _pre_order(loss) if "pre_order" in bugs else book.topological_order(loss)[::-1]
    if "stale" not in bugs:
        for node in order:
            node.grad = 0.0
    loss.grad = 0.0 if "seed_zero" in bugs else 1.0
    for node in order:
        times = 1
        if "twice" in bugs:
            times = max(1, sum(parent is node for other in order for parent in other.parents))
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            share = times * slope * node.grad
            parent.grad = share if "overwritten" in bugs else parent.grad + share


VALUE_BACKWARD = Exercise(
    id="value_backward",
    answer="backward",
    asks=_("Write the gradient of the last value into every value of a graph."),
    reference=book.backward,
    probe=gradients_of,
    parts=(
        Part(_("each value used once"), 1, _trees),
        Part(_("values used more than once"), 2, _shared),
        Part(_("a second pass"), 1, _again),
    ),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_backward,
        (
            "overwritten",
            _("A value that is used more than once keeps the gradient of one use only."),
            _("Two ways lead from it to the loss. What becomes of the first when the second arrives?"),
            _("Add with `+=`."),
        ),
        (
            "pre_order",
            _("A value passed its gradient on before all of it had arrived."),
            _("When may a value pass on what it has: at the first arrival, or at the last?"),
            _("Go through the topological order from its end."),
        ),
        (
            "seed_zero",
            _("All gradients are 0."),
            _("How much does the loss change when the loss changes by a little?"),
            _("Set the gradient of the loss itself to 1 before you begin."),
        ),
        (
            "stale",
            _("The first pass is right; the second adds to what the first left behind."),
            _("What stands in `grad` when your function begins?"),
            _("Set `grad` of every value in the graph to 0 first."),
        ),
        (
            "twice",
            _("A value that is used more than once passes its gradient on once for each use."),
            _("How often does a shared value stand in your order?"),
            _("Put each value into the order once; remember which you have seen."),
        ),
    ),
    combine=combiner(_buggy_backward),
    hints=(
        _("Three steps: clear all gradients, give the loss a 1, hand gradients on from the end to the beginning."),
        _("A value's share for a parent is its own gradient times the slope for that parent. Shares are added."),
        _("`for node in reversed(topological_order(loss)):` then each parent with `parent.grad += slope * node.grad`."),
    ),
)
