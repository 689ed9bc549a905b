"""What a cell's text defines and needs, told without running it. IPython's own transformer takes out magics first."""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

# Magics whose cell is Python that binds names as any other cell does; the cells of others are text.
_PYTHON_MAGIC = re.compile(r"\s*%%(time|capture|prun)\b.*\n")
_SHORT = 4_000  # letters; what is longer is not kept
_ASSIGNED = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)|^(\w+)\s*(?::[^=\n]+)?=(?!=)", re.MULTILINE)


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
    """Look at a cell's text.

    A cell that is no Python defines what its lines seem to define: it is to be found, although it will fail.

    Examples
    --------
    >>> names = names_in("def f(x):\\n    return np.sum(x) + bias\\ntotal = f(y)")
    >>> sorted(names.defined), sorted(names.used), sorted(read_at_once(names, frozenset()))
    (['f', 'total'], ['bias', 'f', 'np', 'y'], ['f', 'y'])
    """
    return _look_again(source) if len(source) <= _SHORT else _look(source)


@lru_cache(maxsize=512)  # the course's own cells stand in every notebook, and each is looked at more than once
def _look_again(source: str) -> Names:
    return _look(source)


def _look(source: str) -> Names:
    source = _PYTHON_MAGIC.sub("\n", source, count=1) if source.lstrip().startswith("%%") else source
    tree, python = _parse(source), source
    if tree is None:  # most cells have no magics, and looking for them is slow
        python = without_magics(source)
        tree = _parse(python)
    if tree is None:
        return Names(seems_to_define(source))
    try:
        bound = _Defined()
        bound.visit(tree)
        used = _variables_read(python)
    except (RecursionError, MemoryError, SyntaxError, ValueError):
        return Names(seems_to_define(source))
    return Names(frozenset(bound.names), used, tree, python)


def read_at_once(names: Names, until: frozenset[str]) -> frozenset[str]:
    """Return the notebook's variables that a cell has to have to define what it defines.

    Not what only its functions read when they are called, nor what tests and prints read.

    Parameters
    ----------
    names : the cell's
    until : names of answers; once the cell has defined all of those that it defines, what follows does not matter
    """
    reader, missing = _ReadAtOnce(), set(until & names.defined)
    for node in names.tree.body if names.tree else ():
        if not isinstance(node, ast.Expr | ast.Assert):
            reader.visit(node)
        if missing:
            missing -= _bound_by(node)
            if not missing:
                break
    return names.used & reader.names


def seems_to_define(text: str) -> frozenset[str]:
    """Return the names that lines of a text define at their beginning, be it Python or not."""
    return frozenset(one or other for one, other in _ASSIGNED.findall(text))


def _variables_read(python: str) -> frozenset[str]:
    """Ask Python itself which names are the notebook's, and not a function's own."""
    with warnings.catch_warnings(action="ignore"):
        tables = [symtable.symtable(python, "cell", "exec")]
    found: set[str] = set()
    while tables:
        table = tables.pop()
        outermost = table.get_type() == "module"
        found |= {
            symbol.get_name() for symbol in table.get_symbols()
            if symbol.is_referenced() and (outermost or symbol.is_global())
        }  # fmt: skip
        tables += table.get_children()
    return frozenset(found)


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
    binding = [node for node in tree.body if name in _bound_by(node)]
    return bool(binding) and all(
        isinstance(node, ast.FunctionDef) and node.name == name and all(map(_does_nothing, node.body))
        for node in binding
    )  # fmt: skip


def _bound_by(node: ast.stmt) -> set[str]:
    visitor = _Defined()
    visitor.visit(node)
    return visitor.names


def _does_nothing(line: ast.stmt) -> bool:
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))


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


class _ReadAtOnce(ast.NodeVisitor):
    """Collects the names that code reads while it runs; a function's body is read when it is called."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.names.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, node.args, node.returns):
            if part is not None:
                self.visit(part)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
