"""The page for the instructor: what needs a look, how the points are spread, what is hard, which mistakes were made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bookutils.core.messages import _
from bookutils.grading.model import GRADED, NOT_GRADED, Result, Unreadable
from bookutils.grading.reports.about import About
from bookutils.grading.reports.names import FileNames
from bookutils.grading.reports.pages import anchor, environment
from bookutils.grading.reports.roll import MISSING, OPEN, Roll, Standing
from bookutils.grading.reports.spread import Bar, Histogram, histogram
from bookutils.grading.reports.summary import ChapterNumbers, ClassNumbers, ExerciseNumbers, Group
from bookutils.grading.reports.text import CodePart, code_lines, code_parts
from bookutils.grading.reports.wording import for_instructor

MOST_OPEN = 12  # rows of a table that is not folded away
MOST_LEARNERS_OPEN = 40


@dataclass(frozen=True)
class Row:
    """A line of the page about one learner; `link` leads to their page, where there is one."""

    learner: str
    link: str
    chapter: str
    what: str
    why: str = ""


@dataclass(frozen=True)
class Tile:
    """A number at the top of the page; a loud one asks for a look."""

    count: int
    says: str
    loud: bool = False


@dataclass(frozen=True)
class GroupView:
    """A bar of an exercise, with the people behind it: (learner, link to their answer)."""

    group: Group
    bar: Bar
    people: list[tuple[str, str]]
    code: list[CodePart]
    left_out: int
    link: str


@dataclass(frozen=True)
class ExerciseView:
    """An exercise on the class page."""

    numbers: ExerciseNumbers
    anchor: str
    groups: list[GroupView]
    idle: list[tuple[str, str]]


@dataclass(frozen=True)
class LearnerView:
    """A row of the table of learners: (what is read, what it means) for each chapter."""

    standing: Standing
    link: str
    cells: list[tuple[str, str]]
    shown: str

    @property
    def details(self) -> str:
        """How the tables call them, where that is another name, the number, and what else the roster says."""
        person = self.standing.person
        label = "" if self.standing.learner in (self.shown, person.id) else self.standing.learner
        return " · ".join(filter(None, [label, person.id, *(value for _name, value in person.details)]))


class ClassPage:
    """Makes index.html.

    Parameters
    ----------
    numbers : of the exercises
    roll : everybody of the class
    results : gives an iterator over all results, as often as it is called
    loose : files that have no result
    beside : files beside another one that was graded
    names : of the learners' pages
    about : course, version, date and command
    questions : of who is who
    """

    def __init__(
        self, numbers: ClassNumbers, roll: Roll, results: Callable[[], Iterator[Result]], loose: Sequence[Unreadable],
        beside: Sequence[Unreadable], names: FileNames, about: About, questions: Sequence[Unreadable] = (),
    ) -> None:  # fmt: skip
        self._numbers = numbers
        self._roll = roll
        self._results = results
        self._loose = loose
        self._beside = [item for item in beside if item.learner is not None]
        self._nobodys = [item for item in beside if item.learner is None]  # the course's own editions
        self._names = names
        self._about = about
        self._questions = questions

    def render(self) -> bytes:
        """Return the page. The same input gives the same bytes."""
        numbers, roll = self._numbers, self._roll
        hard, optional = numbers.by_difficulty()
        page = environment().get_template("index.html").render(
            about=self._about,
            numbers=numbers,
            roll=roll,
            tiles=self._tiles(),
            chapters=[chapter for chapter in numbers.chapters.values() if chapter.submissions],
            ungraded=list(self._ungraded()),
            flags=[(words, why, numbers.flags[flag]) for flag, words, why in flag_words() if numbers.flags[flag]],
            flag_count=sum(numbers.flags.values()),
            flagged=self._flagged(),
            beside=[self._row_of_file(item) for item in self._beside],
            questions=[item.reason for item in self._questions],
            nobodys=[self._row_of_file(item) for item in self._nobodys],
            strangers=[(one.learner, self._link(one.learner), one.person.id) for one in roll.strangers],
            spread=self._spread,
            hard=hard,
            optional=optional,
            bar=Bar,
            exercises=self._exercises,
            learners=self._learners(),
            shown=self._roll.shown,
            most_open=MOST_OPEN,
            most_learners_open=MOST_LEARNERS_OPEN,
        )  # fmt: skip
        return page.encode()

    def _tiles(self) -> list[Tile]:
        numbers, roll = self._numbers, self._roll
        undecided = numbers.not_graded + numbers.undecided
        tiles = [
            Tile(len(roll.standings), _("in the class")),
            Tile(numbers.submissions, _("submissions")),
            Tile(numbers.graded, _("graded")),
            Tile(roll.missing, _("chapters not handed in")),
            Tile(len(roll.absent), _("handed in nothing")),
            Tile(numbers.unreadable, _("unreadable"), numbers.unreadable > 0),
            Tile(undecided, _("not graded"), undecided > 0),
        ]
        if self._beside:
            tiles.append(Tile(len(self._beside), _("files put aside"), loud=True))
        if self._questions:
            tiles.append(Tile(len(self._questions), _("unclear who is who"), loud=True))
        if roll.strangers:
            tiles.append(Tile(len(roll.strangers), _("not on the roster"), loud=True))
        return tiles

    def _link(self, learner: str | None, *place: str) -> str:
        if learner is None or learner not in self._roll.standings or self._roll.standings[learner].absent:
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
                    why = f"{grade.exercise}: {for_instructor(grade.message)}"
                    yield Row(result.learner, link, result.chapter, _("not graded"), why)
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

    def _learners(self) -> Iterator[LearnerView]:
        shown = {learner: self._roll.shown(learner) for learner in self._roll.standings}
        for learner in sorted(shown, key=lambda one: (shown[one].casefold(), one)):
            standing = self._roll.standings[learner]
            cells = [_cell(standing, chapter) for chapter in self._roll.chapters]
            yield LearnerView(standing, self._link(learner), cells, shown[learner])

    def _spread(self, chapter: ChapterNumbers) -> Histogram:
        return histogram(chapter.bins, self._roll.averages(chapter.chapter).missing)

    def _exercises(self, chapter: ChapterNumbers) -> Iterator[ExerciseView]:
        for numbers in chapter.exercises.values():
            if numbers.judged:
                place = (numbers.chapter, numbers.id)
                groups = [self._group(group, numbers) for group in numbers.ranked()]
                idle = [(learner, self._link(learner, *place)) for learner in numbers.idle]
                yield ExerciseView(numbers, anchor(*place), groups, idle)

    def _group(self, group: Group, numbers: ExerciseNumbers) -> GroupView:
        place = (numbers.chapter, numbers.id)
        people = [(learner, self._link(learner, *place)) for learner in group.learners]
        lines, left_out = code_lines(group.code) if group.code else ([], 0)
        link = self._link(group.of, *place) if group.of else ""
        return GroupView(group, Bar(group.count, numbers.started), people, code_parts(lines), left_out, link)


def _cell(standing: Standing, chapter: str) -> tuple[str, str]:
    """Return what stands in the table for a chapter, and what it means where that is not plain."""
    cell = standing.cells[chapter]
    if cell.status == MISSING:
        return "–", _("not handed in")
    if cell.status == OPEN:
        return "?", _("without a verdict")
    points = str(cell.points) if cell.most else _("done")
    return (f"{points} ?", _("one exercise or more without a verdict")) if cell.partly_open else (points, "")


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
