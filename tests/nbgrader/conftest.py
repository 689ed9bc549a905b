"""The real nbgrader, in the environment that `make setup` makes for it, and notebooks as learners hand them in."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import nbgrader_side
from bookutils.authoring.build import draft
from bookutils.authoring.course import described, find_course
from bookutils.exercises.catalogue import load_chapter

Notebook = dict[str, Any]


@pytest.fixture(scope="session", autouse=True)
def nbgrader() -> None:
    """Skip where nbgrader's environment is missing and say what to type; with CI=true, fail instead."""
    if nbgrader_side.nbgrader_is_missing():
        message = "nbgrader is missing. Type: make setup"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)


@pytest.fixture(scope="session")
def handed_out() -> Callable[[str], Notebook]:
    """The notebook of a chapter as learners get it."""
    return lambda chapter: nbgrader_side.read(nbgrader_side.NOTEBOOKS / f"{chapter}.ipynb")


@pytest.fixture(scope="session")
def right() -> Callable[[str], dict[str, str]]:
    """A chapter's own answers: exercise -> the text of its cell."""
    chapters = {chapter.name: chapter for chapter in find_course().chapters()}

    def answers(name: str) -> dict[str, str]:
        cells = draft(chapters[name], described(), solved=True).notebook.cells
        return {
            cell.metadata.bookutils.exercise: cell.source for cell in cells if "exercise" in cell.metadata.bookutils
        }

    return answers


@pytest.fixture(scope="session")
def points() -> Callable[[str], dict[str, int]]:
    """What a chapter's exercises are worth: exercise -> points."""
    return lambda chapter: {exercise.id: exercise.points for exercise in load_chapter(chapter)[0]}


@pytest.fixture(scope="session")
def answered() -> Callable[[Notebook, dict[str, str]], Notebook]:
    """Type answers into the cells of a notebook, as JupyterLab stores them: as one string."""

    def fill(notebook: Notebook, answers: dict[str, str]) -> Notebook:
        filled = copy.deepcopy(notebook)
        for cell in filled["cells"]:
            exercise = cell["metadata"].get("bookutils", {}).get("exercise")
            if exercise in answers:
                cell["source"] = answers[exercise]
        return filled

    return fill
