"""Compare what came back with what was expected: type first, then shape, then kind of number, then values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bookutils.core.messages import _
from bookutils.core.plain import Foreign, Plain, as_numbers
from bookutils.judging.model import Tolerance

_KINDS: dict[str, Callable[[], str]] = {
    "b": lambda: _("True or False"),
    "i": lambda: _("whole numbers"),
    "u": lambda: _("whole numbers"),
    "f": lambda: _("numbers"),
    "c": lambda: _("complex numbers"),
}


def is_close(actual: Plain, expected: Plain, tolerance: Tolerance) -> bool:
    """True when `actual` is `expected` within the tolerance; lists stand for arrays, float32 for float64."""
    return difference(actual, expected, tolerance, brief=True) is None


def difference(
    actual: Plain, expected: Plain, tolerance: Tolerance, reveal: bool = True, brief: bool = False
) -> str | None:
    """Say in one sentence how `actual` differs from `expected`, or return None where it does not.

    With `reveal` off the sentence tells shapes and kinds that were expected, but no value. With `brief` on it shows no
    value at all: writing them takes longer than to compare them.
    """
    numbers = as_numbers(expected)
    if numbers is not None:
        return _numbers_differ(actual, numbers, tolerance, reveal, brief)
    if type(expected) is dict:
        return _dicts_differ(actual, expected, tolerance, reveal, brief)
    if type(expected) is list:
        return _lists_differ(actual, expected, tolerance, reveal, brief)
    if type(actual) is not type(expected):
        return _wrong_type(actual, expected)
    if type(expected) is np.ndarray:  # words
        same = actual.shape == expected.shape and bool((actual == expected).all())
    else:
        same = bool(actual == expected)
    return None if same else _came_back(actual, expected, reveal, brief)


def _numbers_differ(actual: Plain, expected: np.ndarray, tolerance: Tolerance, reveal: bool, brief: bool) -> str | None:
    got = as_numbers(actual)
    if got is None:
        return _wrong_type(actual, expected)
    if got.size == 0 and expected.size == 0 and got.ndim <= 1:
        got = got.reshape(expected.shape)  # an empty list has no shape of its own
    if got.shape != expected.shape:
        return _("What came back has the shape {got}; the shape {expected} was expected.").format(
            got=_shape(got), expected=_shape(expected)
        )
    if got.dtype.kind == "c" and expected.dtype.kind != "c":
        return _("What came back is {got}; it should be {expected}.").format(
            got=_KINDS["c"](), expected=_KINDS[expected.dtype.kind]()
        )
    with np.errstate(all="ignore"):
        close = np.isclose(
            got.astype(_wide(got)), expected.astype(_wide(expected)), tolerance.rtol, tolerance.atol, True
        )
    return None if bool(close.all()) else _came_back(actual, expected, reveal, brief)


def _wide(array: np.ndarray) -> type:
    return np.complex128 if array.dtype.kind == "c" else np.float64


def _dicts_differ(
    actual: Plain, expected: dict[Any, Plain], tolerance: Tolerance, reveal: bool, brief: bool
) -> str | None:
    if type(actual) is not dict:
        return _wrong_type(actual, expected)
    missing = [key for key in expected if key not in actual]
    if missing:
        return _("What came back has no entry {key!r}.").format(key=missing[0])
    unknown = [key for key in actual if key not in expected]
    if unknown:
        return _("What came back has an entry {key!r} that was not asked for.").format(key=unknown[0])
    for key, value in expected.items():
        found = difference(actual[key], value, tolerance, reveal, brief)
        if found:
            return _("In the entry {key!r}: {found}").format(key=key, found=found)
    return None


def _lists_differ(actual: Plain, expected: list[Plain], tolerance: Tolerance, reveal: bool, brief: bool) -> str | None:
    if type(actual) is np.ndarray and actual.ndim > 0:
        actual = list(actual) if actual.dtype.kind != "U" else actual.tolist()
    if type(actual) is not list:
        return _wrong_type(actual, expected)
    if len(actual) != len(expected):
        return _("What came back has {got} entries; it should have {expected}.").format(
            got=len(actual), expected=len(expected)
        )
    for place, (one, other) in enumerate(zip(actual, expected, strict=True)):
        found = difference(one, other, tolerance, reveal, brief)
        if found:
            return _("In entry {place}: {found}").format(place=place, found=found)
    return None


def _shape(array: np.ndarray) -> str:
    return _("() – a single number") if array.ndim == 0 else str(array.shape)


def name_kind(value: Plain) -> str:
    """Name what kind of thing a plain value is, as a noun with its article.

    >>> name_kind([[1, 2], [3]])
    'a list with rows of different lengths, or with entries that are not numbers'
    """
    if value is None:
        return _("nothing (None)")
    if type(value) is Foreign:
        return value.name
    if type(value) is str:
        return _("a text")
    if type(value) is dict:
        return _("a dict")
    numbers = as_numbers(value)
    if numbers is not None:
        return _("a number") if numbers.ndim == 0 else _("an array of shape {shape}").format(shape=numbers.shape)
    if type(value) is list:
        return _("a list with rows of different lengths, or with entries that are not numbers")
    return _("an array of words")


def _wrong_type(actual: Plain, expected: Plain) -> str:
    sentence = _("What came back is {got}; it should be {expected}.").format(
        got=name_kind(actual), expected=name_kind(expected)
    )
    return f"{sentence} {_('Is a `return` missing?')}" if actual is None else sentence


def _came_back(actual: Plain, expected: Plain, reveal: bool, brief: bool) -> str:
    if brief:
        return _("What came back is not right.")
    if not reveal:
        return _("What came back is {got}, which is not right.").format(got=show(actual))
    return _("What came back is {got}; it should be {expected}.").format(got=show(actual), expected=show(expected))


def show(value: Plain, limit: int = 200) -> str:
    """Write a plain value briefly, as a learner would type it.

    >>> show(np.array([[1.0, -2.5]]))
    '[[1, -2.5]]'
    """
    if type(value) is Foreign:
        return value.name
    numbers = as_numbers(value)
    if numbers is None:
        text = repr(value)
    else:
        with np.printoptions(precision=6, threshold=40, edgeitems=3, floatmode="maxprec", linewidth=1000):
            text = np.array2string(numbers, separator=", ", formatter={"float_kind": lambda number: f"{number:.6g}"})
        text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
