"""Where something lies, and what that says of whose it is: the platform's own names, or the folders of a class.

The learners' folders stand side by side, on one level: the outermost on which folders hold notebooks. What lies around
them (a week, a group, an export) is nobody's name, and all that lies inside is theirs, whatever they call it. So nobody
can hand in for somebody else, and nobody can make a second learner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from bookutils.grading.listing import Entry
from bookutils.grading.who.naming import (
    attempt_in,
    chapter_in,
    is_nobodys,
    is_team,
    skeleton,
    words_of,
)  # fmt: skip
from bookutils.grading.who.parts import MARK, PERSON, FolderNames, Folders, Part, Reading, Submitters
from bookutils.grading.who.platforms import (
    BLACKBOARD,
    BRIGHTSPACE,
    GRADESCOPE,
    MOODLE,
    Mark,
    Usual,
    accounts,
    read_file,
    read_google,
)  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """Something that was handed in, and what its place says.

    Parameters
    ----------
    entry : the file or folder
    name : the learner's, letter by letter as it stands there; "" where nothing says it
    chapter : its chapter; None where nothing says it
    says_chapter : whether the file's own name says the chapter, and not only a folder around
    id, platform, place, when : as in `bookutils.grading.who.platforms.Mark`
    around, within : the folders around what says the name, and inside of it
    """

    entry: Entry
    name: str = ""
    chapter: str | None = None
    says_chapter: bool = False
    id: str = ""
    platform: str = ""
    place: str = ""
    when: str = ""
    around: Folders = ()
    within: Folders = ()

    @cached_property
    def rank(self) -> int:
        """Which of several copies is meant: 0 where people work, 2 where a course keeps what is to be copied."""
        folders = {words_of(folder) for folder in (*self.around, *self.within)}
        if folders & {"notebooks", "chapters", "release", "source", "autograded", "feedback", "old", "backup"}:
            return 2
        return 0 if "work" in folders else 1

    @cached_property
    def attempt(self) -> int:
        """The number of the attempt, where a folder says it."""
        return max(map(attempt_in, self.within), default=0)

    @cached_property
    def inner(self) -> Folders:
        """The folders inside that could be people's, if this one is no person's at all."""
        return tuple(name for name in self.within if not is_nobodys(name) and not attempt_in(name))


def read_places(entries: Iterable[Entry], chapters: Collection[str], submitters: Submitters) -> list[Claim]:
    """Say of each entry whose it is and which chapter it is, as far as its place says it.

    Parameters
    ----------
    entries : all that was found
    chapters : the names of the course's chapters
    submitters : who handed in a folder whose name says nobody's name

    Returns
    -------
    a claim for each entry; several for what several people handed in together
    """
    chapters = tuple(chapters)
    readings = _read_all(list(entries), chapters, submitters)
    _find_teams(readings)
    level = _learners_level(
        [
            (reading.path(), chapter_in(reading.entry.stem, chapters) or reading.entry.stem)
            for reading in readings
            if reading.entry.is_notebook and not (reading.told or reading.is_team) and reading.people
        ]
    )
    if level:  # beside what a platform or a file's name tells, folders are learners', too
        told = [len(one.people) for one in readings if one.entry.is_notebook and one.told]
        level = min(level, 1 + min(told, default=level))
    for reading in readings:
        if level and len(reading.people) >= level:
            reading.flat = None
            if reading.marked is not None:
                reading.unmark()
    _divide_accounts(readings, chapters)
    teams = {
        reading.team for reading in readings if reading.entry.is_notebook and not reading.people and not reading.flat
    }
    for reading in readings:
        reading.is_team |= bool(reading.team) and not reading.people and reading.team in teams
    return [claim for reading in readings for claim in _claims(reading, level or 1, chapters, submitters)]


def _find_teams(readings: Sequence[Reading]) -> None:
    """Take folders that are called as teams for learners, where one of them holds a notebook, with all inside."""
    teams = [one for one in readings if one.team and is_team(one.team[-1]) and one.before_team()]
    direct = (one for one in teams if one.entry.is_notebook and not one.told and not one.people)
    containers = {one.team[:-1] for one in direct}
    for reading in teams:
        if reading.team[:-1] in containers:
            reading.is_team = True
            reading.flat = None
            if reading.marked is not None:
                reading.unmark()


def _read_all(entries: Sequence[Entry], chapters: Folders, submitters: Submitters) -> list[Reading]:
    children: dict[Folders, set[str]] = defaultdict(set)
    for entry in entries:
        for depth, name in enumerate(entry.folders):
            children[entry.folders[:depth]].add(name)
    stems: dict[Folders, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.file:
            stems[entry.folders].append(entry.stem)
    names = FolderNames(chapters, children, submitters, stems)
    readings = []
    for entry in entries:
        parts = [names.read(entry.folders[:depth], name) for depth, name in enumerate(entry.folders)]
        reading = Reading(entry, parts)
        if entry.file and reading.marked is None:
            reading.flat = _flat(entry.stem, chapters, partial(names.usual_in, entry.folders))
        readings.append(reading)
    _drop_flat_names_inside(readings)
    return readings


def _flat(stem: str, chapters: Folders, usual: Usual) -> Part | None:
    """Read a file's name that says its learner, too."""
    mark = read_file(stem, usual)
    named, separator, rest = stem.rpartition("__")
    if separator and skeleton(named) and (mark is None or not chapter_in(mark.rest, chapters)):
        return Part(PERSON, named, Mark("", named, rest=rest))
    if mark is not None:
        return Part(MARK, mark.name, mark)
    mark = read_google(stem)
    if mark and chapter_in(mark.rest, chapters) and not chapter_in(mark.name, chapters) and not is_nobodys(mark.name):
        return Part(PERSON, mark.name, mark)
    return None


