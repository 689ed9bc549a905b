"""A page for each learner: their code as text, their points, and the sentence. Nothing on it runs or loads anything."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bookutils.core.messages import _
from bookutils.grading.model import GRADED, NOT_GRADED, Grade, Result, Unreadable
from bookutils.grading.reports.about import About
from bookutils.grading.reports.roll import earned
from bookutils.grading.reports.text import CodePart, code_lines, code_parts, sentence_pieces, visible
from bookutils.grading.reports.wording import about_learners, is_not_started, tidy
from bookutils.judging import judge
from bookutils.judging.model import Exercise

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

GENERATOR: Final = "bookutils grade"  # in every page; a page without it is not ours to remove
# Even if something of a submission got through as markup, the browser would neither run nor fetch it.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class ExerciseView:
    """An exercise as a learner's page shows it."""

    grade: Grade
    anchor: str
    asks: str
    optional: bool
    message: str
    code: list[CodePart]
    left_out: int

    @property
    def decided(self) -> bool:
        """Whether there is a verdict."""
        return self.grade.status != NOT_GRADED

    @property
    def started(self) -> bool:
        """Whether there is an answer."""
        return self.grade.status != judge.NOT_STARTED

    @property
    def passed(self) -> bool:
        """Whether it is right."""
        return self.grade.status == judge.PASSED


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
        return earned(self.result)[0]

    @property
    def max_points(self) -> int:
        """Points to be had, as far as there are verdicts."""
        return earned(self.result)[1]

    @property
    def undecided(self) -> int:
        """Exercises without a verdict."""
        return sum(grade.status == NOT_GRADED for grade in self.result.grades)

    @property
    def shown(self) -> list[ExerciseView]:
        """The exercises that get a card: all but those that were not started and of which there is nothing to say."""
        return [exercise for exercise in self.exercises if exercise.started or exercise.code or exercise.message]

    @property
    def idle(self) -> list[ExerciseView]:
        """The others."""
        return [exercise for exercise in self.exercises if exercise not in self.shown]

    def right(self) -> str:
        """Say how many exercises are right; optional ones are counted apart, for nobody has to do them."""
        required = [exercise for exercise in self.exercises if not exercise.optional]
        optional = [exercise for exercise in self.exercises if exercise.optional]
        passed = sum(exercise.passed for exercise in optional)
        told = []
        if required:
            count = sum(exercise.passed for exercise in required)
            told.append(_("{count} of {total}").format(count=count, total=len(required)))
        if passed or not required:
            told.append(_("{count} of {total} optional").format(count=passed, total=len(optional)))
        return _(", and ").join(told)


def learner_page(
    learner: str, results: Sequence[Result], files: Sequence[Unreadable], exercises: Mapping[str, Sequence[Exercise]],
    about: About | None = None, missing: Sequence[tuple[str, int]] = (),
) -> bytes:  # fmt: skip
    """Make the page of one learner.

    Parameters
    ----------
    learner : the name
    results : all of theirs
    files : what else they handed in, and why it was not graded
    exercises : chapter -> its exercises, for what they ask
    about : course, version and date, for the foot of the page
    missing : (chapter, its points) of what others handed in and this learner did not

    Returns
    -------
    HTML in UTF-8. The same input gives the same bytes. Flags are not on it: they are for the instructor. Its links to
    the class page stand in lines of their own, which `for_handing_out` takes away.
    """
    about = about or About()
    chapters = [_chapter(result, exercises.get(result.chapter, ()), about) for result in results]
    theirs = {result.chapter for result in results}
    page = environment().get_template("learner.html").render(
        learner=learner,
        about=about,
        chapters=chapters,
        points=sum(chapter.points for chapter in chapters),
        max_points=sum(chapter.max_points for chapter in chapters) + sum(points for _chapter, points in missing),
        missing=[(about.title(chapter), points) for chapter, points in missing],
        incomplete=any(not chapter.decided or chapter.undecided for chapter in chapters),
        unread=[item for item in files if not item.superseded and item.chapter not in theirs],
        beside=[item for item in files if item.superseded or item.chapter in theirs],
    )  # fmt: skip
    return page.encode()


def for_handing_out(page: bytes) -> bytes:
    """Take the links to the class page out of a learner's page: they lead nowhere where the learner reads it."""
    return re.sub(rb'^<p class="back">.*</p>\n', b"", page, flags=re.MULTILINE)


def _chapter(result: Result, exercises: Sequence[Exercise], about: About) -> ChapterView:
    known = {exercise.id: exercise for exercise in exercises}
    views = [_exercise(grade, known.get(grade.exercise)) for grade in result.grades]
    return ChapterView(result, anchor(result.chapter), about.title(result.chapter), views)


def _exercise(grade: Grade, exercise: Exercise | None) -> ExerciseView:
    message = tidy(grade.feedback)  # without any value that was expected
    if is_not_started(message):
        message = ""  # it speaks of "the cell above", and there is none here
    lines, left_out = code_lines(grade.code) if grade.code.strip() else ([], 0)
    return ExerciseView(
        grade=grade,
        anchor=anchor(grade.chapter, grade.exercise),
        asks=exercise.asks if exercise is not None else "",
        optional=grade.max_points == 0,
        message=message,
        code=code_parts(lines),
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
    templates.filters["of_learners"] = lambda text: _sentence(about_learners(text))
    templates.globals.update(_=_, GENERATOR=GENERATOR, POLICY=POLICY, status_words=status_words, anchor=anchor)
    return templates


def _made_visible(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _sentence(text: str) -> Markup:
    """Set what stands between backticks as code; everything is escaped, piece by piece."""
    from markupsafe import Markup

    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if is_code else piece for piece, is_code in sentence_pieces(text)
    )
