"""What is no answer: what a cell holds before anybody wrote one, the book's own function, and what cannot be called."""

from __future__ import annotations

import dis
import inspect
from types import FunctionType
from typing import Any

UNTOUCHED, NOT_CALLABLE = "untouched", "not callable"
# What a body that does nothing compiles to, in Python 3.11 to 3.13.
_IDLE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
# What one compiles to that returns a dictionary, a list or a tuple of functions of its cell.
_GATHERS = _IDLE | {"LOAD_GLOBAL", "BUILD_MAP", "BUILD_CONST_KEY_MAP", "BUILD_LIST", "BUILD_TUPLE"}


def is_untouched(answer: Any) -> bool:
    """True when the answer is still the starter: `...`, a function that does nothing, or one that gathers only such.

    >>> def fresh(x):
    ...     '''Return the double.'''
    ...     ...
    >>> is_untouched(fresh), is_untouched(...), is_untouched(lambda x: 2 * x)
    (True, True, False)
    >>> def gathered():
    ...     return {"double": fresh}
    >>> is_untouched(gathered)
    True
    """
    if answer is ...:
        return True
    return _does_nothing(answer) or _gathers_nothing(answer)


def _does_nothing(answer: Any) -> bool:
    if type(answer) is not FunctionType or answer.__code__.co_flags & inspect.CO_GENERATOR:
        return False
    steps = list(dis.get_instructions(answer))
    return all(step.opname in _IDLE and (step.opname == "RESUME" or step.argval is None) for step in steps)


def _gathers_nothing(answer: Any) -> bool:
    """Whether all that a function does is to put functions together, none of which does anything."""
    if type(answer) is not FunctionType or answer.__code__.co_flags & inspect.CO_GENERATOR:
        return False
    names = answer.__code__.co_names
    gathers = all(step.opname in _GATHERS for step in dis.get_instructions(answer))
    return bool(names) and gathers and all(_does_nothing(answer.__globals__.get(name)) for name in names)


def why_no_answer(answer: Any, is_function: bool, book: Any = None) -> str:
    """Say why there is nothing to be judged: it is still the starter, or the book's own; or it cannot be called.

    It is said before an answer is called, in the learner's kernel and in a sandbox alike.

    Parameters
    ----------
    answer : what stands under the answer's name
    is_function : False where the answer is a value
    book : the book's own function, where it is at hand; a name that is bound to it is no answer

    Returns
    -------
    UNTOUCHED, NOT_CALLABLE, or "" for something to be judged

    Examples
    --------
    >>> why_no_answer(..., True), why_no_answer(len, True, book=len), why_no_answer(3, True), why_no_answer(3, False)
    ('untouched', 'untouched', 'not callable', '')
    """
    if is_untouched(answer) or (book is not None and answer is book):
        return UNTOUCHED
    return NOT_CALLABLE if is_function and not callable(answer) else ""
