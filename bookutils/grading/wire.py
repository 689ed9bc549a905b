"""Plain data as bytes, across the border of the sandbox: JSON, an array as its dtype, shape and bytes. No pickle.

What comes out of a sandbox was written by a process that runs a learner's code, so it may be anything. `decode`
believes nothing: it checks sizes before it allocates, types before it uses, and has one answer to all that is wrong.
(NumPy's own .npy would do, but for its header: that is Python, and its reader raises errors of many kinds.)
"""

from __future__ import annotations

import base64
import json
import math
import re
from typing import Any

import numpy as np

from bookutils.core.errors import DataError
from bookutils.core.plain import MAX_BITS, MAX_DEPTH, MAX_ITEMS, Foreign, Plain

HELLO = b"here"  # the first word that comes out of a sandbox
MAX_BYTES = 64 * 2**20
_MAX_OBJECTS = 250_000  # of a message, beside what its arrays hold: each takes the judge's time
_KINDS = "biufcU"
_DTYPE = re.compile(r"[<>|=]?(b1|[iu][1248]|f(2|4|8|16)|c(8|16|32)|U\d{1,6})")
_TAG = "%"  # the only key of a dict that stands for something else


class GarbledError(DataError):
    """Bytes that are no plain data."""

    def __init__(self, why: str) -> None:
        super().__init__(f"What came back is no plain data: {why}.")


def encode(value: Plain) -> bytes:
    """Write plain data as bytes.

    Parameters
    ----------
    value : what `bookutils.core.plain.to_plain` returns

    Raises
    ------
    GarbledError
        When it is something else.

    Examples
    --------
    >>> decode(encode([1, float("inf"), {"a": None}]))
    [1, inf, {'a': None}]
    """
    return json.dumps(_to_json(value, MAX_DEPTH + 2), ensure_ascii=True, allow_nan=False).encode("ascii")


def decode(data: bytes, limit: int = MAX_BYTES) -> Plain:
    """Read plain data from bytes that nobody vouches for.

    Parameters
    ----------
    data : what `encode` wrote, or anything at all
    limit : how many bytes are read

    Raises
    ------
    GarbledError
        When it is too long, no JSON, nested too deeply, or holds anything that is no plain data.
    """
    if len(data) > limit:
        raise GarbledError(f"it is longer than {limit} bytes")
    try:
        raw = json.loads(data, parse_constant=_no_constant, parse_int=_int)
    except GarbledError:
        raise
    except (ValueError, RecursionError, MemoryError) as error:
        raise GarbledError(type(error).__name__) from None
    return _from_json(raw, MAX_DEPTH + 2, _Budget())


class _Budget:
    """How much a message may still hold."""

    def __init__(self) -> None:
        self.objects, self.entries = _MAX_OBJECTS, 2 * MAX_ITEMS

    def take(self, objects: int = 0, entries: int = 0) -> None:
        self.objects -= objects
        self.entries -= entries
        if self.objects < 0 or self.entries < 0:
            raise GarbledError("it is too large")


def _no_constant(name: str) -> Any:
    raise GarbledError(f"{name} stands in it bare")


def _int(digits: str) -> int:
    number = int(digits) if len(digits) <= MAX_BITS else 0  # so many digits are read quickly
    if len(digits) > MAX_BITS or number.bit_length() > MAX_BITS:
        raise GarbledError("a number has too many digits")
    return number


def _to_json(value: Plain, depth: int) -> Any:
    kind = type(value)
    if depth == 0:
        raise GarbledError("it is nested too deeply")
    if value is None or kind in (bool, int):
        return value
    if kind is str:  # a lone surrogate is a string in Python, and JSON's escapes carry it
        return value
    if kind is float:
        return value if math.isfinite(value) else {_TAG: ["float", repr(value)]}
    if kind is complex:
        return {_TAG: ["complex", repr(value.real), repr(value.imag)]}
    if kind is list:
        return [_to_json(item, depth - 1) for item in value]
    if kind is dict:
        return {_TAG: ["dict", [[key, _to_json(item, depth - 1)] for key, item in value.items()]]}
    if kind is np.ndarray and value.dtype.kind in _KINDS:
        data = base64.b64encode(value.tobytes()).decode("ascii")  # in C order, whatever the array's own
        return {_TAG: ["array", value.dtype.str, list(value.shape), data]}
    if kind is Foreign:
        return {_TAG: ["foreign", value.name]}
    raise GarbledError(f"{kind.__name__} is none")


