"""Inside the sandbox: notices whether an answer enters the book's own function, from wherever it has it."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any


@contextlib.contextmanager
def noticed(book: Any) -> Iterator[list[bool]]:
    """Notice whether the book's own function is entered, from wherever it was taken.

    Its code is exchanged, and so is that of every other function which came out of the same lines of the same file: one
    made of its code, one of a module that was loaded twice. A module that is loaded again meanwhile is noticed behind.
    """
    entered: list[bool] = []
    if type(book) is not FunctionType or book.__code__.co_freevars:
        yield entered
        return
    place = _place_of(book)
    functions = (one for one in (book, *gc.get_objects()) if type(one) is FunctionType and not one.__code__.co_freevars)
    kin = {id(one): one for one in functions if _place_of(one) == place}
    with contextlib.ExitStack() as stack:
        for one in kin.values():
            stack.enter_context(_noticing(one, entered))
        yield entered
        if getattr(sys.modules.get(book.__module__), book.__name__, None) is not book:
            entered.append(True)


def _place_of(function: FunctionType) -> tuple[str, str]:
    """Return a function's file within the package, and its name in it; a compiled file names where it was compiled."""
    code = function.__code__
    return code.co_filename.rpartition("bookutils/")[2], code.co_qualname


@contextlib.contextmanager
def _noticing(book: FunctionType, entered: list[bool]) -> Iterator[None]:
    code, defaults, keywords = book.__code__, book.__defaults__, book.__kwdefaults__
    twin = FunctionType(code, book.__globals__, book.__name__, defaults)
    twin.__kwdefaults__ = keywords

    def watcher(*arguments: Any, **named: Any) -> Any:
        entered.append(True)
        return twin(*arguments, **named)

    # A function's code reads its names from the module that it stands in, so the watcher is put there.
    book.__globals__["_noticed"] = watcher
    book.__code__ = (lambda *arguments, **named: _noticed(*arguments, **named)).__code__  # type: ignore[name-defined]  # noqa: F821
    book.__defaults__ = book.__kwdefaults__ = None
    try:
        yield
    finally:
        book.__code__, book.__defaults__, book.__kwdefaults__ = code, defaults, keywords
        book.__globals__.pop("_noticed", None)
