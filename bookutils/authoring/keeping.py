"""Keeps stored outputs where only texts have changed, so that a new sentence or version needs no new run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bookutils.authoring.problems import refuse
from bookutils.authoring.source import Chapter
from bookutils.core.cells import COLAB
from bookutils.core.errors import ChapterError


def keep_outputs(notebook: Any, chapter: Chapter, path: Path) -> None:
    """Give a notebook that has not been run the outputs of the stored one, whose code has to be the same.

    Parameters
    ----------
    notebook : made from the chapter's cells; gets outputs and execution counts, as if it had been run
    chapter : its cells, in the notebook's order
    path : the stored notebook

    Raises
    ------
    ChapterError
        When there is no stored notebook, or when a cell's code or tags have changed.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError) as error:
        raise ChapterError(f"There is no notebook {path.name} to keep outputs of.", _whole(chapter)) from error
    from nbformat import from_dict

    known = [cell for cell in stored if cell["cell_type"] == "code" and not _is_added(cell)]
    cells = [
        (cell, written) for cell, written in zip(notebook.cells, chapter.cells, strict=True) if written.kind == "code"
    ]
    ran = [written for _, written in cells if not written.added]
    for written, old in zip(ran, known, strict=False):
        if written.source != "".join(old["source"]) or sorted(written.tags) != old["metadata"].get("tags", []):
            refuse([chapter.problem(written.line, "The code of this cell has changed.", _whole(chapter))])
    if len(ran) != len(known):
        raise ChapterError(f"{chapter.path.name} has not as many cells of code as its notebook.", _whole(chapter))
    left = iter(known)
    for count, (cell, written) in enumerate(cells, start=1):
        if written.added:
            cell.execution_count = count
            continue
        old = next(left)
        cell.outputs = from_dict(old["outputs"])
        cell.execution_count = None if old["execution_count"] is None else count
        for output in cell.outputs:
            if "execution_count" in output:
                output["execution_count"] = count


def _whole(chapter: Chapter) -> str:
    return f"Type: bookutils build {chapter.name}"


def _is_added(cell: dict[str, Any]) -> bool:
    return cell["metadata"].get("bookutils", {}).get("role") == COLAB
