"""What predictions cost: an own model on a machine by the hour against one that is paid by the token."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from bookutils.core.errors import UsageError
from bookutils.core.messages import _

Prices: TypeAlias = Mapping[str, float]


def break_even(own: Prices, rented: Prices) -> float:
    """Return the requests a day from which an own model is cheaper than a rented one.

    Parameters
    ----------
    own : "setup", paid once, and "days", over which it is spread; "upkeep_per_day"; "per_hour", the price of the
        machine; "requests_per_second", what it can do; "utilisation", the share of its time in which it is busy
    rented : "per_thousand_tokens", and "tokens" of one request

    Returns
    -------
    float; infinity where a request never costs less on the own machine

    Notes
    -----
    Fixed costs a day, F = upkeep + setup / days, are earned back by what each request saves, r − v, where
    r = price · tokens / 1000 and v = per_hour / (3600 · requests_per_second · utilisation). Taught in chapter 22.

    Examples
    --------
    >>> own = {"setup": 3650.0, "days": 365, "upkeep_per_day": 10.0, "per_hour": 1.0, "requests_per_second": 10.0,
    ...        "utilisation": 0.25}
    >>> round(break_even(own, {"per_thousand_tokens": 0.002, "tokens": 300}))
    40909
    """
    fixed = own["upkeep_per_day"] + own["setup"] / own["days"]
    request_rented = rented["per_thousand_tokens"] * rented["tokens"] / 1000
    request_own = own["per_hour"] / (3600 * own["requests_per_second"] * own["utilisation"])
    if request_own >= request_rented:
        return math.inf
    return fixed / (request_rented - request_own)


def own_request(per_hour: float, requests_per_second: float, utilisation: float = 1.0) -> float:
    """Return what one request costs on a machine that is paid by the hour.

    Raises
    ------
    UsageError
        When the machine answers nothing.

    Examples
    --------
    >>> own_request(3.6, 10.0, 0.5)
    0.0002
    """
    if requests_per_second <= 0 or utilisation <= 0:
        raise UsageError(_("A machine that answers nothing has no price for an answer."), _("Give more than 0."))
    return per_hour / (3600 * requests_per_second * utilisation)


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
    Each day saves n(r − v) − upkeep; the setup is divided by that. Taught in chapter 22.

    Examples
    --------
    >>> own = {"setup": 1000.0, "upkeep_per_day": 0.0, "per_hour": 3.6, "requests_per_second": 1.0, "utilisation": 1.0}
    >>> break_even_day(own, {"per_thousand_tokens": 0.02, "tokens": 100}, 10_000)
    100.0
    """
    r = rented["per_thousand_tokens"] * rented["tokens"] / 1000
    v = own_request(own["per_hour"], own["requests_per_second"], own["utilisation"])
    saved = requests_per_day * (r - v) - own["upkeep_per_day"]
    return round(own["setup"] / saved, 9) if saved > 0 else math.inf
