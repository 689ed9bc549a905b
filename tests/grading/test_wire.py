"""The border: everything plain comes through unchanged, and nothing else comes through at all."""

from __future__ import annotations

import base64
import contextlib
import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bookutils.core.plain import Foreign
from bookutils.grading.wire import GarbledError, decode, encode

NUMBERS = st.integers(-(2**70), 2**70) | st.floats() | st.complex_numbers()
KINDS = arrays.boolean_dtypes() | arrays.integer_dtypes() | arrays.floating_dtypes() | arrays.complex_number_dtypes()
ARRAYS = arrays.arrays(KINDS | arrays.unicode_string_dtypes(max_len=5), arrays.array_shapes(min_dims=0, min_side=0))
LEAVES = st.none() | st.booleans() | NUMBERS | st.text() | ARRAYS | st.builds(Foreign, st.text(max_size=40))
PLAIN = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def same(one, other):
    if type(one) is not type(other):
        return False
    if type(one) is np.ndarray:
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if type(one) is list:
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is dict:
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return repr(one) == repr(other)  # NaN is NaN, and −0.0 is not 0.0


def refused_or_plain(message):
    """Read a message: it is refused with the one error, or it is plain data that can be written again."""
    with contextlib.suppress(GarbledError):
        decoded = decode(message)
        assert is_plain(decoded)
        try:
            again = encode(decoded)
        except GarbledError as error:
            raise AssertionError("what came out cannot be written, so it is no plain data") from error
        assert same(decode(again), decoded)


def is_plain(value):
    if type(value) is list:
        return all(map(is_plain, value))
    if type(value) is dict:
        return all(is_plain(key) and is_plain(one) for key, one in value.items())
    if type(value) is np.ndarray:
        return value.dtype.kind in "biufcU"
    return type(value) in {type(None), bool, int, float, complex, str, Foreign}


@given(PLAIN)
def test_plain_data_comes_through(value):
    """Is what is read what was written, to the last bit and the sign of a zero?"""
    assert same(decode(encode(value)), value)


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused(data):
    """Does nothing but plain data or the one error come out?"""
    refused_or_plain(data)


FORMS = st.sampled_from(["array", "dict", "float", "complex", "foreign"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["%", "array", "dict", "float", "complex", "foreign", "AAAA", "k05VTVBZ"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["%", "a", ""]), inner, max_size=3)
    | st.builds(lambda kind, rest: {"%": [kind, *rest]}, FORMS, st.lists(inner, max_size=3)),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_json_of_any_form_is_read_or_refused(value):
    """Does a message that looks almost right end in plain data or the one error?"""
    refused_or_plain(json.dumps(value).encode())


@given(PLAIN, st.data())
def test_half_a_message_is_refused_or_plain(value, data):
    """Is a message that was cut, or has a byte changed, never more than plain data or the one error?"""
    message = bytearray(encode(value))
    place = data.draw(st.integers(0, len(message) - 1))
    for damaged in (bytes(message[:place]), bytes(message[:place] + b"\x00" + message[place + 1 :])):
        refused_or_plain(damaged)


def array_message(dtype, shape, data: bytes) -> bytes:
    return json.dumps({"%": ["array", dtype, shape, base64.b64encode(data).decode()]}).encode()


@pytest.mark.parametrize(
    ("dtype", "shape", "data"),
    [
        ("<f8", [10**12], b""), ("<f8", [2**32, 2**32], bytes(8)), ("<f8", [-1], bytes(8)), ("<f8", [1, 1.0], bytes(8)),
        ("<f8", [True], bytes(8)), ("<f8", [0, 10**12], b""), ("<f8", [1] * 40, bytes(8)), ("<f8", [2], bytes(8)),
        ("|O", [1], pickle.dumps([print])), ("|V8", [1], bytes(8)), ("<f8,<f8", [1], bytes(16)), ("f7", [1], bytes(7)),
        ("<U1000000000", [1], b""), ("<U1", [1], b"\xff\xff\xff\xff"), ("<M8[s]", [1], bytes(8)),
        (["<f8"], [1], bytes(8)), ("<f8", "1", bytes(8)),
    ],
)  # fmt: skip
def test_arrays_that_lie_are_refused(dtype, shape, data):
    """Is an array that claims too much, or holds objects, refused before anything is allocated or loaded?"""
    with pytest.raises(GarbledError):
        decode(array_message(dtype, shape, data))


@pytest.mark.parametrize(
    "data",
    [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b"NaN", b"[Infinity]", b"1" * 5000, b"\xff\xfe", b'{"a": 1}',
     b'{"%": []}', b'{"%": ["set", []]}', b'{"%": ["dict", [[null, 1]]]}', b"[1, 2"],
)  # fmt: skip
def test_messages_that_no_encoder_writes_are_refused(data):
    """Deep nesting, bare constants, endless numbers, bad encoding, unknown forms: is each the one error?"""
    with pytest.raises(GarbledError):
        decode(data)


def test_a_message_that_is_too_long_is_not_read():
    """Does the limit hold before anything is parsed?"""
    with pytest.raises(GarbledError, match="longer"):
        decode(encode("x" * 1000), limit=100)


def test_only_plain_data_is_written():
    """Are objects refused on the way out too?"""
    for value in (object(), {1, 2}, np.array([None]), np.float64(1), b"bytes"):
        with pytest.raises(GarbledError):
            encode(value)


def test_no_module_of_the_grader_unpickles(repository):
    """Is there no pickle in the grader's code?"""
    for path in (repository / "bookutils" / "grading").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import pickle" not in text and "allow_pickle=True" not in text, path


def test_the_largest_answer_fits():
    """Does an array of a million numbers come through, and one of two million and more not?"""
    assert decode(encode(np.zeros(1_000_000))).shape == (1_000_000,)
    with pytest.raises(GarbledError):
        decode(array_message("|u1", [2_500_000], bytes(2_500_000)))
