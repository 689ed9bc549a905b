"""Cells with their names, and divided where one part should not take another with it.

Such parts are a figure that fails, and an import that is missing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bookutils.grading.names import Names, names_in
from bookutils.grading.notebooks import NotebookCell
from bookutils.grading.syntax import bound_by

_IMPORTS = (ast.Import, ast.ImportFrom)
_ABOVE = "# …"  # IPython would leave out empty lines at the top, and count anew
_MOST_IMPORTS, _MOST_STATEMENTS = 50, 1000


@dataclass(eq=False)
class OwnCell:
    """A code cell of a notebook, or a piece of one that had several answers merged into it, with its names.

    Parameters
    ----------
    cell, role, names : what it is, what it is for, and what it defines and needs
    step : the index of its last step in the program
    """

    cell: NotebookCell
    role: str
    names: Names
    step: int = -1


def divide_answers(cell: NotebookCell, names: Names, answers: frozenset[str]) -> list[tuple[NotebookCell, Names]]:
    """Divide a cell into its statements where several answers were merged into it; else it stays as it is.

    In a kernel each had its own time, and what stood between them could fail without harm. Lines keep their numbers.
    """
    if names.tree is None or len(names.defined & answers) < 2 or len(names.tree.body) > _MOST_STATEMENTS:
        return [(cell, names)]
    lines = names.python.split("\n")
    pieces = []
    for statements, first, last in _extents(names.tree.body):
        source = "\n".join(lines[first - 1 : last])
        if first > 1 and bound_by(statements) & answers:
            source = _ABOVE + "\n" * (first - 1) + source
        pieces.append((replace(cell, source=source), names_in(source)))
    return pieces


def without_padding(source: str) -> str:
    """Return a piece of a cell without the empty lines that keep the numbers of its own."""
    return source.removeprefix(_ABOVE).lstrip("\n") if source.startswith(_ABOVE) else source


def _extents(body: Sequence[ast.stmt]) -> Iterator[tuple[list[ast.stmt], int, int]]:
    """Yield each statement with its first and its last line; several that share a line come together."""
    together: list[ast.stmt] = []
    begun, ended = 0, 0
    for node in body:
        first = min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", ()))])
        if together and first > ended:
            yield together, begun, ended
            together = []
        begun = begun if together else first
        together.append(node)
        ended = node.end_lineno or first
    if together:
        yield together, begun, ended


def divide_imports(source: str, names: Names) -> list[str]:
    """Divide a cell that holds no answer at its imports: what is not installed here takes nothing else with it."""
    body = names.tree.body if names.tree else []
    imports = sum(isinstance(node, _IMPORTS) for node in body)
    if not 0 < imports <= _MOST_IMPORTS or len(body) == 1:
        return [source]
    alone = (number if isinstance(node, _IMPORTS) else -1 for number, node in enumerate(body))
    pieces = [list(nodes) for _number, nodes in groupby(body, key=lambda _node: next(alone))]
    lines = names.python.encode("utf-8", "surrogatepass").split(b"\n")
    return [_cut(lines, piece) for piece in pieces]


def _cut(lines: Sequence[bytes], nodes: Sequence[ast.stmt]) -> str:
    """Return the text of some statements that follow each other; Python counts its columns in bytes."""
    first, last = nodes[0], nodes[-1]
    begin = min([first, *getattr(first, "decorator_list", ())], key=lambda node: node.lineno)
    column = first.col_offset if begin is first else 0
    row, end_row = begin.lineno - 1, (last.end_lineno or last.lineno) - 1
    kept = list(lines[row : end_row + 1])
    kept[-1] = kept[-1][: last.end_col_offset]
    kept[0] = kept[0][column:]
    return b"\n".join(kept).decode("utf-8", "surrogatepass")
