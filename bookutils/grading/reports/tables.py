"""results.json and results.csv, written while the results stream by, so that their number does not matter."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Final

from bookutils.grading.model import GRADED, NOT_GRADED, UNREADABLE, Grade, Result, Unreadable
from bookutils.grading.reports.about import About
from bookutils.grading.reports.roll import ABSENT, MISSING, Standing, earned
from bookutils.grading.reports.text import spreadsheet_text, storable
from bookutils.grading.reports.wording import for_instructor, without_ticks
from bookutils.judging.model import Exercise

UNCLEAR: Final = "unclear"  # who is who
COLUMNS: Final = ("learner", "chapter", "exercise", "status", "points", "max_points", "message")


class JsonReport:
    """Writes results.json: one submission a line, so that two runs can be compared line by line.

    Parameters
    ----------
    file : open for writing bytes
    exercises : chapter -> its exercises
    about : the course's name and version, and the chapters' titles; date and command are left out, so that what has
        not changed stays the same to the byte

    Notes
    -----
    Points are null where there is no verdict. That is no zero. Whoever reads the file can trust that it is UTF-8.
    """

    def __init__(self, file: BinaryIO, exercises: Mapping[str, Sequence[Exercise]], about: About | None = None) -> None:
        self._file = file
        self._first = True
        self._write('{\n"course": ' + _json(_course(exercises, about or About())) + ',\n"submissions": [')

    def add(self, result: Result) -> None:
        """Write a result."""
        points, most, _open = earned(result) if result.status == GRADED else (None, None, True)
        self._item(
            {
                "learner": result.learner,
                "id": result.id,
                "chapter": result.chapter,
                "file": result.file,
                "status": result.status,
                "reason": result.reason,
                "points": points,
                "max_points": most,
                "exercises": [_grade(grade) for grade in result.grades],
            }
        )

    def finish(
        self, loose: Sequence[Unreadable], beside: Sequence[Unreadable], people: Iterable[tuple[Standing, str]] = (),
        questions: Iterable[Unreadable] = (),
    ) -> None:  # fmt: skip
        """Write what has no result and who is in the class, and end the file.

        Parameters
        ----------
        loose : what there is no result for
        beside : files beside another one that was graded
        people : (standing, the file of their page or ""), with or without a submission
        questions : of who is who
        """
        self._begin("unreadable")
        for item, superseded in [*((item, False) for item in loose), *((item, True) for item in beside)]:
            self._item(
                {
                    "file": item.name,
                    "learner": item.learner,
                    "chapter": item.chapter,
                    "reason": item.reason,
                    "superseded": superseded,
                }
            )
        self._begin("people")
        for standing, page in people:
            self._item(_person(standing, page))
        self._begin("questions")
        for item in questions:
            self._item({"about": item.name, "reason": item.reason})
        self._write("\n]\n}\n")

    def _begin(self, name: str) -> None:
        self._write(f'\n],\n"{name}": [')
        self._first = True

    def _item(self, item: dict[str, Any]) -> None:
        self._write(("\n" if self._first else ",\n") + _json(item))
        self._first = False

    def _write(self, text: str) -> None:
        self._file.write(storable(text).encode())


class CsvReport:
    """Writes results.csv: one row for each learner, chapter and exercise.

    Parameters
    ----------
    file : open for writing bytes

    Notes
    -----
    It begins with the mark by which spreadsheets know UTF-8. A text that a spreadsheet would take for a formula gets an
    apostrophe in front; line ends, tabs and semicolons are written as ⏎, ⇥ and ；, and control characters are spelled
    out. Points are empty where there is no verdict.
    """

    def __init__(self, file: BinaryIO) -> None:
        file.write(codecs.BOM_UTF8)
        self._writer = csv.writer(_Encoded(file), lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def add(self, result: Result) -> None:
        """Write the rows of a result."""
        if result.status != GRADED:
            self._row(result.learner, result.chapter, "", result.status, "", "", result.reason)
        for grade in result.grades:
            points = "" if grade.status == NOT_GRADED else grade.points
            message = without_ticks(for_instructor(grade.message))
            self._row(result.learner, result.chapter, grade.exercise, grade.status, points, grade.max_points, message)

    def add_missing(self, standing: Standing) -> None:
        """Write a row for each chapter that a learner did not hand in; one alone for whoever handed in nothing."""
        if standing.absent:
            self._row(standing.learner, "", "", ABSENT, "", standing.most, "")
            return
        for chapter in standing.missing:
            self._row(standing.learner, chapter, "", MISSING, "", standing.cells[chapter].most, "")

    def add_file(self, item: Unreadable) -> None:
        """Write what there is no result for; where it is not known whose it is, the message names the file."""
        known = item.learner is not None and item.chapter is not None
        message = item.reason if known else f"{item.name}: {item.reason}"
        self._row(item.learner or "", item.chapter or "", "", UNREADABLE, "", "", message)

    def add_question(self, item: Unreadable) -> None:
        """Write that it is not clear who is who; what is handed in may be graded all the same."""
        self._row("", "", "", UNCLEAR, "", "", item.reason)

    def _row(
        self, learner: str, chapter: str, exercise: str, status: str, points: int | str, most: int | str, message: str
    ) -> None:
        cells = (learner, chapter, exercise, status, points, most, message)
        self._writer.writerow([spreadsheet_text(cell) if isinstance(cell, str) else cell for cell in cells])


class _Encoded:
    """Lets the csv module write into a file of bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())


def _course(exercises: Mapping[str, Sequence[Exercise]], about: About) -> dict[str, Any]:
    return {
        "name": about.course,
        "version": about.version,
        "chapters": [
            {
                "chapter": chapter,
                "title": about.titles.get(chapter, ""),
                "exercises": [
                    {"exercise": exercise.id, "max_points": exercise.points, "optional": exercise.optional}
                    for exercise in its
                ],
            }
            for chapter, its in exercises.items()
        ],
    }


def _person(standing: Standing, page: str) -> dict[str, Any]:
    person = standing.person
    return {
        "learner": standing.learner,
        "id": person.id,
        "name": person.name,
        "platform": person.platform,
        "on_roster": person.on_roster,
        "status": ABSENT if standing.absent else "",
        "points": None if standing.absent else standing.points,
        "max_points": standing.most,
        "missing": standing.missing,
        "page": page,
        "places": [{"chapter": chapter, "place": place} for chapter, place in person.places],
        "details": [{"name": name, "value": value} for name, value in person.details],
    }


def _grade(grade: Grade) -> dict[str, Any]:
    return {
        "exercise": grade.exercise,
        "status": grade.status,
        "points": None if grade.status == NOT_GRADED else grade.points,
        "max_points": grade.max_points,
        "message": grade.message,
        "mistake": grade.mistake,
        "parts": [
            {"name": name, "passed": passed, "points": points, "max_points": max_points}
            for name, passed, points, max_points in grade.parts
        ],
        "flags": list(grade.flags),
    }


def _json(item: dict[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False, allow_nan=False)
