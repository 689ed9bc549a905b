"""Does each picture of chapter 02 show its data, say so in words, and stay small?"""

import numpy as np
import pytest

from bookutils.numerics.losses.experiments import escape_path, points_with_one_moved
from bookutils.plots.figure import alt_text, png
from bookutils.plots.losses import classification as plots
from bookutils.plots.losses import experiments

FIGURES = {
    "sure": plots.sure_and_wrong,
    "shift": plots.shifted_logits,
    "push": lambda: plots.pushed_logits(np.log([0.6, 0.2, 0.1, 0.1]), 2),
    "margin": plots.losses_of_a_margin,
    "temperature": lambda: plots.temperatures([2.0, 1.0, 0.0], 2.0, names=["a", "b", "c"]),
    "lines": lambda: experiments.three_lines(*points_with_one_moved(9.0, -20.0)),
    "escapes": lambda: experiments.escapes({"cross-entropy": escape_path("cross-entropy")}),
    "honest": lambda: experiments.honest_reports(0.7, 0.5),
    "honest, nobody reports": experiments.honest_reports,
    "honest at one half": lambda: experiments.honest_reports(0.5),
    "honest at the edge": lambda: experiments.honest_reports(0.98, 0.02),
}
WORDS = {
    "sure": ["gradient −0.9997", "gradient −0.0003"],
    "shift": ["stays at 3.35", "86"],
    "push": ["2: probability 0.10, push +0.90", "0: probability 0.60, push −0.60"],
    "margin": ["at 1 hinge 0.00, cross-entropy 0.31"],
    "temperature": ["a 0.51 instead of 0.67"],
    "lines": ["squared error −0.26", "absolute error 0.51"],
    "escapes": ["from −8.00 to 4.50"],
    "honest at one half": ["absolute error at 0.00 to 1.00", "hinge at 0.27 to 0.73"],
    "honest": ["cross-entropy at 0.70", "absolute error at 1.00", "hinge at 0.73", "absolute error 0.20"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS.get(name, []))


def test_other_data_give_another_picture():
    """Does the picture depend on the data, and the words with it?"""
    one = experiments.three_lines(*points_with_one_moved(9.0, -20.0))
    other = experiments.three_lines(*points_with_one_moved(9.0, 5.0))
    assert png(one) != png(other)
    assert alt_text(one) != alt_text(other)
