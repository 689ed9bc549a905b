"""Turn whatever an answer returns into plain data, without trusting it.

Plain data is None, bool, int, float, complex, str, lists and dicts of plain data, and arrays of numbers, booleans or
strings. Anything else becomes `Foreign`, which remembers only the name of its type. Types are read with `type()`,
never with `isinstance()`, so that an object cannot claim to be something else; no method of an unknown object is
called but the documented ways to an array (``__array__``, ``numpy``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from bookutils.core.messages import _

Plain: TypeAlias = Any  # see the module's text; a recursive alias would help no reader

MAX_ITEMS = 1_000_000
MAX_DEPTH = 20
MAX_BITS = 1000  # of a whole number: what a float can still hold
_LARGE = 2**63  # whole numbers beyond are floats in an array
_NUMBERS = {bool, int, float, complex}
_ARRAY_KINDS = "biufcU"
_TENSOR_MODULES = ("tensorflow", "keras", "torch", "jax")


@dataclass(frozen=True)
class Foreign:
    """Something that is not plain data: `name` says what, as a noun with its article."""

    name: str


class _TooMuch(Exception):
    """The value is nested too deeply or too large."""


def to_plain(value: Any) -> Plain:
    """Copy `value` as plain data; whatever its methods raise, this does not.

    Parameters
    ----------
    value : anything at all

    Returns
    -------
    plain data; tuples become lists, tensors and NumPy scalars become arrays and numbers, all else `Foreign`

    Examples
    --------
    >>> to_plain((1, np.float32(0.5)))
    [1, 0.5]
    >>> to_plain({1, 2})
    Foreign(name='a set')
    """
    try:
        return _convert(value, MAX_DEPTH, [MAX_ITEMS])
    except _TooMuch as too_much:
        return Foreign(str(too_much))
    except (Exception, SystemExit, GeneratorExit):  # what fails while it is looked at is foreign
        return Foreign(_name_of(type(value)))


def _name_of(kind: type) -> str:
    try:
        name = str(type.__dict__["__name__"].__get__(kind))[:60]
    except Exception:
        name = "object"
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _convert(value: Any, depth: int, budget: list[int]) -> Plain:
    if depth == 0:
        raise _TooMuch(_("a list nested too deeply"))
    budget[0] -= 1
    if budget[0] < 0:
        raise _TooMuch(_("more than a million items"))
    kind = type(value)
    if kind is int and value.bit_length() > MAX_BITS:
        return Foreign(_("a whole number with more than 300 digits"))
    if value is None or kind in (bool, int, float, complex, str):
        return value
    if kind in (list, tuple):
        return [_convert(item, depth - 1, budget) for item in value]
    if kind is dict:
        if not all(type(key) in (str, int) for key in value):
            return Foreign(_("a dict whose keys are neither words nor whole numbers"))
        return {key: _convert(item, depth - 1, budget) for key, item in value.items()}
    if issubclass(kind, np.ndarray):
        return _plain_array(np.array(np.ndarray.view(value, np.ndarray)), budget)
    if issubclass(kind, np.generic) and kind.__module__ == "numpy":
        if value.dtype.kind not in _ARRAY_KINDS:
            return Foreign(_name_of(kind))
        if kind in (np.longdouble, np.clongdouble):  # whose `item` is no number of Python's
            return float(value) if kind is np.longdouble else complex(value)
        return _convert(value.item(), depth - 1, budget)
    return _array_of(value, kind, budget)


def _plain_array(array: np.ndarray, budget: list[int]) -> Plain:
    budget[0] -= array.size
    if budget[0] < 0:
        raise _TooMuch(_("an array with more than a million entries"))
    if array.dtype.kind not in _ARRAY_KINDS:
        return Foreign(_("an array of objects"))
    return array


def _array_of(value: Any, kind: type, budget: list[int]) -> Plain:
    """Ask a tensor, a series or the like for its array."""
    if str(kind.__module__).startswith(_TENSOR_MODULES) and hasattr(kind, "numpy"):
        value = value.numpy()
    elif hasattr(kind, "__array__"):
        value = kind.__array__(value)
    else:
        return Foreign(_name_of(kind))
    array = np.asarray(value) if type(value) is np.ndarray or isinstance(value, np.generic) else None
    if array is None:
        return Foreign(_name_of(kind))
    plain = _plain_array(np.array(array), budget)
    return plain.item() if type(plain) is np.ndarray and plain.ndim == 0 else plain


def as_numbers(value: Plain) -> np.ndarray | None:
    """Return plain data as one array of numbers, or None where it is no such thing (ragged, words, `Foreign`).

    >>> as_numbers([[1, 2], [3, 4.5]]).shape
    (2, 2)
    >>> as_numbers([[1, 2], [3]]) is None
    True
    """
    if type(value) is np.ndarray:
        return value if value.dtype.kind in "biufc" else None
    if type(value) in _NUMBERS:
        return np.asarray(_fitting(value))
    if type(value) is not list:
        return None
    flat: list[Any] = []
    shape = _gather(value, flat)
    if shape is not None:  # the common case, and much quicker so
        return np.asarray(flat, None if flat else float).reshape(shape)
    if _holds_arrays(value):
        parts = [as_numbers(item) for item in value]
        shapes = {None if part is None else part.shape for part in parts}
        if None not in shapes and len(shapes) == 1:
            return np.stack([part for part in parts if part is not None])
    return None


def _fitting(number: Any) -> Any:
    return float(number) if type(number) is int and not -_LARGE <= number < _LARGE else number


def _gather(value: list[Any], flat: list[Any]) -> tuple[int, ...] | None:
    """Append the numbers in nested lists to `flat` and return the lists' shape, or None where it is none."""
    kinds = set(map(type, value))
    if kinds <= _NUMBERS:
        flat.extend(map(_fitting, value) if int in kinds else value)
        return (len(value),)
    if kinds != {list}:
        return None
    shape = _gather(value[0], flat)
    for item in value[1:] if shape is not None else ():
        if _gather(item, flat) != shape:
            return None
    return None if shape is None else (len(value), *shape)


def _holds_arrays(value: list[Any]) -> bool:
    return any(type(item) is np.ndarray or (type(item) is list and _holds_arrays(item)) for item in value)


def copy_plain(value: Plain) -> Plain:
    """Copy plain data, so that who gets the copy cannot change the original."""
    if type(value) is np.ndarray:
        return value.copy()
    if type(value) is list:
        return [copy_plain(item) for item in value]
    if type(value) is dict:
        return {key: copy_plain(item) for key, item in value.items()}
    return value
