"""What honest notebooks earn, whatever happened to their cells and to the file."""

from __future__ import annotations

import pytest

from tests.honest.cases import CASES, FULL, NOT_GRADED


@pytest.mark.parametrize("name", CASES)
def test_a_notebook_is_graded_as_a_fair_person_would(graded, name):
    """Does each exercise earn what it deserves, and does the feedback say what a learner needs to know?"""
    case, rows = CASES[name], graded.of(name)
    assert "" not in rows, rows[""]["message"]
    told = {exercise: f"{row['status']}: {row['says']}" for exercise, row in rows.items()}
    assert graded.points(name) == FULL | case.points, told
    expected = dict.fromkeys(rows, "passed") | case.status if not case.points else case.status
    assert {exercise: rows[exercise]["status"] for exercise in expected} == expected, told
    for exercise, words in case.says:
        assert (words[1:] not in told[exercise]) if words.startswith("!") else (words in told[exercise]), told[exercise]


def test_an_unfilled_notebook_frightens_nobody(graded):
    """Does each exercise that was not started say so, calmly?"""
    rows = graded.of("nothing filled in").values()
    assert {row["status"] for row in rows} == {"not started"}
    assert all(row["says"].startswith("Nothing to check yet") for row in rows)


def test_every_notebook_has_a_verdict(graded):
    """Is nothing left without one but what the grader lacks something for?"""
    lacking = sum(status == NOT_GRADED for case in CASES.values() for status in case.status.values())
    assert graded.outcome.without_verdict == lacking


def test_what_has_no_verdict_has_no_points(graded):
    """Is the place of the points left empty where there is no verdict?"""
    for name, case in CASES.items():
        for exercise in (exercise for exercise, status in case.status.items() if status == NOT_GRADED):
            assert graded.of(name)[exercise]["points"] == ""
