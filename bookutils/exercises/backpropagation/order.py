"""Exercises of chapter 03: the order of the way back, and the slopes of four operations."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.backpropagation import engine as book
from bookutils.numerics.backpropagation.engine import Value
from bookutils.probes.backpropagation import order_of_graph, order_report

LONG = 140  # deeper than the 120 calls for which the probe leaves room


def _tree_edges(leaves: int) -> np.ndarray:
    """A sum that grows leaf by leaf: each value is used once."""
    rows = [[leaves, 0], [leaves, 1]]
    for leaf in range(2, leaves):
        top = leaves + leaf - 1
        rows += [[top, top - 1], [top, leaf]]
    return np.array(rows)


def _numbered(rng: Rng, edges: np.ndarray) -> np.ndarray:
    """The same graph under other numbers, in the same order: what must be listed is not known from its size."""
    return np.cumsum(rng.integers(1, 4, int(edges.max()) + 1))[edges]


def _trees(rng: Rng) -> Iterable[Case]:
    for leaves in rng.permutation([3, 4, 5, 6]):
        yield case(_numbered(rng, _tree_edges(int(leaves))))
    yield edge(np.array([[1, 0]]))


def _shared_edges(extra: int) -> np.ndarray:
    """A graph in which a value is reached from the loss directly, and later through a longer way.

    0 is a leaf, 1 is made of 0 and 0; a chain leads from 1 to the last but one; the loss is made of 1 and of the end
    of the chain, in this order, so that a walk which keeps its first meeting gets the order wrong.
    """
    end = 2 + extra
    chain = [[k, k - 1] for k in range(2, end + 1)]
    loss = end + 1
    return np.array([[1, 0], [1, 0], *chain, [end, 0], [loss, end], [loss, 1]])


def _shared(rng: Rng) -> Iterable[Case]:
    for extra in rng.permutation([1, 2, 3, 4]):
        edges = _numbered(rng, _shared_edges(int(extra)))
        yield case(edges)
        turned = edges.copy()  # the loss names its parents the other way round
        turned[-2:] = edges[:-3:-1]
        yield case(turned)
    yield edge(np.array([row for k in range(1, 9) for row in ([k, k - 1], [k, k - 1])]))


def _long(rng: Rng) -> Iterable[Case]:
    for length in LONG + rng.permutation(3):
        values = np.arange(1, length + 1)
        yield case(_numbered(rng, np.column_stack([values, values - 1])))


def _recursive(loss: Value, once: bool) -> list[Value]:
    order: list[Value] = []
    seen: set[int] = set()

    def visit(node: Value) -> None:
        if once and id(node) in seen:
            return
        seen.add(id(node))
        for parent in node.parents:
            visit(parent)
        order.append(node)

    visit(loss)
    return order


def _walk(loss: Value, once: bool, take: int) -> list[Value]:
    """Return the values as they are met, from the loss on; `take` chooses what is looked at next: 0 or −1."""
    order: list[Value] = []
    seen: set[int] = set()
    waiting = [loss]
    while waiting:
        node = waiting.pop(take)
        if once and id(node) in seen:
            continue
        seen.add(id(node))
        order.append(node)
        waiting.extend(node.parents)
    return order


def _parents_first(loss: Value, once: bool) -> list[Value]:
    order: list[Value] = []
    seen: set[int] = set()
    stack = [(loss, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif not once or id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def _buggy_order(bugs: Switches, loss: Value, take: int = -1) -> list[Value]:
    once = "each_use" not in bugs
    if "recursive" in bugs and "reversed_walk" in bugs:
        _recursive(loss, once)  # for its stack alone
    if "reversed_walk" in bugs:
        order = _walk(loss, once, take)[::-1]
    else:
        order = _recursive(loss, once) if "recursive" in bugs else _parents_first(loss, once)
    if "no_loss" in bugs:
        order = [node for node in order if node is not loss]
    if "no_leaves" in bugs:
        order = [node for node in order if node.parents]
    return order[::-1] if "backwards" in bugs else order


TOPOLOGICAL_ORDER = Exercise(
    id="topological_order",
    answer="topological_order",
    asks=_("All values that a loss was made of, each once, parents first."),
    reference=book.topological_order,
    probe=order_of_graph,
    view=order_report,
    parts=(
        Part(_("each value used once"), 1, _trees),
        Part(_("values used more than once"), 2, _shared),
        Part(_("a chain deeper than the stack"), 1, _long),
    ),
    tolerance=Tolerance(rtol=0.0, atol=0.0),
    mistakes=mistakes_of(
        _buggy_order,
        (
            "reversed_walk",
            _("The loss stands last, and yet some value stands before one of the values that it was made of."),
            _("You meet a value from the loss directly, and later again through another one. Which meeting counts?"),
            _("Append a value when all of its parents are in the list, not when you meet it."),
        ),
        (
            "backwards",
            _("The loss stands first in your list; it was made last."),
            _("Is this the order of the way forward, or of the way back?"),
            _("Turn the list round: `order[::-1]`."),
        ),
        (
            "each_use",
            _("A value that is used more than once stands in your list more than once."),
            _("How can you tell that you have been at a value before?"),
            _("Keep the `id` of each value that you have met in a set, and pass over those that are in it."),
        ),
        (
            "no_loss",
            _("The loss itself is missing from your list."),
            _("The way back begins with one value. Which?"),
            _("Append `loss` itself at the end."),
        ),
        (
            "no_leaves",
            _("The values that were made of nothing, the leaves, are missing from your list."),
            _("Inputs and parameters are leaves. Who clears their old gradients if they are not listed?"),
            _("Append a value also when its `parents` are empty."),
        ),
        (
            "recursive",
            _("Your function calls itself for each value on its way, and a long chain uses up Python's stack."),
            _("What does Python remember for you at each call, and where could you keep it yourself?"),
            _("Keep a list as your own stack, with entries (value, whether its parents are done)."),
        ),
        also={"reversed_walk": (switched(_buggy_order, "reversed_walk", take=0),)},
    ),
    combine=combiner(_buggy_order),
    hints=(
        _(
            "A value may be appended when all of its parents are in the list. So look at each value twice: on the way "
            "in, and when its parents are done."
        ),
        _(
            "Keep a stack of pairs (value, parents done). A pair with False is put back with True, and its parents on "
            "top of it with False."
        ),
        _(
            "`stack = [(loss, False)]`; pop; with True: append the value; with False and not seen: push (value, True), "
            "then (parent, False) for each parent."
        ),
    ),
)


def _pairs(rng: Rng, name: str) -> Iterable[Case]:
    for sign in (1, -1, 1, -1):
        yield case(name, float(rng.uniform(1.3, 2.0)), float(sign * rng.uniform(2.2, 3.0)))
    yield edge(name, 0.0, 1.0)


def _sums(rng: Rng) -> Iterable[Case]:
    yield from _pairs(rng, "+")
    yield from _pairs(rng, "-")


def _products(rng: Rng) -> Iterable[Case]:
    yield from _pairs(rng, "*")
    yield from _pairs(rng, "/")


def _buggy_slopes(bugs: Switches, name: str, a: float, b: float) -> list[float]:
    if name == "+":
        return [1.0, 1.0]
    if name == "-":
        return [1.0, 1.0 if "minus_lost" in bugs else -1.0]
    if name == "*":
        return [a, b] if "own_factor" in bugs else [b, a]
    second = -a / (b if "not_squared" in bugs else b**2)
    first = b if "divides_not" in bugs else 1 / b
    return [first, -second if "quotient_sign" in bugs else second]


LOCAL_SLOPES = Exercise(
    id="local_slopes",
    answer="local_slopes",
    asks=_("How much a sum, a difference, a product and a quotient answer to each of their two numbers."),
    reference=book.local_slopes,
    parts=(Part(_("sums and differences"), 0, _sums, alone=False), Part(_("products and quotients"), 0, _products)),
    tolerance=Tolerance(rtol=1e-5, atol=1e-7),
    mistakes=mistakes_of(
        _buggy_slopes,
        (
            "minus_lost",
            _("Your a − b grows when b grows."),
            _("What happens to a − b when b becomes a little larger?"),
            _("The second slope of a difference is −1."),
        ),
        (
            "own_factor",
            _("In a product, each slope is the number itself."),
            _("Let a be 2 and b be 3. By how much does a · b grow when a grows by 1?"),
            _("The slope with respect to a is b, and the other way round."),
        ),
        (
            "not_squared",
            _("The slope of a / b with respect to b is too large by the factor b."),
            _("Write a / b as a · b⁻¹. What is the derivative of b⁻¹?"),
            _("The second slope of a quotient is −a / b²."),
        ),
        (
            "divides_not",
            _("The slope of a / b with respect to a is b."),
            _("By how much does a / 4 grow when a grows by 1?"),
            _("The first slope of a quotient is 1 / b."),
        ),
        (
            "quotient_sign",
            _("The slope of a / b with respect to b has the wrong sign."),
            _("A larger b makes a / b smaller when a and b are positive. Which sign says that?"),
            _("The second slope of a quotient is −a / b²."),
        ),
    ),
    combine=combiner(_buggy_slopes),
    hints=(
        _("Hold one number fixed and ask by how much the result moves when the other moves a little."),
        _("Sum: 1 and 1. Difference: 1 and −1. Product: b and a. For the quotient, differentiate a · b⁻¹."),
    ),
    optional=True,
)
