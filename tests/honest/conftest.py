"""One class of honest learners, graded once."""

from __future__ import annotations

import pytest

from tests.classroom import Graded, grade, hand_in
from tests.grading.conftest import sandbox  # noqa: F401
from tests.honest.answers import ANSWERS
from tests.honest.cases import CASES, solved, write


@pytest.fixture(scope="session")
def graded(sandbox, tmp_path_factory) -> Graded:  # noqa: F811
    """Every case and every answer as a learner of one class."""
    folder = tmp_path_factory.mktemp("class")
    for name, case in CASES.items():
        hand_in(folder / "in", name, case.make())
    for name, answer in ANSWERS.items():
        notebook = solved()
        write(notebook, answer.text, answer.exercise)
        hand_in(folder / "in", f"answers with {name}", notebook)
    return grade(folder / "in", folder / "out")
