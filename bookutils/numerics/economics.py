"""What predictions cost: an own model on machines by the hour against one that is paid by the token."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from bookutils.core.errors import UsageError
from bookutils.core.messages import _

Prices: TypeAlias = Mapping[str, float]
HOURS, SECONDS = 24, 86_400  # of a day


def machine_capacity(own: Prices) -> float:
    """Return how many requests a day one machine answers before people wait in line.

    Parameters
    ----------
    own : "requests_per_second", what a machine does when it is busy; "busy_at_most", the share of a day in which it can
        be: requests come in the daytime and in bursts, and nobody wants to wait for the night

    Raises
    ------
    UsageError
        When the machine answers nothing.

    Examples
    --------
    >>> machine_capacity({"requests_per_second": 20.0, "busy_at_most": 0.25})
    432000.0
    """
    capacity = own["requests_per_second"] * SECONDS * own["busy_at_most"]
    if capacity <= 0:
        raise UsageError(_("A machine that answers nothing has no price for an answer."), _("Give more than 0."))
    return capacity


def machines_needed(own: Prices, requests: float) -> int:
    """Return how many machines a day with so many requests takes; one at least, which waits for the first of them.

    >>> machines_needed({"requests_per_second": 20.0, "busy_at_most": 0.25}, 1_000_000)
    3
    """
    return max(1, math.ceil(requests / machine_capacity(own)))


def own_day(own: Prices, requests: float) -> float:
    """Return what a day costs with an own model: the setup's share, the upkeep, and every hour of every machine.

    Parameters
    ----------
    own : see `break_even`
    requests : of that day

    Notes
    -----
    A machine is paid for while it waits, so a day's bill is flat until the next machine is needed. Taught in chapter
    22.

    Examples
    --------
    >>> own = {"setup": 0.0, "days": 1.0, "upkeep_per_day": 5.0, "per_hour": 0.5, "requests_per_second": 20.0,
    ...        "busy_at_most": 0.25}
    >>> own_day(own, 1), own_day(own, 432_000), own_day(own, 432_001)
    (17.0, 17.0, 29.0)
    """
    machines = machines_needed(own, requests)
    return own["upkeep_per_day"] + own["setup"] / own["days"] + HOURS * own["per_hour"] * machines


def rented_request(rented: Prices) -> float:
    """Return what one request to a rented model costs.

    >>> rented_request({"per_thousand_tokens": 0.002, "tokens": 500})
    0.001
    """
    return rented["per_thousand_tokens"] * rented["tokens"] / 1000


def break_even(own: Prices, rented: Prices) -> float:
    """Return the smallest number of requests a day at which an own model costs no more than a rented one.

    Parameters
    ----------
    own : "setup", paid once, and "days", over which it is spread; "upkeep_per_day"; "per_hour", the price of a machine;
        "requests_per_second", what it can do; "busy_at_most", the share of a day in which it can be busy
    rented : "per_thousand_tokens", and "tokens" of one request

    Returns
    -------
    float; infinity where even machines that are as busy as they can be cost more than the rented answers

    Raises
    ------
    UsageError
        When the machine answers nothing.

    Notes
    -----
    With F = upkeep + setup / days, the price p of a machine's day, its capacity c and the price r of a rented request,
    m machines are paid back at n = (F + m·p) / r, if they can answer so many: n ≤ m·c. The first m for which that
    holds is the smallest whole number ≥ F / (r·c − p). Just above m·c the next machine may make the own model dearer
    again, for a stretch. Taught in chapter 22.

    Examples
    --------
    >>> own = {"setup": 3650.0, "days": 365, "upkeep_per_day": 10.0, "per_hour": 1.0, "requests_per_second": 10.0,
    ...        "busy_at_most": 0.25}
    >>> round(break_even(own, {"per_thousand_tokens": 0.002, "tokens": 300}))
    73333
    """
    fixed = own["upkeep_per_day"] + own["setup"] / own["days"]
    machine_day = HOURS * own["per_hour"]
    each = rented_request(rented)
    earned = each * machine_capacity(own) - machine_day  # what a machine that is as busy as can be saves in a day
    if earned <= 0:
        return math.inf
    machines = max(1, math.ceil(fixed / earned))
    return (fixed + machines * machine_day) / each


def million_predictions(seconds_each: float, per_hour: float) -> float:
    """Return what a million predictions cost on a machine that does nothing else.

    >>> million_predictions(0.0036, 2.0)
    2.0
    """
    return 1e6 * seconds_each * per_hour / 3600


def break_even_day(own: Prices, rented: Prices, requests_per_day: float) -> float:
    """Return the day on which an own model has become cheaper in all, its setup paid back; infinity for never.

    Parameters
    ----------
    own, rented : as in `break_even`; "days" is not used
    requests_per_day : how many there are

    Notes
    -----
    Each day saves n·r, less the upkeep and the machines; the setup is divided by that. Taught in chapter 22.

    Examples
    --------
    >>> own = {"setup": 1000.0, "upkeep_per_day": 0.0, "per_hour": 0.5, "requests_per_second": 1.0, "busy_at_most": 1.0}
    >>> break_even_day(own, {"per_thousand_tokens": 0.02, "tokens": 100}, 11_000)
    100.0
    """
    running = own_day({**own, "setup": 0.0, "days": 1.0}, requests_per_day)
    saved = requests_per_day * rented_request(rented) - running
    return round(own["setup"] / saved, 9) if saved > 0 else math.inf
