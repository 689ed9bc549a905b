"""Outside the sandbox: makes results of what came out of it, and believes only what has the form of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bookutils.core.calling import Outcome, Raised
from bookutils.core.starters import NOT_CALLABLE, UNTOUCHED
from bookutils.grading.model import Step, StepResult, Task, TaskResult

_RETURNED = ("returned", "raised", "timeout", "flooded", "interrupted", "skipped")
_LIMITS = ("time", "memory", "output", "processes", "files", "result")
_MOST_MISSING = 20


def limit_in(error: Raised | None) -> str | None:
    """Name the limit that an exception speaks of, or None."""
    if error is None:
        return None
    if error.kind == "MemoryError" or "ResourceExhausted" in error.kind or "std::bad_alloc" in error.text:
        return "memory"
    if "No space left on device" in error.text or "File too large" in error.text:
        return "files"
    if "can't start new thread" in error.text or "Resource temporarily unavailable" in error.text:
        return "processes"
    return None


def step_ended(step: Step, reason: str) -> StepResult:
    """Say of a cell what ended the process that it ran in."""
    reason = _named(reason)
    if reason in _LIMITS:
        return StepResult(step.number, "limit", limit=reason)
    return StepResult(step.number, "garbled" if reason == "garbled" else "died")


def step_result(step: Step, told: dict[str, Any]) -> StepResult:
    """Read what was told of a cell."""
    status, limit, error = word(told, "status"), word(told, "limit"), _raised(told.get("error"))
    missing = _missing(told)
    if status == "raised" and error is not None:
        return StepResult(step.number, "raised", error, limit_in(error), missing)
    if status == "limit" and limit in _LIMITS:
        return StepResult(step.number, "limit", limit=limit, missing=missing)
    return StepResult(step.number, "ran" if status == "ran" else "garbled", missing=missing)


def _named(reason: str) -> str:
    """Name the limit on time as one, whichever clock stopped it."""
    return "time" if reason == "wall" else reason


def ended(task: Task, reason: str) -> TaskResult:
    """Say of an answer what ended the process that it was called in."""
    reason = _named(reason)
    if reason in _LIMITS:
        return TaskResult(task.exercise, task.step, "limit", limit=reason)
    return TaskResult(task.exercise, task.step, "garbled" if reason == "garbled" else "died")


def task_result(task: Task, told: dict[str, Any]) -> TaskResult:
    """Read what was told of an answer's calls."""
    status, limit = word(told, "status"), word(told, "limit")
    if status == "called":
        counts = [len(arguments) if task.kind == "function" else 0 for arguments in task.inputs]
        outcomes = _outcomes(told.get("outcomes"), counts)
        if outcomes is None:
            return ended(task, "garbled")
        reached = next(filter(None, (limit_in(outcome.error) for outcome in outcomes)), None)
        return TaskResult(
            task.exercise, task.step, "called", outcomes, limit=reached, delegated=told.get("delegated") is True,
            missing=_missing(told),
        )  # fmt: skip
    if status in (UNTOUCHED, NOT_CALLABLE):
        return TaskResult(task.exercise, task.step, status, kind=word(told, "type")[:60])
    if status == "limit" and limit in _LIMITS:
        return ended(task, limit)
    return TaskResult(task.exercise, task.step, "missing" if status == "missing" else "garbled")


def _missing(told: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Check what could not be imported; whatever else stands there says nothing."""
    raw = told.get("missing")
    pairs = [pair for pair in raw if type(pair) is list] if type(raw) is list else []
    return tuple(
        (pair[0], pair[1][:200]) for pair in pairs[:_MOST_MISSING] if [type(item) for item in pair] == [str, str]
    )


def word(told: dict[str, Any], key: str) -> str:
    """Return an entry that has to be a word; anything else may have any behaviour when it is compared."""
    value = told.get(key)
    return value if type(value) is str else ""


def _outcomes(raw: Any, counts: Sequence[int]) -> tuple[Outcome, ...] | None:
    """Check what the calls gave, each with so many inputs; None when it has another form."""
    if type(raw) is not list or len(raw) != len(counts):
        return None
    outcomes = []
    for one, count in zip(raw, counts, strict=True):
        if type(one) is not dict or word(one, "status") not in _RETURNED:
            return None
        error, inputs = _raised(one.get("error")), one.get("inputs")
        if type(inputs) is not list or (one["status"] == "raised" and error is None):
            return None
        if one["status"] == "returned" and len(inputs) != count:
            return None  # whoever leaves one out may have changed it
        outcomes.append(Outcome(one["status"], one.get("value"), tuple(inputs), error))
    return tuple(outcomes)


def _raised(raw: Any) -> Raised | None:
    if type(raw) is not list or [type(item) for item in raw] not in ([str, str, int, str], [str, str, type(None), str]):
        return None
    kind, text, number, line = raw
    return Raised(kind[:60], text[:300], number, line[:120])
