"""What is seen of an answer that hands its work to the course's own implementation, and what is not.

docs/grading-security.md says the same in words.
"""

from __future__ import annotations

import json

import pytest

from bookutils.grading.grader import FLAG, FORBID
from bookutils.grading.libraries import NUMPY
from bookutils.grading.model import Limits, Submission
from bookutils.grading.sandbox.choice import WARM
from bookutils.grading.worker import Setting, Worker
from tests.grading.delegating import LOG_SIGMOID, NAMED_ALONE, SEEN, UNSEEN

CHAPTER = "01-activations"


@pytest.fixture
def grade(repository, servers, tmp_path):
    """Grade one answer: its Grade."""

    def run(source, delegation=FLAG, exercise="relu_backward"):
        notebook = json.loads((repository / "notebooks" / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))
        (cell,) = (c for c in notebook["cells"] if c["metadata"].get("bookutils", {}).get("exercise") == exercise)
        cell["source"] = source
        path = tmp_path / f"{CHAPTER}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        addresses = {NUMPY: servers.address(NUMPY)}
        setting = Setting(repository / "notebooks", 1, WARM, addresses, {}, Limits(total_seconds=60.0), delegation)
        result = Worker(setting).grade(Submission("anna", CHAPTER, path)).result
        (told,) = (one for one in result.grades if one.exercise == exercise)
        return told

    return run


@pytest.mark.parametrize("way", SEEN)
def test_delegation_that_is_seen(grade, way):
    """Is the answer right and flagged, and does it earn nothing where delegation is forbidden?"""
    told = grade(SEEN[way])
    assert (told.status, told.flags) == ("passed", ("delegation",)), told
    assert grade(SEEN[way], FORBID).points == 0


@pytest.mark.parametrize("way", UNSEEN)
def test_delegation_that_is_not_seen(grade, way):
    """Does the page say rightly that nothing tells of it?"""
    told = grade(UNSEEN[way])
    assert (told.status, told.flags) == ("passed", ()), told


def test_a_name_alone_is_flagged_and_costs_nothing(grade):
    """Does an answer keep its points that names the function and never enters it?"""
    told = grade(NAMED_ALONE, FORBID)
    assert (told.status, told.points, told.flags) == ("passed", told.max_points, ("delegation",))


def test_what_an_honest_answer_may_build_on_is_not_flagged(grade):
    """Is another public function of the same module no delegation, whatever is built on it?"""
    told = grade(LOG_SIGMOID, FORBID, "log_sigmoid")
    assert (told.status, told.points, told.flags) == ("passed", told.max_points, ())
