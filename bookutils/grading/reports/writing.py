"""Writes all reports in one go: the tables, a page for each learner, and the class page."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from bookutils.core.files import atomic_write, write_atomically
from bookutils.exercises.model import Exercise
from bookutils.grading.model import Person, Result, Unreadable
from bookutils.grading.reports.class_page import ClassPage
from bookutils.grading.reports.names import SUFFIX, FileNames, exact_key, folded_key
from bookutils.grading.reports.pages import GENERATOR, learner_page
from bookutils.grading.reports.summary import ClassNumbers
from bookutils.grading.reports.tables import CsvReport, JsonReport

_HEAD: Final = 2048  # bytes of a page in which its generator stands


def write_reports(
    out: Path, results: Callable[[], Iterator[Result]], unreadable: Sequence[Unreadable],
    exercises: Mapping[str, Sequence[Exercise]], people: Sequence[Person] = (),
) -> None:  # fmt: skip
    """Write results.json, results.csv, index.html and a page for each learner.

    Parameters
    ----------
    out : the folder; made when missing. Pages of learners who are no longer there are removed, nothing else is
    results : gives an iterator over all results, by learner and then by chapter; called several times
    unreadable : what was found and has no verdict, or lies beside a file that has one
    exercises : chapter -> its exercises
    people : everybody of the class, also who handed in nothing

    Raises
    ------
    BookError
        When the folder cannot be written.

    Notes
    -----
    The same input gives the same bytes, whatever was written there before. Only one learner's results are in memory at
    a time; for each learner two or three numbers are kept.
    """
    files: dict[str, list[Unreadable]] = defaultdict(list)
    for item in unreadable:
        if item.learner is not None:
            files[item.learner].append(item)
    names = FileNames(_all_learners(results(), files))
    pages = _Pages(out / "learners", names, exercises)
    numbers = ClassNumbers(exercises)
    about = {(item.learner, item.chapter) for item in unreadable}
    decided: set[tuple[str | None, str | None]] = set()
    with atomic_write(out / "results.json") as json_file, atomic_write(out / "results.csv") as csv_file:
        as_json, as_csv = JsonReport(json_file, exercises), CsvReport(csv_file)
        for learner, group in groupby(results(), key=lambda result: result.learner):
            theirs = list(group)
            for result in theirs:
                numbers.add(result)
                as_json.add(result)
                as_csv.add(result)
            decided |= about & {(learner, result.chapter) for result in theirs}
            pages.write(learner, theirs, files.pop(learner, ()))
        loose: list[Unreadable] = []
        beside: list[Unreadable] = []
        for item in unreadable:
            # What lies beside a file that has a result is a note: a second copy, or the same chapter as a script.
            is_note = item.superseded or (item.learner, item.chapter) in decided
            (beside if is_note else loose).append(item)
        as_json.finish(loose, beside)
        as_csv.finish(loose)
        strangers = set(files)  # whoever is left has no result at all
        for item in loose:
            numbers.add_unreadable(item, new_learner=item.learner in strangers)
            if item.learner is not None:
                strangers.discard(item.learner)
        for learner in sorted(files):
            pages.write(learner, (), files[learner])
    with atomic_write(out / "index.html") as page:
        for piece in ClassPage(numbers, results, loose, beside, names).pieces():
            page.write(piece)
    pages.remove_others()


def _all_learners(results: Iterable[Result], files: Mapping[str, Sequence[Unreadable]]) -> Iterator[str]:
    for learner, _group in groupby(results, key=lambda result: result.learner):
        yield learner
    yield from files


class _Pages:
    """The folder of the learners' pages."""

    def __init__(self, folder: Path, names: FileNames, exercises: Mapping[str, Sequence[Exercise]]) -> None:
        self._folder = folder
        self._names = names
        self._exercises = exercises
        self._exact: set[int] = set()
        self._folded: set[int] = set()

    def write(self, learner: str, results: Sequence[Result], files: Sequence[Unreadable]) -> None:
        name = self._names.of(learner)
        self._exact.add(exact_key(name))
        self._folded.add(folded_key(name))
        page, path = learner_page(learner, results, files, self._exercises), self._folder / name
        # A page that is the same keeps its date, and a disk is spared a thousand flushes.
        if not (path.is_file() and not path.is_symlink() and path.read_bytes() == page):
            write_atomically(path, page)

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
