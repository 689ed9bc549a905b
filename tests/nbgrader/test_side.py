"""What the benchmark times: is every submission graded, by one process and by two, and is one that is not told?"""

from __future__ import annotations

import copy
import json

import pytest

from benchmarks.nbgrader_side import autograde, exercises_alone, make_courses

pytestmark = pytest.mark.notebooks

CHAPTER = "01-activations"


@pytest.fixture
def submissions(handed_out, right, answered, tmp_path):
    """Files that were handed in: a right one and an untouched one."""
    paths = [tmp_path / "right.ipynb", tmp_path / "unsolved.ipynb"]
    for path, answers in zip(paths, (right(CHAPTER), {}), strict=True):
        path.write_text(json.dumps(answered(handed_out(CHAPTER), answers)), encoding="utf-8")
    return paths


@pytest.mark.parametrize("processes", [1, 2])
def test_each_submission_is_graded_each_time(submissions, points, tmp_path, processes):
    """Do three submissions get their points whoever grades them, and again the second time?"""
    courses = make_courses(tmp_path / "courses", CHAPTER, submissions, 3, processes=processes, alone=True)
    assert len(courses) == processes
    for _ in range(2):
        assert autograde(courses) > 0
        graded = {name: sum(points.values()) for course in courses for name, points in course.points().items()}
        full = sum(points(CHAPTER).values())
        assert graded == {"learner-000": full, "learner-001": 0, "learner-002": full}


def test_a_submission_that_was_left_out_is_no_time(submissions, handed_out, tmp_path):
    """nbgrader stops at a check that was copied: is that an error, and no fast result?"""
    broken = exercises_alone(handed_out(CHAPTER))
    check = next(cell for cell in broken["cells"] if "nbgrader" in cell["metadata"])
    broken["cells"].append(copy.deepcopy(check) | {"id": "pasted"})
    submissions[1].write_text(json.dumps(broken), encoding="utf-8")
    courses = make_courses(tmp_path / "courses", CHAPTER, submissions, 3, alone=True)
    with pytest.raises(RuntimeError, match="left out learner-001, learner-002"):
        autograde(courses)
