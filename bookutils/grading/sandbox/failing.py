"""Inside the sandbox: lets what asks for something that is not here fail alone; the rest of a cell goes on without.

A learner may have had a package, a file, the network, a window or a magic of the kernel that the grader has not. Where
the learner has put a `try` around an import, it stays as it is.
"""

from __future__ import annotations

import ast
import contextlib
import errno
import subprocess
from collections.abc import Iterator
from typing import Any

from bookutils.grading.sandbox.surroundings import ANY_NAME, ASKS_OUTSIDE

_HOOK = "_bookutils_import_failed"
_ASKED = "_bookutils_asked_outside"
_ERROR = "_bookutils_error"
_MAGICS = frozenset({"run_line_magic", "magic"})
_OF_A_CELL = "run_cell_magic"
_SHELL = "get_ipython"
# What a cell may use is used up: that is told.
_OF_LIMITS = frozenset({
    errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN,
})  # fmt: skip


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
        """Put a `try` around each import and around the cell's own statements; the lines keep their numbers."""
        for body in list(_bodies(tree)):
            body[:] = [_alone(node) if _may_fail(node) else node for node in body]
        tree.body[:] = [_guarded(node) if isinstance(node, _STATEMENTS) else node for node in tree.body]
        return tree

    def _note(self, names: tuple[str, ...], error: BaseException) -> None:
        self._missing.update((name, f"{type(error).__name__}: {error}"[:200]) for name in names)

    def _has_asked(self, names: tuple[str, ...], whatever: bool, error: Exception) -> bool:
        """Whether a statement asked for what is not here, and fails alone; what it would have bound is noted then."""
        kind = type(error).__name__
        if isinstance(error, NameError) and error.name in self._missing:  # of what failed above
            self._missing.update(dict.fromkeys(names, self._missing[error.name]))
            return True
        if isinstance(error, OSError) and error.errno in _OF_LIMITS:
            return False
        outside = isinstance(error, OSError | ImportError | subprocess.CalledProcessError) or kind in ASKS_OUTSIDE
        if outside or whatever:
            self._note(names, error)
        return outside or whatever

    def __enter__(self) -> FailingAlone:
        self._shell.user_ns[_HOOK] = self._note
        self._shell.user_ns[_ASKED] = self._has_asked
        self._shell.ast_transformers.append(self)
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(ValueError, AttributeError, TypeError):  # a cell may have changed the list
            self._shell.ast_transformers.remove(self)


_STATEMENTS = (ast.Expr, ast.Assign, ast.AnnAssign, ast.With)


def _guarded(node: ast.stmt) -> ast.stmt:
    """Write a statement of a cell as one that may fail alone, if what it asks for is not here."""
    value = getattr(node, "value", None)
    magic = _magic_of(value)
    if magic is None and isinstance(node, ast.Expr) and not isinstance(value, ast.Call | ast.Await):
        return node  # the cell's value, or a text
    if magic == "":
        return node  # of the whole cell: without it there is nothing left to try
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    if magic == "run" or (isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "exec"):
        names = {ANY_NAME}
    bound = ast.Tuple([ast.Constant(name) for name in sorted(names)], ast.Load())
    whatever = ast.Constant(magic is not None or _asks_for_a_device(node))
    asked = ast.Call(ast.Name(_ASKED, ast.Load()), [bound, whatever, ast.Name(_ERROR, ast.Load())], [])
    other = ast.If(ast.UnaryOp(ast.Not(), asked), [ast.Raise()], [])
    caught = ast.ExceptHandler(ast.Name("Exception", ast.Load()), _ERROR, [other])
    return ast.fix_missing_locations(ast.copy_location(ast.Try([node], [caught], [], []), node))


def _magic_of(value: ast.AST | None) -> str | None:
    """Return the magic that an expression calls, as IPython writes `%name …`; "" for a whole cell's; else None."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    if value.func.attr not in (*_MAGICS, _OF_A_CELL):
        return None
    shell = value.func.value
    if not (isinstance(shell, ast.Call) and isinstance(shell.func, ast.Name) and shell.func.id == _SHELL):
        return None
    if value.func.attr == _OF_A_CELL:
        return ""
    first = value.args[0] if value.args else None
    name = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else "?"
    return name.partition(" ")[0]


def _asks_for_a_device(node: ast.stmt) -> bool:
    """Whether a statement names a graphics card, as in `tf.config.list_physical_devices("GPU")[0]`."""
    texts = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return any(device in text.casefold() for text in texts for device in ("gpu", "cuda", "tpu"))


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
