"""The same class in several layouts gets the same points, from the real grader."""

from __future__ import annotations

import json

import pytest

from tests.classroom import CHAPTER, WRONG, fill, fresh, grade, solutions

EXERCISE = "relu_backward"
CLASS = {  # number -> (name, account, answer, points)
    11: ("John Smith", "jsmith", solutions()[EXERCISE], 3),
    12: ("John Smith", "smithj", WRONG[EXERCISE], 0),
    13: ("Zoë O'Brien", "zoe_b", solutions()[EXERCISE], 3),
}
LAYOUTS = {
    "Moodle": (
        lambda number, name, account: f"{name}_{number}_assignsubmission_file_/{CHAPTER}.ipynb",
        {11: "John Smith (11)", 12: "John Smith (12)", 13: "Zoë O'Brien"},
    ),
    "Moodle, blind": (
        lambda number, name, account: f"Participant_{number}_assignsubmission_file_/{CHAPTER}.ipynb",
        {number: f"Participant {number}" for number in CLASS},
    ),
    "Canvas": (
        lambda number, name, account: f"{account}_LATE_{number}_9{number}_{CHAPTER}-1.ipynb",
        {11: "jsmith", 12: "smithj", 13: "zoe_b"},
    ),
    "nbgrader": (
        lambda number, name, account: f"submitted/{account}/{CHAPTER}/{CHAPTER}.ipynb",
        {number: account for number, (_name, account, _answer, _points) in CLASS.items()},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_gets_their_points_in_every_layout(sandbox, tmp_path, layout):
    """Has each of three people, two of one name, a row of their own with the points of their own answer?"""
    place, learners = LAYOUTS[layout]
    for number, (name, account, answer, _points) in CLASS.items():
        path = tmp_path / "in" / place(number, name, account)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(fill(fresh(), {EXERCISE: answer})), encoding="utf-8")
    graded = grade(tmp_path / "in", tmp_path / "out")
    assert {row["learner"] for row in graded.rows} == set(learners.values())
    for number, (_name, _account, _answer, points) in CLASS.items():
        row = graded.of(learners[number])[EXERCISE]
        assert (int(row["points"]), int(row["max_points"])) == (points, 3)
    assert graded.outcome.without_verdict == 0


def test_absentees_and_look_alikes_are_seen_by_the_whole_run(sandbox, tmp_path):
    """With a roster, does a run go through, and do two look-alikes make it end with a job that is not done?"""
    for folder in ("anna", " anna", "bob"):
        path = tmp_path / "in" / folder / f"{CHAPTER}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(fill(fresh(), {EXERCISE: solutions()[EXERCISE]})), encoding="utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text("id;name\n1;anna\n2;bob\n3;carl\n", encoding="utf-8")
    graded = grade(tmp_path / "in", tmp_path / "out", roster=roster)
    assert graded.outcome.without_verdict == 2
    assert not graded.of("anna")
    assert graded.of("bob")[EXERCISE]["points"] == "3"
