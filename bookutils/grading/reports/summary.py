"""The numbers of the class page, added up while the results stream by: as many as there are exercises and mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bookutils.core.messages import _
from bookutils.grading.model import GRADED, NOT_GRADED, UNREADABLE, Grade, Result, Unreadable
from bookutils.grading.reports.behaviours import behaviour
from bookutils.grading.reports.roll import earned
from bookutils.grading.reports.wording import about_learners
from bookutils.judging import judge
from bookutils.judging.model import Exercise

BINS: Final = 11  # 0 to 9 per cent, 10 to 19, …, 90 to 99, and all points
_LONGEST_EXAMPLE: Final = 4_000  # letters of code that are kept for each kind of mistake


@dataclass
class Group:
    """Those whose answers to an exercise have the same thing wrong with them.

    Parameters
    ----------
    says : what can be seen, as an instructor reads it; text between backticks is code
    named : whether it is a mistake that the exercise describes
    learners : who, in the order of the results
    code : the shortest of their answers
    of : whose that is
    """

    says: str
    named: bool
    learners: list[str] = field(default_factory=list)
    code: str = ""
    of: str = ""

    @property
    def count(self) -> int:
        """How many learners."""
        return len(self.learners)

    def add(self, learner: str, code: str) -> None:
        """Enter a learner, and keep the code when it is easier to read than what is kept."""
        self.learners.append(learner)
        if code.strip() and (not self.code or len(code) < len(self.code)):
            self.code, self.of = code[:_LONGEST_EXAMPLE], learner


@dataclass
class ExerciseNumbers:
    """What a class did with one exercise.

    Parameters
    ----------
    chapter, id : which exercise
    exercise : its description; None when the course no longer has it
    judged : submissions with a verdict on it
    started, passed : how many of these began it, and got it right
    points, max_points : over all that were judged
    groups : what is wrong with the others
    idle : who handed in and did not start it, where it has points
    undecided : submissions in which the grader failed on it
    """

    chapter: str
    id: str
    exercise: Exercise | None = None
    judged: int = 0
    started: int = 0
    passed: int = 0
    points: int = 0
    max_points: int = 0
    groups: dict[tuple[bool, str], Group] = field(default_factory=dict)
    idle: list[str] = field(default_factory=list)
    undecided: int = 0

    def add(self, grade: Grade, learner: str) -> None:
        """Count one grade."""
        if grade.status == NOT_GRADED:
            self.undecided += 1
            return
        self.judged += 1
        self.points += grade.points
        self.max_points += grade.max_points
        if grade.status == judge.NOT_STARTED:
            if grade.max_points:
                self.idle.append(learner)
            return
        self.started += 1
        if grade.status == judge.PASSED:
            self.passed += 1
            return
        named = grade.mistake is not None
        says = self._mistake(grade.mistake) if grade.mistake is not None else behaviour(grade, self.exercise)
        group = self.groups.setdefault((named, grade.mistake or says), Group(says, named))
        group.add(learner, "" if self.exercise is not None and self.exercise.options else grade.code)

    def _mistake(self, mistake: str) -> str:
        """Say a mistake in words; for a choice, the option that was taken."""
        if self.exercise is None:
            return mistake
        if mistake in self.exercise.options:
            return _("Chosen: {text}").format(text=about_learners(self.exercise.options[mistake].text))
        known = (about_learners(one.evidence) for one in self.exercise.mistakes if one.id == mistake)
        return next(known, mistake)

    @property
    def optional(self) -> bool:
        """Whether there are no points to be had."""
        return self.exercise.optional if self.exercise is not None else self.max_points == 0

    @property
    def earned_share(self) -> float:
        """Points earned, of those to be had."""
        return self.points / self.max_points if self.max_points else 0.0

    @property
    def passed_share(self) -> float:
        """How many passed: of all, or of those who started where nobody has to."""
        base = self.started if self.optional else self.judged
        return self.passed / base if base else 0.0

    def ranked(self) -> list[Group]:
        """Return what is wrong, the most frequent first; of equals those first that have a name."""
        return sorted(self.groups.values(), key=lambda group: (-group.count, not group.named, group.says))

    def headline(self) -> str:
        """Say what is most frequent, in the numbers of the longest bar; empty where nothing is wrong."""
        ranked = self.ranked()
        if not ranked:
            return ""
        first = ranked[0]
        says = (
            _("{count} of {started} made the most frequent mistake.")
            if first.named
            else _("{count} of {started} have the most frequent wrong result, a mistake without a name.")
        )
        return says.format(count=first.count, started=self.started)


@dataclass
class ChapterNumbers:
    """What a class did in one chapter.

    Parameters
    ----------
    chapter : its name
    graded, unreadable, not_graded : submissions
    bins : how many submissions earned 0 to 9 per cent of the points, 10 to 19, …, all of them
    exercises : id -> its numbers, in the chapter's order
    """

    chapter: str
    graded: int = 0
    unreadable: int = 0
    not_graded: int = 0
    bins: list[int] = field(default_factory=lambda: [0] * BINS)
    exercises: dict[str, ExerciseNumbers] = field(default_factory=dict)

    @property
    def submissions(self) -> int:
        """How many there are, with or without a verdict."""
        return self.graded + self.unreadable + self.not_graded


class ClassNumbers:
    """All numbers of the class page that are about exercises.

    Parameters
    ----------
    exercises : chapter -> its exercises
    """

    def __init__(self, exercises: Mapping[str, Sequence[Exercise]]) -> None:
        self.chapters = {
            chapter: ChapterNumbers(
                chapter, exercises={exercise.id: ExerciseNumbers(chapter, exercise.id, exercise) for exercise in its}
            )
            for chapter, its in exercises.items()
        }
        self.strays = 0  # files that belong to no chapter
        self.flags: Counter[str] = Counter()

    def add(self, result: Result) -> None:
        """Count a result."""
        chapter = self.chapters.setdefault(result.chapter, ChapterNumbers(result.chapter))
        if result.status != GRADED:
            self._count_ungraded(chapter, result.status)
            return
        chapter.graded += 1
        points, most, _open = earned(result)
        if most:
            chapter.bins[max(0, min(BINS - 1, points * (BINS - 1) // most))] += 1
        for grade in result.grades:
            self.flags.update(set(grade.flags))
            default = ExerciseNumbers(result.chapter, grade.exercise)
            chapter.exercises.setdefault(grade.exercise, default).add(grade, result.learner)

    def add_unreadable(self, item: Unreadable) -> None:
        """Count a file that has no result."""
        if item.chapter is None:
            self.strays += 1
        else:
            self._count_ungraded(self.chapters.setdefault(item.chapter, ChapterNumbers(item.chapter)), UNREADABLE)

    @staticmethod
    def _count_ungraded(chapter: ChapterNumbers, status: str) -> None:
        if status == NOT_GRADED:
            chapter.not_graded += 1
        else:
            chapter.unreadable += 1

    @property
    def graded(self) -> int:
        """Submissions with a verdict."""
        return sum(chapter.graded for chapter in self.chapters.values())

    @property
    def unreadable(self) -> int:
        """Files that cannot be read."""
        return self.strays + sum(chapter.unreadable for chapter in self.chapters.values())

    @property
    def not_graded(self) -> int:
        """Submissions on which the grader failed."""
        return sum(chapter.not_graded for chapter in self.chapters.values())

    @property
    def submissions(self) -> int:
        """Everything that was handed in."""
        return self.graded + self.unreadable + self.not_graded

    @property
    def undecided(self) -> int:
        """Exercises in graded submissions on which the grader failed."""
        return sum(exercise.undecided for exercise in self._exercises())

    def by_difficulty(self) -> tuple[list[ExerciseNumbers], list[ExerciseNumbers]]:
        """Return the exercises with a verdict on somebody, the hardest first: those with points, and optional ones."""
        met = [exercise for exercise in self._exercises() if exercise.judged]
        graded = [exercise for exercise in met if not exercise.optional]
        optional = [exercise for exercise in met if exercise.optional]
        graded.sort(key=lambda exercise: (exercise.earned_share, exercise.passed_share))
        optional.sort(key=lambda exercise: (exercise.started == 0, exercise.passed_share))
        return graded, optional

    def _exercises(self) -> list[ExerciseNumbers]:
        return [exercise for chapter in self.chapters.values() for exercise in chapter.exercises.values()]
