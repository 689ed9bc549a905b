"""Cells divided where one part should not take another with it: a figure that fails, an import that is missing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bookutils.grading.names import Names, names_in
from bookutils.grading.notebooks import NotebookCell

_IMPORTS = (ast.Import, ast.ImportFrom)
_ABOVE = "# …"  # IPython would leave out empty lines at the top, and count anew
_MOST_IMPORTS, _MOST_STATEMENTS = 50, 1000


def divide_answers(cell: NotebookCell, answers: frozenset[str]) -> list[NotebookCell]:
    """Divide a cell into its statements where several answers were merged into it; else it stays as it is.

    In a kernel each had its own time, and what stood between them could fail without harm. Lines keep their numbers.
    """
    names = names_in(cell.source)
    if names.tree is None or len(names.defined & answers) < 2 or len(names.tree.body) > _MOST_STATEMENTS:
        return [cell]
    lines = names.python.split("\n")
    pieces = []
    for first, last in _extents(names.tree.body):
        source = "\n".join(lines[first - 1 : last])
        if first > 1 and names_in(source).defined & answers:
            source = _ABOVE + "\n" * (first - 1) + source
        pieces.append(replace(cell, source=source))
    return pieces


def without_padding(source: str) -> str:
    """Return a piece of a cell without the empty lines that keep the numbers of its own."""
    return source.removeprefix(_ABOVE).lstrip("\n") if source.startswith(_ABOVE) else source


def _extents(body: Sequence[ast.stmt]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of each statement; of several that share a line, of all together."""
    begun, ended = 0, 0
    for node in body:
        first = min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", ()))])
        if begun and first > ended:
            yield begun, ended
            begun = 0
        begun, ended = begun or first, node.end_lineno or first
    if begun:
        yield begun, ended


def divide_imports(source: str, names: Names) -> list[str]:
    """Divide a cell that holds no answer at its imports: what is not installed here takes nothing else with it."""
    body = names.tree.body if names.tree else []
    imports = sum(isinstance(node, _IMPORTS) for node in body)
    if not 0 < imports <= _MOST_IMPORTS or len(body) == 1:
        return [source]
    alone = (number if isinstance(node, _IMPORTS) else -1 for number, node in enumerate(body))
    pieces = [list(nodes) for _number, nodes in groupby(body, key=lambda _node: next(alone))]
    try:
        return [ast.unparse(ast.Module(piece, [])) for piece in pieces]
    except RecursionError:
        return [source]
