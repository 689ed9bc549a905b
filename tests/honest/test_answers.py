"""What honest answers earn: another approach, style or type costs nothing, and `grade` says what `check` says."""

from __future__ import annotations

import contextlib
import linecache

import pytest

from bookutils.feedback.checking import check
from tests.classroom import solutions
from tests.honest.answers import ANSWERS, PASSED


def namespace_after(source: str, name: str) -> dict:
    """The variables of a kernel in which all solutions have run, and then this cell."""
    namespace: dict = {"__name__": "__main__"}
    exec(
        "import math\nimport numpy as np\nfrom bookutils import check\n"
        "from bookutils.numerics.activations.functions import ACTIVATIONS, sigmoid",
        namespace,
    )
    for solution in solutions().values():
        exec(solution, namespace)
    namespace.pop(name)
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    with contextlib.suppress(AssertionError):  # as a notebook goes on after a cell that failed
        exec(compile(source, "<cell>", "exec"), namespace)
    return namespace


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_earns_what_it_deserves(graded, name):
    """Does an answer get the status, the points and the sentence that a fair person gives?"""
    answer = ANSWERS[name]
    row = graded.of(f"answers with {name}")[answer.exercise]
    points = answer.points if answer.points is not None else int(row["max_points"]) * (answer.status == PASSED)
    assert (row["status"], int(row["points"])) == (answer.status, points), row["says"]
    assert answer.says in row["says"]


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_takes_nothing_from_the_others(graded, name):
    """Do the other exercises of the same notebook keep their points?"""
    rows = graded.of(f"answers with {name}")
    del rows[ANSWERS[name].exercise]
    assert {row["status"] for row in rows.values()} == {PASSED}, rows


@pytest.mark.parametrize("name", [name for name, answer in ANSWERS.items() if not answer.notebook_only])
def test_grade_says_what_check_says(graded, name, capsys):
    """Are status, points and sentence those that the learner saw in the notebook?"""
    answer = ANSWERS[name]
    row = graded.of(f"answers with {name}")[answer.exercise]
    seen = check(answer.exercise, namespace_after(answer.text, answer.exercise)).verdict
    assert (row["status"], int(row["points"])) == (seen.status, seen.earned)
    if seen.status != PASSED:
        assert row["says"] == f"{seen.evidence} {seen.question}".strip()
