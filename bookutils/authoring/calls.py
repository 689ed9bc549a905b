"""What a code cell calls and which names it uses, read from its syntax without running it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass

from bookutils.authoring.source import Cell
from bookutils.core.cells import ASKING, DEMONSTRATION


@dataclass(frozen=True)
class FeedbackCall:
    """A call of one of the feedback functions in a cell.

    Parameters
    ----------
    function : one of `bookutils.core.cells.ASKING`
    id : the exercise or prediction, where it is written out; None otherwise
    row : the row of the source, from 1
    alone : True where the call is a statement by itself (not, say, ``check("relu").function``)
    """

    function: str
    id: str | None
    row: int
    alone: bool


def syntax(source: str) -> ast.Module:
    """Return the syntax of a cell; lines that begin with ``%`` or ``!`` are understood as IPython does.

    Raises
    ------
    SyntaxError
        With the row of the cell.
    """
    from IPython.core.inputtransformer2 import TransformerManager

    above = len(source) - len(source.lstrip("\n"))  # IPython drops them; rows are counted from the cell's first
    return ast.parse("\n" * above + TransformerManager().transform_cell(source))


def feedback_calls(tree: ast.Module) -> list[FeedbackCall]:
    """Return the calls of ``check``, ``hint``, ``predict``, ``progress`` and ``recall``, by row.

    >>> feedback_calls(ast.parse('check("relu")'))
    [FeedbackCall(function='check', id='relu', row=1, alone=True)]
    """
    alone = {statement.value for statement in tree.body if isinstance(statement, ast.Expr)}
    return [
        FeedbackCall(node.func.id, _literal(node), node.lineno, node in alone)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKING
    ]


def _literal(node: ast.Call) -> str | None:
    first = node.args[0] if node.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def own_cell(tree: ast.Module) -> FeedbackCall | None:
    """Return the feedback call that is all that a cell holds, or None.

    >>> own_cell(ast.parse("x = 1"))
    """
    calls = [call for call in feedback_calls(tree) if call.alone]
    return calls[0] if len(calls) == 1 and len(tree.body) == 1 else None


def call_of(cell: Cell) -> FeedbackCall | None:
    """Return the feedback call that is all that a chapter's demonstration holds, or None."""
    return own_cell(syntax(cell.source)) if cell.role == DEMONSTRATION else None


def bound_names(tree: ast.Module) -> set[str]:
    """Return every name that a cell binds at its top level: imports, definitions, assignments, loops.

    >>> sorted(bound_names(ast.parse("import numpy as np\\ndef f(x): y = x")))
    ['f', 'np']
    """
    import symtable

    table = symtable.symtable(ast.unparse(tree), "cell", "exec")
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}


def free_names(tree: ast.Module) -> dict[str, int]:
    """Return each name that a cell takes from outside itself, with the row of its first use; builtins left out.

    >>> free_names(ast.parse("def f(x):\\n    return np.abs(x) + len(x)"))
    {'np': 2}
    """
    import symtable

    wanted = set(_globals(symtable.symtable(ast.unparse(tree), "cell", "exec"))) - set(dir(builtins))
    wanted -= bound_names(tree)
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in wanted:
            found[node.id] = min(node.lineno, found.get(node.id, node.lineno))
    return found


def _globals(table: object) -> Iterable[str]:
    import symtable

    assert isinstance(table, symtable.SymbolTable)
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals(child)
