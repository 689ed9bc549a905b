"""Whether a cell could change anything for the answers of other cells, told without running it.

Most cells only define a function. Where all cells do no more than that, nothing can have come between an answer and its
points, and what is not right need not be tried alone as well. Whoever deceives this gains nothing: it is about the
learner's own right answers.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from bookutils.grading.names import Names

_QUIET_MODULES = {"numpy", "math", "cmath", "itertools", "functools", "operator", "collections", "typing", "statistics"}
_LOUD_NAMES = {
    "exec", "eval", "compile", "globals", "locals", "vars", "setattr", "delattr", "getattr", "open", "input",
    "breakpoint", "exit", "quit", "get_ipython", "__import__", "__builtins__",
}  # fmt: skip
_LOUD_METHODS = {"seterr", "seterrcall", "setbufsize", "set_printoptions", "seed", "set_state", "copyto", "put"}


def keeps_to_itself(names: Names, given: frozenset[str]) -> bool:
    """Whether a cell only defines names of its own, with functions that change nothing but what is theirs.

    Parameters
    ----------
    names : the cell's
    given : names that the course and Python provide

    Examples
    --------
    >>> from bookutils.grading.names import names_in
    >>> keeps_to_itself(names_in("def f(x):\\n    y = np.exp(x)\\n    y[0] = 1\\n    return y"), frozenset({"np"}))
    True
    >>> keeps_to_itself(names_in("np.exp = None"), frozenset({"np"}))
    False
    """
    if names.tree is None or "*" in names.defined:
        return False
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(names.tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    }  # fmt: skip
    if (names.defined - imported) & given:
        return False
    return all(_is_quiet(node) for node in names.tree.body)


@dataclass(frozen=True, eq=False)
class _Scope:
    """The variables of a function, and those of the functions around it."""

    own: frozenset[str] = frozenset()
    outer: _Scope | None = None

    def has(self, name: str) -> bool:
        scope: _Scope | None = self
        while scope is not None and name not in scope.own:
            scope = scope.outer
        return scope is not None


def _is_quiet(statement: ast.stmt) -> bool:
    """Whether a piece of code is harmless to others, and whatever stands in it; however deep that is."""
    waiting: list[tuple[ast.AST, _Scope]] = [(statement, _Scope())]
    while waiting:
        node, scope = waiting.pop()
        if _is_loud(node, scope):
            return False
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            scope = _Scope(_variables(node, outermost=scope.outer is None), scope)
        waiting += ((inner, scope) for inner in ast.iter_child_nodes(node))
    return True


def _is_loud(node: ast.AST, scope: _Scope) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] not in _QUIET_MODULES for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] not in _QUIET_MODULES
    if isinstance(node, ast.Attribute):
        return not isinstance(node.ctx, ast.Load) or node.attr in _LOUD_METHODS or node.attr.startswith("__")
    if isinstance(node, ast.Subscript):
        return not isinstance(node.ctx, ast.Load) and not scope.has(_root(node))
    if isinstance(node, ast.Name):
        return node.id in _LOUD_NAMES
    return isinstance(node, ast.Global | ast.Nonlocal | ast.Delete | ast.While | ast.AsyncFunctionDef | ast.Await)


def _variables(function: ast.FunctionDef | ast.Lambda, outermost: bool) -> frozenset[str]:
    """Return a function's parameters, and what is assigned in it; those of the outermost hold for all within."""
    given = function.args
    places = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    found = {place.arg for place in places if place is not None}
    if outermost:
        found |= {
            inner.id for inner in ast.walk(function)
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
        }  # fmt: skip
    return frozenset(found)


def _root(node: ast.expr) -> str:
    """Return the variable that something is a part of."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