def _from_json(raw: Any, depth: int, budget: _Budget) -> Plain:
    budget.take(objects=1)
    if depth == 0:
        raise GarbledError("it is nested too deeply")
    if raw is None or type(raw) in (bool, int, float, str):
        return raw
    if type(raw) is list:
        return [_from_json(item, depth - 1, budget) for item in raw]
    if type(raw) is dict and list(raw) == [_TAG] and type(raw[_TAG]) is list and raw[_TAG]:
        name, *rest = raw[_TAG]
        read = _READERS.get(name) if type(name) is str else None
        if read is not None:
            return read(rest, depth, budget)
    raise GarbledError("it holds a dict of another form")


def _float(text: Any) -> float:
    if type(text) is not str or len(text) > 40:
        raise GarbledError("a number is none")
    try:
        return float(text)
    except ValueError:
        raise GarbledError("a number is none") from None


def _read_float(rest: list[Any], depth: int, budget: _Budget) -> float:
    return _float(*_exactly(rest, 1))


def _read_complex(rest: list[Any], depth: int, budget: _Budget) -> complex:
    real, imaginary = _exactly(rest, 2)
    return complex(_float(real), _float(imaginary))


def _read_dict(rest: list[Any], depth: int, budget: _Budget) -> dict[Any, Plain]:
    (pairs,) = _exactly(rest, 1)
    if type(pairs) is not list:
        raise GarbledError("a dict is none")
    result = {}
    for pair in pairs:
        if type(pair) is not list or len(pair) != 2 or type(pair[0]) not in (str, int):
            raise GarbledError("a dict's key is neither a word nor a whole number")
        result[pair[0]] = _from_json(pair[1], depth - 1, budget)
    return result


def _read_foreign(rest: list[Any], depth: int, budget: _Budget) -> Foreign:
    (name,) = _exactly(rest, 1)
    if type(name) is not str:
        raise GarbledError("a name is none")
    return Foreign(name[:80])


def _read_array(rest: list[Any], depth: int, budget: _Budget) -> np.ndarray:
    name, shape, text = _exactly(rest, 3)
    if type(name) is not str or not _DTYPE.fullmatch(name) or type(text) is not str:
        raise GarbledError("an array holds something else than numbers and words")
    if type(shape) is not list or len(shape) > 32 or not all(type(n) is int and 0 <= n < 2**40 for n in shape):
        raise GarbledError("an array has no shape")
    try:
        dtype = np.dtype(name)
        data = base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise GarbledError(f"an array is damaged ({type(error).__name__})") from None
    items = math.prod(shape)
    budget.take(entries=items)
    # An array without items may claim the shape (0, 10¹²); NumPy refuses what does not fit an address.
    if items * dtype.itemsize != len(data) or math.prod(n for n in shape if n) > MAX_ITEMS * 2:
        raise GarbledError("an array is not what its shape says")
    if dtype.kind == "U" and np.any(np.frombuffer(data, dtype.byteorder.replace("|", "=") + "u4") > 0x10FFFF):
        raise GarbledError("an array holds a letter that is none")
    try:
        return np.frombuffer(data, dtype).reshape(shape).copy() if len(data) else np.zeros(shape, dtype)
    except ValueError as error:
        raise GarbledError(f"an array is damaged ({type(error).__name__})") from None


def _exactly(rest: list[Any], count: int) -> list[Any]:
    if len(rest) != count:
        raise GarbledError("a part is missing")
    return rest


_READERS = {
    "float": _read_float, "complex": _read_complex, "dict": _read_dict, "foreign": _read_foreign, "array": _read_array,
}  # fmt: skip
