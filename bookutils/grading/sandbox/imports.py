"""Inside the sandbox: lets each import of a cell fail alone, since a learner may have had a package that is not here.

The rest of the cell is tried without it. Where the learner has put a `try` around an import, it stays as it is.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator
from typing import Any

_HOOK = "_bookutils_import_failed"
_ERROR = "_bookutils_error"


class FailingAlone:
    """A transformer of the shell's cells, at work within a `with` block.

    Parameters
    ----------
    shell : runs the cells
    missing : name that an import would have bound -> why it is not there; whatever fails is noted, now or when a
        function with an import in it is called
    """

    def __init__(self, shell: Any, missing: dict[str, str]) -> None:
        self._shell, self._missing = shell, missing

    def visit(self, tree: ast.Module) -> ast.Module:
        """Put a `try` around each import; the lines keep their numbers."""
        for body in list(_bodies(tree)):
            body[:] = [_alone(node) if _may_fail(node) else node for node in body]
        return tree

    def _note(self, names: tuple[str, ...], error: BaseException) -> None:
        self._missing.update((name, f"{type(error).__name__}: {error}"[:200]) for name in names)

    def __enter__(self) -> FailingAlone:
        self._shell.user_ns[_HOOK] = self._note
        self._shell.ast_transformers.append(self)
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(ValueError, AttributeError, TypeError):  # a cell may have changed the list
            self._shell.ast_transformers.remove(self)


def _may_fail(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module != "__future__")


def _alone(node: ast.stmt) -> ast.stmt:
    """Write an import as one that may fail; several of one line fail each by itself."""
    if isinstance(node, ast.Import) and len(node.names) > 1:
        pieces = [ast.copy_location(ast.Import([alias]), node) for alias in node.names]
        whole: ast.stmt = ast.If(ast.Constant(True), [_alone(piece) for piece in pieces], [])
        return ast.fix_missing_locations(ast.copy_location(whole, node))
    assert isinstance(node, ast.Import | ast.ImportFrom)
    plain = isinstance(node, ast.Import)
    names = tuple(alias.asname or (alias.name.partition(".")[0] if plain else alias.name) for alias in node.names)
    bound = ast.Tuple([ast.Constant(name) for name in names], ast.Load())
    told = ast.Call(ast.Name(_HOOK, ast.Load()), [bound, ast.Name(_ERROR, ast.Load())], [])
    caught = ast.ExceptHandler(ast.Name("Exception", ast.Load()), _ERROR, [ast.Expr(told)])
    return ast.fix_missing_locations(ast.copy_location(ast.Try([node], [caught], [], []), node))


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements in which an import may stand, but for those within a `try` of the learner's own."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for field, value in ast.iter_fields(node):
            if not isinstance(value, list) or (field == "body" and isinstance(node, ast.Try | ast.TryStar)):
                continue
            if value and isinstance(value[0], ast.stmt):
                yield value
            waiting += (item for item in value if isinstance(item, ast.stmt | ast.ExceptHandler | ast.match_case))
