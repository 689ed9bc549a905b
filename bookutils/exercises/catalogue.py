"""Finds exercises by their id. One module a chapter; a module is loaded when one of its exercises is asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache

from bookutils.core.errors import ExerciseError
from bookutils.core.messages import _
from bookutils.exercises.loading import load_module
from bookutils.judging.model import Exercise, Prediction

# chapter -> module of bookutils.exercises; in the course's order.
CHAPTERS = {
    "00-start-here": "start_here",
    "01-activations": "activations",
    "02-losses": "losses",
    "03-backpropagation": "backpropagation",
    "04-depth": "depth",
    "05-optimizers": "optimizers",
    "06-comparison": "comparison",
    "07-gpu": "gpu",
    "08-tokenization": "tokenization",
    "09-attention": "attention",
    "10-transformer": "transformer",
    "11-bert": "bert",
    "13-generation": "generation",
}


@cache
def load_chapter(chapter: str) -> tuple[tuple[Exercise, ...], tuple[Prediction, ...]]:
    """Return a chapter's exercises and predictions, in the order in which they are asked."""
    if chapter not in CHAPTERS:
        raise ExerciseError(f"No exercises are described for the chapter {chapter!r}.", "See exercises/catalogue.py.")
    return load_module(CHAPTERS[chapter])


def all_exercises() -> Iterator[tuple[str, Exercise]]:
    """Yield (chapter, exercise) for the whole course, in order."""
    for chapter in CHAPTERS:
        for exercise in load_chapter(chapter)[0]:
            yield chapter, exercise


def all_predictions() -> Iterator[tuple[str, Prediction]]:
    """Yield (chapter, prediction) for the whole course, in order."""
    for chapter in CHAPTERS:
        for prediction in load_chapter(chapter)[1]:
            yield chapter, prediction


def _find(items: Iterator, id: str, kind: str) -> tuple[str, Exercise] | tuple[str, Prediction]:
    known = {item.id: (chapter, item) for chapter, item in items}
    if id in known:
        return known[id]
    near = difflib.get_close_matches(str(id), known, 1)
    todo = _("Did you mean {near!r}?").format(near=near[0]) if near else _("Copy the name from the cell above.")
    raise ExerciseError(_("There is no {kind} named {id!r}.").format(kind=kind, id=id), todo)


def find_exercise(id: str) -> tuple[str, Exercise]:
    """Return (chapter, exercise); an unknown id raises ExerciseError with the nearest known one."""
    return _find(all_exercises(), id, _("exercise"))  # type: ignore[return-value]


def find_prediction(id: str) -> tuple[str, Prediction]:
    """Return (chapter, prediction); an unknown id raises ExerciseError with the nearest known one."""
    return _find(all_predictions(), id, _("prediction"))  # type: ignore[return-value]
