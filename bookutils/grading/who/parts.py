"""What the names of folders around something say, part by part."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from bookutils.grading.listing import Entry
from bookutils.grading.who.naming import (
    chapter_in,
    is_nobodys,
    is_perhaps,
    plain,
    skeleton,
    without_chapter,
    without_number,
)
from bookutils.grading.who.platforms import GITHUB, GRADESCOPE, ILIAS, Mark, forms_beside, read_folder

Folders = tuple[str, ...]
Submitters = Mapping[tuple[Folders, str], Sequence[tuple[str, str]]]  # (folders around, folder) -> (name, id) of each


class Part(NamedTuple):
    """What a folder's name says: a platform's mark, a person's name, perhaps one's, or nobody's."""

    kind: str
    name: str = ""
    mark: Mark | None = None
    platform: str = ""


MARK, PERSON, PERHAPS, NOBODY = "mark", "person", "perhaps", "nobody"


@dataclass
class Reading:
    """What an entry's place says.

    Parameters
    ----------
    entry : the file or folder
    parts : of each folder around it, the outermost first
    flat : of the file's own name, where that says the learner
    is_team : whether a team's folder around it is the learner
    """

    entry: Entry
    parts: list[Part]
    flat: Part | None = None
    is_team: bool = False

    @cached_property
    def people(self) -> list[int]:
        """Places of the folders that may be people's, up to a platform's mark."""
        found: list[int] = []
        for number, part in enumerate(self.parts[: self.marked]):
            if part.kind == PERSON and not (number and plain(self.parts[number - 1].name) == plain(part.name)):
                found.append(number)
        return found

    @cached_property
    def marked(self) -> int | None:
        """The place of the outermost mark."""
        return next((number for number, part in enumerate(self.parts) if part.kind == MARK), None)

    @property
    def team(self) -> Folders:
        """The folders up to one that is a person's, or several people's, if nothing inside says more; () without."""
        perhaps = (number for number, part in enumerate(self.parts) if part.kind == PERHAPS)
        return self.entry.folders[: next(perhaps, -1) + 1]

    def before_team(self) -> bool:
        """Whether neither a person's name nor a platform's mark stands around the team's folder."""
        return not any(part.kind in (MARK, PERSON) for part in self.parts[: len(self.team)])

    @property
    def told(self) -> bool:
        """Whether a platform's mark, or the file's name, tells the learner."""
        return self.flat is not None or self.marked is not None

    def path(self) -> Folders:
        """The names that may be people's, from the outermost on."""
        return tuple(self.parts[number].name for number in self.people)

    def unmark(self) -> None:
        """Take marks for what they are inside somebody's folder: a name that they chose."""
        self.parts = [Part(PERSON, part.mark.place) if part.mark else part for part in self.parts]
        self.__dict__.pop("people", None)
        self.__dict__.pop("marked", None)


@dataclass
class FolderNames:
    """Reads folders' names, each once."""

    chapters: Collection[str]
    children: Mapping[Folders, set[str]]
    submitters: Submitters
    stems: Mapping[Folders, Sequence[str]] = field(default_factory=dict)
    known: dict[tuple[Folders, str], Part] = field(default_factory=dict)
    usual: dict[Folders, Mapping[str, int]] = field(default_factory=dict)
    of_ilias: dict[Folders, bool] = field(default_factory=dict)

    def usual_in(self, around: Folders) -> Mapping[str, int]:
        """Count the forms of platforms that names in a folder have; most folders need not be asked."""
        if around not in self.usual:
            self.usual[around] = forms_beside(self.stems.get(around, ()), self.children.get(around, ()))
        return self.usual[around]

    def read(self, around: Folders, name: str) -> Part:
        """Read a folder's name."""
        key = (around, name)
        if key not in self.known:
            self.known[key] = self._read(around, name)
        return self.known[key]

    def _read(self, around: Folders, name: str) -> Part:
        mark = read_folder(name.strip(), lambda: self.usual_in(around))
        if mark is not None and self._is_meant(mark, around, name):
            return Part(MARK, name, mark)
        if chapter_in(name, self.chapters):
            rest = without_chapter(name, self.chapters)
            begins = not is_nobodys(rest) and chapter_in(name[: -len(rest)], self.chapters) if rest else None
            return Part(PERSON, rest, platform=GITHUB if begins else "") if rest else Part(NOBODY, name)
        if is_nobodys(name) or not skeleton(name):
            return Part(NOBODY, name)
        if is_perhaps(name):
            return Part(PERHAPS, name)
        rest = without_number(name)
        return Part(PERSON, rest, platform="" if rest == name else GITHUB)

    def _is_meant(self, mark: Mark, around: Folders, name: str) -> bool:
        """Whether a form that a person may also have written is the platform's: all beside it have it, too."""
        if mark.platform == GRADESCOPE:
            return (around, name) in self.submitters
        if mark.platform == ILIAS:
            if around not in self.of_ilias:
                beside = (read_folder(other.strip()) for other in self.children[around] if not is_nobodys(other))
                self.of_ilias[around] = all(other is not None and other.platform == ILIAS for other in beside)
            return self.of_ilias[around]
        return True
