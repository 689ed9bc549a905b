"""Loads the module that describes a chapter's exercises; a slip in it is one sentence with file and line."""

from __future__ import annotations

import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from bookutils.core.errors import BookError, ExerciseError
from bookutils.core.files import shown
from bookutils.judging.model import Exercise, Prediction

_FOLDER = Path(__file__).parent


def load_module(name: str) -> tuple[tuple[Exercise, ...], tuple[Prediction, ...]]:
    """Return what ``bookutils.exercises.NAME`` lists as EXERCISES and PREDICTIONS.

    Raises
    ------
    ExerciseError
        When the module is not there, cannot be loaded, or does not list what it should; it names the file and the line.
    """
    try:
        module = import_module(f"bookutils.exercises.{name}")
    except BookError:
        raise
    except Exception as error:  # whatever an author's file raises while it is loaded
        raise _told(error, name) from error
    file = shown(Path(str(module.__file__)))
    return _listed(module, file, "EXERCISES", Exercise), _listed(module, file, "PREDICTIONS", Prediction)


def _listed(module: Any, file: str, name: str, kind: type) -> tuple[Any, ...]:
    items = getattr(module, name, None)
    if not isinstance(items, tuple | list):
        what = f"{file}:1: The module lists no {name}." if items is None else f"{file}:1: {name} is no tuple."
        raise ExerciseError(what, f"Write {name} = (…,), with a comma, or {name} = () for none.")
    for number, item in enumerate(items):
        if not isinstance(item, kind):
            what = f"{file}:1: Entry {number} of {name} is of the type {type(item).__name__}, and no {kind.__name__}."
            raise ExerciseError(what, "List the descriptions themselves.")
    return tuple(items)


def _told(error: Exception, name: str) -> ExerciseError:
    if isinstance(error, ModuleNotFoundError) and error.name == f"{__package__}.{name}":
        what = f"The list of chapters names the module {error.name}, and there is none."
        return ExerciseError(what, f"Write {shown(_FOLDER / name)}.py, or mend the name in the list.")
    if isinstance(error, SyntaxError) and error.filename:
        return ExerciseError(f"{shown(Path(error.filename))}:{error.lineno}: This is no Python: {error.msg}.")
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).is_relative_to(_FOLDER) and frame.name != "load_module"]
    frame = (inside or frames)[-1]
    said = str(error).rstrip(".")
    return ExerciseError(
        f"{shown(Path(frame.filename))}:{frame.lineno}: {type(error).__name__}: {said}.", "Mend this line."
    )
