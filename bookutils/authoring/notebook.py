"""Makes the notebook of a chapter, not yet executed: cells, ids and metadata."""

from __future__ import annotations

from typing import Any

from bookutils.authoring.calls import own_cell, syntax
from bookutils.authoring.identity import cell_ids, version
from bookutils.authoring.source import Cell, Chapter
from bookutils.exercises.model import Exercise

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
    exercises : the chapter's exercises by id; their points go into nbgrader's metadata
    """
    import nbformat

    cells = []
    for cell, id in zip(chapter.cells, cell_ids(chapter), strict=True):
        new = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
        cells.append(new(cell.source, id=id, metadata=_metadata(cell, exercises)))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.nbformat_minor = 5
    notebook.metadata = nbformat.from_dict(
        {
            "bookutils": {"chapter": chapter.name, "title": chapter.title, "version": chapter_version(cells)},
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
    ours = {"role": _role(cell), "version": version([cell.source])}
    metadata: dict[str, Any] = {"bookutils": ours}
    if cell.tags:
        metadata["tags"] = sorted(cell.tags)
    if cell.exercise:
        ours["exercise"] = cell.exercise
        metadata["nbgrader"] = _nbgrader(cell.exercise, exercises)
    return metadata


def _role(cell: Cell) -> str:
    call = own_cell(syntax(cell.source)) if cell.role == "demonstration" else None
    return call.function if call else cell.role


def _nbgrader(id: str, exercises: dict[str, Exercise]) -> dict[str, Any]:
    """Return nbgrader's metadata: a solution with points that a person, or `bookutils grade`, gives.

    An optional exercise is a solution without a grade. nbgrader must not give points by itself here: `check` never
    raises, and nbgrader takes a cell that raises nothing as a full score.
    """
    points = exercises[id].points if id in exercises else 0
    data = {"schema_version": 3, "grade_id": id, "solution": True, "grade": points > 0, "locked": False, "task": False}
    return data | {"points": points} if points else data
