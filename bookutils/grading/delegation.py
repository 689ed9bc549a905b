"""The course's own implementations, which everybody can import: where they are, and which answers reach for them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from bookutils.grading.model import Candidate
from bookutils.grading.pieces import OwnCell
from bookutils.judging.model import Exercise


def place_of(function: Callable[..., object] | None) -> str | None:
    """Say where a function stands, as "module:name"."""
    return f"{function.__module__}:{function.__qualname__}" if function else None


def public_place(exercise: Exercise) -> str | None:
    """Say where an exercise's reference stands, if learners can import it from there."""
    home = exercise.reference.__module__
    is_public = home.startswith("bookutils.") and not home.startswith("bookutils.exercises")
    return place_of(exercise.reference) if is_public and exercise.kind == "function" else None


def delegates(
    exercises: Sequence[Exercise], candidates: Sequence[Candidate], cells: Mapping[int, OwnCell]
) -> dict[str, tuple[str, ...]]:
    """Name the course's own implementation where an answer's cell mentions it beside its own definition.

    Parameters
    ----------
    exercises, candidates : the chapter's, and where their answers are
    cells : step -> the cell, whole
    """
    mentioned: dict[str, tuple[str, ...]] = {}
    for exercise in exercises:
        place = public_place(exercise)
        if place is None:
            continue
        home, _colon, name = place.partition(":")
        for candidate in candidates:
            found = cells.get(candidate.step)
            if candidate.exercise == exercise.id and found is not None and _mentions(found, home, name):
                mentioned[exercise.id] = (f"{home}.{name}",)
    return mentioned


def _mentions(found: OwnCell, home: str, name: str) -> bool:
    """Whether a cell reaches for `name` of the module `home`: as module.name, by import, or by getattr."""
    if found.names.tree is None:
        return False
    package, _dot, module = home.rpartition(".")
    is_near = package in found.cell.source
    for node in ast.walk(found.names.tree):
        if isinstance(node, ast.Attribute) and node.attr == name and _last_name(node.value) == module:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == home and any(alias.name == name for alias in node.names):
            return True
        if isinstance(node, ast.Constant) and node.value == name and is_near:
            return True
    return False


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
