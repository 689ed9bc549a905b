"""Pictures of the class report: do they and their words hold the numbers, also of one submission and of hundreds?"""

from __future__ import annotations

import warnings

import pytest

from bookutils.plots import class_report
from bookutils.plots.figure import alt_text, css_size, png


def title(figure):
    return figure._suptitle.get_text()


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0], "At least half of the 4 submissions have 60% of the points or more"),
        ([0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0], "At least half of the 2 submissions have 70% of the points or more"),
        ([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "At least half of the 2 submissions have all points"),
        ([3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], "More than half of the 5 submissions have less than 10% of the points"),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "The share of the points that was earned"),
    ],
)
def test_the_title_says_where_the_middle_is(counts, says):
    """Is the sentence above the distribution true of the numbers below it?"""
    assert title(class_report.distribution(counts)) == says


def test_a_distribution_has_a_bar_for_each_share():
    """Does each bar have its height, and does the alt text name those that are not empty?"""
    counts = [2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5]
    figure = class_report.distribution(counts)
    (ax,) = (axes for axes in figure.axes if axes.get_xlabel())
    assert [bar.get_height() for bar in ax.patches] == counts
    assert "Submissions: 8." in alt_text(figure)
    assert "0–9 per cent: 2, 30–39 per cent: 1, 100 per cent: 5" in alt_text(figure)


def test_hard_exercises_stand_at_the_top():
    """Is the first exercise the topmost, and are both of its numbers told?"""
    figure = class_report.difficulty(["01 a", "01 b"], [0.25, 0.75], [0.1, 0.7])
    (ax,) = (axes for axes in figure.axes if axes.get_yticklabels())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["01 a", "01 b"]
    assert ax.yaxis_inverted()
    assert "01 a: 25% and 10%; 01 b: 75% and 70%" in alt_text(figure)


def test_a_long_course_is_cut_for_one_look():
    """Do a hundred exercises give a picture that still fits on a page, and words that say that there are more?"""
    figure = class_report.difficulty([f"e{n}" for n in range(100)], [n / 100 for n in range(100)], [0.5] * 100)
    assert css_size(figure)[1] < 1000
    assert "The other 88 are in the table." in alt_text(figure)


def test_mistakes_have_their_counts_and_their_base():
    """Is each mistake told with how many made it, of how many who started?"""
    named = [("Your gradient grows with `x`.", 7), ("It is negative.", 2)]
    figure = class_report.mistakes("relu_backward", named, [("It stops with an error.", 1), ("Another.", 0)], 27)
    assert title(figure) == "7 of 27 made the most frequent mistake"
    told = alt_text(figure)
    assert "7 of 27: Your gradient grows with `x`; 2 of 27: It is negative; 1 of 27: It stops with an error" in told
    assert "Another" not in told
    (ax,) = (axes for axes in figure.axes if axes.get_xlabel())
    assert "of 27 who started" in ax.get_xlabel()
    assert {bar.get_width() for bar in ax.patches} == {27, 7, 2, 1}
    hatched = [bar for bar in ax.patches if bar.get_hatch()]
    assert [bar.get_width() for bar in hatched] == [1]


@pytest.mark.parametrize("text", ["It costs $1 and $2_{x.", "word " * 200, "x" * 500, ""])
def test_any_sentence_can_be_drawn(text):
    """Do dollar signs, long sentences and long words draw without an error or a warning?"""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = class_report.mistakes(f"e {text}"[:30], [(text, 3)], [], 3)
        assert png(figure).startswith(b"\x89PNG")


def test_the_same_numbers_give_the_same_picture():
    """Are the bytes of two pictures of the same numbers the same?"""
    one, other = (png(class_report.mistakes("a", [("b", 1)], [("c", 1)], 4)) for _ in range(2))
    assert one == other
