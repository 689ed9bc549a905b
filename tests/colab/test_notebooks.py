"""Every notebook with Colab's versions, as it is handed out and solved; its own first cell installs the wheel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bookutils.authoring.build import draft
from bookutils.authoring.course import described, find_course
from bookutils.authoring.outputs import WIDGET_VIEW
from bookutils.authoring.source import Chapter
from bookutils.authoring.verdicts import verdicts
from tests.colab.session import Colab, code, said, upload

INSTALLED = "is installed, and every other package is as it was."
AT_THE_END = "import bookutils, sys; print('site-packages' in bookutils.__file__, 'google.colab' in sys.modules)"


@pytest.fixture(params=find_course().chapters(), ids=lambda chapter: chapter.name)
def chapter(request: pytest.FixtureRequest) -> Chapter:
    """Each chapter of the course."""
    return request.param


def texts(cell: Any) -> list[str]:
    """What a cell shows as text."""
    return [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]


def differing(notebook: Any, stored: Any) -> list[str]:
    """The cells that show another text than is stored; live widgets, and cells whose output varies, left out."""
    pairs = [(ran, kept) for ran, kept in zip(notebook.cells, stored.cells, strict=False) if kept.get("outputs")]
    return [
        f"{ran.id}: {texts(ran)} instead of {texts(kept)}"
        for ran, kept in pairs
        if "nbval-ignore-output" not in ran.metadata.get("tags", [])
        and not any(WIDGET_VIEW in output.get("data", {}) for output in ran.outputs)
        and texts(ran) != texts(kept)
    ]


def stored(chapter: Chapter, repository: Path) -> Any:
    """The notebook that learners get, with what was seen when it was built."""
    return nbformat.read(repository / "notebooks" / f"{chapter.name}.ipynb", as_version=4)


def handed_out(chapter: Chapter, repository: Path) -> Any:
    """The notebook that learners get, without what is stored in it."""
    notebook = stored(chapter, repository)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def solved(chapter: Chapter) -> Any:
    """The same with the solutions in place."""
    return draft(chapter, described(), solved=True).notebook


@pytest.mark.parametrize("edition", ["unsolved", "solved"])
def test_it_runs_from_its_first_cell(
    chapter: Chapter, edition: str, repository: Path, colab_session: Colab, wheel: Path
) -> None:
    """Does the first cell install the package and nothing else change, does every cell run and show what is stored,
    and does every check of the solved edition pass, and none of the other?"""
    upload(colab_session, wheel)
    before = colab_session.packages()
    notebook = handed_out(chapter, repository) if edition == "unsolved" else solved(chapter)
    notebook.cells.append(code(AT_THE_END))
    colab_session.run(notebook, **({"BOOKUTILS_QUICK": "1"} if chapter.trains else {}))
    first, *_, last = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert said(first).endswith(INSTALLED)
    assert said(last) == "True True"
    assert colab_session.packages() == before
    statuses = {exercise: status for cell in notebook.cells for exercise, status in verdicts(cell).items()}
    asked = {cell.exercise for cell in chapter.cells if cell.exercise}
    assert set(statuses) == asked, json.dumps(statuses)
    passed = {exercise for exercise, status in statuses.items() if status == "passed"}
    assert passed == (asked if edition == "solved" else set())
    assert edition == "solved" or not differing(notebook, stored(chapter, repository))
