"""The solution: is it taken out whole, and nothing else with it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.authoring.markers import (
    BEGIN,
    END,
    PLACEHOLDER,
    marker,
    marker_problems,
    without_markers,
    without_solution,
)
from bookutils.authoring.source import Cell


def cell(*lines: str) -> Cell:
    options = {"tags": ["exercise"], "exercise": "double"}
    return Cell("code", tuple(enumerate(lines, start=10)), options, 7)


def fenced(*lines: str, options: str = ":tags: [exercise]\n:exercise: double\n\n") -> str:
    return "```{code-cell} ipython3\n" + options + "\n".join(lines) + "\n```\n"


def test_the_placeholder_stands_at_the_markers_indentation():
    """Does the learner see `...` where the solution began?"""
    shown = without_solution(cell("def f(x):", f"    {BEGIN}", "    return x", f"    {END}", "# end"))
    assert shown.source == f"def f(x):\n    {PLACEHOLDER}\n# end"
    assert [line for line, _ in shown.lines] == [10, 11, 14]


def test_the_solved_edition_has_the_solution_and_no_markers():
    """Does the solved cell run as a learner would have written it?"""
    shown = without_markers(cell("def f(x):", f"    {BEGIN}", "    return x", f"    {END}"))
    assert shown.source == "def f(x):\n    return x"


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        (fenced("x = 1", BEGIN, "x = 2"), 9, "is not closed"),
        (fenced(BEGIN, BEGIN, "x = 2", END), 9, "inside the solution of line 8"),
        (fenced("x = 1", END), 9, "closes nothing"),
        (fenced(BEGIN, "x = 1", END, END), 11, "closes nothing"),
        (fenced(BEGIN, "x = 1", END, options=""), 5, "outside an exercise"),
        (f"Text.\n\n{BEGIN}\n", 6, "outside an exercise"),
        (fenced(BEGIN, f"x = 1  {END}", END), 9, "shares its line"),
    ],
)
def test_wrong_markers_are_named_by_their_line(write, body, line, says):
    """Is each wrong marker refused where it stands?"""
    problems = list(marker_problems(write(body)))
    assert any(problem.line == line and says in problem.what for problem in problems), problems


def test_right_markers_are_accepted(write):
    """May an exercise have two solutions, one after the other?"""
    assert not list(marker_problems(write(fenced(BEGIN, "x = 1", END, "y = 2", BEGIN, "z = 3", END))))


plain = st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=15).filter(
    lambda text: marker(text) is None
)


@given(st.lists(st.tuples(st.lists(plain, max_size=3), st.integers(0, 8), st.lists(plain, max_size=3)), max_size=4))
def test_stripping_keeps_everything_outside_the_markers(parts):
    """Is what a learner gets the author's text, line by line, with a placeholder for each solution?"""
    written, learner, solved = [], [], []
    for outside, indent, solution in parts:
        space = " " * indent
        written += [*outside, space + BEGIN, *solution, space + END]
        learner += [*outside, space + PLACEHOLDER]
        solved += [*outside, *solution]
    assert [text for _, text in without_solution(cell(*written)).lines] == learner
    assert [text for _, text in without_markers(cell(*written)).lines] == solved
