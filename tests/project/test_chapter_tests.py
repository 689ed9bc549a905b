"""`make test CHAPTER=…` and `make proof EXERCISE=…`: is all that concerns a chapter found by its name?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import chapter_tests as of_one
from scripts.stages import ROOT

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("[0-9][0-9]-*.md"))


@pytest.mark.parametrize("name", ["05-optimizers", "05", "optimizers"])
def test_a_chapter_is_found_by_its_number_and_its_name(name: str) -> None:
    """Does each form lead to the same chapter?"""
    assert of_one.find_chapter(name).name == "05-optimizers"


def test_a_chapter_that_is_none_is_refused() -> None:
    """Are the chapters named that there are?"""
    with pytest.raises(SystemExit, match=r"There is no chapter 'nowhere'\. The chapters are: 00-start-here, 01-"):
        of_one.find_chapter("nowhere")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_has_tests_on_several_floors(chapter: str) -> None:
    """Does each chapter find its notebooks and its proof, and each path exist?"""
    steps = list(of_one.steps_of(of_one.find_chapter(chapter)))
    names = [step.name for step in steps]
    assert {"ruff check", "mypy", "its notebooks", "the notebook is the chapter"} <= set(names)
    assert "proof over 24 seeds" in names
    words = [word for step in steps for word in step.words if word.startswith(("tests/", "bookutils/"))]
    assert all((ROOT / word).exists() for word in words)


def test_every_file_named_after_a_chapter_is_run_for_it() -> None:
    """Do a folder, a file, and a file below a folder count, and a file that bears the name in part not?"""
    assert of_one.bears(Path("numerics/optimizers/test_steps.py"), "optimizers")
    assert of_one.bears(Path("plots/test_optimizers.py"), "optimizers")
    assert not of_one.bears(Path("text/test_optimizers_of_old.py"), "optimizers")
    found = of_one.own_tests("optimizers")
    assert {"tests/numerics/optimizers/test_steps.py", "tests/plots/test_optimizers.py"} <= set(found)
    assert not [path for path in found if path.startswith(("tests/browser", "tests/proof"))]


def test_one_exercise_is_proved_alone() -> None:
    """Are the tests of the named exercise collected and no other, and is an unknown name told with its neighbour?"""
    command = [sys.executable, "-m", "pytest", "tests/proof", "--collect-only", "-q", "-p", "no:cacheprovider"]
    ask: dict[str, Any] = {"cwd": ROOT, "capture_output": True, "text": True}
    done = subprocess.run(command, env={**os.environ, "PROOF_EXERCISES": "adam_step"}, **ask)
    collected = [line for line in done.stdout.splitlines() if "::" in line]
    assert len(collected) >= 8
    assert all(line.endswith("[adam_step]") for line in collected)
    done = subprocess.run(command, env={**os.environ, "PROOF_EXERCISES": "adam_stepp"}, **ask)
    assert done.returncode != 0
    assert "Did you mean 'adam_step'?" in done.stdout + done.stderr
