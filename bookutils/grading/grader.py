"""One submission: what of it is run, what came of it, and what it earns. The judging happens here, outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bookutils.core.calling import Outcome
from bookutils.core.messages import _
from bookutils.core.plain import Plain
from bookutils.exercises import judge as judging
from bookutils.exercises.judge import Call, Verdict
from bookutils.exercises.model import Exercise
from bookutils.feedback.checking import CHECK_SEED
from bookutils.grading import sentences
from bookutils.grading.delegation import place_of, public_place
from bookutils.grading.model import Candidate, Grade, Job, JobResult, Limits, Program, Task, TaskResult
from bookutils.grading.pieces import without_padding
from bookutils.grading.sandbox.session import Rate

Run = Callable[[Job, Rate], JobResult]
FLAG, FORBID = "flag", "forbid"
_LONGEST = 2_000  # letters of a message
_FOR_WORDS = 0.25  # of the time of a submission: at least so much is there for the message, though all was used up


@dataclass(frozen=True)
class Sheet:
    """An exercise's calls for one seed, and what the reference gives: the same for all submissions."""

    exercise: Exercise
    calls: tuple[Call, ...]
    expected: tuple[Plain, ...]

    def judge(self, outcomes: Sequence[Outcome], explain: bool = True) -> Verdict:
        """Judge an answer; see `bookutils.exercises.judge.judge`."""
        return judging.judge(self.exercise, self.calls, outcomes, expected=self.expected, explain=explain)


