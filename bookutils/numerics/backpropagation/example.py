"""The worked example of chapter 03 as a graph: every value on the way forward, every gradient on the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookutils.core.errors import UsageError
from bookutils.core.messages import _

X, W1, B1, W2, B2 = (1.0, 2.0), (0.6, -0.2), 0.1, 2.0, -0.6


@dataclass(frozen=True)
class Node:
    """One number of the graph.

    Parameters
    ----------
    name : as it is written in the chapter: "z₁"
    value : on the way forward
    gradient : of the loss with respect to it
    parents : names of the numbers that it is made of; none for an input, a parameter or the label
    slopes : for each parent, the derivative of this number with respect to it
    """

    name: str
    value: float
    gradient: float
    parents: tuple[str, ...] = ()
    slopes: tuple[float, ...] = ()


FORWARD = ("z₁", "a", "z₂", "p", "ℓ")  # the order of the steps; the way back is the same, turned round
STEPS = 2 * len(FORWARD)


def worked_example(y: float = 1.0, b1: float = B1, w2: float = W2) -> dict[str, Node]:
    """Two inputs, one hidden ReLU unit, one sigmoid output, cross-entropy: all numbers of the graph.

    Parameters
    ----------
    y : the label, 0 or 1
    b1 : bias of the hidden unit
    w2 : weight of the output unit

    Returns
    -------
    name → Node, parents before children; "ℓ" is the last. The label is a constant: its gradient is 0 here.

    Raises
    ------
    UsageError
        When the label is neither 0 nor 1.

    Notes
    -----
    z₁ = w₁₁·x₁ + w₂₁·x₂ + b₁, a = max(0, z₁), z₂ = w₂·a + b₂, p = σ(z₂), ℓ = −[y·log p + (1 − y)·log(1 − p)].
    w_ij leads from input i to unit j. The loss is computed from z₂, as chapter 01 teaches. Taught in chapter 03.

    Examples
    --------
    >>> graph = worked_example()
    >>> round(graph["p"].value, 3), round(graph["w₂₁"].gradient, 3)
    (0.5, -2.0)
    """
    if y not in (0, 1):
        raise UsageError(_("The label is {y}.").format(y=y), _("Use 0 or 1."))
    (x1, x2), (w11, w21) = X, W1
    z1 = w11 * x1 + w21 * x2 + b1
    a, slope = max(z1, 0.0), float(z1 > 1e-12)  # 0.3 − 0.3 is not 0 in binary; at the kink the slope counts as 0
    z2 = w2 * a + B2
    p = float(1 / (1 + np.exp(-z2)))
    loss = float(np.logaddexp(0, z2) - y * z2)
    dp = -1 / p if y else 1 / (1 - p)
    dz2 = p - y
    da = dz2 * w2
    dz1 = da * slope
    leaves = {
        "x₁": (x1, dz1 * w11),
        "w₁₁": (w11, dz1 * x1),
        "x₂": (x2, dz1 * w21),
        "w₂₁": (w21, dz1 * x2),
        "b₁": (b1, dz1),
        "w₂": (w2, dz2 * a),
        "b₂": (B2, dz2),
        "y": (float(y), 0.0),
    }
    inner = (
        Node("z₁", z1, dz1, ("x₁", "w₁₁", "x₂", "w₂₁", "b₁"), (w11, x1, w21, x2, 1.0)),
        Node("a", a, da, ("z₁",), (slope,)),
        Node("z₂", z2, dz2, ("a", "w₂", "b₂"), (w2, a, 1.0)),
        Node("p", p, dp, ("z₂",), (p * (1 - p),)),
        Node("ℓ", loss, 1.0, ("p",), (dp,)),
    )
    nodes = [Node(name, value, gradient) for name, (value, gradient) in leaves.items()]
    return {node.name: node for node in (*nodes, *inner)}


def known_at(step: int) -> tuple[frozenset[str], frozenset[str]]:
    """Say what is known after a step: (names whose value is known, names whose gradient is known).

    Parameters
    ----------
    step : 0 before anything; 1 to 5 forward, one inner number each; 6 to 10 back, one inner number handing on each

    Raises
    ------
    UsageError
        When there is no such step.

    Examples
    --------
    >>> sorted(known_at(6)[1])
    ['p', 'ℓ']
    """
    if not 0 <= step <= STEPS:
        raise UsageError(_("There is no step {step}.").format(step=step), _("Choose one from 0 to 10."))
    graph = worked_example()
    values = {name for name, node in graph.items() if not node.parents} | set(FORWARD[:step])
    gradients: set[str] = set()
    for name in FORWARD[::-1][: max(0, step - len(FORWARD))]:
        gradients |= {name, *graph[name].parents}
    return frozenset(values), frozenset(gradients)


@dataclass(frozen=True)
class HandedOn:
    """What a way back did in one order.

    Parameters
    ----------
    order : names, in the order in which they handed on
    sent : (from, to) → the gradient that went along this edge
    gradients : name → what had arrived there at the end
    """

    order: tuple[str, ...]
    sent: dict[tuple[str, str], float]
    gradients: dict[str, float]


def hand_on(order: tuple[str, ...] = ("ℓ", "v", "u"), x: float = 3.0) -> HandedOn:
    """Go back through u = x·x, v = u + x, ℓ = u·v, where each value hands on once, in a given order.

    Parameters
    ----------
    order : "ℓ", "v" and "u" as they get their turn; ("ℓ", "u", "v") is the wrong order
    x : the number that the graph begins with

    Returns
    -------
    HandedOn

    Notes
    -----
    The counter-example of chapter 03: u must wait for v.

    Examples
    --------
    >>> hand_on(("ℓ", "v", "u")).gradients["x"], hand_on(("ℓ", "u", "v")).gradients["x"]
    (135.0, 81.0)
    """
    u = x * x
    v = u + x
    slopes = {"u": {"x": 2 * x}, "v": {"u": 1.0, "x": 1.0}, "ℓ": {"u": v, "v": u}}
    gradients = {"x": 0.0, "u": 0.0, "v": 0.0, "ℓ": 1.0}
    sent = {}
    for name in order:
        for parent, slope in slopes[name].items():
            sent[name, parent] = slope * gradients[name]
            gradients[parent] += sent[name, parent]
    return HandedOn(tuple(order), sent, gradients)
