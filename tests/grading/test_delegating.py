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
from tests.grading.delegating import SEEN, UNSEEN

CHAPTER = "01-activations"
EXERCISE = "relu_backward"


@pytest.fixture
def grade(repository, servers, tmp_path):
    """Grade one answer: its Grade."""

    def run(source, delegation=FLAG):
        notebook = json.loads((repository / "notebooks" / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))
        (cell,) = (c for c in notebook["cells"] if c["metadata"].get("bookutils", {}).get("exercise") == EXERCISE)
        cell["source"] = source
        path = tmp_path / f"{CHAPTER}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        setting = Setting(
            repository / "notebooks", 1, WARM, {NUMPY: servers.address(NUMPY)}, {}, Limits(total_seconds=60.0), delegation
        )  # fmt: skip
        result = Worker(setting).grade(Submission("anna", CHAPTER, path))
        (told,) = (one for one in result.grades if one.exercise == EXERCISE)
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
