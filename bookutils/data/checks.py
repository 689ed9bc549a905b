"""Labels and texts as the package takes them, or a sentence that says which one is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import DataError
from bookutils.core.messages import _

_LONGEST = 40  # characters of a wrong value that are shown


def as_labels(labels: ArrayLike, count: int | None = None, *, name: str = "labels") -> NDArray[np.int32]:
    """Return labels as numbers 0 and 1.

    Parameters
    ----------
    labels : list or array of 0 and 1, shape (examples,); True and 1.0 are 1
    count : how many there are to be; None takes any number but none at all
    name : what they are called in the sentence

    Returns
    -------
    array of int32, shape (examples,)

    Raises
    ------
    DataError
        When there is another number of them, or when one is neither 0 nor 1. It says where.

    Examples
    --------
    >>> as_labels([True, 0, 1.0])
    array([1, 0, 1], dtype=int32)
    >>> as_labels([0, 1, 7, 4])
    Traceback (most recent call last):
        ...
    bookutils.core.errors.DataError: labels[2] (row 3) is 7; labels are 0 or 1. Give 1 for one class and 0 for the rest.
    """
    values = _as_objects(labels)
    if values.ndim != 1 or (count is not None and len(values) != count) or (count is None and not len(values)):
        wanted = _("one label, 0 or 1, for each sentence")
        said = _("{count} sentences came with {name} of the shape {shape}.") if count is not None else ""
        said = said or _("The {name} have the shape {shape}.")
        raise DataError(
            said.format(count=count, name=name, shape=values.shape), _("Give {wanted}.").format(wanted=wanted)
        )
    wrong = next((place for place, value in enumerate(values) if not _is_label(value)), None)
    if wrong is not None:
        raise _no_label(values, wrong, name)
    return values.astype(np.int32)


def as_texts(texts: Any, *, name: str = "texts") -> list[str]:
    """Return texts as a list of strings, each of which can be written as UTF-8.

    Parameters
    ----------
    texts : list or array of str; it may be empty
    name : what they are called in the sentence

    Raises
    ------
    DataError
        When it is one string, or when one of them is missing, is no text or holds half a character. It says where.

    Examples
    --------
    >>> as_texts(("a fine film", "no good"))
    ['a fine film', 'no good']
    >>> as_texts(["fine", None])
    Traceback (most recent call last):
        ...
    bookutils.core.errors.DataError: texts[1] (row 2) is None and no text. Leave that row out, with its label.
    """
    if isinstance(texts, str | bytes) or not hasattr(texts, "__iter__"):
        raise DataError(
            _("{name} is {value} and no list.").format(name=name, value=_shown(texts)),
            _("Give it a list of texts: [text]."),
        )
    found = list(texts)
    for place, text in enumerate(found):
        _check_text(text, _("{name}[{place}] (row {row})").format(name=name, place=place, row=place + 1))
    return found


def as_text(text: Any, *, name: str = "text") -> str:
    """Return one text, as `as_texts` returns many.

    Raises
    ------
    DataError
        When it is missing, is no text or holds half a character.
    """
    _check_text(text, _("The {name}").format(name=name), _("Give it a string."))
    return str(text) if type(text) is not str else text


def _as_objects(labels: Any) -> NDArray[np.object_]:
    """Return labels as they came: a list of 1 and "1" must not become two strings."""
    if hasattr(labels, "__array__"):
        return np.asarray(labels).astype(object)
    try:
        return np.array(labels if isinstance(labels, Sequence) else list(labels), dtype=object)
    except (TypeError, ValueError):  # no list at all, or rows of unequal lengths
        return np.array(labels, dtype=object) if not hasattr(labels, "__iter__") else np.empty((0, 0), dtype=object)


def _is_label(value: Any) -> bool:
    return isinstance(value, bool | int | float | np.bool_ | np.number) and bool(value == 0 or value == 1)


def _no_label(values: NDArray[np.object_], wrong: int, name: str) -> DataError:
    value = values[wrong]
    says = _("{name}[{place}] (row {row}) is {value}; labels are 0 or 1.").format(
        name=name, place=wrong, row=wrong + 1, value=_shown(value)
    )
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return DataError(says, _("Leave the rows without a label out, with their texts."))
    others: list[Any] = []
    for one in values:
        if len(others) < 3 and not any(type(one) is type(other) and one == other for other in others):
            others.append(one)
    if isinstance(value, str | int | float) and len(others) == 2 and not isinstance(value, bool):
        yes = others[1] if _comes_first(others[0], others[1]) else others[0]
        todo = _("If {yes} means yes, give: [1 if label == {yes} else 0 for label in labels]").format(yes=repr(yes))
        return DataError(says, todo)
    return DataError(says, _("Give 1 for one class and 0 for the rest."))


def _comes_first(one: Any, other: Any) -> bool:
    try:
        return bool(one < other)
    except TypeError:
        return True


def _check_text(text: Any, where: str, todo: str = "") -> None:
    if not isinstance(text, str):
        missing = text is None or (isinstance(text, float) and math.isnan(text))
        if isinstance(text, bytes):
            mend = _('Decode it first: text.decode("utf-8").')
        else:
            mend = _("Leave that row out, with its label.") if missing else _("Make it a string: str(...).")
        raise DataError(_("{where} is {value} and no text.").format(where=where, value=_shown(text)), todo or mend)
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = text[error.start]
        says = _("{where} holds half a character ({half!a} at {place}), which cannot be written as UTF-8.")
        mend = _('Mend it: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").')
        raise DataError(says.format(where=where, half=half, place=error.start), mend) from None


def _shown(value: Any) -> str:
    plain = value.item() if isinstance(value, np.generic) else value
    words = ascii(plain) if isinstance(plain, str) and not plain.isprintable() else repr(plain)
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
