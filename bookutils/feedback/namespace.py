"""Find the learner's variables, and keep them as they were while an answer runs."""

from __future__ import annotations

import contextlib
import copy
import random
import sys
from collections.abc import Iterator
from types import CodeType, FrameType, FunctionType
from typing import Any

import numpy as np

_PROTECTED_TYPES = (list, dict, set, bytearray, np.ndarray)
_MAX_BYTES = 64 * 2**20
_BOOK = __name__.partition(".")[0]


def learner_namespace() -> dict[str, Any]:
    """Return the variables of the notebook; outside IPython those of the module that called the book."""
    if "IPython" in sys.modules:
        from IPython import get_ipython

        shell = get_ipython()
        if shell is not None:
            return shell.user_ns
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _BOOK:
        frame = frame.f_back
    return frame.f_globals if frame is not None else {}


@contextlib.contextmanager
def preserved(namespace: dict[str, Any], answer: Any) -> Iterator[None]:
    """Put the learner's variables, and the state of the random generators, back as they were."""
    names = dict(namespace)
    contents = _copy_contents(namespace, answer)
    numpy_state, python_state = np.random.get_state(), random.getstate()  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(numpy_state)  # noqa: NPY002
        random.setstate(python_state)
        for value, before in contents:
            _restore(value, before)
        for name in [name for name in namespace if name not in names]:
            del namespace[name]
        namespace.update((name, value) for name, value in names.items() if namespace.get(name) is not value)


def _copy_contents(namespace: dict[str, Any], answer: Any) -> list[tuple[Any, Any]]:
    """Copy the lists, dicts and arrays that the answer's code can reach by name."""
    contents: list[tuple[Any, Any]] = []
    budget = _MAX_BYTES
    for name in _reachable_names(namespace, answer):
        value = namespace[name]
        if type(value) not in _PROTECTED_TYPES:
            continue
        budget -= value.nbytes if type(value) is np.ndarray else sys.getsizeof(value)
        if budget < 0:
            break
        with contextlib.suppress(Exception):  # something inside that cannot be copied stays unprotected
            contents.append((value, copy.deepcopy(value)))
    return contents


def _reachable_names(namespace: dict[str, Any], answer: Any) -> set[str]:
    """Return the global names used by the answer, and by the learner's functions that it uses."""
    found: set[str] = set()
    waiting = [answer]
    while waiting:
        function = waiting.pop()
        if type(function) is not FunctionType or function.__globals__ is not namespace:
            continue
        for name in _names_in(function.__code__):
            if name in namespace and name not in found:
                found.add(name)
                waiting.append(namespace[name])
    return found


def _names_in(code: CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _names_in(constant)
    return names


def _restore(value: Any, before: Any) -> None:
    if type(value) is np.ndarray:
        with contextlib.suppress(ValueError):  # made read-only: then it was not changed either
            if value.shape == before.shape:
                value[...] = before
    elif type(value) in (dict, set):
        value.clear()
        value.update(before)
    else:
        value[:] = before
