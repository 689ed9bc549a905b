"""Finds descriptions that nobody lists: read from the syntax of the exercises' modules, without loading them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bookutils import exercises
from bookutils.authoring.course import CHAPTER_LIST, Catalogue
from bookutils.core.files import shown

FOLDER = Path(exercises.__file__).parent
_LIST_OF = {"Exercise": "EXERCISES", "choice": "EXERCISES", "Prediction": "PREDICTIONS"}


def forgotten(id: str, chapter: str, catalogue: Catalogue) -> tuple[str, str] | None:
    """Say which list was forgotten, where an exercise or a prediction is described and not listed; None elsewhere.

    Returns
    -------
    (what is wrong, what to do), or None where no module describes `id`
    """
    for path, line, found, kind in descriptions(FOLDER):
        if found == id:
            place = f"{shown(path)}:{line}"
            if chapter not in catalogue:
                what = f"`{id}` is described ({place}), and the chapter {chapter} is not in the list of chapters."
                return what, f"Add it to {CHAPTER_LIST}."
            name = path.relative_to(FOLDER).parts[0]
            home = FOLDER / name / "__init__.py" if path.parent != FOLDER else path
            what = f"`{id}` is described ({place}), and does not stand in {_LIST_OF[kind]}."
            return what, f"Add it to {_LIST_OF[kind]} in {shown(home)}."
    return None


def descriptions(folder: Path) -> Iterator[tuple[Path, int, str, str]]:
    """Yield (file, line, id, kind) of each exercise and prediction that is described with its id written out."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _LIST_OF:
                given = [keyword.value for keyword in node.keywords if keyword.arg == "id"] or node.args[:1]
                if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
                    yield path, node.lineno, given[0].value, node.func.id
