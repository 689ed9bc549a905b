"""Pictures of prices: an own model beside a rented one. Taught in chapter 22."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.numerics.economics import HOURS, Prices, break_even, machine_capacity, own_day, rented_request
from bookutils.plots.comparison import powers_between
from bookutils.plots.figure import INK, QUIET, line_look, new_figure, set_alt, styled
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
    meets, capacity, each = break_even(own, rented), machine_capacity(own), rented_request(rented)
    if math.isinf(meets):
        title = _("Never cheaper: a machine costs more than all that it can answer")
    else:
        title = _("The own model pays from {n} requests a day").format(n=short_count(meets))
    fig, (ax,) = new_figure(title, height=350)
    steps = capacity * np.arange(1, 41)  # each is a machine more
    requests = np.unique(np.concatenate([np.geomspace(_LOW, _HIGH, 200), steps, steps * (1 + 1e-9)]))
    requests = requests[(requests >= _LOW) & (requests <= _HIGH)]
    ax.plot(requests, [own_day(own, n) for n in requests], label=_("own"), **line_look(0))
    ax.plot(requests, each * requests, label=_("rented"), **line_look(1))
    if _LOW <= meets <= _HIGH:
        ax.plot([meets], [each * meets], "o", color=INK, markersize=8)
    if _LOW <= capacity <= _HIGH:
        ax.axvline(capacity, color=QUIET, linestyle=":", linewidth=1.5)
        left = capacity > 1e5
        ax.text(
            capacity / 1.15 if left else capacity * 1.15,
            1.6e-3,
            _("all that one machine answers"),
            color=QUIET,
            fontsize=9,
            ha="right" if left else "left",
        )
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
        _(
            "{title}. Own: {first:.2f} a day with one machine, which answers up to {capacity} requests, and {more:.2f} "
            "for each machine more: flat, then steps. Rented: {rented} for each request, a straight line."
        ).format(
            title=title,
            first=own_day(own, 1),
            capacity=short_count(capacity),
            more=HOURS * own["per_hour"],
            rented=number(each),
        ),
    )
