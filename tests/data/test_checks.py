"""Labels and texts of every wrong kind: is the first wrong one named, with its place and what to do?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import DataError
from bookutils.data.checks import as_labels, as_text, as_texts
from bookutils.data.dataset import Dataset

NAN = float("nan")


@pytest.mark.parametrize(
    "labels",
    [[0, 1, 1], (0, 1, 1), [False, True, True], [0.0, 1.0, 1], np.array([0, 1, 1], np.float32),
     np.array([0, 1, 1], object), np.array([False, True, True]), iter([0, 1, 1])],
)  # fmt: skip
def test_what_means_no_and_yes_is_taken(labels) -> None:
    """Are lists, arrays and truth values taken alike, whatever their type?"""
    taken = as_labels(labels, 3)
    assert taken.tolist() == [0, 1, 1] and taken.dtype == np.int32


@pytest.mark.parametrize(
    ("labels", "place", "shown"),
    [
        ([0, 1, 4], 2, "4"), ([-1, 1, 1], 0, "-1"), ([1, 2, 1], 1, "2"), ([0, NAN, 1], 1, "nan"),
        ([0, None, 1], 1, "None"),
        ([0, 0.5, 1], 1, "0.5"), ([0, "1", 1], 1, "'1'"), (["neg", "pos", "pos"], 0, "'neg'"), ([0, 1, [1]], 2, "[1]"),
        (np.array([0, 1, np.inf]), 2, "inf"), ([0, 1, 1j], 2, "1j"), ([0, b"1", 1], 1, "b'1'"),
        (np.array([0.0, 1.0, np.nan], np.float32), 2, "nan"), ([0, 1, np.float64("nan")], 2, "nan"),
    ],
)  # fmt: skip
def test_a_label_that_is_neither_is_named_with_its_place(labels, place: int, shown: str) -> None:
    """Is the first label that is neither 0 nor 1 shown, with its index and its row?"""
    with pytest.raises(DataError) as refused:
        as_labels(labels, 3)
    assert refused.value.what == f"labels[{place}] (row {place + 1}) is {shown}; labels are 0 or 1."
    assert refused.value.todo


@pytest.mark.parametrize(
    ("labels", "yes"), [([-1, 1], "1"), ([1, 2], "2"), ([4, 0], "4"), (["neg", "pos"], "'pos'")]
)  # fmt: skip
def test_two_classes_of_other_names_are_mended_in_a_line(labels, yes: str) -> None:
    """Does the line to type make right labels of them?"""
    with pytest.raises(DataError) as refused:
        as_labels(labels)
    line = refused.value.todo.partition("give: ")[2]
    mended = eval(line, {"labels": labels})  # the line that a learner would type
    assert f"== {yes}" in line
    assert sorted(as_labels(mended).tolist()) == [0, 1]


@pytest.mark.parametrize("labels", [[], [0, 1], [[0], [1], [1]], [[0, 1, 1]], 1, None, "011", [[0], [1, 1], 0]])
def test_another_shape_is_said(labels) -> None:
    """Are too few labels, columns of them, and things that are no list refused with their shape or value?"""
    with pytest.raises(DataError) as refused:
        as_labels(labels, 3)
    assert "3 sentences" in refused.value.what or "labels[" in refused.value.what


def test_no_labels_at_all_are_refused_where_their_number_is_open() -> None:
    """Would a mean over nothing be a number?"""
    with pytest.raises(DataError):
        as_labels([])
    assert as_labels([], 0).shape == (0,)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["a", None], "texts[1] (row 2) is None"), (["a", NAN], "texts[1] (row 2) is nan"),
        ([7], "texts[0] (row 1) is 7"),
        (["a", b"b"], "decode"), (["é", "so\ud83d"], "half a character ('\\ud83d' at 2)"), ("one", "no list"),
        (None, "no list"), ([["a"]], "['a'] and no text"),
    ],
)  # fmt: skip
def test_a_text_that_is_none_is_named_with_its_place(texts, words: str) -> None:
    """Are missing texts, numbers, bytes and half characters named before a library meets them?"""
    with pytest.raises(DataError) as refused:
        as_texts(texts)
    assert words in str(refused.value)
    str(refused.value).encode()  # the sentence itself can be written


def test_half_a_character_is_mended_by_the_line_that_is_given() -> None:
    """Two halves make a character, and one makes the mark of broken text: does the line do that?"""
    assert as_text("\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16", "replace")) == "😀"
    with pytest.raises(DataError):
        as_text("\ud83d\ude00")


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)))))
def test_any_list_of_texts_is_taken(texts: list[str]) -> None:
    """Does whatever can be written as UTF-8 pass, an empty list too?"""
    assert as_texts(texts) == texts
    assert as_texts(np.array(texts, object)) == texts


@given(st.lists(st.one_of(st.integers(), st.floats(), st.none(), st.text(), st.booleans(), st.binary()), min_size=1))
def test_any_list_of_labels_is_taken_or_refused_in_a_sentence(labels: list) -> None:
    """Whatever stands there, does nothing but zeros and ones come back, or else a DataError?"""
    try:
        taken = as_labels(labels)
    except DataError as refused:
        assert "labels are 0 or 1" in str(refused)
    else:
        assert taken.tolist() == [int(label) for label in labels]


def test_a_data_set_is_checked_when_it_is_made() -> None:
    """Can a data set of one's own with another label come into being?"""
    with pytest.raises(DataError, match="is 2"):
        Dataset("x", "train", ["a", "b"], np.array([2, 1], np.int32), ("no", "yes"), "cache", "00", "X")
