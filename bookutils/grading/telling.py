"""A grade made of what was found: its status and points, and the words for the instructor and for the learner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bookutils.core.messages import _
from bookutils.grading import sentences
from bookutils.grading.follow import Follow
from bookutils.grading.model import NOT_GRADED, Candidate, Grade, Program, TaskResult
from bookutils.grading.pieces import without_padding
from bookutils.grading.undecided import Reason
from bookutils.judging import judge as judging
from bookutils.judging.judge import Verdict
from bookutils.judging.model import Exercise

FLAG, FORBID = "flag", "forbid"
_LONGEST = 2_000  # letters of a message


@dataclass(frozen=True)
class Found:
    """What came of one candidate.

    Parameters
    ----------
    candidate, result, verdict : where the answer is, what its calls gave, and what the judge says
    worth : how good that is, from 0 to 1
    follow : the course's own earlier answers stood in the place of the learner's
    """

    candidate: Candidate
    result: TaskResult
    verdict: Verdict
    worth: float
    follow: Follow | None = None


@dataclass(frozen=True)
class Telling:
    """All that is known of one exercise, to be told.

    Parameters
    ----------
    best : the candidate that counts; None where none was found
    shown : what it gave with the published inputs, where it is not right
    reason : why there is no verdict
    notes : further sentences
    """

    exercise: Exercise
    best: Found | None
    shown: Found | None = None
    reason: Reason | None = None
    notes: tuple[str, ...] = ()


class Words(NamedTuple):
    """What is said of an answer: to the instructor, and without any value that was expected to the learner."""

    instructor: str
    learner: str


def make_grade(telling: Telling, learner: str, chapter: str, program: Program, delegation: str) -> Grade:
    """Make an exercise's grade.

    Parameters
    ----------
    telling : what is known of it
    learner, chapter, program : whose, and what was run
    delegation : see `bookutils.grading.grader.grade_program`
    """
    exercise, best = telling.exercise, telling.best
    verdict = best.verdict if best else judging.not_started(exercise)
    words = Words(
        _says(telling, verdict, program, reveal=True),
        _says(telling, verdict, program, reveal=False),
    )
    status, mistake = verdict.status, telling.shown.verdict.mistake if telling.shown else verdict.mistake
    delegated = best is not None and best.result.delegated
    if delegation == FORBID and delegated:
        verdict, status = Verdict(exercise.id, judging.NOT_YET, 0, exercise.points), judging.NOT_YET
        mistake = None
        says = _("It calls the book's own `{name}`. Here the work is to be your own.").format(name=exercise.answer)
        words = Words(says, says)
    elif telling.reason is not None:
        verdict, status, mistake = Verdict(exercise.id, NOT_GRADED, 0, exercise.points), NOT_GRADED, None
        words = Words(telling.reason.message, telling.reason.feedback)
    return Grade(
        learner=learner, chapter=chapter, exercise=exercise.id, status=status, points=verdict.earned,
        max_points=exercise.points, message=_with_notes(words.instructor, telling.notes),
        feedback=_with_notes(words.learner, telling.notes), mistake=mistake,
        parts=tuple((part.name, part.passed, part.earned, part.points) for part in verdict.parts),
        code=_code(best, program), flags=tuple(_flags(telling, program, status)),
    )  # fmt: skip


def _flags(telling: Telling, program: Program, status: str) -> list[str]:
    exercise, best = telling.exercise, telling.best
    flags = []
    if _differs(telling):
        flags.append("differs")
    if exercise.id in program.delegates or (best is not None and best.result.delegated):
        flags.append("delegation")
    if best is not None and best.follow is not None and telling.reason is None:
        flags.append("follow-through")
    if exercise.id in program.claimed and status != judging.PASSED:
        flags.append("claimed")
    return flags


def _code(best: Found | None, program: Program) -> str:
    if best is None or was_not_there(best):
        return ""
    return without_padding(program.steps[best.candidate.step].source)


def was_not_there(found: Found) -> bool:
    """Whether a cell that might have bound an answer, without naming it, did not."""
    return found.candidate.unseen and found.verdict.status == judging.NOT_STARTED


def _differs(telling: Telling) -> bool:
    """Whether an answer is right for the published inputs, and was called and is wrong for the secret ones."""
    best, shown = telling.best, telling.shown
    passes = shown is not None and shown.verdict.status == judging.PASSED
    return passes and best is not None and best.result.status == "called"


def _says(telling: Telling, verdict: Verdict, program: Program, reveal: bool) -> str:
    """Say what was seen of an answer, without expected values unless they may be revealed."""
    exercise, shown = telling.exercise, telling.shown
    if telling.best is None and any(candidate.exercise == exercise.id for candidate in program.candidates):
        return verdict.evidence  # the starter
    if telling.best is None or was_not_there(telling.best):
        return sentences.about_nothing(exercise)
    if shown is not None:
        if shown.verdict.status == judging.PASSED and not _differs(telling):
            says = verdict.evidence
        elif shown.verdict.status == judging.PASSED:
            says = _("It passes the published inputs, and fails others of the same kind. Is it made to fit them?")
        else:
            evidence = shown.verdict.evidence if reveal else shown.verdict.closed or shown.verdict.evidence
            says = f"{evidence} {shown.verdict.question}"
        return f"{says.strip()} {sentences.about_limit(shown.result)}".strip()
    if verdict.status == judging.NOT_STARTED:
        return verdict.evidence
    return next((option.says for option in exercise.options.values() if option.right), "")


def _with_notes(text: str, notes: Sequence[str]) -> str:
    """Put notes behind a text, and keep it readable: a learner's names stand in it, and may have any length."""
    text = " ".join([*filter(None, [text]), *notes])
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def with_follow(found: Found, follow: Follow, candidate: Candidate, delegated: bool) -> Found:
    """Put what came of a second try in the place of the first, as the learner's notebook has it."""
    return replace(found, candidate=candidate, follow=follow, result=replace(found.result, delegated=delegated))
