"""What is said of an answer that could not be judged: which limit was reached, what its cell did."""

from __future__ import annotations

import re

from bookutils.core.calling import Raised
from bookutils.core.messages import _
from bookutils.core.starters import NOT_CALLABLE, UNTOUCHED
from bookutils.grading.model import Limits, StepResult, TaskResult
from bookutils.judging import judge as judging
from bookutils.judging.judge import Verdict
from bookutils.judging.model import Exercise

_SYNTAX = ("SyntaxError", "IndentationError", "TabError")
_IN_A_FILE = re.compile(r"\(<?[^()]*>?, line (\d{1,7})\)\s*$")


def limit_name(limit: str | None) -> str:
    """Name a limit, as it stands in a sentence."""
    names = {
        "time": _("the time"), "memory": _("the memory"), "output": _("the length of what it may print"),
        "processes": _("the number of processes"), "files": _("the room for files"),
        "result": _("the size of what it may return"),
    }  # fmt: skip
    return names.get(limit or "", _("a limit"))


def about_nothing(exercise: Exercise) -> str:
    """Say that no cell holds an answer."""
    return _("No answer was found: no code cell defines `{name}`.").format(name=exercise.answer)


def about_answer(exercise: Exercise, result: TaskResult) -> Verdict:
    """Make the verdict on an answer whose calls gave nothing that could be judged."""
    if result.status in (UNTOUCHED, NOT_CALLABLE):
        return judging.no_answer(exercise, result.status, result.kind)
    if result.status == "limit":
        if result.limit == "time":
            says = _("It was stopped: its calls computed or waited for more than {seconds:g} seconds.")
            return _without_points(exercise, judging.ERROR, says.format(seconds=exercise.seconds))
        says = _("It was stopped: {limit} that an answer has was used up.")
        return _without_points(exercise, judging.ERROR, says.format(limit=limit_name(result.limit)))
    if result.status == "died":
        return _without_points(exercise, judging.ERROR, _("It ended the whole program that it ran in."))
    return _without_points(exercise, judging.ERROR, _("What it returned could not be read."))


def about_cell(exercise: Exercise, step: StepResult, source: str, limits: Limits) -> Verdict | None:
    """Make the verdict on an answer that is not there because of what its cell did; None when that is no reason.

    Parameters
    ----------
    step, source : what its cell did, and its text
    limits : what it might use
    """
    if step.status == "raised" and step.error is not None and step.limit is None:
        text, number, line = _place_of_slip(step.error, source)
        says = _("The cell stops with {kind}: {text}")
        if number and line:
            says = _("The cell stops with {kind}: {text} in line {number}: `{line}`")
        elif number:
            says = _("The cell stops with {kind}: {text} in line {number}")
        told = says.format(kind=step.error.kind, text=text, number=number, line=line)
        return _without_points(exercise, judging.ERROR, told)
    if step.limit == "time":
        says = _("The cell was stopped: it computed or waited for more than the {seconds:g} seconds that a cell has.")
        if step.status == "not run":
            says = _(
                "The cell was not run: those above it took all of the {together:g} seconds that they have together."
            )
        text = says.format(seconds=limits.cell_seconds, together=limits.exercise_seconds)
        return _without_points(exercise, judging.ERROR, text)
    if step.limit is not None:
        says = _("The cell was stopped: {limit} that a cell has was used up.")
        return _without_points(exercise, judging.ERROR, says.format(limit=limit_name(step.limit)))
    if step.status in ("died", "garbled"):
        died = _("The cell ended the whole program that it ran in; what it defines is not there.")
        garbled = _("The cell disturbed the grader's own messages; what it defines is not there.")
        return _without_points(exercise, judging.ERROR, died if step.status == "died" else garbled)
    return None


def _place_of_slip(error: Raised, source: str) -> tuple[str, int | None, str]:
    """Return an error's text, its line's number in the cell, and the line.

    An error of syntax names its line in its text, after a file that nobody has; IPython has left out empty lines above.
    """
    found = _IN_A_FILE.search(error.text) if error.kind in _SYNTAX else None
    if found is None:
        return error.text, error.line_number, error.line
    lines = source.split("\n")
    above = next((number for number, line in enumerate(lines) if line.strip()), 0)
    number = int(found[1]) + above
    line = lines[number - 1].strip()[:120] if number <= len(lines) else ""
    return error.text[: found.start()].rstrip(), number, line


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
