"""A page for each learner: their code as text, their points, and the sentence. Nothing on it runs or loads anything."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bookutils.core.messages import _
from bookutils.exercises import judge
from bookutils.exercises.model import Exercise
from bookutils.grading.model import GRADED, NOT_GRADED, Grade, Result, Unreadable
from bookutils.grading.reports.tables import earned, to_be_had
from bookutils.grading.reports.text import code_lines, sentence_pieces, visible

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup
    from matplotlib.figure import Figure

GENERATOR: Final = "bookutils grade"  # in every page; a page without it is not ours to remove
# Even if something of a submission got through as markup, the browser would neither run nor fetch it.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class ExerciseView:
    """An exercise as a learner's page shows it."""

    grade: Grade
    anchor: str
    asks: str
    optional: bool
    message: str
    code: list[str]
    left_out: int

    @property
    def decided(self) -> bool:
        """Whether there is a verdict."""
        return self.grade.status != NOT_GRADED

    @property
    def started(self) -> bool:
        """Whether there is an answer."""
        return self.grade.status != judge.NOT_STARTED


@dataclass(frozen=True)
class ChapterView:
    """A chapter as a learner's page shows it; without exercises when there is no verdict."""

    result: Result
    anchor: str
    title: str
    exercises: list[ExerciseView]

    @property
    def decided(self) -> bool:
        """Whether there is a verdict."""
        return self.result.status == GRADED

    @property
    def points(self) -> int:
        """Points earned."""
        return earned(self.result.grades)

    @property
    def max_points(self) -> int:
        """Points to be had, as far as there are verdicts."""
        return to_be_had(self.result.grades)

    @property
    def passed(self) -> int:
        """Exercises that are right."""
        return sum(grade.status == judge.PASSED for grade in self.result.grades)

    @property
    def undecided(self) -> int:
        """Exercises without a verdict."""
        return sum(grade.status == NOT_GRADED for grade in self.result.grades)


def learner_page(
    learner: str, results: Sequence[Result], files: Sequence[Unreadable], exercises: Mapping[str, Sequence[Exercise]]
) -> bytes:
    """Make the page of one learner.

    Parameters
    ----------
    learner : the name
    results : all of theirs
    files : what else they handed in, and why it was not graded
    exercises : chapter -> its exercises, for what they ask

    Returns
    -------
    HTML in UTF-8. The same input gives the same bytes. Flags are not on it: they are for the instructor.
    """
    chapters = [_chapter(result, exercises.get(result.chapter, ())) for result in results]
    theirs = {result.chapter for result in results}
    page = environment().get_template("learner.html").render(
        learner=learner,
        chapters=chapters,
        points=sum(chapter.points for chapter in chapters),
        max_points=sum(chapter.max_points for chapter in chapters),
        incomplete=any(not chapter.decided or chapter.undecided for chapter in chapters),
        unread=[item for item in files if not item.superseded and item.chapter not in theirs],
        beside=[item for item in files if item.superseded or item.chapter in theirs],
    )  # fmt: skip
    return page.encode()


def _chapter(result: Result, exercises: Sequence[Exercise]) -> ChapterView:
    known = {exercise.id: exercise for exercise in exercises}
    views = [_exercise(grade, known.get(grade.exercise)) for grade in result.grades]
    return ChapterView(result, anchor(result.chapter), chapter_title(result.chapter), views)


def _exercise(grade: Grade, exercise: Exercise | None) -> ExerciseView:
    message = grade.feedback  # without any value that was expected
    if exercise is not None and message == judge.not_started(exercise).evidence:
        message = ""  # it speaks of "the cell above", and there is none here
    lines, left_out = code_lines(grade.code) if grade.code.strip() else ([], 0)
    return ExerciseView(
        grade=grade,
        anchor=anchor(grade.chapter, grade.exercise),
        asks=exercise.asks if exercise is not None else "",
        optional=grade.max_points == 0,
        message=message,
        code=lines,
        left_out=left_out,
    )


def anchor(chapter: str, exercise: str = "") -> str:
    """Return the place of a chapter or an exercise on a learner's page.

    Examples
    --------
    >>> anchor("01-activations", "relu_backward")
    '01-activations--relu_backward'
    """
    place = "--".join(filter(None, [chapter, exercise]))
    return re.sub(r"[^\w-]", "-", place, flags=re.ASCII)


def chapter_title(chapter: str) -> str:
    """Make a heading of a chapter's name.

    Examples
    --------
    >>> chapter_title("00-start-here")
    'Chapter 00: start here'
    """
    number, dash, subject = chapter.partition("-")
    if not (dash and number.isdigit()):
        return chapter
    return _("Chapter {number}: {subject}").format(number=number, subject=subject.replace("-", " "))


def status_words(status: str) -> tuple[str, str]:
    """Return a symbol and the words for a status; the symbol never stands alone."""
    known = {
        judge.PASSED: ("✓", _("right")),
        judge.PARTLY: ("◐", _("partly right")),
        judge.NOT_YET: ("✗", _("not yet")),
        judge.ERROR: ("✗", _("stops with an error")),
        judge.NOT_STARTED: ("○", _("not started")),
        NOT_GRADED: ("?", _("not graded")),
    }
    return known.get(status, ("?", status))


def data_uri(fig: Figure) -> str:
    """Return a figure as an address that holds the picture itself."""
    from bookutils.plots.figure import png

    return "data:image/png;base64," + base64.b64encode(png(fig)).decode("ascii")


@cache
def environment() -> Environment:
    """Return the templates. Whatever they print is made visible, then escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_made_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["sentence"] = _sentence
    templates.globals.update(
        _=_, GENERATOR=GENERATOR, POLICY=POLICY, status_words=status_words, chapter_title=chapter_title
    )
    return templates


def _made_visible(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _sentence(text: str) -> Markup:
    """Set what stands between backticks as code; everything is escaped, piece by piece."""
    from markupsafe import Markup

    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if is_code else piece for piece, is_code in sentence_pieces(text)
    )
