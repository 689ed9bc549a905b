"""Python's syntax, looked at step by step: no text, however deep or long, ends the reader or takes it for ever.

Nothing here calls itself. A sum of a thousand terms is a tree of a thousand levels, and a learner may well write one.
"""

from __future__ import annotations

import ast
import re
import subprocess
import symtable
import sys
import warnings
from collections.abc import Sequence
from functools import lru_cache

_LONG = 10_000  # letters; what is shorter costs Python's parser no time that matters
_TRIAL_SECONDS = 3  # of processor time
_WALL_SECONDS = 60
_MOST_PAIRS = 4_000_000  # `symtable` compares each name of a block with each block in it
_LONGEST_NAME = 2_000  # letters of a dotted one in an import: the parser's time grows with their square
_NO_NAME = re.compile(r"[^\w.]+")
_TRIAL = f"""
import ast, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({_TRIAL_SECONDS}, {_TRIAL_SECONDS}))
text = sys.stdin.buffer.read().decode()
ast.parse(text)
import symtable
symtable.symtable(text, "cell", "exec")
"""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def parse(text: str) -> ast.Module | None:
    """Parse a cell's text; None where it is no Python, or none that can be parsed in due time."""
    if not is_bearable(text):
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_bearable(text: str) -> bool:
    """Whether Python's own parser gets through a text: it hears no alarm, and what breaks it breaks the process.

    Long texts are tried in a process of their own, with a limit on its processor time.
    """
    return len(text) <= _LONG or (not _imports_endless_name(text) and _survives(text))


def _imports_endless_name(text: str) -> bool:
    lines = (line for line in text.split("\n") if len(line) > _LONGEST_NAME and "import" in line)
    return any(len(word) > _LONGEST_NAME for line in lines for word in _NO_NAME.split(line))


@lru_cache(maxsize=16)  # a cell is looked at more than once
def _survives(text: str) -> bool:
    if sys.platform == "win32":
        return True  # no such limits there
    command = [sys.executable, "-I", "-S", "-W", "ignore", "-c", _TRIAL]
    try:
        ended = subprocess.run(
            command, input=text.encode("utf-8", "replace"), timeout=_WALL_SECONDS, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode in (0, 1)  # 1: an exception, which is an answer too


def bound_by(nodes: Sequence[ast.AST]) -> set[str]:
    """Return the names that code binds in the scope that it stands in; "*" where it imports all names of a module.

    Examples
    --------
    >>> sorted(bound_by(ast.parse("a, b = 1, [c for c in d]\\ndef f(): e = 1").body))
    ['a', 'b', 'f']
    """
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            found.add(node.name)
            waiting += node.decorator_list
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.ExceptHandler):
            waiting += node.body  # the error's own name is gone after the block
        elif isinstance(node, _COMPREHENSIONS):  # its variables are its own, but a walrus in it binds outside
            found |= {inner.target.id for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr)}
        elif not isinstance(node, ast.Lambda):
            found |= _captured(node)
            waiting += ast.iter_child_nodes(node)
    return found


def _captured(node: ast.AST) -> set[str]:
    """Return the name that a pattern of `match` binds by itself."""
    if isinstance(node, ast.MatchAs | ast.MatchStar):
        return {node.name} if node.name else set()
    if isinstance(node, ast.MatchMapping):
        return {node.rest} if node.rest else set()
    return set()


def read_by(nodes: Sequence[ast.AST]) -> set[str]:
    """Return the names that code reads while it runs; a function's body is read when it is called."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                found.add(node.id)
        elif isinstance(node, _FUNCTIONS):
            waiting += [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
        elif isinstance(node, ast.Lambda):
            waiting.append(node.args)
        else:
            waiting += ast.iter_child_nodes(node)
    return found


def mentioned_in(tree: ast.AST) -> set[str]:
    """Return all names that code reads, in whatever scope.

    Examples
    --------
    >>> sorted(mentioned_in(ast.parse("def f(x):\\n    y = x\\n    return np.sum(y)")))
    ['np', 'x', 'y']
    """
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def variables_read(text: str, tree: ast.Module) -> frozenset[str]:
    """Ask Python itself which names are the notebook's, and not a function's own.

    Where it cannot say, or only after a long time, all names count that are read anywhere.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            tables = [symtable.symtable(text, "cell", "exec")]
    except (RecursionError, MemoryError, SyntaxError, ValueError):
        return frozenset(mentioned_in(tree))
    found: set[str] = set()
    while tables:
        table = tables.pop()
        inner = table.get_children()
        if len(inner) * len(table.get_identifiers()) > _MOST_PAIRS:
            return frozenset(mentioned_in(tree))
        outermost = table.get_type() == "module"
        found |= {
            symbol.get_name() for symbol in table.get_symbols()
            if symbol.is_referenced() and (outermost or symbol.is_global())
        }  # fmt: skip
        tables += inner
    return frozenset(found)
