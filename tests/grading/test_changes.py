"""What a regrade tells: whose results are others now, in words that need no explanation."""

from __future__ import annotations

from pathlib import Path

from bookutils.grading.changes import Change, changes_between, told_changes
from bookutils.grading.model import GRADED, NOT_GRADED, UNREADABLE, Grade, Result


def result(points=0, status=GRADED, learner="Ann"):
    grades = tuple(Grade(learner, "01-x", name, "not yet", points, 3) for name in ("one", "two"))
    return Result(learner, "01-x", "f", status, grades if status == GRADED else (), "" if status == GRADED else "Why.")


def test_a_submission_that_got_a_verdict_is_one_line():
    """Is a file that can be read now told by its points, and not exercise by exercise as coming from nothing?"""
    assert changes_between(result(status=UNREADABLE), result(2)) == [Change("Ann", "01-x", "", "unreadable", "4 of 6")]
    assert changes_between(result(2), result(status=NOT_GRADED)) == [Change("Ann", "01-x", "", "4 of 6", "not graded")]
    assert changes_between(result(status=NOT_GRADED), result(status=UNREADABLE)) == [
        Change("Ann", "01-x", "", "not graded", "unreadable")
    ]
    assert changes_between(result(1), result(1)) == [] == changes_between(None, result(1))


def test_the_head_counts_results_and_people():
    """Does the first line agree with one and with many, and does each other name whose, what, before and after?"""
    one = changes_between(result(0), result(2))
    heads = [
        next(told_changes(changes, Path("out"))) for changes in (one[:1], one, [*one, Change("Bo", "c", "e", "", "")])
    ]
    assert heads == ["One result changed:", "2 results changed, for one learner:", "3 results changed, for 2 learners:"]
    assert list(told_changes(one, Path("out")))[1] == "  Ann, 01-x one: 0 of 3 → 2 of 3"
    assert list(told_changes([], Path("out"))) == []
