"""What the answers of chapter 03 do to a graph, as plain data."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from bookutils.core.messages import _
from bookutils.numerics.backpropagation.engine import Operation, Value, build_graph

STACK_WAS_FULL = -1  # in the place of an order


def gradients_of(
    backward: Callable[[Value], Any], leaves: Sequence[float], operations: Sequence[Operation], passes: int = 1
) -> list[float]:
    """Run `backward` on the last value of a graph, once or more often, and return the gradient of every value.

    The probe of the exercise: it makes the graph and reads the gradients, and expects nothing.
    """
    nodes = build_graph(leaves, operations)
    for _unused in range(passes):
        backward(nodes[-1])
    return [node.grad for node in nodes]


def order_of_graph(order_of: Callable[[Value], Any], edges: Any) -> list[int]:
    """Ask `order_of` for the order of a graph. The probe of an exercise.

    Parameters
    ----------
    order_of : takes the last value of a graph and returns a list of values
    edges : whole numbers, shape (edges, 2); a row (k, j) says that value j is a parent of value k. Where k has several
        rows, their order is that of its parents. The loss is the value with the largest number.

    Returns
    -------
    the numbers of the values in the list; [−1] where Python's stack was full

    Notes
    -----
    While it runs there is room for 120 calls, less than Python's thousand, so that a chain which is too deep for a
    recursion need not be long. An answer may set the limit itself.
    """
    rows: list[list[int]] = np.asarray(edges, np.int64).tolist()
    nodes = [Value(0.0) for _unused in range(max(max(row) for row in rows) + 1)]
    for child, parent in rows:
        nodes[child].parents += (nodes[parent],)
        nodes[child].slopes += (1.0,)
    number = {id(node): place for place, node in enumerate(nodes)}
    try:
        with _short_stack():
            order = list(order_of(nodes[-1]))
    except RecursionError:
        return [STACK_WAS_FULL]
    if any(id(node) not in number for node in order):
        raise TypeError(_("the list holds something that is no value of this graph"))
    return [number[id(node)] for node in order]


def order_report(order: Any, edges: Any) -> dict[str, Any]:
    """Say what can be seen in an order of a graph.

    Parameters
    ----------
    order, edges : from and for `order_of_graph`

    Returns
    -------
    dict of words: "listed" (the numbers that stand in the list), "more than once", "before a parent" (those whose
    first place is before that of a parent) and "last"
    """
    found = [one if type(one) is int else STACK_WAS_FULL for one in order] if type(order) is list else [STACK_WAS_FULL]
    if STACK_WAS_FULL in found:
        return dict.fromkeys(("listed", "more than once", "before a parent", "last"), _("Python's stack was full"))
    place: dict[int, int] = {}
    for index, node in enumerate(found):
        place.setdefault(node, index)
    rows: list[list[int]] = np.asarray(edges, np.int64).tolist()
    early = {child for child, parent in rows if child in place and place[child] < place.get(parent, -1)}
    times = Counter(found)
    return {
        "listed": _numbers(place),
        "more than once": _numbers(node for node in place if times[node] > 1),
        "before a parent": _numbers(early),
        "last": _numbers(found[-1:]),
    }


def _numbers(found: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(found))) or _("none")


@contextmanager
def _short_stack(room: int = 120) -> Iterator[None]:
    depth, frame, before = 0, sys._getframe(), sys.getrecursionlimit()
    while frame.f_back is not None:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth + room)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
