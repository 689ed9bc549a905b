"""Are the prices of chapter 22 those of a simulation, machine by machine?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.numerics import economics as costs

OWN = {
    "setup": 3000.0,
    "days": 300.0,
    "upkeep_per_day": 4.0,
    "per_hour": 0.8,
    "requests_per_second": 9.0,
    "busy_at_most": 0.3,
}


def bills(own, rented, requests):
    """What a day costs both ways, the machines counted one after the other."""
    machines, left = 1, requests - own["requests_per_second"] * 86400 * own["busy_at_most"]
    while left > 1e-6:
        machines, left = machines + 1, left - own["requests_per_second"] * 86400 * own["busy_at_most"]
    ours = own["setup"] / own["days"] + own["upkeep_per_day"] + 24 * own["per_hour"] * machines
    return ours, requests * rented["tokens"] * rented["per_thousand_tokens"] / 1000


@given(st.floats(0.0002, 0.05), st.integers(10, 2000))
@settings(max_examples=60)
def test_at_break_even_both_bills_are_equal(price, tokens):
    """Are both bills equal there, and is the own one higher for all smaller numbers of requests?"""
    rented = {"per_thousand_tokens": price, "tokens": tokens}
    n = costs.break_even(OWN, rented)
    if np.isinf(n):
        ours, theirs = bills(OWN, rented, 1e8)
        assert ours >= theirs
        return
    ours, theirs = bills(OWN, rented, n)
    assert ours == pytest.approx(theirs)
    for share in np.linspace(0.01, 0.99, 25):
        ours, theirs = bills(OWN, rented, share * n)
        assert ours > theirs
    assert costs.break_even_day(OWN, rented, n) == pytest.approx(OWN["days"])


@given(st.floats(1, 1e7))
def test_a_day_of_the_own_model_is_the_counted_one(requests):
    """Does the formula buy as many machines as counting does?"""
    assert costs.own_day(OWN, requests) == pytest.approx(
        bills(OWN, {"per_thousand_tokens": 0, "tokens": 0}, requests)[0]
    )


def test_prices_of_answers():
    """Is a million a million times one, is never infinity, and is an idle machine refused?"""
    assert costs.million_predictions(0.01, 3.6) == pytest.approx(10.0)
    rented = {"per_thousand_tokens": 0.001, "tokens": 100}
    assert np.isinf(costs.break_even_day(OWN, rented, 10))
    with pytest.raises(UsageError):
        costs.machine_capacity(OWN | {"requests_per_second": 0.0})
