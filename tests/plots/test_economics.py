"""Does each picture of chapter 22 show its data, say so in words, and stay small?"""

import pytest

from bookutils.plots import economics as costs

OWN = {
    "setup": 2000.0,
    "days": 365.0,
    "upkeep_per_day": 5.0,
    "per_hour": 0.5,
    "requests_per_second": 20.0,
    "busy_at_most": 0.25,
}
RENTED = {"per_thousand_tokens": 0.002, "tokens": 60}
FIGURES = {
    "costs": lambda: costs.cost_lines(OWN, RENTED),
    "never": lambda: costs.cost_lines(OWN | {"requests_per_second": 0.01}, RENTED),
    "free": lambda: costs.cost_lines(OWN | {"setup": 0.0, "upkeep_per_day": 0.0}, RENTED),
}
WORDS = {
    "costs": ["up to 432,000 requests", "pays from 187,000 requests a day"],
    "never": ["Never cheaper"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS.get(name, []))
