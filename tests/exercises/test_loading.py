"""A module of exercises that does not load, or lists nothing: is it told in one sentence, with file and line?"""

from __future__ import annotations

from pathlib import Path

import pytest

import bookutils.exercises
from bookutils.core.errors import ExerciseError
from bookutils.exercises import loading

GOOD = "EXERCISES = ()\nPREDICTIONS = ()\n"
BAD = {
    "no Python": ("x = 1\ndef broken(:\n", ":2: This is no Python: invalid syntax."),
    "a wrong import": ("from bookutils.numerics.depth import nothing\n", ":1: ImportError: cannot import name"),
    "a name that is not there": (f"{GOOD}\nx = missing\n", ":4: NameError: name 'missing' is not defined."),
    "no list": ("PREDICTIONS = ()\n", ":1: The module lists no EXERCISES. Write EXERCISES = (…,)"),
    "no other list": ("EXERCISES = ()\n", ":1: The module lists no PREDICTIONS."),
    "a forgotten comma": ("EXERCISES = (1)\nPREDICTIONS = ()\n", ":1: EXERCISES is no tuple. Write EXERCISES = (…,)"),
    "something else": ("EXERCISES = (1,)\nPREDICTIONS = ()\n", ":1: Entry 0 of EXERCISES is of the type int"),
    "a slip in a part": (
        "from bookutils.judging.model import Part\n\nPart('a', 1, None)\n", ":3: Part 'a': `cases` is None and no"
    ),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A second folder of the package bookutils.exercises."""
    monkeypatch.setattr(bookutils.exercises, "__path__", [*bookutils.exercises.__path__, str(tmp_path)])
    monkeypatch.setattr(loading, "_FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize("slip", BAD)
def test_a_slip_in_a_module_names_its_line(folder: Path, slip: str) -> None:
    """Is it the author's line that is named, without a traceback?"""
    source, says = BAD[slip]
    name = f"slip_{list(BAD).index(slip)}"
    (folder / f"{name}.py").write_text(source)
    with pytest.raises(ExerciseError) as told:
        loading.load_module(name)
    assert f"{name}.py{says}" in str(told.value)


def test_a_module_that_is_not_there_is_named(folder: Path) -> None:
    """Is a chapter in the list whose module nobody wrote told as that?"""
    with pytest.raises(ExerciseError, match=r"names the module bookutils\.exercises\.unwritten, and there is none"):
        loading.load_module("unwritten")


def test_a_module_that_is_right_is_loaded(folder: Path) -> None:
    """Does the second folder work at all?"""
    (folder / "right_module.py").write_text(GOOD)
    assert loading.load_module("right_module") == ((), ())
