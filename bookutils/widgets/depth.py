"""Depth to play with: what a stack of layers does to numbers and gradients, and what two remedies do to the stack.

Each function displays itself as the last expression of a cell. All numbers come from `bookutils.numerics`. Taught in
chapter 04.
"""

from functools import lru_cache

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.numerics.activations.functions import ACTIVATIONS
from bookutils.numerics.depth.experiments import WIDTH, deep_profile
from bookutils.plots.depth import deep_profiles, single_profile
from bookutils.widgets.controls import ChoiceControl, Explorer, NumberControl

ALL = "all"
REMEDIES: dict[str, tuple[str, dict[str, bool]]] = {
    "neither": (_("neither"), {}),
    "normalised": (_("normalisation"), {"normalised": True}),
    "residual": (_("residuals"), {"residual": True}),
    "both": (_("both, pre-norm"), {"normalised": True, "residual": True}),
    "post_norm": (_("both, post-norm"), {"residual": True, "post_norm": True}),
}


def _names() -> dict[str, str]:
    return {activation.name: activation.label for activation in ACTIVATIONS.values()}


_profile = lru_cache(maxsize=64)(deep_profile)  # switching a remedy on and off shows the same stacks again


def explore_profile(activation: str = "relu", std: float = 0.1, depth: int = 50) -> Explorer:
    """Choose an activation, the size of the weights and the depth, watch what is left of numbers and gradients.

    Parameters
    ----------
    activation : the name in `ACTIVATIONS` to begin with
    std : standard deviation of all weights, from 0.005 to 1.5; each layer has 100 units
    depth : number of layers, from 1 to 60

    Returns
    -------
    Explorer, with the controls ``activation``, ``std`` and ``depth``
    """

    def draw(activation: str, std: float, depth: float) -> Figure:
        label = _("{name}, weights with the standard deviation {std:.3g}, fan_in times variance {product:.3g}").format(
            name=_names()[activation], std=std, product=WIDTH * std**2
        )
        return single_profile(deep_profile(activation, std, int(depth)), label)

    return Explorer(
        draw,
        {
            "activation": ChoiceControl(_("activation"), _names(), activation),
            "std": NumberControl(_("weights' std"), std, 0.005, 1.5, 0.005),
            "depth": NumberControl(_("layers"), depth, 1, 60, 1, whole=True),
        },
    )


def explore_remedies(remedy: str = ALL, activation: str = "relu", std: float = 0.1, depth: int = 50) -> Explorer:
    """Switch normalisation and residuals on and off, in either order, on the same stack of layers.

    Parameters
    ----------
    remedy : "all" for five stacks beside each other, "neither", "normalised", "residual", "both" or "post_norm"
    activation : the name in `ACTIVATIONS` to begin with
    std : standard deviation of all weights, from 0.01 to 1
    depth : number of layers, from 1 to 60

    Returns
    -------
    Explorer, with the controls ``remedy``, ``activation``, ``std`` and ``depth``
    """

    def draw(remedy: str, activation: str, std: float, depth: float) -> Figure:
        chosen = REMEDIES if remedy == ALL else {remedy: REMEDIES[remedy]}
        profiles = {label: _profile(activation, std, int(depth), **switches) for label, switches in chosen.values()}
        if remedy != ALL:
            ((label, profile),) = profiles.items()
            return single_profile(profile, _("Remedies: {label}").format(label=label))
        return deep_profiles(profiles, title=_("Two remedies on the same {depth} layers").format(depth=int(depth)))

    options = {ALL: _("all five beside each other"), **{key: label for key, (label, _switches) in REMEDIES.items()}}
    return Explorer(
        draw,
        {
            "remedy": ChoiceControl(_("remedy"), options, remedy),
            "activation": ChoiceControl(_("activation"), _names(), activation),
            "std": NumberControl(_("weights' std"), std, 0.01, 1.0, 0.01),
            "depth": NumberControl(_("layers"), depth, 1, 60, 1, whole=True),
        },
    )
