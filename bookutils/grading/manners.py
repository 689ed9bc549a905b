"""Whether a cell could change anything for the answers of other cells, told without running it.

Most cells only define a function. Where all cells do no more than that, nothing can have come between an answer and its
points, and what is not right need not be tried alone as well. Whoever deceives this gains nothing: it is about the
learner's own right answers.
"""

from __future__ import annotations

import ast

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
    return all(_is_quiet(node, frozenset()) for node in names.tree.body)


def _is_quiet(node: ast.AST, own: frozenset[str]) -> bool:
    """Whether a piece of code is harmless to others; `own` are the variables of the function that it stands in."""
    if isinstance(node, ast.Import):
        return all(alias.name.partition(".")[0] in _QUIET_MODULES for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] in _QUIET_MODULES
    if isinstance(node, ast.Global | ast.Nonlocal | ast.Delete | ast.While | ast.AsyncFunctionDef | ast.Await):
        return False
    if isinstance(node, ast.Attribute) and (not isinstance(node.ctx, ast.Load) or node.attr in _LOUD_METHODS):
        return False
    if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
        return False
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load) and _root(node) not in own:
        return False
    if isinstance(node, ast.Name) and node.id in _LOUD_NAMES:
        return False
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        own |= {inner.arg for inner in ast.walk(node.args) if isinstance(inner, ast.arg)}
        own |= {
            inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
        }
    return all(_is_quiet(inner, own) for inner in ast.iter_child_nodes(node))


def _root(node: ast.expr) -> str:
    """Return the variable that something is a part of."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
