"""Makes the notebook of a chapter, not yet executed: cells, ids and metadata."""

from __future__ import annotations

import hashlib
from typing import Any

from bookutils.authoring.calls import call_of
from bookutils.authoring.course import Course
from bookutils.authoring.identity import cell_ids, version
from bookutils.authoring.source import Cell, Chapter
from bookutils.core.cells import CHECK, COLAB
from bookutils.judging.model import Exercise

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# What ipykernel writes, less the version of Python that built it.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


def make_notebook(chapter: Chapter, exercises: dict[str, Exercise]) -> Any:
    """Return an nbformat notebook with a stable id and our metadata on each cell.

    Parameters
    ----------
    chapter : an edition of a chapter, learner's or solved
    exercises : the chapter's exercises by id; their points go into nbgrader's metadata of their checks
    """
    import nbformat

    package = Course(chapter.path.parent.parent).package
    cells = []
    for cell, id in zip(chapter.cells, cell_ids(chapter), strict=True):
        new = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
        cells.append(new(cell.source, id=id, metadata=_metadata(cell, exercises)))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.nbformat_minor = 5
    notebook.metadata = nbformat.from_dict(
        {
            "bookutils": {
                "chapter": chapter.name,
                "title": chapter.title,
                "version": chapter_version(cells),
                **({"package": package.version} if package else {}),
            },
            "kernelspec": KERNEL,
            "language_info": LANGUAGE,
        }
    )
    nbformat.validate(notebook)
    return notebook


def chapter_version(cells: list[Any]) -> str:
    """Return the version of a chapter: it changes with a cell's text, id or tags, not with an output."""
    return version(part for cell in cells for part in (cell.id, cell.cell_type, cell.source, repr(cell.metadata)))


def _metadata(cell: Cell, exercises: dict[str, Exercise]) -> dict[str, Any]:
    """Return a cell's metadata. The cell's own version tells later whether a learner has changed it."""
    call = call_of(cell)
    ours = {"role": call.function if call else cell.role, "version": version([cell.source])}
    metadata: dict[str, Any] = {"bookutils": ours}
    if cell.role == COLAB and cell.kind == "code":
        metadata["jupyter"] = {"source_hidden": True}  # JupyterLab folds it; Colab, where it matters, shows it
    if cell.tags:
        metadata["tags"] = sorted(cell.tags)
    if cell.exercise:
        ours["exercise"] = cell.exercise
    exercise = exercises.get(call.id or "") if call and call.function == CHECK else None
    if exercise:
        metadata["nbgrader"] = _nbgrader(exercise, cell.source)
    return metadata


def _nbgrader(exercise: Exercise, source: str) -> dict[str, Any]:
    """Return nbgrader's metadata of a check: an autograded test, worth the exercise's points; 0 where it is optional.

    The exercise's own cell has none. As a solution without markers it would be emptied by `generate_assignment`, and
    a copy of it in one submission would end `autograde` for the whole class.
    """
    roles = {"grade": True, "solution": False, "locked": True, "task": False}
    names = {"schema_version": 3, "grade_id": exercise.id, "points": exercise.points, "cell_type": "code"}
    return roles | names | {"checksum": _checksum(source, exercise.id, exercise.points)}


def _checksum(source: str, id: str, points: int) -> str:
    """Return what `nbgrader.utils.compute_checksum` (0.9.6) gives: by it, `validate` sees that a check was changed."""
    grade, solution, locked = "True", "False", "True"
    text = "".join([source, "code", grade, solution, locked, id, str(float(points))])
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
