"""Carries what a learner wrote from their copy of a notebook into a newer version of it. Data in, data out; no files.

A cell's metadata holds the version of the text it shipped with, so a cell tells by itself whether it was changed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bookutils.authoring.identity import fit, version

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Carried:
    """A newer notebook with a learner's work in it.

    Parameters
    ----------
    notebook : the new version
    answers : the ids of the exercises whose answers came along
    added : how many cells of the learner's own came along
    left : True where the learner had changed cells that do not come along: texts and demonstrations
    """

    notebook: Notebook
    answers: tuple[str, ...]
    added: int
    left: bool


def source(cell: dict[str, Any]) -> str:
    """Return a cell's text; files keep it as a string or as a list of lines."""
    text = cell.get("source", "")
    return "".join(text) if isinstance(text, list) else str(text)


def chapter_version(notebook: Notebook) -> str | None:
    """Return the version of the chapter that a notebook was made from; None where it does not say."""
    return _ours(notebook).get("version")


def is_shipped(cell: dict[str, Any]) -> bool:
    """Return whether the cell came with the notebook (a learner may have changed it since)."""
    return "version" in _ours(cell)


def is_changed(cell: dict[str, Any]) -> bool:
    """Return whether a learner added the cell or changed its text."""
    return _ours(cell).get("version") != version([source(cell)])


def is_touched(notebook: Notebook) -> bool:
    """Return whether a learner wrote anything into the notebook; outputs do not count."""
    return any(is_changed(cell) for cell in _cells(notebook) if is_shipped(cell) or source(cell).strip())


def carry(old: Notebook, new: Notebook) -> Carried:
    """Return the new notebook with the answers and the added cells of the old one.

    An answer goes into the cell of its exercise. A cell that the learner added stands behind the nearest cell above it
    that the new version still has. An answer to an exercise that is gone comes along as an added cell. A shipped cell
    counts as the learner's own where it is a changed copy of another (a pasted cell keeps its metadata).
    """
    result = copy.deepcopy(new)
    targets = {_ours(cell)["exercise"]: cell for cell in _cells(result) if "exercise" in _ours(cell)}
    find = _finder(_cells(result))
    behind: dict[str | None, list[dict[str, Any]]] = {}
    anchor: str | None = None
    answers: list[str] = []
    left = False
    originals = _originals(old)
    for number, cell in enumerate(_cells(old)):
        exercise = _ours(cell).get("exercise")
        original = number in originals
        if original:
            anchor = find(cell) or anchor
        if not source(cell).strip() or not is_changed(cell):
            continue
        if original and exercise in targets:
            _answer(targets[exercise], cell)
            answers.append(str(exercise))
        elif original and exercise is None:
            left = True
        else:
            behind.setdefault(anchor, []).append(_added(cell))
    result["cells"] = _woven(_cells(result), behind)
    return Carried(result, tuple(answers), sum(len(cells) for cells in behind.values()), left)


def _cells(notebook: Notebook) -> list[dict[str, Any]]:
    return notebook.get("cells", [])


def _ours(part: dict[str, Any]) -> dict[str, Any]:
    found = part.get("metadata", {}).get("bookutils", {})
    return found if isinstance(found, dict) else {}


def _originals(old: Notebook) -> set[int]:
    """Return the places of the cells that shipped with the notebook, one for each exercise.

    Where two cells claim an exercise, one was pasted: the one with the shipped id is the original, else the first.
    """
    chapter = str(_ours(old).get("chapter", ""))
    found: dict[str, int] = {}
    others = set()
    for number, cell in enumerate(_cells(old)):
        exercise = _ours(cell).get("exercise")
        if exercise is None:
            others |= {number} if is_shipped(cell) else set()
        elif exercise not in found or cell.get("id") == fit(f"{chapter}-exercise-{exercise}"):
            found[exercise] = number
    return others | set(found.values())


def _finder(cells: list[dict[str, Any]]) -> Callable[[dict[str, Any]], str | None]:
    """Return a function that finds an old cell among `cells`: by its id, its exercise, or the text it shipped with.

    A section that was renamed gives its cells other ids; their text tells them still.
    """
    ids = {str(cell.get("id")) for cell in cells}
    others = {str(_ours(cell).get(key)): str(cell.get("id")) for key in ("version", "exercise") for cell in cells}

    def find(cell: dict[str, Any]) -> str | None:
        if str(cell.get("id")) in ids:
            return str(cell["id"])
        ours = _ours(cell)
        return next((others[ours[key]] for key in ("exercise", "version") if ours.get(key) in others), None)

    return find


def _answer(target: dict[str, Any], cell: dict[str, Any]) -> None:
    target["source"] = cell["source"]
    target["outputs"], target["execution_count"] = [], None


def _added(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a learner's own cell, without the metadata of the cell it may have been copied from."""
    own = copy.deepcopy(cell)
    for key in ("bookutils", "nbgrader"):
        own.get("metadata", {}).pop(key, None)
    return own


def _woven(cells: list[dict[str, Any]], behind: dict[str | None, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Put added cells behind their anchors, those without an anchor first; an id that is taken is replaced."""
    woven = list(behind.get(None, []))
    for cell in cells:
        woven += [cell, *behind.get(str(cell.get("id")), [])]
    shipped = {cell.get("id") for cell in cells}
    taken = set(shipped)
    for number, cell in enumerate(woven):
        if not is_shipped(cell) and (cell.get("id") in taken or not cell.get("id")):
            cell["id"] = fit(f"own-{number}-{version([source(cell)])}")
        taken.add(cell.get("id"))
    return woven
