"""What a cell's text defines and needs, told without running it. IPython's own transformer takes out magics first."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field

_ASSIGNED = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)|^(\w+)\s*(?::[^=\n]+)?=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Names:
    """The names of a cell.

    Parameters
    ----------
    defined : bound at its top level, also inside `if`, `for`, `try` and `with` there
    used : read anywhere in it
    tree : its syntax; None where it has an error
    """

    defined: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    tree: ast.Module | None = field(default=None, compare=False)


def names_in(source: str) -> Names:
    """Look at a cell's text.

    A cell that is no Python defines what its lines seem to define: it is to be found, although it will fail.

    Examples
    --------
    >>> names = names_in("import numpy as np\\nfor i in range(3):\\n    total = np.sum(x)")
    >>> sorted(names.defined), sorted(names.used)
    (['i', 'np', 'total'], ['np', 'range', 'x'])
    """
    tree = _parse(source) or _parse(without_magics(source))  # most cells have no magics, and looking for them is slow
    if tree is None:
        return Names(frozenset(one or other for one, other in _ASSIGNED.findall(source)))
    try:
        visitor = _Defined()
        visitor.visit(tree)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    except RecursionError:
        return Names(frozenset(one or other for one, other in _ASSIGNED.findall(source)))
    return Names(frozenset(visitor.names), frozenset(used), tree)


def _parse(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def without_magics(source: str) -> str:
    """Return a cell as Python, its magics and shell lines as calls; as it is where that cannot be told."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        with warnings.catch_warnings(action="ignore"):  # it complains about odd line ends
            return TransformerManager().transform_cell(source)
    except Exception:  # it gives up in many ways
        return source


def definitions(tree: ast.Module, kind: str) -> list[str]:
    """Return the names of the functions, or of the variables when `kind` is "value", at a cell's top level."""
    if kind == "function":
        return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


class _Defined(ast.NodeVisitor):
    """Collects the names that code binds in the scope that it stands in."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self.names.add(node.name)
        for outside in node.decorator_list:
            self.visit(outside)

    visit_AsyncFunctionDef = visit_FunctionDef
    visit_ClassDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """What a lambda binds is its own."""

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.names.add(node.id)

    def visit_alias(self, node: ast.alias) -> None:
        self.names.add(node.asname or node.name.partition(".")[0])

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        for inside in node.body:  # the error's own name is gone after the block
            self.visit(inside)

    def visit_ListComp(self, node: ast.AST) -> None:
        """Its variables are its own, but a walrus in it binds outside."""
        self.names |= {inner.target.id for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr)}

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp
