"""A small reverse-mode engine: numbers that remember what they were made of. Taught in chapter 03."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bookutils.core.errors import UsageError
from bookutils.core.messages import _


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
