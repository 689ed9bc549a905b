"""What `bookutils export` does: reads the grades, and writes the files that a platform takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bookutils.core.errors import BookError, UsageError
from bookutils.core.files import write_atomically
from bookutils.core.messages import _
from bookutils.grading.reports.exports import read_grades, write_feedback
from bookutils.grading.reports.filling import Filled, fill_canvas, fill_moodle


def export_grades(
    grades: Path, to: Path, moodle: Path | None, canvas: Path | None, feedback: bool, chapter: str | None,
    column: str | None, say: Callable[[str], None],
) -> None:  # fmt: skip
    """Write what is asked for, and say what was done.

    Parameters
    ----------
    grades : the folder that `grade` has written
    to : where the files go: grades-moodle.csv, grades-canvas.csv, feedback-CHAPTER.zip
    moodle, canvas : tables that were downloaded; each stays as it is, a filled-in copy is written
    feedback : zip the learners' pages
    chapter : which one; the only one, or for Canvas and for feedback all, when None
    column : of the grades, where it is not recognised
    say : tells the person at the screen a sentence

    Raises
    ------
    BookError
        When something is not there, is not what it should be, or cannot be written.
    """
    if column is not None and moodle is not None and canvas is not None:
        raise UsageError(_("--column is for one table at a time."), _("Export to Moodle and to Canvas one by one."))
    read = read_grades(grades)
    if moodle is not None:
        filled = fill_moodle(_content(moodle), read, read.choose(chapter), column)
        _write(filled, moodle, to / "grades-moodle.csv", say)
    if canvas is not None:
        _write(fill_canvas(_content(canvas), read, chapter, column), canvas, to / "grades-canvas.csv", say)
    if feedback:
        chapters = [read.choose(chapter)] if chapter else list(read.chapters)
        written = [path for name in chapters if (path := write_feedback(grades, read, name, to))]
        for path in written:
            say(_("Written: {path}").format(path=path))
        if not written:
            raise BookError(
                _("No platform has named these submissions, so no feedback can be sent back under its names."),
                _("Grade the zip as it was downloaded from the platform; or hand out the pages in learners/ yourself."),
            )


def _write(filled: Filled, template: Path, path: Path, say: Callable[[str], None]) -> None:
    if path.exists() and template.exists() and path.samefile(template):
        path = path.with_name(path.stem + "-filled.csv")
    write_atomically(path, filled.data)
    say(_("Written: {path}").format(path=path))
    for sentence in filled.sentences():
        say(sentence)


def _content(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            _("{path} cannot be read: {error}.").format(path=path, error=error.strerror),
            _("Name the CSV file that the platform gave you."),
        ) from error
    if data.startswith(b"PK") or b"\0\0\0\0" in data[:4096]:
        raise UsageError(
            _("{path} is no CSV file.").format(path=path), _("Download or save it as CSV, not as a workbook.")
        )
    return data
