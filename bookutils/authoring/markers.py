"""The solution inside an exercise's cell: where it begins and ends, and what a learner sees in its place."""

from __future__ import annotations

from collections.abc import Iterator

from bookutils.authoring.problems import Problem
from bookutils.authoring.source import Cell, Chapter

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
PLACEHOLDER = "...  # your code here"


def marker(text: str) -> str | None:
    """Return BEGIN or END where the line is a marker, whatever its indentation.

    >>> marker("    ### BEGIN SOLUTION")
    '### BEGIN SOLUTION'
    """
    return text.strip() if text.strip() in {BEGIN, END} else None


def marker_problems(chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem for each marker that is unclosed, nested, unopened or outside an exercise."""
    for cell in chapter.cells:
        opened: int | None = None
        for line, text in cell.lines:
            mark = marker(text)
            if mark is None:
                if BEGIN in text or END in text:
                    yield chapter.problem(line, "A solution marker shares its line.", "Put it on a line of its own.")
                continue
            if cell.role != "exercise":
                todo = "Only a cell tagged `exercise` has a solution."
                yield chapter.problem(line, f"`{mark}` stands outside an exercise.", todo)
            elif mark == BEGIN and opened is not None:
                yield chapter.problem(
                    line, f"`{BEGIN}` stands inside the solution of line {opened}.", "Close it first."
                )
            elif mark == END and opened is None:
                yield chapter.problem(line, f"`{END}` closes nothing.", f"Put `{BEGIN}` above it.")
            else:
                opened = line if mark == BEGIN else None
        if opened is not None:
            yield chapter.problem(opened, f"`{BEGIN}` is not closed.", f"Put `{END}` below the solution.")


def without_solution(cell: Cell) -> Cell:
    """Return the learner's cell: each solution, markers included, becomes one line at the marker's indentation."""
    kept: list[tuple[int, str]] = []
    inside = False
    for line, text in cell.lines:
        mark = marker(text)
        if mark == BEGIN:
            inside = True
            kept.append((line, text[: len(text) - len(text.lstrip())] + PLACEHOLDER))
        elif mark == END:
            inside = False
        elif not inside:
            kept.append((line, text))
    return cell.with_lines(kept)


def without_markers(cell: Cell) -> Cell:
    """Return the solved cell: the solution stays, the two marker lines go."""
    return cell.with_lines([(line, text) for line, text in cell.lines if marker(text) is None])
