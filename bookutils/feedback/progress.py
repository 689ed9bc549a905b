"""`progress` shows how far a learner has come."""

from __future__ import annotations

from pathlib import Path

from bookutils.core.messages import _, ngettext
from bookutils.core.settings import is_static
from bookutils.exercises.catalogue import CHAPTERS, load_chapter
from bookutils.feedback import store
from bookutils.feedback.rendering import Card
from bookutils.judging.judge import PASSED

# A built notebook names the place that a reader has, not the builder's.
DEFAULT_FILE = Path.home() / ".bookutils" / "progress.json"


def progress() -> None:
    """Show the exercises solved and the points earned, by chapter and in all. Taught in chapter 00."""
    entries = store.load()["exercises"]
    rows, earned_all, points_all = [], 0, 0
    for chapter in CHAPTERS:
        exercises = load_chapter(chapter)[0]
        if not exercises:
            continue
        found = [entries.get(exercise.id) for exercise in exercises]
        known = [entry if isinstance(entry, dict) else {} for entry in found]
        solved = sum(entry.get("status") == PASSED for entry in known)
        earned = sum(
            min(int(entry.get("earned") or 0), exercise.points)
            for entry, exercise in zip(known, exercises, strict=True)
        )
        points = sum(exercise.points for exercise in exercises)
        earned_all, points_all = earned_all + earned, points_all + points
        says = ngettext(
            "{chapter}: {solved} of {total} exercise solved",
            "{chapter}: {solved} of {total} exercises solved",
            len(exercises),
        )
        if points:
            says = ngettext(
                "{chapter}: {solved} of {total} exercise solved, {earned} of {points} points",
                "{chapter}: {solved} of {total} exercises solved, {earned} of {points} points",
                len(exercises),
            )
        rows.append(says.format(chapter=chapter, solved=solved, total=len(exercises), earned=earned, points=points))
    heading = _("Your progress: {earned} of {points} points").format(earned=earned_all, points=points_all)
    where = _("Kept in `{path}`; delete that file to begin anew.").format(
        path=_short(DEFAULT_FILE if is_static() else store.progress_file())
    )
    Card(heading, (where,), tuple(rows), tone="good" if earned_all else "open").show()


def _short(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)
