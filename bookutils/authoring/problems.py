"""What is wrong with a chapter, each with the file and the line where an author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bookutils.core.errors import ChapterError
from bookutils.core.files import shown


@dataclass(frozen=True, order=True)
class Problem:
    """One broken rule.

    Parameters
    ----------
    path : the chapter's file
    line : counted from 1, as editors do
    what : one sentence that says what is wrong
    todo : one sentence that says how to mend it
    """

    path: Path
    line: int
    what: str
    todo: str = ""

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.line}: {self.what} {self.todo}".strip()


def refuse(problems: Iterable[Problem]) -> None:
    """Raise one ChapterError that names all the problems, in the order of the files; do nothing where there is none."""
    found = sorted(set(problems))
    if found:
        raise ChapterError("\n".join(str(problem) for problem in found))
