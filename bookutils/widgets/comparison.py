"""Sizes and prices to play with: where parameters sit, how a budget is split, when an own model pays.

Taught in chapter 13. Each function displays itself as the last expression of a cell.
"""

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.numerics.scaling.laws import ScalingFit
from bookutils.numerics.scaling.parameters import ARCHITECTURES, Architecture
from bookutils.plots.economics import cost_lines
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


def explore_break_even(
    per_hour: float = 1.0, requests_per_second: float = 20.0, price: float = 0.002, tokens: int = 300
) -> Explorer:
    """Enter your prices, watch from how many requests a day an own model is cheaper.

    Parameters
    ----------
    per_hour : price of the own machine
    requests_per_second : what it can do
    price : of a thousand tokens of the rented model
    tokens : of one request

    Returns
    -------
    Explorer, with a control for each of these and ``utilisation`` (in %), ``setup`` (spread over a year), ``upkeep``
    """

    def draw(
        per_hour: float, requests_per_second: float, utilisation: float, setup: float, upkeep: float, price: float,
        tokens: float,
    ) -> Figure:  # fmt: skip
        own = {
            "setup": setup, "days": 365.0, "upkeep_per_day": upkeep, "per_hour": per_hour,
            "requests_per_second": requests_per_second, "utilisation": utilisation / 100,
        }  # fmt: skip
        return cost_lines(own, {"per_thousand_tokens": price, "tokens": tokens})

    return Explorer(
        draw,
        {
            "per_hour": NumberControl(_("machine, an hour"), per_hour, 0.05, 20.0, 0.05),
            "requests_per_second": NumberControl(_("requests a second"), requests_per_second, 0.1, 500.0, 0.1),
            "utilisation": NumberControl(_("busy, % of its time"), 25, 1, 100, 1, whole=True),
            "setup": NumberControl(_("setup, over a year"), 5000, 0, 200_000, 500, whole=True),
            "upkeep": NumberControl(_("upkeep, a day"), 10.0, 0.0, 1000.0, 1.0),
            "price": NumberControl(_("rented, 1,000 tokens"), price, 0.0001, 0.1, 0.0001),
            "tokens": NumberControl(_("tokens a request"), tokens, 10, 10_000, 10, whole=True),
        },
    )
