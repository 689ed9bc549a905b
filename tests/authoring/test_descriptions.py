"""An exercise that is described and not listed: is the list named that was forgotten?"""

from __future__ import annotations

from pathlib import Path

import pytest

from bookutils.authoring import descriptions as module
from bookutils.authoring.descriptions import descriptions, forgotten
from bookutils.authoring.ids import id_problems

SOURCE = """from bookutils.judging.model import Exercise, Prediction, choice

ONE = Exercise(id="one", answer="one")
TWO = choice("two", "Which?", {})
THREE = Prediction("three", "What?", {})
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Exercises of a chapter with a folder, and of one with a single module."""
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "__init__.py").write_text("EXERCISES = ()\n")
    (tmp_path / "small" / "own.py").write_text(SOURCE)
    (tmp_path / "alone.py").write_text(
        SOURCE.replace('"one"', '"four"').replace('"two"', '"five"').replace('"three"', '"six"')
    )
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    return tmp_path


def test_every_description_is_found_with_its_line(folder: Path) -> None:
    """Are exercises, choices and predictions found by their syntax, by keyword and by place?"""
    found = [(path.name, line, id) for path, line, id, _kind in descriptions(folder)]
    assert found[3:] == [("own.py", 3, "one"), ("own.py", 4, "two"), ("own.py", 5, "three")]


@pytest.mark.parametrize(
    ("id", "chapter", "list_of", "home"),
    [
        ("one", "01-small", "EXERCISES", "small/__init__.py"),
        ("three", "01-small", "PREDICTIONS", "small/__init__.py"),
        ("five", "02-alone", "EXERCISES", "alone.py"),
    ],
)
def test_the_forgotten_list_is_named(folder: Path, id: str, chapter: str, list_of: str, home: str) -> None:
    """Does the message say where it is described, and which list of which file lacks it?"""
    told = forgotten(id, chapter, {"01-small": ((), ()), "02-alone": ((), ())})
    assert told is not None
    assert f"does not stand in {list_of}." in told[0]
    assert told[1] == f"Add it to {list_of} in {(folder / home).as_posix()}."


def test_a_forgotten_chapter_is_named(folder: Path) -> None:
    """Is the list of chapters named where the chapter is not in it?"""
    told = forgotten("four", "03-unlisted", {"01-small": ((), ())})
    assert told is not None
    assert "the chapter 03-unlisted is not in the list of chapters" in told[0]


def test_what_nobody_describes_is_left_to_the_general_sentence(folder: Path, write) -> None:
    """Does an unknown id still get the sentence that it is not described, and a forgotten one its own?"""
    assert forgotten("nothing", "01-small", {}) is None
    cell = "```{code-cell} ipython3\n:tags: [exercise]\n:exercise: %s\n\nx = 1\n```\n"
    chapter = write(cell % "nothing" + "\n" + cell % "one")
    problems = [problem.what for problem in id_problems([chapter], {"01-small": ((), ())})]
    assert problems[0] == "No module describes the exercise `nothing`."
    assert "own.py:3), and does not stand in EXERCISES." in problems[1]
