"""Writes all reports in one go: the tables, a page for each learner, and the class page."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import groupby
from pathlib import Path
from typing import Final

from bookutils.core.files import atomic_write, write_atomically
from bookutils.grading.model import Person, Result, Unreadable
from bookutils.grading.reports.about import About
from bookutils.grading.reports.class_page import ClassPage
from bookutils.grading.reports.exports import write_for_platforms
from bookutils.grading.reports.names import SUFFIX, FileNames, exact_key, folded_key
from bookutils.grading.reports.pages import GENERATOR, learner_page
from bookutils.grading.reports.roll import Roll, Standing
from bookutils.grading.reports.summary import ClassNumbers
from bookutils.grading.reports.tables import CsvReport, JsonReport
from bookutils.judging.model import Exercise

_WHEN: Final = re.compile(rb"<time>[^<]*</time>")
_HEAD: Final = 2048  # bytes of a page in which its generator stands


def write_reports(
    out: Path, results: Callable[[], Iterator[Result]], unreadable: Sequence[Unreadable],
    exercises: Mapping[str, Sequence[Exercise]], people: Sequence[Person] = (), about: About | None = None,
) -> None:  # fmt: skip
    """Write results.json, results.csv, index.html, a page for each learner, and what a platform takes back.

    Parameters
    ----------
    out : the folder; made when missing. Pages of learners who are no longer there are removed, nothing else is
    results : gives an iterator over all results, by learner and then by chapter; called several times
    unreadable : what was found and has no verdict, or lies beside a file that has one
    exercises : chapter -> its exercises
    people : who is in the class, with or without a submission; whoever is not among them is taken from the results
    about : what the pages say of course and run

    Raises
    ------
    BookError
        When the folder cannot be written.

    Notes
    -----
    The same input gives the same bytes, whatever was written there before; but a page in which nothing but the run's
    date has changed keeps its old one. Only one learner's results are in memory at a time; for each learner a few
    numbers are kept, and for each kind of mistake who made it.
    """
    about = about or About()
    questions = [item for item in unreadable if item.question]
    unreadable = [item for item in unreadable if not item.question]
    files: dict[str, list[Unreadable]] = defaultdict(list)
    for item in unreadable:
        if item.learner is not None:
            files[item.learner].append(item)
    learners, chapters, decided = _survey(results(), {(item.learner, item.chapter) for item in unreadable})
    chapters |= {item.chapter for item in unreadable if item.chapter}
    # What lies beside a file that has a result is a note: a second copy, or the same chapter as a script.
    beside = [item for item in unreadable if item.superseded or (item.learner, item.chapter) in decided]
    notes = set(beside)
    loose = [item for item in unreadable if item not in notes]
    names = FileNames([*learners, *files])
    roll = Roll(exercises, chapters, people, {item.name for item in questions})
    pages = _Pages(out / "learners", names, exercises, about, roll.shown)
    numbers = ClassNumbers(exercises)
    with atomic_write(out / "results.json") as json_file, atomic_write(out / "results.csv") as csv_file:
        as_json, as_csv = JsonReport(json_file, exercises, about), CsvReport(csv_file)
        for learner, group in groupby(results(), key=lambda result: result.learner):
            theirs, own = list(group), files.pop(learner, [])
            for result in theirs:
                numbers.add(result)
                as_json.add(result)
                as_csv.add(result)
            standing = roll.add(learner, theirs, [item for item in own if item not in notes])
            as_csv.add_missing(standing)
            pages.write(standing, theirs, own)
        for learner in sorted(files):  # they have no result at all
            standing = roll.add(learner, (), files[learner])
            as_csv.add_missing(standing)
            pages.write(standing, (), files[learner])
        for standing in roll.add_absent():
            as_csv.add_missing(standing)
        for item in loose:
            numbers.add_unreadable(item)
            as_csv.add_file(item)
        for item in questions:
            as_csv.add_question(item)
        in_class = ((one, "" if one.absent else f"learners/{names.of(one.learner)}") for one in roll.standings.values())
        as_json.finish(loose, beside, in_class, questions)
    page = ClassPage(numbers, roll, results, loose, beside, names, about, questions)
    _write_unless_same(out / "index.html", page.render())
    pages.remove_others()
    if any(person.places or person.platform for person in people):
        write_for_platforms(out)


def _survey(
    results: Iterable[Result], wanted: Set[tuple[str | None, str | None]]
) -> tuple[list[str], set[str], set[tuple[str | None, str | None]]]:
    """Go through the results once: learners, chapters, and which of the wanted (learner, chapter) have a result."""
    learners: dict[str, None] = {}
    chapters: set[str] = set()
    decided: set[tuple[str | None, str | None]] = set()
    for result in results:
        learners[result.learner] = None
        chapters.add(result.chapter)
        if (result.learner, result.chapter) in wanted:
            decided.add((result.learner, result.chapter))
    return list(learners), chapters, decided


def _write_unless_same(path: Path, page: bytes) -> None:
    """Write a page, unless nothing but its date has changed; that spares a disk a thousand flushes."""
    if path.is_file() and not path.is_symlink() and _WHEN.sub(b"", path.read_bytes()) == _WHEN.sub(b"", page):
        return
    write_atomically(path, page, durable=False)


class _Pages:
    """The folder of the learners' pages."""

    def __init__(
        self, folder: Path, names: FileNames, exercises: Mapping[str, Sequence[Exercise]], about: About,
        shown: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._folder = folder
        self._names = names
        self._exercises = exercises
        self._about = about
        self._shown = shown
        self._exact: set[int] = set()
        self._folded: set[int] = set()

    def write(self, standing: Standing, results: Sequence[Result], files: Sequence[Unreadable]) -> None:
        learner, name = standing.learner, self._names.of(standing.learner)
        self._exact.add(exact_key(name))
        self._folded.add(folded_key(name))
        missing = [(chapter, standing.cells[chapter].most) for chapter in standing.missing]
        page = learner_page(self._shown(learner), results, files, self._exercises, self._about, missing)
        _write_unless_same(self._folder / name, page)

    def remove_others(self) -> None:
        """Remove what an earlier run wrote for learners who are gone."""
        if not self._folder.is_dir():
            return
        for path in list(self._folder.glob("*" + SUFFIX)):
            if not self._is_current(path) and _is_ours(path):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _is_current(self, path: Path) -> bool:
        if exact_key(path.name) in self._exact:
            return True
        # A disk that does not tell capitals apart may list the page under the spelling of an earlier run.
        other = path.with_name(path.name.swapcase())
        return folded_key(path.name) in self._folded and other.exists() and other.samefile(path)


def _is_ours(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return f'<meta name="generator" content="{GENERATOR}">'.encode() in file.read(_HEAD)
