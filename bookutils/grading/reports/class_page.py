"""The page for the instructor: what needs a look, how the points are spread, what is hard, which mistakes were made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from bookutils.core.messages import _
from bookutils.grading.model import GRADED, NOT_GRADED, Result, Unreadable
from bookutils.grading.reports.names import FileNames
from bookutils.grading.reports.pages import anchor, data_uri, environment
from bookutils.grading.reports.summary import ChapterNumbers, ClassNumbers, ExerciseNumbers
from bookutils.grading.reports.tables import earned, to_be_had

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_OPEN = 12  # rows of a table that is not folded away


@dataclass(frozen=True)
class Picture:
    """A figure in the page."""

    source: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Row:
    """A line of the page about one learner; `link` leads to their page, where there is one."""

    learner: str
    link: str
    chapter: str
    what: str
    why: str = ""


@dataclass(frozen=True)
class MistakesView:
    """The mistakes in one exercise: (sentence, how many made it), and what is wrong in another way."""

    numbers: ExerciseNumbers
    named: list[tuple[str, int]]
    others: list[tuple[str, int]]

    @property
    def picture(self) -> Picture:
        """Draw them."""
        from bookutils.plots import class_report

        return _picture(class_report.mistakes(self.numbers.id, self.named, self.others, self.numbers.started))


class ClassPage:
    """Makes index.html, a piece at a time: tables about learners are read from the results while they are written.

    Parameters
    ----------
    numbers : of the class
    results : gives an iterator over all results, as often as it is called
    loose : files that have no result
    beside : files beside another one that was graded
    names : of the learners' pages
    """

    def __init__(
        self, numbers: ClassNumbers, results: Callable[[], Iterator[Result]], loose: Sequence[Unreadable],
        beside: Sequence[Unreadable], names: FileNames,
    ) -> None:  # fmt: skip
        self._numbers = numbers
        self._results = results
        self._loose = loose
        self._beside = beside
        self._names = names

    def pieces(self) -> Iterator[bytes]:
        """Yield the page. The same input gives the same bytes."""
        numbers = self._numbers
        hard, optional = numbers.by_difficulty()
        stream = environment().get_template("index.html").stream(
            numbers=numbers,
            chapters=[chapter for chapter in numbers.chapters.values() if chapter.submissions],
            ungraded=self._ungraded(),
            ungraded_count=numbers.unreadable + numbers.not_graded + numbers.undecided,
            flags=[(words, why, numbers.flags[flag]) for flag, words, why in flag_words() if numbers.flags[flag]],
            flag_count=sum(numbers.flags.values()),
            flagged=self._flagged(),
            beside=[self._row_of_file(item) for item in self._beside],
            spread=self._spread,
            hard=hard,
            optional=optional,
            hard_picture=self._hard_picture(hard),
            mistakes=_mistakes,
            learners=self._learners(),
            most_open=MOST_OPEN,
        )  # fmt: skip
        stream.enable_buffering(64)
        for piece in stream:
            yield piece.encode()

    def _link(self, learner: str | None, *place: str) -> str:
        if learner is None:
            return ""
        return f"learners/{quote(self._names.of(learner))}" + (f"#{anchor(*place)}" if place else "")

    def _ungraded(self) -> Iterator[Row]:
        for result in self._results():
            link = self._link(result.learner, result.chapter)
            if result.status != GRADED:
                words = _("not graded") if result.status == NOT_GRADED else _("unreadable")
                yield Row(result.learner, link, result.chapter, words, f"{result.file}: {result.reason}")
            for grade in result.grades:
                if grade.status == NOT_GRADED:
                    link = self._link(result.learner, result.chapter, grade.exercise)
                    yield Row(
                        result.learner, link, result.chapter, _("not graded"), f"{grade.exercise}: {grade.message}"
                    )
        yield from map(self._row_of_file, self._loose)

    def _row_of_file(self, item: Unreadable) -> Row:
        link = self._link(item.learner)
        return Row(item.learner or "", link, item.chapter or "", _("unreadable"), f"{item.name}: {item.reason}")

    def _flagged(self) -> Iterator[Row]:
        words = {flag: name for flag, name, _why in flag_words()}
        for result in self._results():
            for grade in result.grades:
                if grade.flags:
                    link = self._link(result.learner, result.chapter, grade.exercise)
                    what = ", ".join(words.get(flag, flag) for flag in sorted(set(grade.flags)))
                    yield Row(result.learner, link, result.chapter, what, grade.exercise)

    def _learners(self) -> Iterator[tuple[str, str, dict[str, str], int, int]]:
        """Yield (learner, link, chapter -> what stands in its column, points, points to be had)."""
        met = {item.learner for item in self._loose if item.learner is not None}
        for learner, theirs in groupby(self._results(), key=lambda result: result.learner):
            met.discard(learner)
            cells, points, most = {}, 0, 0
            for result in theirs:
                points += earned(result.grades)
                most += to_be_had(result.grades)
                cells[result.chapter] = _cell(result)
            yield learner, self._link(learner), cells, points, most
        for learner in sorted(met):
            cells = {item.chapter: "?" for item in self._loose if item.learner == learner and item.chapter}
            yield learner, self._link(learner), cells, 0, 0

    @staticmethod
    def _spread(chapter: ChapterNumbers) -> tuple[Picture, list[tuple[str, int]]]:
        from bookutils.plots import class_report

        picture = _picture(class_report.distribution(chapter.bins))
        return picture, list(zip(class_report.share_labels(), chapter.bins, strict=True))

    @staticmethod
    def _hard_picture(hard: Sequence[ExerciseNumbers]) -> Picture | None:
        from bookutils.plots import class_report

        if not hard:
            return None
        names = [f"{exercise.chapter.partition('-')[0]} {exercise.id}" for exercise in hard]
        earned_shares = [exercise.earned_share for exercise in hard]
        return _picture(class_report.difficulty(names, earned_shares, [exercise.passed_share for exercise in hard]))


def _cell(result: Result) -> str:
    """Say a result in a word, for the table of learners."""
    if result.status != GRADED:
        return "?"
    return str(earned(result.grades)) if to_be_had(result.grades) else _("graded")


def flag_words() -> list[tuple[str, str, str]]:
    """Return (flag, its name, what it means and what it does not)."""
    return [
        (
            "differs",
            _("passes `check`, fails here"),
            _("The answer is right for the published inputs and wrong for others of the same kind. It may be fitted to "
              "them; or the fault is the exercise's."),
        ),
        (
            "claimed",
            _("shows a pass that is none"),
            _("The notebook stores the output of a passed check, and the answer in it does not pass. A cell that was "
              "changed after its check does that too."),
        ),
        (
            "delegation",
            _("calls the course's own function"),
            _("The answer hands the work to the implementation that comes with the course, instead of doing it."),
        ),
        (
            "follow-through",
            _("judged with the course's own earlier answer"),
            _("The answer builds on an earlier one that is not right yet. Its points are those that it earns with the "
              "course's own in the place of that one."),
        ),
    ]  # fmt: skip


def _mistakes(chapter: ChapterNumbers) -> tuple[list[MistakesView], list[ExerciseNumbers]]:
    """Part a chapter's exercises into those with something wrong in them, and the rest."""
    views, rest = [], []
    for numbers in chapter.exercises.values():
        named = [(_evidence(numbers, mistake), count) for mistake, count in numbers.ranked_mistakes()]
        others = [
            (_("It stops with an error."), numbers.stopped),
            (_("Another answer that is not right."), numbers.unexplained),
        ]
        others = [(text, count) for text, count in others if count > 0]
        if named or others:
            views.append(MistakesView(numbers, named, others))
        elif numbers.judged:
            rest.append(numbers)
    return views, rest


def _evidence(numbers: ExerciseNumbers, mistake: str) -> str:
    """Say a mistake in words; for a choice, the option that was taken."""
    if numbers.exercise is None:
        return mistake
    if mistake in numbers.exercise.options:
        return _("Chosen: {text}").format(text=numbers.exercise.options[mistake].text)
    return next((known.evidence for known in numbers.exercise.mistakes if known.id == mistake), mistake)


def _picture(fig: Figure) -> Picture:
    from bookutils.plots.figure import alt_text, css_size

    return Picture(data_uri(fig), alt_text(fig), *css_size(fig))
