"""Fill grades into a table that was downloaded from Moodle or Canvas; every byte beside the grades stays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bookutils.core.errors import UsageError
from bookutils.core.messages import _, join_words
from bookutils.grading.reports.cells import Table
from bookutils.grading.reports.exports import Grades, Learner, only_ones, same_name

# What the column of grades is called in worksheets of Moodle, in some of its languages.
_GRADE: Final = {
    "grade", "bewertung", "note", "calificación", "calificacion", "nota", "cijfer", "valutazione", "ocena", "оценка",
    "avaliação", "成绩", "成績", "評点", "karakter", "betyg", "karakterer", "arvosana", "známka", "hodnocení", "not",
}  # fmt: skip
_POINTS_POSSIBLE: Final = "points possible"
_LISTED: Final = 12  # columns that an error names


@dataclass
class Filled:
    """A table with grades in it.

    Parameters
    ----------
    data : the file
    count : grades that were filled in
    by_name : rows whose number was not known and whose name one learner has alone
    left : learners with a grade for whom no row was found
    scaled : (points to be had here, the maximum there) where these differ, and so the points were scaled
    without_column : chapters with grades that no column of the table was recognised for
    """

    data: bytes = b""
    count: int = 0
    by_name: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    scaled: set[tuple[int, str]] = field(default_factory=set)
    without_column: list[str] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        """Say what was done, and what a person has to look at."""
        yield _("Grades filled in: {count}. Every other cell is as it was.").format(count=self.count)
        for most, there in sorted(self.scaled):
            yield _("The points are scaled: {most} here are {there} there.").format(most=most, there=there)
        if self.without_column:
            yield _("No column there is recognised for {chapters}. Fill that in with --chapter and --column.").format(
                chapters=join_words(self.without_column, _("and"))
            )
        if self.by_name:
            yield _("Found by their names alone, please check: {names}.").format(names=", ".join(self.by_name))
        if self.left:
            yield _("Graded here, and not in that table: {names}.").format(names=", ".join(self.left))


def fill_moodle(data: bytes, grades: Grades, chapter: str, column: str | None = None) -> Filled:
    """Fill in a grading worksheet.

    Parameters
    ----------
    data : the worksheet, as Moodle's "Download grading worksheet" gives it
    grades : from `read_grades`
    chapter : which one the assignment is
    column : the column's name, where it is not recognised

    Raises
    ------
    UsageError
        When it has no column for grades, or is another assignment's.
    """
    table = Table(data)
    header = [cell.value.strip() for cell in table.rows[0]]
    place = _column(header, column, lambda name: name.casefold() in _GRADE)
    numbers = only_ones((one.moodle_id(chapter), one) for one in grades.learners)
    others = only_ones((one.own_id, one) for one in grades.learners)
    rows, numbered = [], False
    for row in range(1, len(table.rows)):
        cells = [cell.value.strip() for cell in table.rows[row]]
        if len(cells) > place:
            digits = re.search(r"(\d+)$", cells[0])
            found = numbers.get(digits[1]) if digits else None
            # A roster's own number stands in a column of its own, as "ID number" does, and never in that of grades.
            found = found or next((others[cell] for cell in cells[1:place] if cell in others), None)
            rows.append(_Row(row, found, cells[1] if len(cells) > 1 else "", _neighbour(cells, place)))
            numbered = numbered or bool(digits)
    if numbers and numbered and not any(row.found for row in rows):
        # By their names the grades of one assignment would find their way into another's worksheet.
        raise UsageError(
            _(
                "No number in this worksheet is one under which {chapter} was handed in: it is another assignment's."
            ).format(chapter=chapter),
            _("Download the worksheet of the assignment that was graded, or name its chapter with --chapter."),
        )
    return _fill(table, rows, [(chapter, place, None)], grades)


def fill_canvas(data: bytes, grades: Grades, chapter: str | None = None, column: str | None = None) -> Filled:
    """Fill in a gradebook.

    Parameters
    ----------
    data : the gradebook, as Canvas exports it
    grades : from `read_grades`
    chapter : which one; all for which the gradebook has a column when None
    column : the assignment's column, where it is not recognised

    Raises
    ------
    UsageError
        When no column fits, or several do.
    """
    table = Table(data)
    header = [cell.value.strip() for cell in table.rows[0]]
    if "ID" not in header:
        raise UsageError(_("This is no gradebook of Canvas: it has no column “ID”."), _("Export it from Grades."))
    chapters = [grades.choose(chapter)] if chapter or column else list(grades.chapters)
    places = []
    for name in chapters:
        fitting = [index for index, title in enumerate(header) if _is_about(title, name, grades.chapters[name])]
        if column is not None or len(fitting) == 1:
            places.append((name, _column(header, column, None) if column else fitting[0]))
        elif chapter or len(fitting) > 1:
            _column(header, None, None)
    if not places:
        _column(header, None, None)
    highest = next((row for row in table.rows[1:] if row[0].value.strip().casefold() == _POINTS_POSSIBLE), [])
    wanted = [(name, index, highest[index].value.strip() if len(highest) > index else None) for name, index in places]
    filled = _fill(table, list(_canvas_rows(table, header, grades)), wanted, grades)
    known = {name for name, _index in places}
    given = {name for one in grades.learners for name in one.grades}
    filled.without_column = [name for name in chapters if name in given - known]
    return filled


@dataclass(frozen=True)
class _Row:
    """A row of somebody else's table: whose it is by its number, the name in it, and the maximum in it."""

    number: int
    found: Learner | None
    name: str
    most: str | None = None


