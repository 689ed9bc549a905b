"""`bookutils new`: does what it writes into a copy of the repository build, pass its proof and its tests?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from bookutils.authoring.course import Course
from bookutils.authoring.new.chapter import new_chapter
from bookutils.authoring.new.exercise import new_exercise
from bookutils.core.errors import UsageError

FOLDERS = ("bookutils", "chapters", "scripts", "benchmarks", "tests")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "logs", "sample", "hostile", "honest", "grading", "images")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """A copy of the repository, with an environment whose kernels import the copy."""
    root = tmp_path_factory.mktemp("clone") / "course"
    for folder in FOLDERS:
        left_out = LEFT_OUT if folder in {"tests", "chapters"} else shutil.ignore_patterns("__pycache__")
        shutil.copytree(repository / folder, root / folder, ignore=left_out)
    for file in ("pyproject.toml", "README.md"):
        shutil.copy(repository / file, root)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    scheme = {"base": str(root / ".venv"), "platbase": str(root / ".venv")}
    packages = Path(sysconfig.get_path("purelib", "venv", scheme))
    (packages / "course.pth").write_text(f"{root}\n{sysconfig.get_path('purelib')}\n")
    return root


def run(clone: Path, *words: str, **variables: str) -> str:
    """Run a module in the copy's environment; fail with what it printed."""
    python = clone / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = subprocess.run(
        [python, "-m", *words], cwd=clone, capture_output=True, text=True, env={**os.environ, **variables}
    )
    if done.returncode:
        pytest.fail(f"{' '.join(words)}:\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}", pytrace=False)
    return done.stdout


@pytest.mark.notebooks
def test_a_new_chapter_with_two_exercises_builds_and_passes(clone: Path) -> None:
    """As its author types it: are text, exercises, figure, widget and their tests right before a word is changed?"""
    said = run(clone, "bookutils.cli", "new", "chapter", "90-first-steps")
    assert "chapters/90-first-steps.md" in said and "tests/browser/test_first_steps.py" in said
    said += run(clone, "bookutils.cli", "new", "exercise", "90", "size_of_all")
    assert "chapters/90-first-steps.md:" in said
    written = {line.strip() for line in said.splitlines() if line.endswith(".py") and (clone / line.strip()).exists()}
    assert len(written) >= 13
    run(clone, "ruff", "check", *written)
    run(clone, "ruff", "format", "--check", *written)
    for edition in ((), ("--solved", "solved")):
        assert run(clone, "bookutils.cli", "build", "first-steps", *edition) == "90-first-steps: written\n"
    own = [f"tests/{floor}/test_first_steps.py" for floor in ("numerics", "plots", "widgets")]
    explorers = ["tests/widgets/test_explorers.py", "--deselect=tests/widgets/test_explorers.py::test_ipywidgets_7_too"]
    quiet = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    run(clone, "pytest", *quiet, *own)
    run(clone, "pytest", *quiet, *explorers, "-k", "first_steps")
    run(clone, "pytest", *quiet, "tests/proof", PROOF_EXERCISES="first_steps_rms size_of_all", PROOF_SEEDS="8")
    run(clone, "pytest", *quiet, "--doctest-modules", "bookutils/numerics/first_steps.py")


@pytest.mark.parametrize("chapter", ["optimizers", "00"])
def test_an_exercise_finds_its_place_in_the_chapters_that_are_there(clone: Path, chapter: str) -> None:
    """Beside a folder and beside a single module: does the exercise stand last in its list, under its id?"""
    id = f"added_to_{chapter}"
    new_exercise(Course(clone), chapter, id, lambda said: None)
    found = run(clone, "bookutils.cli", "exercises")
    assert next(line.split() for line in found.splitlines() if id in line)[1:] == [id, "optional"]
    run(clone, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/proof/test_proof.py",
        PROOF_EXERCISES=id, PROOF_SEEDS="2")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("demo", "no name of a chapter"),
        ("9-demo", "no name of a chapter"),
        ("90-Demo", "no name of a chapter"),
        ("05-demo", "is taken (05-"),
        ("91-optimizers", "is taken (exercises, numerics, plots, widgets)"),
    ],
)
def test_a_name_that_is_taken_or_none_is_refused(clone: Path, name: str, says: str) -> None:
    """Is nothing written where the name of a chapter cannot be?"""
    before = sorted((clone / "chapters").iterdir())
    with pytest.raises(UsageError) as refused:
        new_chapter(Course(clone), name, print)
    assert says in str(refused.value)
    assert sorted((clone / "chapters").iterdir()) == before


@pytest.mark.parametrize(
    ("chapter", "id", "says"),
    [
        ("optimizers", "adam_step", "is taken (adam.py)"),
        ("optimizers", "Adam", "no id of an exercise"),
        ("optimizers", "a b", "no id of an exercise"),
        ("optimizers", "lambda", "no id of an exercise"),
        ("nowhere", "adam_two", "There is no chapter 'nowhere'"),
    ],
)
def test_an_id_that_is_taken_or_none_is_refused(clone: Path, chapter: str, id: str, says: str) -> None:
    """Is an exercise refused in a sentence where it cannot be?"""
    with pytest.raises(UsageError) as refused:
        new_exercise(Course(clone), chapter, id, print)
    assert says in str(refused.value)
