"""Are the prices of chapter 22 those of a simulation, hour by hour?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.numerics import economics as costs

OWN = {"setup": 3000.0, "days": 300.0, "upkeep_per_day": 4.0, "per_hour": 0.8, "requests_per_second": 9.0,
       "utilisation": 0.3}  # fmt: skip


def bills(own, rented, requests, days):
    """What both ways cost in all, hour by hour: the machine runs until its day's work is done at its utilisation."""
    hours = requests / (own["requests_per_second"] * 3600) / own["utilisation"]
    ours = own["setup"] + days * (own["upkeep_per_day"] + hours * own["per_hour"])
    return ours, days * requests * rented["tokens"] * rented["per_thousand_tokens"] / 1000


@given(st.floats(0.001, 0.05), st.integers(10, 2000))
@settings(max_examples=40)
def test_at_break_even_both_bills_are_equal(price, tokens):
    """Do the two bills cross where the formula says, over the days of the setup?"""
    rented = {"per_thousand_tokens": price, "tokens": tokens}
    n = costs.break_even(OWN, rented)
    if np.isinf(n):
        ours, theirs = bills(OWN, rented, 1e9, OWN["days"])
        assert ours >= theirs
        return
    ours, theirs = bills(OWN, rented, n, OWN["days"])
    assert ours == pytest.approx(theirs)
    assert costs.break_even_day(OWN, rented, n) == pytest.approx(OWN["days"])
    day = costs.break_even_day(OWN, rented, 3 * n)
    np.testing.assert_allclose(*bills(OWN, rented, 3 * n, day))


def test_prices_of_answers():
    """Is a million a million times one, is never infinity, and is an idle machine refused?"""
    assert costs.million_predictions(0.01, 3.6) == pytest.approx(10.0)
    rented = {"per_thousand_tokens": 0.001, "tokens": 100}
    assert np.isinf(costs.break_even_day(OWN, rented, 10))
    with pytest.raises(UsageError):
        costs.own_request(1.0, 0.0)
