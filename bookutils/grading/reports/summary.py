"""The numbers of the class page, added up while the results stream by: as many as there are exercises and mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bookutils.exercises import judge
from bookutils.exercises.model import Exercise
from bookutils.grading.model import GRADED, NOT_GRADED, UNREADABLE, Grade, Result, Unreadable
from bookutils.grading.reports.tables import earned, to_be_had

BINS = 11  # 0 to 9 per cent, 10 to 19, …, 90 to 99, and all points


@dataclass
class ExerciseNumbers:
    """What a class did with one exercise.

    Parameters
    ----------
    chapter, id : which exercise
    exercise : its description; None when the course no longer has it
    judged : submissions with a verdict on it
    started, passed, stopped : how many of these began it, got it right, stopped with an error
    points, max_points : over all that were judged
    mistakes : mistake -> how many made it
    undecided : submissions in which the grader failed on it
    """

    chapter: str
    id: str
    exercise: Exercise | None = None
    judged: int = 0
    started: int = 0
    passed: int = 0
    stopped: int = 0
    points: int = 0
    max_points: int = 0
    mistakes: Counter[str] = field(default_factory=Counter)
    undecided: int = 0

    def add(self, grade: Grade) -> None:
        """Count one grade."""
        if grade.status == NOT_GRADED:
            self.undecided += 1
            return
        self.judged += 1
        self.points += grade.points
        self.max_points += grade.max_points
        self.started += grade.status != judge.NOT_STARTED
        self.passed += grade.status == judge.PASSED
        if grade.mistake is not None and grade.status not in (judge.PASSED, judge.NOT_STARTED):
            self.mistakes[grade.mistake] += 1
        else:
            self.stopped += grade.status == judge.ERROR

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

    @property
    def unexplained(self) -> int:
        """Answers that are not right, for a reason that has no name."""
        return self.started - self.passed - self.stopped - sum(self.mistakes.values())

    def ranked_mistakes(self) -> list[tuple[str, int]]:
        """Return (mistake, how many made it), the most frequent first."""
        return sorted(self.mistakes.items(), key=lambda item: (-item[1], item[0]))


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
    """All numbers of the class page.

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
        self.learners = 0
        self.strays = 0  # files that belong to no chapter
        self.flags: Counter[str] = Counter()
        self._last: str | None = None

    def add(self, result: Result) -> None:
        """Count a result. All of one learner come one after the other."""
        if result.learner != self._last:
            self.learners += 1
            self._last = result.learner
        chapter = self.chapters.setdefault(result.chapter, ChapterNumbers(result.chapter))
        if result.status != GRADED:
            self._count_ungraded(chapter, result.status)
            return
        chapter.graded += 1
        if points := to_be_had(result.grades):
            chapter.bins[max(0, min(BINS - 1, earned(result.grades) * (BINS - 1) // points))] += 1
        for grade in result.grades:
            self.flags.update(set(grade.flags))
            default = ExerciseNumbers(result.chapter, grade.exercise)
            chapter.exercises.setdefault(grade.exercise, default).add(grade)

    def add_unreadable(self, item: Unreadable, *, new_learner: bool) -> None:
        """Count a file that has no result."""
        self.learners += new_learner
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
