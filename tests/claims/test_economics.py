"""Is what chapter 22 says true? Each sentence that a reader could doubt, computed."""

import numpy as np
import pytest

from bookutils.numerics import economics as costs
from tests.claims.quotation import says

OWN = {
    "setup": 2000.0,
    "days": 365,
    "upkeep_per_day": 5.0,
    "per_hour": 0.5,
    "requests_per_second": 20.0,
    "busy_at_most": 0.25,
}
RENTED = {"per_thousand_tokens": 0.002, "tokens": 60}


@says(
    "22-economics",
    "is paid for while it waits, too",
    "of the 22.48 that a day costs with one machine, 12 are the machine's",
)
def test_a_waiting_machine_costs_its_24_hours():
    """Does a day with one request cost as much as a day at capacity, 22.48 in all?"""
    assert costs.own_day(OWN, 1) == costs.own_day(OWN, 432_000) == pytest.approx(22.48, abs=0.005)
    assert 24 * OWN["per_hour"] == 12


@says("22-economics", "With $m$ machines the two are equal at", "Take the smallest $m$ that meets it.")
def test_the_crossing_is_the_first_one():
    """Is 187,329 a day where the bills cross, within one machine's 432,000, and dearer everywhere below?"""
    n = costs.break_even(OWN, RENTED)
    assert n == pytest.approx(187_329, abs=1)
    assert n < costs.machine_capacity(OWN) == 432_000
    for requests in np.linspace(1, n - 1, 200):
        assert costs.own_day(OWN, requests) > requests * costs.rented_request(RENTED)


@says("22-economics", "the own model's bill is a staircase, and the rented one's is a straight line")
def test_a_million_requests_need_three_machines():
    """Is a second machine bought just above the capacity, and a third for a million?"""
    assert [costs.machines_needed(OWN, n) for n in (10_000, 432_000, 432_001, 1_000_000)] == [1, 1, 2, 3]


@says("22-economics", "Otherwise the own model never pays, however many people ask.")
def test_a_slow_machine_never_pays():
    """Where r·c ≤ p: is the own model dearer at any number of requests?"""
    slow = OWN | {"requests_per_second": 4.0}  # earns 10.37 a day and costs 12
    assert costs.break_even(slow, RENTED) == np.inf
    for requests in np.geomspace(1, 1e8, 100):
        assert costs.own_day(slow, requests) > requests * costs.rented_request(RENTED)


@says("22-economics", "because somebody else uses it for the rest of the day, the crossing comes earlier")
def test_paying_for_busy_seconds_alone_is_cheaper():
    """Is the crossing lower where only the seconds of answers are paid?"""
    each = OWN["per_hour"] / (3600 * OWN["requests_per_second"])
    fixed = OWN["upkeep_per_day"] + OWN["setup"] / OWN["days"]
    assert fixed / (costs.rented_request(RENTED) - each) < 0.6 * costs.break_even(OWN, RENTED)
