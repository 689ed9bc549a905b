"""results.json and results.csv, written while the results stream by, so that their number does not matter."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from bookutils.exercises.model import Exercise
from bookutils.grading.model import GRADED, NOT_GRADED, UNREADABLE, Grade, Result, Unreadable
from bookutils.grading.reports.text import spreadsheet_text, storable

COLUMNS = ("learner", "chapter", "exercise", "status", "points", "max_points", "message")


class JsonReport:
    """Writes results.json: one submission a line, so that two runs can be compared line by line.

    Parameters
    ----------
    file : open for writing bytes
    exercises : chapter -> its exercises

    Notes
    -----
    Points are null where there is no verdict. That is no zero. Whoever reads the file can trust that it is UTF-8.
    """

    def __init__(self, file: BinaryIO, exercises: Mapping[str, Sequence[Exercise]]) -> None:
        self._file = file
        self._first = True
        self._write('{\n"course": ' + _json(_course(exercises)) + ',\n"submissions": [')

    def add(self, result: Result) -> None:
        """Write a result."""
        self._item(
            {
                "learner": result.learner,
                "chapter": result.chapter,
                "file": result.file,
                "status": result.status,
                "reason": result.reason,
                "points": earned(result.grades) if result.status == GRADED else None,
                "max_points": to_be_had(result.grades) if result.status == GRADED else None,
                "exercises": [_grade(grade) for grade in result.grades],
            }
        )

    def finish(self, loose: Sequence[Unreadable], beside: Sequence[Unreadable]) -> None:
        """Write what has no result, and end the file.

        Parameters
        ----------
        loose : what there is no result for
        beside : files beside another one that was graded
        """
        self._write('\n],\n"unreadable": [')
        self._first = True
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
        self._write("\n]\n}\n")

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
    A text that a spreadsheet would take for a formula gets an apostrophe in front, and control characters are spelled
    out. Points are empty where there is no verdict.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._writer = csv.writer(_Encoded(file), lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def add(self, result: Result) -> None:
        """Write the rows of a result."""
        if result.status != GRADED:
            self._row(result.learner, result.chapter, "", result.status, "", "", result.reason)
        for grade in result.grades:
            points = "" if grade.status == NOT_GRADED else grade.points
            self._row(
                result.learner, result.chapter, grade.exercise, grade.status, points, grade.max_points, grade.message
            )

    def finish(self, loose: Sequence[Unreadable]) -> None:
        """Write what there is no result for; where it is not known whose it is, the message names the file."""
        for item in loose:
            known = item.learner is not None and item.chapter is not None
            message = item.reason if known else f"{item.name}: {item.reason}"
            self._row(item.learner or "", item.chapter or "", "", UNREADABLE, "", "", message)

    def _row(self, *cells: str | int) -> None:
        self._writer.writerow([spreadsheet_text(cell) if isinstance(cell, str) else cell for cell in cells])


class _Encoded:
    """Lets the csv module write into a file of bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())


def earned(grades: Sequence[Grade]) -> int:
    """Sum the points; an exercise without a verdict counts nowhere."""
    return sum(grade.points for grade in grades if grade.status != NOT_GRADED)


def to_be_had(grades: Sequence[Grade]) -> int:
    """Sum the points that were to be had; an exercise without a verdict counts nowhere."""
    return sum(grade.max_points for grade in grades if grade.status != NOT_GRADED)


def _course(exercises: Mapping[str, Sequence[Exercise]]) -> dict[str, Any]:
    return {
        "chapters": [
            {
                "chapter": chapter,
                "exercises": [
                    {"exercise": exercise.id, "max_points": exercise.points, "optional": exercise.optional}
                    for exercise in its
                ],
            }
            for chapter, its in exercises.items()
        ]
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
