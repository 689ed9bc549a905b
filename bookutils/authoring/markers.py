"""The solution inside an exercise's cell: where it begins and ends, and what a learner sees in its place."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator

from bookutils.authoring.problems import Problem
from bookutils.authoring.source import Cell, Chapter
from bookutils.core.cells import EXERCISE

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
            if cell.role != EXERCISE:
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
    solution: list[str] | None = None
    for line, text in cell.lines:
        mark = marker(text)
        if mark == BEGIN:
            solution = []
            kept.append((line, text[: len(text) - len(text.lstrip())]))
        elif mark == END and solution is not None:
            first, indentation = kept[-1]
            kept[-1] = (first, indentation + _starter(solution))
            solution = None
        elif solution is not None:
            solution.append(text)
        else:
            kept.append((line, text))
    return cell.with_lines(kept)


def _starter(solution: list[str]) -> str:
    """Return the placeholder; where the solution gives a variable its value at the cell's top, with its name.

    >>> _starter(["points = [1, 2]", "answer = max(points)"])
    'answer = ...  # your code here'
    >>> _starter(["    return 1"])
    '...  # your code here'
    """
    if solution and not solution[0].startswith((" ", "\t")):
        with contextlib.suppress(SyntaxError):
            last = ast.parse("\n".join(solution)).body[-1:]
            if last and isinstance(last[0], ast.Assign) and isinstance(last[0].targets[0], ast.Name):
                return f"{last[0].targets[0].id} = {PLACEHOLDER}"
    return PLACEHOLDER


def without_markers(cell: Cell) -> Cell:
    """Return the solved cell: the solution stays, the two marker lines go."""
    return cell.with_lines([(line, text) for line, text in cell.lines if marker(text) is None])
