"""Do the pictures of errors, promises and words show what they are given, and say it in words?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.numerics.evaluation.luck import Luck
from bookutils.plots.evaluation import answers as plots
from bookutils.plots.figure import alt_text, png

LUCK = Luck(np.linspace(0.01, 0.06, 201)[5:-5], np.array([0.0, 0.8]), np.array([0.3, 1.0]))
CLASSES = ("negative", "positive")
EDGES = np.linspace(0, 1, 101)
FIGURES = {
    "confusion": (
        lambda: plots.confusion([[40, 10], [5, 45]], CLASSES),
        ["positive taken for negative: 5"],
    ),
    "promises": (
        lambda: plots.reliability([0.1, 0.9], [0.2, 0.7], [10, 30], 0.175),
        ["90% → 70% (30)"],
    ),
    "promises and luck": (
        lambda: plots.reliability([0.1, 0.9], [0.2, 0.7], [10, 30], 0.175, LUCK, 1.5),
        ["by luck 1.2 to 5.8", "1 of 2 bins", "divided by 1.50"],
    ),
    "threshold": (
        lambda: plots.threshold_curves(EDGES, 0.5 + EDGES / 2, 1 - EDGES**2, 0.5, (0.75, 0.75)),
        ["Above 0.50: precision 75%, recall 75%."],
    ),
    "words": (
        lambda: plots.word_effects(["not", "a", "good", "film"], [-3.0, 0.0, 2.0, 0.1], 0.2),
        ["“not” −3.0"],
    ),
    "a long word": (lambda: plots.word_effects(["x" * 60], [0.0], 0.5), []),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(*FIGURES[name])


def test_the_confusion_matrix_names_each_count():
    """Does each of the four counts stand in its square and in the words?"""
    figure = plots.confusion([[40, 10], [5, 45]], CLASSES)
    written = [text.get_text().split("\n")[0] for text in figure.axes[0].texts]
    assert written == ["40", "10", "5", "45"]
    assert "15 of 100" in figure.get_suptitle()
    assert "positive taken for negative: 5" in alt_text(figure)


def test_promises_are_dots_beside_the_diagonal():
    """Does each bin have its dot, larger for more sentences, and is the error the title?"""
    figure = plots.reliability([0.1, 0.9], [0.2, 0.7], [10, 30], 0.175)
    dots = next(c for c in figure.axes[0].collections if len(c.get_offsets()) == 2 and len(c.get_sizes()) == 2)
    np.testing.assert_allclose(dots.get_offsets(), [[0.1, 0.2], [0.9, 0.7]])
    assert dots.get_sizes()[1] > dots.get_sizes()[0]
    assert "17.5 points" in figure.get_suptitle()
    assert "90% → 70% (30)" in alt_text(figure)


def test_the_threshold_is_marked_on_both_curves():
    """Does each curve carry a dot where the threshold is?"""
    figure = plots.threshold_curves([0, 0.5, 1], [0.5, 0.8, 0], [1, 0.6, 0], 0.5, (0.8, 0.6))
    dots = [line.get_xydata().tolist() for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    assert dots == [[[0.5, 0.8]], [[0.5, 0.6]]]
    assert "Above 0.50: precision 80%, recall 60%." in alt_text(figure)


def test_the_heaviest_word_is_named():
    """Is there a bar for each word with its sign, and does the title name the largest in size?"""
    figure = plots.word_effects(["not", "a", "good", "film"], [-3.0, 0.0, 2.0, 0.1], 0.2)
    assert [patch.get_width() for patch in figure.axes[0].patches] == pytest.approx([-3, 0, 2, 0.1])
    assert "“not”" in figure.get_suptitle()
    assert "“not” −3.0" in alt_text(figure)
    assert png(plots.word_effects(["x" * 60], [0.0], 0.5)).startswith(b"\x89PNG")


def test_precision_ends_where_it_is_undefined():
    """Where nothing is called positive, is there no line, rather than one that falls to 0?"""
    figure = plots.threshold_curves([0, 0.5, 1], [0.5, 0.8, 0], [1, 0.6, 0], 0.5, (0.8, 0.6))
    precision = next(line for line in figure.axes[0].lines if line.get_label() == "precision")
    np.testing.assert_array_equal(precision.get_ydata(), [0.5, 0.8, np.nan])
