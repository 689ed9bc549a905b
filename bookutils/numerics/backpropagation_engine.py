"""A small reverse-mode engine: numbers that remember what they were made of. Taught in chapter 03."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from bookutils.core.errors import UsageError
from bookutils.core.messages import _

STACK_WAS_FULL = -1  # in the place of an order


class Value:
    """A number in a graph.

    Parameters
    ----------
    data : the number
    parents : the values that it was made of; the same one may stand there twice
    slopes : for each parent, the derivative of this number with respect to it

    Examples
    --------
    >>> x = Value(3.0)
    >>> y = x * x + x
    >>> backward(y)
    >>> y.data, x.grad
    (12.0, 7.0)
    """

    def __init__(self, data: float, parents: Sequence[Value] = (), slopes: Sequence[float] = ()) -> None:
        self.data = data
        self.parents = tuple(parents)
        self.slopes = tuple(slopes)
        self.grad = 0.0

    def __add__(self, other: Value) -> Value:
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __sub__(self, other: Value) -> Value:
        return Value(self.data - other.data, (self, other), (1.0, -1.0))

    def __mul__(self, other: Value) -> Value:
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self) -> Value:
        """max(0, self); the slope at 0 counts as 0."""
        return Value(max(self.data, 0.0), (self,), (1.0 if self.data > 0 else 0.0,))

    def tanh(self) -> Value:
        """The hyperbolic tangent."""
        t = math.tanh(self.data)
        return Value(t, (self,), (1 - t * t,))


def topological_order(loss: Value) -> list[Value]:
    """Return every value that `loss` was made of, each once, parents before children; `loss` is the last.

    Iterative, because a long sum would use up Python's stack.
    """
    order: list[Value] = []
    seen: set[int] = set()
    stack = [(loss, False)]
    while stack:
        node, parents_done = stack.pop()
        if parents_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def backward(loss: Value) -> None:
    """Write the gradient of `loss` into `grad` of every value that it was made of; old gradients are replaced."""
    order = topological_order(loss)
    for node in order:
        node.grad = 0.0
    loss.grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad


def local_slopes(name: str, a: float, b: float) -> list[float]:
    """Return the two slopes of a + b, a - b, a * b or a / b: with respect to a, and with respect to b.

    Parameters
    ----------
    name : "+", "-", "*" or "/"
    a, b : the numbers that the operation is applied to

    Raises
    ------
    UsageError
        When no such operation is known.

    Examples
    --------
    >>> local_slopes("*", 3.0, 4.0)
    [4.0, 3.0]
    """
    if name == "+":
        return [1.0, 1.0]
    if name == "-":
        return [1.0, -1.0]
    if name == "*":
        return [b, a]
    if name == "/":
        return [1 / b, -a / b**2]
    raise UsageError(_("No operation is named {name!r}.").format(name=name), _('Use "+", "-", "*" or "/".'))


Operation = tuple[str, int, int]


def build_graph(leaves: Sequence[float], operations: Sequence[Operation]) -> list[Value]:
    """Build a graph from a plan.

    Parameters
    ----------
    leaves : the numbers that the graph starts from
    operations : (name, place, place): "+", "-", "*", "relu" or "tanh" of the values at these places so far; the last
        two take the first place alone

    Returns
    -------
    list of all values: the leaves, then one for each operation
    """
    nodes = [Value(float(leaf)) for leaf in leaves]
    for name, one, other in operations:
        a, b = nodes[one], nodes[other]
        if name == "+":
            nodes.append(a + b)
        elif name == "-":
            nodes.append(a - b)
        elif name == "*":
            nodes.append(a * b)
        else:
            nodes.append(a.relu() if name == "relu" else a.tanh())
    return nodes


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
