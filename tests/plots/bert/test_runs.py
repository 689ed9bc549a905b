"""Pictures of several runs: do they and their words hold the numbers, also of runs that broke down?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.plots.bert import runs as bert_runs
from bookutils.plots.figure import alt_text

FIGURES = {
    "losses": (
        lambda: bert_runs.losses(
            {"fine": np.linspace(0.7, 0.2, 40), "broken": [*np.linspace(0.7, 30, 35), *[np.inf] * 3, np.nan, 9.0]},
            "Two rates",
            highest=2.0,
        ),
        ["fine: 0.2"],
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(*FIGURES[name])


def test_a_run_that_breaks_down_stays_in_the_picture():
    """Are losses that are infinite or no numbers drawn at the upper edge, and the others where they are?"""
    broken = [0.7, 30.0, np.inf, np.nan, 5.0, 9.0]
    figure = bert_runs.losses({"fine": [0.7, 0.6, 0.5, 0.4, 0.3, 0.2], "broken": broken}, "Two rates", highest=2.0)
    (ax,) = (axes for axes in figure.axes if axes.get_xlabel())
    fine, bad = ax.get_lines()[:2]
    assert np.all(np.isfinite(bad.get_ydata())) and bad.get_ydata()[-1] == 2.0
    assert fine.get_ydata()[-1] < 0.5
    assert fine.get_linestyle() != bad.get_linestyle()
    assert "fine: 0.40" in alt_text(figure)
