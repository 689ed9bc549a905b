"""What a regrade changed, and for whom: points, or whether there is a verdict at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from bookutils.core.files import write_atomically
from bookutils.core.messages import _, ngettext
from bookutils.grading.model import GRADED, NOT_GRADED, Grade, Result
from bookutils.grading.reports.text import spreadsheet_text

FILE = "changes.csv"
_MOST_TOLD = 25


@dataclass(frozen=True, order=True)
class Change:
    """One exercise of one learner whose result is another one now.

    Parameters
    ----------
    learner, chapter, exercise : whose, and what; no exercise where a whole submission got or lost its verdict
    before, after : what it was and is, such as "2 of 4"
    """

    learner: str
    chapter: str
    exercise: str
    before: str
    after: str


def changes_between(before: Result | None, after: Result) -> list[Change]:
    """Compare two results of one learner and chapter.

    Parameters
    ----------
    before : None where there was none; then nothing changed
    after : the new one
    """
    if before is None:
        return []
    if GRADED in (before.status, after.status) and before.status != after.status:
        return [Change(after.learner, after.chapter, "", _whole(before), _whole(after))]
    old, new = _told(before), _told(after)
    return [
        Change(after.learner, after.chapter, name, old.get(name, _("nothing")), new.get(name, _("nothing")))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _whole(result: Result) -> str:
    """Say in a word what a submission has: its points, or why it has none."""
    if result.status != GRADED:
        return result.status
    return _("{points} of {max_points}").format(
        points=sum(grade.points for grade in result.grades if grade.status != NOT_GRADED),
        max_points=sum(grade.max_points for grade in result.grades if grade.status != NOT_GRADED),
    )


def _told(result: Result) -> dict[str, str]:
    if result.status != GRADED:
        return {"": result.status}
    return {grade.exercise: _points(grade) for grade in result.grades}


def _points(grade: Grade) -> str:
    if grade.status == NOT_GRADED:
        return NOT_GRADED
    if not grade.max_points:
        return grade.status
    return _("{points} of {max_points}").format(points=grade.points, max_points=grade.max_points)


def told_changes(changes: Sequence[Change], out: Path) -> Iterator[str]:
    """Yield lines for the screen; of many the first, and where all of them stand."""
    if not changes:
        return
    people = len({change.learner for change in changes})
    if people == 1:
        says = ngettext("One result changed:", "{n} results changed, for one learner:", len(changes))
    else:
        says = _("{n} results changed, for {people} learners:")
    yield says.format(n=len(changes), people=people)
    for change in changes[:_MOST_TOLD]:
        place = " ".join(filter(None, [change.chapter, change.exercise]))
        yield f"  {spreadsheet_text(change.learner)}, {place}: {change.before} → {change.after}"
    if len(changes) > _MOST_TOLD:
        yield _("  and {n} more; all stand in {path}.").format(n=len(changes) - _MOST_TOLD, path=out / FILE)


def write_changes(out: Path, changes: Sequence[Change]) -> None:
    """Write the changes of this run as a table; without any, there is no such file."""
    if not changes:
        (out / FILE).unlink(missing_ok=True)
        return
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Change)])
    writer.writerows([spreadsheet_text(cell) for cell in astuple(change)] for change in changes)
    write_atomically(out / FILE, "\ufeff" + text.getvalue())