class Sheets:
    """Makes each sheet once.

    Parameters
    ----------
    seed : draws the inputs that decide about points
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._made: dict[tuple[str, bool], Sheet] = {}

    def get(self, exercise: Exercise, secret: bool) -> Sheet:
        """Return the sheet with the secret inputs, or that with the published ones."""
        key = (exercise.id, secret)
        if key not in self._made:
            calls = judging.plan_calls(exercise, self.seed if secret else CHECK_SEED)
            self._made[key] = Sheet(exercise, tuple(calls), tuple(judging.reference_values(exercise, calls)))
        return self._made[key]


def grade_program(
    program: Program, learner: str, chapter: str, exercises: Sequence[Exercise], sheets: Sheets, run: Run,
    limits: Limits | None = None, delegation: str = FLAG,
) -> list[Grade]:  # fmt: skip
    """Grade one notebook.

    Parameters
    ----------
    program : what is run of it, from `bookutils.grading.program.make_program`
    learner, chapter : whose it is, and which
    exercises : the chapter's
    sheets : the calls, with the gradebook's secret
    run : runs a job in a sandbox
    limits : of the submission; the defaults when None
    delegation : "flag", or "forbid" to give no points to an answer that calls the course's own implementation

    Returns
    -------
    one Grade an exercise, in the chapter's order

    Raises
    ------
    SandboxError
        When the sandbox itself fails.

    Notes
    -----
    Points come from the secret inputs, and the message from the published ones that `check` draws: so it is the
    sentence that the learner has seen or could have seen. The two are tried in processes of their own, so that no word
    of the second can hold an input of the first.
    """
    known = {exercise.id: exercise for exercise in exercises}
    limits, begin = limits or Limits(), time.monotonic()
    attempt = partial(_attempt, program, known, sheets, run)
    decided = attempt(limits, [candidate for candidate in program.candidates if not candidate.untouched], True)
    # Of several the best; of equals the last, which is what the learner's own notebook would have used.
    best = {
        exercise.id: max(
            (found for found in decided if found.candidate.exercise == exercise.id),
            key=lambda found: (found.verdict.earned, found.worth, found.candidate.step), default=None,
        )
        for exercise in exercises
    }  # fmt: skip
    unclear = [found.candidate for found in best.values() if found and found.verdict.status != judging.PASSED]
    left = max(limits.total_seconds - (time.monotonic() - begin), _FOR_WORDS * limits.total_seconds)
    again = attempt(replace(limits, total_seconds=left), unclear, False)
    told = {found.candidate: found for found in again}
    return [_grade(exercise, learner, chapter, program, best[exercise.id], told, delegation) for exercise in exercises]


@dataclass(frozen=True)
class _Found:
    """What came of one candidate."""

    candidate: Candidate
    result: TaskResult
    verdict: Verdict
    worth: float


def _attempt(
    program: Program, known: Mapping[str, Exercise], sheets: Sheets, run: Run, limits: Limits,
    candidates: Sequence[Candidate], secret: bool,
) -> list[_Found]:  # fmt: skip
    """Have some candidates called, with the secret or with the published inputs, and judge them."""
    if not candidates:
        return []
    chosen = [sheets.get(known[candidate.exercise], secret) for candidate in candidates]
    tasks = tuple(_task(sheet, candidate) for sheet, candidate in zip(chosen, candidates, strict=True))

    def rate(key: int, result: TaskResult) -> float:
        return _worth(_verdict(chosen[key], result, explain=False)) if result.status == "called" else 0.0

    ran = run(Job(program.steps, tasks, limits, program.quiet), rate)
    found = []
    for candidate, sheet, result in zip(candidates, chosen, ran.tasks, strict=True):
        verdict = _verdict(sheet, result, explain=not secret)
        if verdict.status == judging.NOT_STARTED and result.status == "missing":
            verdict = sentences.about_cell(sheet.exercise, ran.steps[candidate.step]) or verdict
        found.append(_Found(candidate, result, verdict, _worth(verdict)))
    return found


def _task(sheet: Sheet, candidate: Candidate) -> Task:
    exercise = sheet.exercise
    return Task(
        exercise.id, candidate.name, candidate.step, exercise.kind, tuple(call.arguments for call in sheet.calls),
        exercise.seconds, place_of(exercise.probe), public_place(exercise),
    )  # fmt: skip


def _worth(verdict: Verdict) -> float:
    """Say how good a verdict is, from 0 to 1, also where there are no points."""
    if verdict.status == judging.PASSED:
        return 1.0
    passed = sum(part.passed for part in verdict.parts)
    return 0.9 * passed / len(verdict.parts) if passed and verdict.status == judging.PARTLY else 0.0


def _verdict(sheet: Sheet, result: TaskResult, explain: bool) -> Verdict:
    """Judge the calls of one answer, or say why there are none."""
    if result.status == "called":
        return sheet.judge(result.outcomes, explain)
    if result.status in ("missing", "untouched"):
        return judging.not_started(sheet.exercise)
    return sentences.about_answer(sheet.exercise, result)


def _grade(
    exercise: Exercise, learner: str, chapter: str, program: Program, best: _Found | None,
    told: Mapping[Candidate, _Found], delegation: str,
) -> Grade:  # fmt: skip
    verdict = best.verdict if best else judging.not_started(exercise)
    shown = told.get(best.candidate) if best else None
    flags = []
    if shown is not None:
        if shown.verdict.status == judging.PASSED:
            flags.append("differs")
        else:
            verdict = replace(verdict, mistake=shown.verdict.mistake)
    if exercise.id in program.delegates or (best is not None and best.result.delegated):
        flags.append("delegation")
    notes = program.notes.get(exercise.id, ())
    words = [_words(exercise, verdict, shown, reveal) for reveal in (True, False)]
    if delegation == FORBID and best is not None and best.result.delegated:
        verdict = Verdict(exercise.id, judging.NOT_YET, 0, exercise.points)
        says = _("It calls the book's own `{name}`. Here the work is to be your own.")
        words = [says.format(name=exercise.answer)] * 2
    if exercise.id in program.claimed and verdict.status != judging.PASSED:
        flags.append("claimed")
    message, feedback = (_cut(" ".join([*filter(None, [text]), *notes])) for text in words)
    return Grade(
        learner=learner, chapter=chapter, exercise=exercise.id, status=verdict.status, points=verdict.earned,
        max_points=exercise.points, message=message, feedback=feedback, mistake=verdict.mistake,
        parts=tuple((part.name, part.passed, part.earned, part.points) for part in verdict.parts),
        code=without_padding(program.steps[best.candidate.step].source) if best else "", flags=tuple(flags),
    )  # fmt: skip


def _cut(text: str) -> str:
    """Keep a text readable: a learner's names stand in it, and may have any length."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _words(exercise: Exercise, verdict: Verdict, shown: _Found | None, reveal: bool) -> str:
    """Say what the learner reads; `shown` is what the published inputs gave, where the answer is not right."""
    if shown is not None:
        if shown.verdict.status == judging.PASSED:
            says = _("It passes the published inputs, and fails others of the same kind. Is it made to fit them?")
        else:
            evidence = shown.verdict.evidence if reveal else shown.verdict.closed or shown.verdict.evidence
            says = f"{evidence} {shown.verdict.question}"
        return f"{says.strip()} {sentences.about_limit(shown.result)}".strip()
    if verdict.status == judging.NOT_STARTED:
        return verdict.evidence
    return next((option.says for option in exercise.options.values() if option.right), "")