def _canvas_rows(table: Table, header: Sequence[str], grades: Grades) -> Iterator[_Row]:
    own = only_ones((one.canvas_id, one) for one in grades.learners)
    others = only_ones((one.own_id, one) for one in grades.learners)
    number = header.index("ID")
    further = [header.index(name) for name in ("SIS User ID", "SIS Login ID", "Integration ID") if name in header]
    for row in range(1, len(table.rows)):
        identity = table.value(row, number).strip()
        if not identity or table.value(row, 0).strip().casefold() == _POINTS_POSSIBLE:
            continue
        by_number = (others[cell] for index in further if (cell := table.value(row, index).strip()) in others)
        found = own.get(identity) or next(by_number, None)
        name = table.value(row, 0)
        if header[0] == "LastName":
            name = f"{table.value(row, 1)} {name}"
        yield _Row(row, found, name)


def _fill(
    table: Table, rows: Sequence[_Row], wanted: Sequence[tuple[str, int, str | None]], grades: Grades
) -> Filled:  # fmt: skip
    filled = Filled()
    taken = Counter(row.found.learner for row in rows if row.found)
    unfound = [one for one in grades.learners if one.learner not in taken]
    theirs = Counter(same_name(row.name) for row in rows if row.found is None)
    by_name = only_ones((same_name(one.name or one.learner), one) for one in unfound)
    met = set()
    for row in rows:
        key = same_name(row.name)
        learner = row.found or (by_name.get(key) if theirs[key] == 1 else None)
        if learner is None or taken[learner.learner] > 1:
            continue
        met.add(learner.learner)
        for chapter, place, highest in wanted:
            if chapter not in learner.grades or place >= len(table.rows[row.number]):
                continue
            points, most = learner.grades[chapter]
            text, scaled = _grade(points, most, highest if highest is not None else row.most)
            table.set(row.number, place, text)
            filled.count += 1
            if scaled:
                filled.scaled.add((most, scaled))
            if row.found is None and learner.shown not in filled.by_name:
                filled.by_name.append(learner.shown)
    chapters = {chapter for chapter, _place, _most in wanted}
    filled.left = [one.shown for one in grades.learners if chapters & set(one.grades) and one.learner not in met]
    filled.data = table.data()
    return filled


def _column(header: Sequence[str], column: str | None, fits: object) -> int:
    """Return the place of the column of grades."""
    if column is not None:
        places = [index for index, name in enumerate(header) if name == column.strip()]
    else:
        places = [index for index, name in enumerate(header) if callable(fits) and fits(name)]
    if len(places) == 1:
        return places[0]
    listed = join_words([f"“{name}”" for name in header[:_LISTED]], _("and"))
    raise UsageError(
        _("It is not clear in which column the grades belong. There are {columns}.").format(columns=listed),
        _("Name it with --column."),
    )


def _is_about(title: str, chapter: str, heading: str) -> bool:
    """Whether the column of an assignment is about a chapter: by its file's name, its number and subject, its title."""
    bare = re.sub(r"\s*\(\d+\)$", "", title).casefold().strip()
    number, _dash, subject = chapter.partition("-")
    words = re.findall(r"\w+", bare)
    # "Chapter 01: Activations" and "1 activations", and not "Activations, the essay".
    named = " ".join(word.lstrip("0") or "0" for word in words if word not in ("chapter", "notebook"))
    wanted = f"{number.lstrip('0') or '0'} {subject.replace('-', ' ')}".casefold()
    return bool(bare) and (
        bare in (chapter.casefold(), subject.casefold(), heading.casefold()) or named in (wanted, subject.casefold())
    )


def _neighbour(cells: Sequence[str], place: int) -> str | None:
    """Return the maximum that Moodle writes beside the grade; None where it is no number."""
    cell = cells[place + 1] if len(cells) > place + 1 else ""
    return cell if _number(cell) else None


def _number(text: str | None) -> float:
    try:
        return float((text or "").replace(",", "."))
    except ValueError:
        return 0.0


def _grade(points: int, most: int, highest: str | None) -> tuple[str, str]:
    """Write a grade as the table writes numbers, and say which maximum it was scaled to; "" when it was not."""
    there = _number(highest)
    if not there or not most or there == most:
        return str(points), ""
    text = f"{points * there / most:.2f}".rstrip("0").rstrip(".")
    return (text.replace(".", ",") if "," in (highest or "") else text), highest or ""
