"""Pictures of prices: an own model beside a rented one. Taught in chapter 22."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.numerics.economics import Prices, break_even, own_request
from bookutils.plots.comparison import powers_between
from bookutils.plots.figure import INK, line_look, new_figure, set_alt, styled
from bookutils.plots.log_scale import number, plain_ticks
from bookutils.plots.tables import short_count

_LOW, _HIGH = 10.0, 1e8


@styled
def cost_lines(own: Prices, rented: Prices) -> Figure:
    """What a day costs, for an own model and for a rented one, against the requests of that day.

    Parameters
    ----------
    own, rented : see `bookutils.numerics.economics.break_even`

    Returns
    -------
    Figure, with its alt text

    Notes
    -----
    Taught in chapter 22.
    """
    meets = break_even(own, rented)
    if math.isinf(meets):
        title = _("Never cheaper: each answer of the own model costs more")
    else:
        title = _("The own model is cheaper from {n} requests a day on").format(n=short_count(meets))
    fig, (ax,) = new_figure(title, height=350)
    requests = np.logspace(np.log10(_LOW), np.log10(_HIGH), 60)
    fixed = own["upkeep_per_day"] + own["setup"] / own["days"]
    each_own = own_request(own["per_hour"], own["requests_per_second"], own["utilisation"])
    each_rented = rented["per_thousand_tokens"] * rented["tokens"] / 1000
    ax.plot(requests, fixed + each_own * requests, label=_("own"), **line_look(0))
    ax.plot(requests, each_rented * requests, label=_("rented"), **line_look(1))
    if _LOW <= meets <= _HIGH:
        ax.plot([meets], [each_rented * meets], "o", color=INK, markersize=8)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(_LOW, _HIGH)
    ax.set_ylim(1e-3, 1e6)
    plain_ticks(ax.xaxis, powers_between(_LOW, _HIGH), powers=True)
    plain_ticks(ax.yaxis, powers_between(1e-3, 1e6, 2), powers=True)
    ax.set_xlabel(_("requests a day"))
    ax.set_ylabel(_("cost of the day, in your currency"))
    ax.legend(loc="upper left")
    return set_alt(
        fig,
        _("{title}. Own: {fixed:.2f} a day, and {own} for each request. Rented: {rented} for each request.").format(
            title=title, fixed=fixed, own=number(each_own), rented=number(each_rented)
        ),
    )
