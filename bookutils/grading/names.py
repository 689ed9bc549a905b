"""What a cell's text defines and needs, told without running it. IPython's own transformer takes out magics first."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

from bookutils.grading.syntax import bound_by, is_bearable, parse, read_by, variables_read

# Magics whose cell is Python that binds names as any other cell does; the cells of others are text.
_PYTHON_MAGIC = re.compile(r"\s*%%(time|capture|prun)\b.*\n")
# IPython reads the whole cell anew for each of its magics: so many letters are read in all, which takes two seconds.
_MOST_READING = 1_000_000
_MAGIC_LINE = re.compile(r"^[ \t]*[%!?,;/]|=[ \t]*[%!]|\?[ \t]*$", re.MULTILINE)
_ASSIGNED = re.compile(r"^(?:async\s+def|def|class|type)\s+(\w+)|^(\w+)\s*(?::[^=\n]+)?=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Names:
    """The names of a cell.

    Parameters
    ----------
    defined : bound at its top level, also inside `if`, `for`, `try` and `with` there
    used : those of the notebook's variables that it reads, also within its functions
    tree : its syntax; None where it has an error
    python : the text that this is the syntax of, line by line the cell's, with calls in the place of magics
    """

    defined: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    tree: ast.Module | None = field(default=None, compare=False)
    python: str = field(default="", compare=False)


def names_in(source: str) -> Names:
    """Look at a cell's text: once for each cell, whose names go along with it from then on.

    A cell that is no Python defines what its lines seem to define: it is to be found, although it will fail.

    Examples
    --------
    >>> names = names_in("def f(x):\\n    return np.sum(x) + bias\\ntotal = f(y)")
    >>> sorted(names.defined), sorted(names.used), sorted(read_at_once(names, frozenset()))
    (['f', 'total'], ['bias', 'f', 'np', 'y'], ['f', 'y'])
    """
    source = _PYTHON_MAGIC.sub("\n", source, count=1) if source.lstrip().startswith("%%") else source
    tree, python = parse(source), source
    if tree is None and _is_soon_read(source):  # most cells have no magics, and looking for them is slow
        python = without_magics(source)
        tree = parse(python)
    if tree is None:
        return Names(seems_to_define(source))
    return Names(frozenset(bound_by(tree.body)), variables_read(python, tree), tree, python)


def read_at_once(names: Names, until: frozenset[str]) -> frozenset[str]:
    """Return the notebook's variables that a cell has to have to define what it defines.

    Not what only its functions read when they are called, nor what tests and prints read.

    Parameters
    ----------
    names : the cell's
    until : names of answers; once the cell has defined all of those that it defines, what follows does not matter
    """
    running, missing = [], set(until & names.defined)
    for node in names.tree.body if names.tree else ():
        if not isinstance(node, ast.Expr | ast.Assert):
            running.append(node)
        if missing:
            missing -= bound_by([node])
            if not missing:
                break
    return names.used & read_by(running)


def seems_to_define(text: str) -> frozenset[str]:
    """Return the names that lines of a text define at their beginning, be it Python or not."""
    return frozenset(one or other for one, other in _ASSIGNED.findall(text))


def _is_soon_read(source: str) -> bool:
    magics = sum(1 for _found in _MAGIC_LINE.finditer(source))
    return (1 + magics) * len(source) <= _MOST_READING and is_bearable(source)


def without_magics(source: str) -> str:
    """Return a cell as Python, its magics and shell lines as calls; as it is where that cannot be told."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        with warnings.catch_warnings(action="ignore"):  # it complains about odd line ends
            return TransformerManager().transform_cell(source)
    except Exception:  # it gives up in many ways
        return source


def definitions(tree: ast.Module, kind: str) -> Mapping[str, tuple[str, ...]]:
    """Return what a cell defines at its top level that may be an answer.

    Parameters
    ----------
    tree : the cell's syntax
    kind : "function" or "value", the kind of the answer

    Returns
    -------
    name -> parameters, where they can be told; in the cell's order

    Examples
    --------
    >>> definitions(ast.parse("def f(x, y): pass\\ng = lambda z: z\\nh = 3"), "function")
    {'f': ('x', 'y'), 'g': ('z',)}
    """
    found: dict[str, tuple[str, ...]] = {}
    for node in tree.body:
        if kind == "function" and isinstance(node, ast.FunctionDef):
            found[node.name] = parameters(node.args)
        elif isinstance(node, ast.Assign) and (kind == "value" or isinstance(node.value, ast.Lambda | ast.Call)):
            given = parameters(node.value.args) if isinstance(node.value, ast.Lambda) else ()
            found.update((target.id, given) for target in node.targets if isinstance(target, ast.Name))
    return found


def parameters(arguments: ast.arguments) -> tuple[str, ...]:
    """Return the names of a function's parameters, as far as they have places."""
    return tuple(argument.arg for argument in (*arguments.posonlyargs, *arguments.args))


def is_starter(tree: ast.Module, name: str) -> bool:
    """Whether all that a cell binds to a name are functions that do nothing."""
    binding = [node for node in tree.body if name in bound_by([node])]
    return bool(binding) and all(
        isinstance(node, ast.FunctionDef) and node.name == name and all(map(_does_nothing, node.body))
        for node in binding
    )  # fmt: skip


def _does_nothing(line: ast.stmt) -> bool:
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
