"""Does the picture of the data show what it is given, and say it in words?"""

from __future__ import annotations

import pytest

from bookutils.plots.bert import evaluation as bert_evaluation
from bookutils.plots.bert import training as bert
from bookutils.plots.figure import alt_text

CLASSES = ("negative", "positive")
FIGURES = {
    "data": (lambda: bert_evaluation.data_at_a_glance([3, 3, 4, 9], [0, 1, 1, 1], CLASSES), ["from 3 to 9 tokens"]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(*FIGURES[name])


def test_the_data_are_counted():
    """Is every sentence in one bar of the histogram, and does each class have its share?"""
    figure = bert_evaluation.data_at_a_glance([3, 3, 4, 9], [0, 1, 1, 1], CLASSES)
    left, right = figure.axes
    assert sum(patch.get_height() for patch in left.patches) == 4
    assert [patch.get_height() for patch in right.patches] == pytest.approx([0.25, 0.75])
    assert "from 3 to 9 tokens" in alt_text(figure)
    assert "positive 75%" in alt_text(figure)


def test_schedules_can_be_compared_on_one_axis():
    """Does the axis end where it is told to, and does a schedule without warm-up not claim a rise?"""
    assert bert.schedule([1.0, 0.5, 0.0], 0, highest=4.0).axes[0].get_ylim() == (0, 4)
    assert bert.schedule([1.0, 0.5, 0.0], 0).get_suptitle() != bert.schedule([0.0, 1.0, 0.0], 1).get_suptitle()