def _drop_flat_names_inside(readings: Iterable[Reading]) -> None:
    """Believe names of files only where the outermost of them stand, and not where one learner could have made them."""
    named: dict[Folders, set[str]] = defaultdict(set)
    flat = [reading for reading in readings if reading.flat]
    for reading in flat:
        if reading.entry.is_notebook and reading.flat:
            named[reading.entry.folders].add(reading.flat.name)
    for reading in flat:
        mark = reading.flat.mark if reading.flat else None
        sure = mark is not None and mark.platform in (MOODLE, BLACKBOARD, BRIGHTSPACE)
        if reading.people and not sure and len(named[reading.entry.folders]) < 2:
            reading.flat = None
    outermost = min((len(one.people) for one in flat if one.flat and one.entry.is_notebook), default=0)
    for reading in flat:
        if len(reading.people) > outermost:
            reading.flat = None


def _learners_level(paths: Sequence[tuple[Folders, str]]) -> int | None:
    """Say on which level the learners' folders stand, counting those that may be people's; None without any.

    Parameters
    ----------
    paths : such folders around each notebook, and its chapter
    """
    if not paths:
        return None
    level = 1
    while all(len(path) > level for path, _chapter in paths):
        inside: dict[Folders, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for path, chapter in paths:
            inside[path[:level]][chapter].add(path[level])
        several = sum(any(len(names) > 1 for names in chapters.values()) for chapters in inside.values())
        if len(inside) > 1 and 2 * several < len(inside):
            break  # a folder in each: people do that, groups do not
        level += 1
    return level


def _divide_accounts(readings: Iterable[Reading], chapters: Folders) -> None:
    """Tell where the assignment's name ends and the account begins."""
    marks = [
        (reading, number, part.mark)
        for reading in readings
        for number, part in [*enumerate(reading.parts), (-1, reading.flat)]
        if part is not None and part.mark is not None and part.mark.platform == BLACKBOARD
    ]
    known = accounts({(mark.head, chapter_in(mark.rest, chapters) or "") for _reading, _number, mark in marks})
    for reading, number, mark in marks:
        account = known[mark.head]
        part = Part(MARK, account, Mark(BLACKBOARD, account, account, mark.rest, mark.place, mark.when, mark.head))
        if number < 0:
            reading.flat = part
        else:
            reading.parts[number] = part


def _claims(reading: Reading, level: int, chapters: Folders, submitters: Submitters) -> list[Claim]:
    entry, folders = reading.entry, reading.entry.folders
    if reading.marked is not None:
        mark = reading.parts[reading.marked].mark
        around, within = folders[: reading.marked], folders[reading.marked + 1 :]
    elif reading.flat is not None:
        mark, around, within = reading.flat.mark, folders, ()
    else:
        return [_plain_claim(reading, level, chapters)]
    assert mark is not None
    inside = entry.stem if reading.marked is not None else mark.rest
    chapter = chapter_in(inside, chapters) or chapter_in(inside.rpartition("__")[2], chapters)
    says = chapter is not None
    if chapter is None and entry.is_notebook:
        chapter = chapter_in(mark.head, chapters) or _chapter_around(folders, chapters)
    people = [(mark.name, mark.id)]
    if mark.platform == GRADESCOPE:
        people = list(submitters.get((around, mark.place), ())) or [(mark.place, "")]
    return [
        Claim(entry, name, chapter, says, id, mark.platform, mark.place, mark.when, around, within)
        for name, id in people
    ]


def _plain_claim(reading: Reading, level: int, chapters: Folders) -> Claim:
    entry, folders = reading.entry, reading.entry.folders
    chapter = chapter_in(entry.stem, chapters) if entry.file else None
    says = chapter is not None
    if chapter is None and entry.is_notebook:
        chapter = _chapter_around(folders, chapters)
    if reading.is_team:
        number = len(reading.team) - 1
    elif len(reading.people) >= level:
        number = reading.people[level - 1]
    else:
        return Claim(entry, "", chapter, says, within=folders)
    part = reading.parts[number]
    return Claim(
        entry, part.name, chapter, says, platform=part.platform, place=folders[number], around=folders[:number],
        within=folders[number + 1 :],
    )  # fmt: skip


def _chapter_around(folders: Folders, chapters: Folders) -> str | None:
    found = (chapter_in(folder, chapters) for folder in reversed(folders))
    return next((chapter for chapter in found if chapter), None)
