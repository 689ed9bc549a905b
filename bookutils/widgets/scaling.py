"""Sizes to play with: where parameters sit, how a budget is split.

Taught in chapter 15. Each function displays itself as the last expression of a cell.
"""

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.numerics.scaling.laws import ScalingFit
from bookutils.numerics.scaling.parameters import ARCHITECTURES, Architecture
from bookutils.plots.scaling import budget_split, parameter_places
from bookutils.widgets.controls import Explorer, NumberControl


def explore_parameters(start: str = "BERT-base") -> Explorer:
    """Drag vocabulary, width, depth and heads, watch where the parameters sit.

    Parameters
    ----------
    start : a name in `ARCHITECTURES` to begin with

    Returns
    -------
    Explorer, with the controls ``vocabulary``, ``hidden``, ``layers`` and ``heads``
    """
    first = ARCHITECTURES[start]

    def draw(vocabulary: float, hidden: float, layers: float, heads: float) -> Figure:
        return parameter_places(Architecture("", int(vocabulary), int(hidden), int(layers), int(heads)))

    return Explorer(
        draw,
        {
            "vocabulary": NumberControl(_("word pieces"), first.vocabulary, 1000, 260_000, 1000, whole=True),
            "hidden": NumberControl(_("hidden size"), first.hidden, 64, 12_288, 64, whole=True),
            "layers": NumberControl(_("layers"), first.layers, 1, 96, 1, whole=True),
            "heads": NumberControl(_("heads"), first.heads, 1, 96, 1, whole=True),
        },
    )


def explore_budget(exponent: float = 23.76, alpha: float = 0.34, beta: float = 0.28) -> Explorer:
    """Drag the budget and the two exponents, watch the best split move.

    Parameters
    ----------
    exponent : of ten: a budget of 10^exponent operations
    alpha, beta : exponents of the law

    Returns
    -------
    Explorer, with the controls ``exponent``, ``alpha`` and ``beta``
    """

    def draw(exponent: float, alpha: float, beta: float) -> Figure:
        return budget_split(10.0**exponent, ScalingFit(alpha=alpha, beta=beta))

    return Explorer(
        draw,
        {
            "exponent": NumberControl(_("budget: 10 to the"), exponent, 17.0, 27.0, 0.1),
            "alpha": NumberControl(_("α, of parameters"), alpha, 0.25, 0.45, 0.005),
            "beta": NumberControl(_("β, of tokens"), beta, 0.25, 0.45, 0.005),
        },
    )
