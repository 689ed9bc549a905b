"""One submission: what of it is run, what came of it, and what it earns. The judging happens here, outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bookutils.core.calling import Outcome
from bookutils.core.plain import Plain
from bookutils.grading import sentences
from bookutils.grading.delegation import place_of, public_place
from bookutils.grading.follow import calls_itself_for, follow_through
from bookutils.grading.lacks import lacks_of_cell
from bookutils.grading.model import Candidate, Grade, Job, JobResult, Limits, Program, StepResult, Task, TaskResult
from bookutils.grading.sandbox.session import Rate
from bookutils.grading.telling import FLAG as FLAG
from bookutils.grading.telling import FORBID as FORBID
from bookutils.grading.telling import Found, Telling, make_grade, with_follow
from bookutils.grading.undecided import Reason, reason_for
from bookutils.grading.web import Web
from bookutils.judging import judge as judging
from bookutils.judging.judge import Call, Verdict
from bookutils.judging.model import Exercise

Run = Callable[[Job, Rate], JobResult]
_FOR_WORDS = 0.25  # of the time of a submission: at least so much is there for the message, though all was used up
_FOR_ALL_WORDS = 1.5  # times the time of a submission: when so much is used up, nothing more is tried


@dataclass(frozen=True)
class Sheet:
    """An exercise's calls for one seed, and what the reference gives: the same for all submissions."""

    exercise: Exercise
    calls: tuple[Call, ...]
    expected: tuple[Plain, ...]

    def judge(self, outcomes: Sequence[Outcome], explain: bool = True) -> Verdict:
        """Judge an answer; see `bookutils.judging.judge.judge`."""
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
            calls = judging.plan_calls(exercise, self.seed if secret else judging.CHECK_SEED)
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

    What builds on an earlier answer that is not right is tried once more with the course's own in its place. What the
    grader itself lacks, a package or a newer Python, makes the exercise "not graded".
    """
    return _Grading(program, exercises, sheets, run, limits or Limits()).grades(learner, chapter, delegation)


class _Grading:
    """One notebook, from its first try to its grades."""

    def __init__(
        self, program: Program, exercises: Sequence[Exercise], sheets: Sheets, run: Run, limits: Limits
    ) -> None:
        self.program, self.exercises, self.sheets, self.run, self.limits = program, exercises, sheets, run, limits
        self.known = {exercise.id: exercise for exercise in exercises}
        self.web = Web(program.steps)
        self.used = 0.0  # seconds, as in `JobResult`

    def grades(self, learner: str, chapter: str, delegation: str) -> list[Grade]:
        touched = [candidate for candidate in self.program.candidates if not candidate.untouched]
        decided, steps = self._attempt(self.program, touched, secret=True)
        best = {exercise.id: _best_of(exercise, decided) for exercise in self.exercises}
        self._follow_through(best)
        shown, steps_shown = self._shown(best)
        self._once_more(best, shown)
        tellings = []
        for exercise in self.exercises:
            found = best[exercise.id]
            reason = None
            if found is not None and not _is_right(found):
                others = [one.candidate for one in decided if one.candidate.exercise == exercise.id]
                reason = self._reason(found, shown[exercise.id], others, steps_shown or steps)
            seen = shown.get(exercise.id)
            imports = self._notes(found, steps_shown if seen else steps, seen, reason)
            notes = (*self.program.notes.get(exercise.id, ()), *imports)
            tellings.append(Telling(exercise, found, shown.get(exercise.id), reason, notes))
        return [make_grade(telling, learner, chapter, self.program, delegation) for telling in tellings]

    def _attempt(
        self, program: Program, candidates: Sequence[Candidate], secret: bool
    ) -> tuple[list[Found], tuple[StepResult, ...]]:
        """Have some candidates called, with the secret or with the published inputs, and judge them."""
        if not candidates:
            return [], ()
        chosen = [self.sheets.get(self.known[candidate.exercise], secret) for candidate in candidates]
        tasks = tuple(_task(sheet, candidate) for sheet, candidate in zip(chosen, candidates, strict=True))

        def rate(key: int, result: TaskResult) -> float:
            return _worth(_verdict(chosen[key], result, explain=False)) if result.status == "called" else 0.0

        total = self.limits.total_seconds
        limits = replace(self.limits, total_seconds=max(total - self.used, _FOR_WORDS * total))
        ran = self.run(Job(program.steps, tasks, limits, program.quiet), rate)
        self.used += ran.used
        found = []
        for candidate, sheet, result in zip(candidates, chosen, ran.tasks, strict=True):
            step, source = ran.steps[candidate.step], program.steps[candidate.step].source
            verdict = _verdict(sheet, result, explain=not secret)
            if candidate.unseen and result.status != "called":  # whatever its cell did, it is another matter
                verdict = judging.not_started(sheet.exercise)
            elif verdict.status == judging.NOT_STARTED and result.status == "missing":
                verdict = sentences.about_cell(sheet.exercise, step, source, limits) or verdict
            found.append(Found(candidate, result, verdict, _worth(verdict)))
        return found, ran.steps

    def _follow_through(self, best: dict[str, Found | None]) -> None:
        """Judge again, with the course's own, what builds on earlier answers that are not right."""
        passed = {exercise for exercise, found in best.items() if found is not None and _is_right(found)}
        for exercise in self.exercises:
            first = best[exercise.id]
            if first is None or _is_right(first) or self.used >= self.limits.total_seconds:
                continue
            follow = follow_through(exercise, first.candidate, self.exercises, passed, self.program, self.web)
            if follow is None:
                continue
            (second,), _steps = self._attempt(follow.program, [follow.candidate], secret=True)
            if _rank(second) > _rank(first):
                delegated = second.result.delegated and not calls_itself_for(follow.earlier, exercise)
                best[exercise.id] = with_follow(
                    second, follow, first.candidate, delegated or first.result.delegated
                )  # fmt: skip
                if _is_right(second):
                    passed.add(exercise.id)

    def _shown(self, best: Mapping[str, Found | None]) -> tuple[dict[str, Found], tuple[StepResult, ...]]:
        """Have what is not right called with the published inputs: its words come from there."""
        unclear = [found for found in best.values() if found is not None and not _is_right(found)]
        plain = [found.candidate for found in unclear if found.follow is None]
        again, steps = self._attempt(self.program, plain, secret=False)
        shown = {found.candidate.exercise: found for found in again}
        for found in unclear:
            if found.follow is not None:
                candidate = found.follow.candidate
                if self.used >= _FOR_ALL_WORDS * self.limits.total_seconds:
                    one = self._out_of_time(candidate)
                else:
                    (one,), _steps = self._attempt(found.follow.program, [candidate], secret=False)
                shown[candidate.exercise] = one
        return shown, steps

    def _once_more(self, best: dict[str, Found | None], shown: dict[str, Found]) -> None:
        """Try again what was not even called, and is right with the published inputs: something else was in its way."""
        for exercise, seen in list(shown.items()):
            first = best[exercise]
            if first is None or first.follow is not None or first.result.status == "called" or not _is_right(seen):
                continue
            if self.used < _FOR_ALL_WORDS * self.limits.total_seconds:
                (second,), _steps = self._attempt(self.program, [first.candidate], secret=True)
                if _rank(second) > _rank(first):
                    best[exercise] = second
                    if _is_right(second):
                        del shown[exercise]

    def _out_of_time(self, candidate: Candidate) -> Found:
        """Say of a try that there was no time left for it."""
        result = TaskResult(candidate.exercise, candidate.step, "limit", limit="time")
        return Found(
            candidate, result, _verdict(self.sheets.get(self.known[candidate.exercise], False), result, True), 0.0
        )

    def _reason(
        self, found: Found, shown: Found, others: Sequence[Candidate], steps: Sequence[StepResult]
    ) -> Reason | None:
        """Say why what is not right has no verdict: for any of the places where the answer may be."""
        replaced = found.follow.names if found.follow else frozenset()
        for candidate in others:
            if not candidate.unseen:
                called = TaskResult(candidate.exercise, candidate.step, "missing")
                if candidate == found.candidate:
                    called = replace(shown.result, step=candidate.step)
                is_open = found.follow is None
                reason = reason_for(self.program, self.web, steps, candidate, called, replaced, is_open)
                if reason is not None:
                    return reason
        return None

    def _notes(
        self, found: Found | None, steps: Sequence[StepResult], shown: Found | None, reason: Reason | None
    ) -> list[str]:
        """Say which imports of an answer failed alone, and with what it was judged.

        Which imports fail may tell of the inputs: so those of the published ones are told, where these were tried.
        """
        if found is None or found.candidate.unseen or reason is not None:
            return []
        called = (shown or found).result
        lacks = lacks_of_cell(self.program, found.candidate.step, steps, called)
        return [*dict.fromkeys(lack.note() for lack in lacks), *([found.follow.note()] if found.follow else [])]


def _best_of(exercise: Exercise, decided: Sequence[Found]) -> Found | None:
    """Of several the best; of equals the last, which is what the learner's own notebook would have used."""
    own = [found for found in decided if found.candidate.exercise == exercise.id]
    return max(own, key=lambda found: (found.verdict.earned, found.worth, found.candidate.step), default=None)


def _rank(found: Found) -> tuple[int, float, bool]:
    """Say how good a try is; an answer that fails only because of an earlier one shows nothing of itself."""
    return found.verdict.earned, found.worth, found.verdict.status in (judging.PARTLY, judging.NOT_YET)


def _is_right(found: Found) -> bool:
    return found.verdict.status == judging.PASSED


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
    if result.status == "missing":
        return judging.not_started(sheet.exercise)
    return sentences.about_answer(sheet.exercise, result)
