"""Backpropagation to play with: a graph step by step, and a network that learns two moons. Taught in chapter 03.

Each function displays itself as the last expression of a cell. All numbers come from `bookutils.numerics`.
"""

from functools import lru_cache

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.numerics.backpropagation.example import STEPS
from bookutils.numerics.backpropagation.training import NetworkHistory, train_network, two_moons
from bookutils.plots.backpropagation.graph import computation_graph
from bookutils.plots.backpropagation.training import boundary_and_loss
from bookutils.widgets.controls import ChoiceControl, Explorer, NumberControl

MOON_STEPS = 300


def explore_graph(step: int = 0, y: int = 1, b1: float = 0.1, w2: float = 2.0) -> Explorer:
    """Go through the worked example step by step, forward and back, and change what it begins with.

    Parameters
    ----------
    step : from 0 to 10: five forward, five back
    y : the label
    b1 : bias of the hidden unit, from −1 to 1; low enough, it shuts the ReLU
    w2 : weight of the output unit, from −3 to 3

    Returns
    -------
    Explorer, with the controls ``step``, ``y``, ``b1`` and ``w2``
    """

    def draw(step: float, y: float, b1: float, w2: float) -> Figure:
        return computation_graph(int(step), y=y, b1=b1, w2=w2)

    return Explorer(
        draw,
        {
            "step": NumberControl(_("step"), step, 0, STEPS, 1, whole=True),
            "y": ChoiceControl(_("label y"), {1: "1", 0: "0"}, y),
            "b1": NumberControl(_("bias b₁"), b1, -1.0, 1.0, 0.1),
            "w2": NumberControl(_("weight w₂"), w2, -3.0, 3.0, 0.1),
        },
    )


@lru_cache(maxsize=64)
def _moons_at(learning_rate: float) -> NetworkHistory:
    return train_network(*two_moons(), learning_rate=learning_rate, steps=MOON_STEPS)


def explore_moons(learning_rate: float = 2.0, steps: int = 20) -> Explorer:
    """Choose a learning rate, drag the number of steps, watch the boundary and the loss.

    Parameters
    ----------
    learning_rate : of gradient descent, from 0.1 to 20
    steps : from 0 to 300

    Returns
    -------
    Explorer, with the controls ``learning_rate`` and ``steps``
    """
    x, y = two_moons()

    def draw(learning_rate: float, steps: float) -> Figure:
        return boundary_and_loss(x, y, _moons_at(learning_rate), int(steps), learning_rate)

    return Explorer(
        draw,
        {
            "learning_rate": NumberControl(_("learning rate"), learning_rate, 0.1, 20.0, 0.1),
            "steps": NumberControl(_("steps"), steps, 0, MOON_STEPS, 1, whole=True),
        },
    )
