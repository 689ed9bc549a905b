"""What is said of an answer that could not be judged: which limit was reached, what its cell did."""

from __future__ import annotations

from bookutils.core.messages import _
from bookutils.exercises import judge as judging
from bookutils.exercises.judge import Verdict
from bookutils.exercises.model import Exercise
from bookutils.grading.model import StepResult, TaskResult


def limit_name(limit: str | None) -> str:
    """Name a limit, as it stands in a sentence."""
    names = {
        "time": _("the time"), "memory": _("the memory"), "output": _("the length of what it may print"),
        "processes": _("the number of processes"), "files": _("the room for files"),
        "result": _("the size of what it may return"),
    }  # fmt: skip
    return names.get(limit or "", _("a limit"))


def about_answer(exercise: Exercise, result: TaskResult) -> Verdict:
    """Make the verdict on an answer whose calls gave nothing that could be judged."""
    if result.status == "not callable":
        says = _("`{name}` is {kind}, not a function. Is there a line `{name} = …` further down?")
        return _without_points(exercise, judging.NOT_YET, says.format(name=exercise.answer, kind=result.kind))
    if result.status == "limit":
        says = _("It was stopped: {limit} that an answer has was used up.")
        return _without_points(exercise, judging.ERROR, says.format(limit=limit_name(result.limit)))
    if result.status == "died":
        return _without_points(exercise, judging.ERROR, _("It ended the whole program that it ran in."))
    return _without_points(exercise, judging.ERROR, _("What it returned could not be read."))


def about_cell(exercise: Exercise, step: StepResult) -> Verdict | None:
    """Make the verdict on an answer that is not there because of what its cell did; None when that is no reason."""
    if step.status == "raised" and step.error is not None and step.limit is None:
        where = _(" in line {number}").format(number=step.error.line_number) if step.error.line_number else ""
        if step.error.line:
            where += f": `{step.error.line}`"
        says = _("The cell stops with {kind}: {text}{where}")
        text = says.format(kind=step.error.kind, text=step.error.text, where=where)
        return _without_points(exercise, judging.ERROR, text)
    if step.limit is not None:
        says = _("The cell was stopped: {limit} that a cell has was used up.")
        return _without_points(exercise, judging.ERROR, says.format(limit=limit_name(step.limit)))
    if step.status in ("died", "garbled"):
        died = _("The cell ended the whole program that it ran in; what it defines is not there.")
        garbled = _("The cell disturbed the grader's own messages; what it defines is not there.")
        return _without_points(exercise, judging.ERROR, died if step.status == "died" else garbled)
    return None


def about_limit(result: TaskResult) -> str:
    """Say which limit an answer met in some of its calls; empty when it met none."""
    if result.status != "called":
        return ""
    limit = result.limit
    if any(outcome.status == "timeout" for outcome in result.outcomes):
        limit = "time"
    if any(outcome.status == "flooded" for outcome in result.outcomes):
        limit = "output"
    return _("It met a limit: {limit}.").format(limit=limit_name(limit)) if limit else ""


def _without_points(exercise: Exercise, status: str, evidence: str) -> Verdict:
    return Verdict(exercise.id, status, 0, exercise.points, evidence=evidence)
