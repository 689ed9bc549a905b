"""Activations to play with: units that fall silent, gradients that fade, detours. Taught in chapter 01.

Each function displays itself as the last expression of a cell. All numbers come from `bookutils.numerics`.
"""

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.numerics.activations.experiments import two_weight_path
from bookutils.numerics.activations.functions import ACTIVATIONS
from bookutils.numerics.activations.units import sample_layer
from bookutils.plots.activations.experiments import gradient_through_depth, two_weight_paths
from bookutils.plots.activations.functions import unit_and_layer
from bookutils.widgets.controls import ChoiceControl, Explorer, NumberControl

ALL = "all"


def _names() -> dict[str, str]:
    return {activation.name: activation.label for activation in ACTIVATIONS.values()}


def explore_unit(activation: str = "relu", bias: float = 0.0, scale: float = 1.0) -> Explorer:
    """Choose an activation, drag the bias and the size of the inputs, watch the share of silent units.

    Parameters
    ----------
    activation : the name in `ACTIVATIONS` to begin with
    bias : of all 100 units, from −10 to 10
    scale : standard deviation of the inputs, from 0.1 to 5

    Returns
    -------
    Explorer, with the controls ``activation``, ``bias`` and ``scale``
    """

    def draw(activation: str, bias: float, scale: float) -> Figure:
        return unit_and_layer(sample_layer(bias, scale), activation)

    return Explorer(
        draw,
        {
            "activation": ChoiceControl(_("activation"), _names(), activation),
            "bias": NumberControl(_("bias"), bias, -10.0, 10.0, 0.1),
            "scale": NumberControl(_("size of the inputs"), scale, 0.1, 5.0, 0.1),
        },
    )


def explore_depth(activation: str = ALL, depth: int = 10, weight: float = 1.0, x: float = 1.0) -> Explorer:
    """Choose an activation and the length of a chain of units, watch how much of the gradient is left.

    Parameters
    ----------
    activation : a name in `ACTIVATIONS`, or "all"
    depth : number of units in the chain, from 1 to 40
    weight : of each unit, from −3 to 3
    x : what goes into the first unit, from −3 to 3

    Returns
    -------
    Explorer, with the controls ``activation``, ``depth``, ``weight`` and ``x``
    """

    def draw(activation: str, depth: float, weight: float, x: float) -> Figure:
        names = None if activation == ALL else [activation]
        return gradient_through_depth(names, int(depth), x=x, weight=weight)

    return Explorer(
        draw,
        {
            "activation": ChoiceControl(_("activation"), {ALL: _("all of them"), **_names()}, activation),
            "depth": NumberControl(_("units in the chain"), depth, 1, 40, 1, whole=True),
            "weight": NumberControl(_("weight"), weight, -3.0, 3.0, 0.1),
            "x": NumberControl(_("input x"), x, -3.0, 3.0, 0.1),
        },
    )


def explore_zigzag(mean: float = 1.0, batch_size: int | None = 1, learning_rate: float = 0.2) -> Explorer:
    """Move the middle of the inputs, watch the way of two weights to their target.

    Parameters
    ----------
    mean : middle of the inputs: 0 is zero-centred, at 1 all of them are positive
    batch_size : examples for one step: 1, 8, or None for all
    learning_rate : of gradient descent, from 0.05 to 1.5

    Returns
    -------
    Explorer, with the controls ``mean``, ``batch_size`` and ``learning_rate``
    """

    def draw(mean: float, batch_size: int | None, learning_rate: float) -> Figure:
        path = two_weight_path(mean, batch_size=batch_size, learning_rate=learning_rate)
        title = _("Sixty steps of gradient descent on two weights")
        return two_weight_paths({_("inputs around {mean:g}").format(mean=mean): path}, title=title)

    return Explorer(
        draw,
        {
            "mean": NumberControl(_("mean of the inputs"), mean, 0.0, 1.0, 0.05),
            "batch_size": ChoiceControl(
                _("examples per step"), {1: _("one"), 8: _("eight"), None: _("all of them")}, batch_size
            ),
            "learning_rate": NumberControl(_("learning rate"), learning_rate, 0.05, 1.5, 0.05),
        },
    )
