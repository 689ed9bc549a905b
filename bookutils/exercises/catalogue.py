"""Finds exercises by their id; a chapter's are in the module, or the folder, that has the chapter's name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bookutils.core.choices import nearest
from bookutils.core.course import all_chapters, published_chapters
from bookutils.core.errors import ExerciseError
from bookutils.core.messages import _
from bookutils.exercises.loading import load_module
from bookutils.judging.model import Exercise, Prediction

# The chapters that learners are led to, in the course's order.
CHAPTERS = tuple(chapter.name for chapter in published_chapters())
_MODULES = {chapter.name: chapter.stem for chapter in all_chapters()}


@cache
def load_chapter(chapter: str) -> tuple[tuple[Exercise, ...], tuple[Prediction, ...]]:
    """Return a chapter's exercises and predictions, in the order in which they are asked."""
    if chapter not in _MODULES:
        what = f"The chapter {chapter!r} stands in no list."
        raise ExerciseError(what, "Enter it in bookutils/core/course.py.")
    return load_module(_MODULES[chapter])


def all_exercises() -> Iterator[tuple[str, Exercise]]:
    """Yield (chapter, exercise) for the whole course, drafts too, in order."""
    for chapter in _MODULES:
        for exercise in load_chapter(chapter)[0]:
            yield chapter, exercise


def all_predictions() -> Iterator[tuple[str, Prediction]]:
    """Yield (chapter, prediction) for the whole course, drafts too, in order."""
    for chapter in _MODULES:
        for prediction in load_chapter(chapter)[1]:
            yield chapter, prediction


def _find(items: Iterator, id: str, kind: str) -> tuple[str, Exercise] | tuple[str, Prediction]:
    known = {item.id: (chapter, item) for chapter, item in items}
    if id in known:
        return known[id]
    todo = nearest(id, known) or _("Copy the name from the cell above.")
    raise ExerciseError(_("There is no {kind} named {id!r}.").format(kind=kind, id=id), todo)


def find_exercise(id: str) -> tuple[str, Exercise]:
    """Return (chapter, exercise); an unknown id raises ExerciseError with the nearest known one."""
    return _find(all_exercises(), id, _("exercise"))  # type: ignore[return-value]


def find_prediction(id: str) -> tuple[str, Prediction]:
    """Return (chapter, prediction); an unknown id raises ExerciseError with the nearest known one."""
    return _find(all_predictions(), id, _("prediction"))  # type: ignore[return-value]
