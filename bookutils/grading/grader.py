"""One submission: what of it is run, what came of it, and what it earns. The judging happens here, outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bookutils.core.messages import _
from bookutils.exercises import judge as judging
from bookutils.exercises.judge import Verdict
from bookutils.exercises.model import Exercise
from bookutils.feedback.checking import CHECK_SEED
from bookutils.grading.model import Candidate, Grade, Job, JobResult, Limits, Program, Task, TaskResult
from bookutils.grading.notebooks import read_notebook
from bookutils.grading.program import CourseChapter, make_program

Run = Callable[[Job], JobResult]


def grade_notebook(
    data: bytes, learner: str, course: CourseChapter, exercises: Sequence[Exercise], seed: int, run: Run,
    limits: Limits | None = None,
) -> list[Grade]:  # fmt: skip
    """Grade one notebook.

    Parameters
    ----------
    data : the file
    learner : whose it is
    course : the chapter as it was handed out
    exercises : the chapter's
    seed : draws the inputs that decide about points; the gradebook's secret
    run : runs a job in a sandbox, as `bookutils.grading.sandbox.session.run_job`
    limits : of the submission; the defaults when None

    Returns
    -------
    one Grade an exercise, in the chapter's order

    Raises
    ------
    NotebookError
        When the file is no notebook.
    SandboxError
        When the sandbox itself fails.

    Notes
    -----
    Points come from the secret inputs, and the message from the published ones that `check` draws: so it is the
    sentence that the learner has seen or could have seen, and gives away nothing.
    """
    program = make_program(read_notebook(data), course, exercises)
    known = {exercise.id: exercise for exercise in exercises}
    tried = [candidate for candidate in program.candidates if not candidate.untouched]
    tasks = [_task(known[candidate.exercise], candidate, drawn) for candidate in tried for drawn in (seed, CHECK_SEED)]
    result = run(Job(program.steps, tuple(tasks), limits or Limits()))
    verdicts: dict[str, list[tuple[Candidate, Verdict]]] = {exercise.id: [] for exercise in exercises}
    for place, candidate in enumerate(tried):
        exercise = known[candidate.exercise]
        secret, published = result.tasks[2 * place : 2 * place + 2]
        decided = _verdict(exercise, secret, seed)
        verdicts[exercise.id].append((candidate, _told(decided, _verdict(exercise, published, CHECK_SEED))))
    return [_grade(exercise, learner, course.name, verdicts[exercise.id], program, result) for exercise in exercises]


def _task(exercise: Exercise, candidate: Candidate, seed: int) -> Task:
    inputs = tuple(call.arguments for call in judging.plan_calls(exercise, seed))
    probe = f"{exercise.probe.__module__}:{exercise.probe.__qualname__}" if exercise.probe else None
    return Task(exercise.id, candidate.name, candidate.step, exercise.kind, inputs, exercise.seconds, probe)


def _verdict(exercise: Exercise, result: TaskResult, seed: int) -> Verdict:
    """Judge the calls of one answer, or say why there are none."""
    if result.status == "called":
        return judging.judge(exercise, judging.plan_calls(exercise, seed), result.outcomes)
    if result.status == "missing":
        return judging.not_started(exercise)
    if result.status == "not callable":
        says = _("`{name}` is {kind}, not a function. Is there a line `{name} = …` further down?")
        return _without_points(exercise, judging.NOT_YET, says.format(name=exercise.answer, kind=result.kind))
    if result.status == "limit":
        limits = {"time": _("the time"), "memory": _("the memory"), "result": _("the size of what it returned")}
        what = limits.get(result.limit or "", _("a limit"))
        return _without_points(exercise, judging.ERROR, _("It was stopped: {what} was used up.").format(what=what))
    if result.status == "died":
        return _without_points(exercise, judging.ERROR, _("It ended the whole program that it ran in."))
    return _without_points(exercise, judging.ERROR, _("What it returned could not be read."))


def _without_points(exercise: Exercise, status: str, evidence: str) -> Verdict:
    return Verdict(exercise.id, status, 0, exercise.points, evidence=evidence)


def _told(decided: Verdict, published: Verdict) -> Verdict:
    """Keep what was decided, and say what the published inputs show; nothing where they show nothing."""
    if decided.status in (judging.PASSED, judging.NOT_STARTED) or not decided.parts:
        return decided
    if published.status == judging.PASSED:
        says = _("It passes the published inputs, and fails others of the same kind. Is something fixed to fit them?")
        return replace(decided, evidence=says, question="", mistake=None)
    return replace(
        decided, evidence=published.evidence, question=published.question, mistake=published.mistake or decided.mistake
    )


def _worth(pair: tuple[Candidate, Verdict]) -> tuple[int, bool, int]:
    candidate, verdict = pair
    return verdict.earned, verdict.status == judging.PASSED, candidate.step


def _grade(
    exercise: Exercise, learner: str, chapter: str, verdicts: Sequence[tuple[Candidate, Verdict]], program: Program,
    result: JobResult,
) -> Grade:  # fmt: skip
    if verdicts:
        # Of several the best; of equals the last, which is what the learner's own notebook would have used.
        candidate, best = max(
            verdicts, key=lambda pair: (pair[1].earned, pair[1].status == judging.PASSED, pair[0].step)
        )
        step = program.steps[candidate.step]
        code, failed = step.source, result.steps[candidate.step]
    else:
        best, code, failed = judging.not_started(exercise), "", None
    message = " ".join(filter(None, [best.evidence, best.question]))
    status = best.status
    if failed is not None and failed.error is not None and status == judging.NOT_STARTED:
        status = judging.ERROR
        message = _("The cell stops with {kind}: {text}").format(kind=failed.error.kind, text=failed.error.text)
    elif failed is not None and failed.status in ("timeout", "died", "limit") and status == judging.NOT_STARTED:
        status, message = judging.ERROR, _("The cell was stopped or ended the program; what it defines is not there.")
    message = " ".join([message, *program.notes.get(exercise.id, ())]).strip()
    flags = ["delegation"] if exercise.id in program.delegates else []
    flags += ["claimed"] if exercise.id in program.claimed and status != judging.PASSED else []
    return Grade(
        learner=learner, chapter=chapter, exercise=exercise.id, status=status, points=best.earned,
        max_points=exercise.points, message=message, mistake=best.mistake,
        parts=tuple((part.name, part.passed, part.earned, part.points) for part in best.parts), code=code,
        flags=tuple(flags),
    )  # fmt: skip
