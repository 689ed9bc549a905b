"""Slips in a description of an exercise: each is one sentence, with the file and the line where an author mends it."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from bookutils.core.errors import ExerciseError
from bookutils.core.files import shown

_JUDGING = str(Path(__file__).parent)
ROW = ("id", "evidence", "question", "fix")


def place() -> str:
    """Return ``file:line`` of whoever describes something: the nearest caller outside the judge."""
    frame = sys._getframe(1)
    # "<string>" is the __init__ that dataclasses write; `dataclasses.replace` makes an exercise from another.
    while frame.f_back and (
        frame.f_code.co_filename in {"<string>", dataclasses.__file__} or frame.f_code.co_filename.startswith(_JUDGING)
    ):
        frame = frame.f_back
    return f"{shown(Path(frame.f_code.co_filename))}:{frame.f_lineno}"


def refuse(what: str, todo: str) -> NoReturn:
    """Raise an ExerciseError that begins with the place of the description."""
    raise ExerciseError(f"{place()}: {what}", todo)


def need_text(owner: str, *, or_nothing: bool = False, **texts: object) -> None:
    """Refuse what is no text, and an empty one, unless it may say nothing."""
    for name, text in texts.items():
        if not isinstance(text, str):
            refuse(f"{owner}: `{name}` is {_a(text)} and no text.", f'Write {name}="…".')
        if not text.strip() and not or_nothing:
            refuse(f"{owner}: `{name}` is empty.", "Write a sentence.")


def need_callable(owner: str, **functions: object) -> None:
    """Refuse what cannot be called."""
    for name, function in functions.items():
        if not callable(function):
            todo = f"Write the function's name alone, without brackets: {name}=its_name."
            refuse(f"{owner}: `{name}` is {_a(function)} and no function.", todo)


def need_tuple(owner: str, kind: type, **fields: object) -> None:
    """Refuse anything but a tuple whose entries are all of one kind."""
    for name, items in fields.items():
        if not isinstance(items, tuple):
            entry = '"…"' if kind is str else f"{kind.__name__}(…)"
            todo = f"Write a tuple; with one entry it has a comma: {name}=({entry},)."
            refuse(f"{owner}: `{name}` is {_a(items)} and no tuple.", todo)
        for number, item in enumerate(items):
            if not isinstance(item, kind):
                inner = isinstance(item, tuple) and all(isinstance(one, kind) for one in item)
                todo = f"Put a star before it: {name}=(*…,)." if inner else f"Make it {_a_kind(kind)}."
                refuse(f"{owner}: entry {number} of `{name}` is {_a(item)} and no {kind.__name__}.", todo)


def need_options(owner: str, kind: type, options: object) -> None:
    """Refuse anything but a mapping from keys to options."""
    if not isinstance(options, Mapping):
        refuse(f"{owner}: `options` is {_a(options)} and no dict.", 'Write options={"a": Option(…), …}.')
    for key, option in options.items():
        if not isinstance(key, str) or not isinstance(option, kind):
            what = f"{owner}: the option {key!r} is {_a(option)}."
            refuse(what, 'Each key is a text, and each value an Option: "a": Option(…).')


def need_cases(where: str, part: str, kind: type, cases: list[Any]) -> None:
    """Refuse what a part's cases draw, unless each is a case; `where` is the place of the exercise."""
    strangers = [case for case in cases if not isinstance(case, kind)]
    if strangers:
        what = f"{where}: The cases of the part {part!r} yield {_a(strangers[0])} and no {kind.__name__}."
        raise ExerciseError(what, "Write yield case(…) or yield edge(…).")


def need_row(number: int, row: object) -> None:
    """Refuse a row of mistakes that is not an id and three sentences."""
    wanted = ", ".join(ROW)
    if not isinstance(row, tuple):
        refuse(f"Row {number} of the mistakes is {_a(row)} and no tuple.", f"Write a row as ({wanted}).")
    name = f"Row {number} of the mistakes ({row[0]!r})" if row else f"Row {number} of the mistakes"
    if len(row) != len(ROW):
        what = f"{name} has {len(row)} {'entry' if len(row) == 1 else 'entries'}; it needs {len(ROW)}."
        refuse(what, f"Write {wanted}; a comma may be missing or one too many.")
    for field, text in zip(ROW, row, strict=True):
        if not isinstance(text, str) or not text.strip():
            refuse(f"{name}: its {field} is {_a(text) if text != '' else 'empty'}.", f"Write {wanted}, each a text.")


def _a(thing: object) -> str:
    return "None" if thing is None else _a_kind(type(thing))


def _a_kind(kind: type) -> str:
    name = kind.__name__
    return f"{'an' if name[0] in 'aeiouAEIO' else 'a'} {name}"
