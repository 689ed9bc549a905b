"""What an answer looks like before anybody wrote it."""

from __future__ import annotations

import dis
import inspect
from types import FunctionType
from typing import Any

# What a body that does nothing compiles to, in Python 3.11 to 3.13.
_IDLE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def is_untouched(answer: Any) -> bool:
    """True when the answer is still the starter: `...`, or a function whose body does nothing at all.

    >>> def fresh(x):
    ...     '''Return the double.'''
    ...     ...
    >>> is_untouched(fresh), is_untouched(...), is_untouched(lambda x: 2 * x)
    (True, True, False)
    """
    if answer is ...:
        return True
    if type(answer) is not FunctionType or answer.__code__.co_flags & inspect.CO_GENERATOR:
        return False
    steps = list(dis.get_instructions(answer))
    return all(step.opname in _IDLE and (step.opname == "RESUME" or step.argval is None) for step in steps)
