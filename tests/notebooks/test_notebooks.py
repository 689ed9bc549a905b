"""Every notebook as a learner gets it, and as it looks when it is solved: does it run, and show what it should?"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookutils.authoring.build import build, build_all
from bookutils.authoring.course import described, find_course
from bookutils.authoring.execution import kernel_environment
from bookutils.authoring.source import Chapter
from bookutils.authoring.verdicts import verdicts
from bookutils.exercises.catalogue import load_chapter

pytestmark = pytest.mark.notebooks

CELL_SECONDS = 300


@pytest.fixture(params=find_course().chapters(), ids=lambda chapter: chapter.name)
def chapter(request: pytest.FixtureRequest) -> Chapter:
    """Each chapter of the course; skipped where what it needs is not installed."""
    for extra in request.param.needs:
        if importlib.util.find_spec(extra) is None:
            message = f'{extra} is missing. Type: pip install -e ".[{extra}]"'
            if os.environ.get("CI") == "true":
                pytest.fail(message, pytrace=False)
            pytest.skip(message)
    return request.param


def run(command: list[str], folder: Path, environment: dict[str, str], chapter: Chapter) -> None:
    """Run a command in a folder; chapters that train take a slice of the data. Fail with what it printed."""
    if chapter.trains:
        environment = environment | {"BOOKUTILS_QUICK": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.fail(f"{chapter.name}:\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}", pytrace=False)


def test_it_shows_what_is_stored(chapter: Chapter, repository: Path, tmp_path: Path) -> None:
    """Run by nbval, cell by cell, does the notebook print what its file holds?"""
    folder = tmp_path / "work"
    folder.mkdir()
    notebook = folder / f"{chapter.name}.ipynb"
    notebook.write_bytes((repository / "notebooks" / notebook.name).read_bytes())
    nbval = ["--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_SECONDS}"]
    plain = ["-q", "--color=no", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={folder}"]
    run([sys.executable, "-m", "pytest", *nbval, *plain, notebook.name], folder, kernel_environment(tmp_path), chapter)


def test_nbval_alone_needs_no_variables(repository: Path) -> None:
    """Typed by hand, without a variable of ours, does a notebook with sliders print what its file holds?"""
    ours = ("BOOKUTILS_STATIC", "BOOKUTILS_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in ours} | {"MPLBACKEND": "Agg"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "notebooks/01-activations.ipynb"]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]


def statuses(notebook: str | bytes) -> dict[str, str]:
    """What the checks of a notebook said: exercise -> status."""
    cells = json.loads(notebook)["cells"]
    return {exercise: status for cell in cells for exercise, status in verdicts(cell).items()}


def asked_in(chapter: Chapter) -> set[str]:
    """The exercises that a chapter asks."""
    return {cell.exercise for cell in chapter.cells if cell.exercise}


def test_it_runs_and_passes_when_solved(chapter: Chapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the solutions in place and live widgets, does every cell run and every check pass?"""
    if chapter.trains:
        monkeypatch.setenv("BOOKUTILS_QUICK", "1")
    build_all(find_course(), [chapter], described(), print, tmp_path)
    solved = (tmp_path / f"{chapter.name}.ipynb").read_bytes()
    assert statuses(solved) == dict.fromkeys(asked_in(chapter), "passed")


@pytest.mark.parametrize("draft", find_course().drafts(), ids=lambda draft: draft.name)
def test_a_draft_runs_and_passes_when_solved(draft: Chapter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does what is held back still run whole, with every check passed?"""
    if draft.trains:
        monkeypatch.setenv("BOOKUTILS_QUICK", "1")
    solved = build(draft, {draft.name: load_chapter(draft.name)}, solved=True)
    assert statuses(solved) == dict.fromkeys(asked_in(draft), "passed")


def test_the_command_writes_the_solved_edition(repository: Path, tmp_path: Path) -> None:
    """Typed by hand, does `bookutils build --solved` do the same?"""
    command = [sys.executable, "-m", "bookutils.cli", "build", "00-start-here", "--solved", str(tmp_path)]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert set(statuses((tmp_path / "00-start-here.ipynb").read_bytes()).values()) == {"passed"}
