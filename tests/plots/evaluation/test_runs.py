"""Do the pictures of several classifiers and their words hold the numbers?"""

from __future__ import annotations

import pytest

from bookutils.plots.evaluation import runs as plots
from bookutils.plots.figure import alt_text

FIGURES = {
    "accuracies": (
        lambda: plots.accuracies({"seed 0": 0.875, "a linear model": 0.8}, 872, "Two runs"),
        ["seed 0: 87.5% ± 1.1%"],
    ),
    "shares": (
        lambda: plots.shares([("plain", 90, 100), ("irony", 12, 20)], ("film reviews", 0.88), "Irony is hard"),
        ["plain 90% (83% to 94%, 100 sentences)", "film reviews 88%"],
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(*FIGURES[name])


def test_accuracies_have_their_errors():
    """Does each name stand with its accuracy and its standard error?"""
    figure = plots.accuracies({"seed 0": 0.875, "a linear model": 0.8}, 872, "Two runs")
    assert "seed 0: 87.5% ± 1.1%" in alt_text(figure)
    assert "a linear model: 80.0% ± 1.4%" in alt_text(figure)
    (ax,) = (axes for axes in figure.axes if axes.get_xlabel())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["seed 0", "a linear model"]
