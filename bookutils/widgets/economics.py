"""Prices to play with: when an own model pays.

Taught in chapter 22. Each function displays itself as the last expression of a cell.
"""

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.plots.economics import cost_lines
from bookutils.widgets.controls import Explorer, NumberControl


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
    Explorer, with a control for each of these and ``busy_at_most`` (in %), ``setup`` (spread over a year), ``upkeep``
    """

    def draw(
        per_hour: float,
        requests_per_second: float,
        busy_at_most: float,
        setup: float,
        upkeep: float,
        price: float,
        tokens: float,
    ) -> Figure:
        own = {
            "setup": setup,
            "days": 365.0,
            "upkeep_per_day": upkeep,
            "per_hour": per_hour,
            "requests_per_second": requests_per_second,
            "busy_at_most": busy_at_most / 100,
        }
        return cost_lines(own, {"per_thousand_tokens": price, "tokens": tokens})

    return Explorer(
        draw,
        {
            "per_hour": NumberControl(_("machine, an hour"), per_hour, 0.05, 20.0, 0.05),
            "requests_per_second": NumberControl(_("requests a second"), requests_per_second, 0.1, 500.0, 0.1),
            "busy_at_most": NumberControl(_("busy at most, % of a day"), 25, 1, 100, 1, whole=True),
            "setup": NumberControl(_("setup, over a year"), 5000, 0, 200_000, 500, whole=True),
            "upkeep": NumberControl(_("upkeep, a day"), 10.0, 0.0, 1000.0, 1.0),
            "price": NumberControl(_("rented, 1,000 tokens"), price, 0.0001, 0.1, 0.0001),
            "tokens": NumberControl(_("tokens a request"), tokens, 10, 10_000, 10, whole=True),
        },
    )
