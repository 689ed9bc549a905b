"""Whether the stored notebooks say what the chapters say: text, metadata and ids; nbval judges outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from bookutils.authoring.build import Draft, draft
from bookutils.authoring.course import Catalogue, Course
from bookutils.authoring.navigation import page_problems
from bookutils.authoring.prose import pictures
from bookutils.authoring.source import Chapter
from bookutils.core.errors import ChapterError
from bookutils.core.files import shown


def check_notebooks(course: Course, chapters: list[Chapter], chosen: list[Chapter], catalogue: Catalogue) -> None:
    """Refuse notebooks that differ from their chapters, those that no chapter makes, and old tables of chapters.

    Raises
    ------
    ChapterError
        One line for each, with the chapter and the first difference.
    """
    found = [*page_problems(course), *differences(course, chosen, catalogue), *orphans(course, chapters)]
    if found:
        todo = "\nType `bookutils build`, and commit what it writes."
        raise ChapterError("\n".join(found), todo)


def differences(course: Course, chapters: list[Chapter], catalogue: Catalogue) -> Iterator[str]:
    """Yield a sentence for each chapter whose notebook is missing or differs, with the first difference."""
    for chapter in chapters:
        path = course.notebooks_dir / f"{chapter.name}.ipynb"
        if not path.is_file():
            yield f"{shown(path)} is missing: it is made from {shown(chapter.path)}."
            continue
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            yield f"{shown(path)} is not a notebook."
            continue
        difference = first_difference(draft(chapter, catalogue), stored)
        if difference:
            yield f"{shown(chapter.path)}{difference}"
        for picture in pictures(chapter):
            copy = course.notebooks_dir / picture
            if not copy.is_file() or copy.read_bytes() != (course.chapters_dir / picture).read_bytes():
                yield f"{shown(copy)} is not the picture of {shown(chapter.path)}."


def orphans(course: Course, chapters: list[Chapter]) -> Iterator[str]:
    """Yield a sentence for each notebook that no chapter makes."""
    made = {f"{chapter.name}.ipynb" for chapter in chapters}
    for path in sorted(course.notebooks_dir.glob("*.ipynb")):
        if path.name not in made:
            yield f"{shown(path)} has no chapter."


def first_difference(made: Draft, stored: dict[str, Any]) -> str:
    """Return where a stored notebook first differs from its chapter: ``:line: what``; empty where it does not."""
    for key in ("nbformat", "nbformat_minor"):
        if stored.get(key) != made.notebook[key]:
            return f":1: The notebook has another {key}."
    found = stored.get("cells", [])
    for number, (ours, theirs) in enumerate(zip_longest(made.notebook.cells, found)):
        if ours is None:
            return f":{_last_line(made)}: The notebook has a cell more than the chapter, at its place {number + 1}."
        line = made.chapter.cells[number].line
        if theirs is None:
            return f":{line}: The notebook ends before the cell of this line."
        for key, word in (("cell_type", "kind"), ("source", "text"), ("id", "id"), ("metadata", "metadata")):
            mine, other = ours[key], _plain(theirs.get(key)) if key == "source" else theirs.get(key)
            if mine != other:
                row = _row(mine, other) if key == "source" else 1
                place = made.chapter.cells[number].line_of(row) if key == "source" else line
                return f":{place}: The {word} of the notebook's cell {number + 1} differs: {_pair(mine, other, row)}"
    if stored.get("metadata") != made.notebook.metadata:
        return f":1: The notebook's metadata differs: {_pair(dict(made.notebook.metadata), stored.get('metadata'), 1)}"
    return ""


def _plain(source: Any) -> str:
    """Return a cell's source as one string; files keep it as a list of lines."""
    return "".join(source) if isinstance(source, list) else str(source)


def _row(mine: str, other: str) -> int:
    rows = enumerate(zip_longest(mine.split("\n"), other.split("\n")), start=1)
    return next((row for row, (left, right) in rows if left != right), 1)


def _pair(mine: Any, other: Any, row: int) -> str:
    if isinstance(mine, str) and isinstance(other, str):
        left, right = ((text.split("\n") + [""] * row)[row - 1] for text in (mine, other))
        return f"{left!r} in the chapter, {right!r} in the notebook."
    return f"{mine!r} from the chapter, {other!r} in the notebook."


def _last_line(made: Draft) -> int:
    return made.chapter.cells[-1].line if made.chapter.cells else 1
