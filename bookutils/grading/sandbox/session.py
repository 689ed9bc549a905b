"""Outside the sandbox: has a notebook's cells run and its answers called, and goes on where one of them ended it.

What ended a process is left out when a new one begins; what was told before stays told.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bookutils.core.calling import Outcome, Raised
from bookutils.grading.model import Job, JobResult, Step, StepResult, Task, TaskResult
from bookutils.grading.sandbox.channel import Channel, Connect, StoppedError

_GRACE_SECONDS = 2.0  # beyond a limit that is kept inside, until the process is ended from outside
_LIMIT_SECONDS = 60.0  # to set limits, on a machine that has much to do
_MOST_PROCESSES = 25  # for one job: each but the first follows one that was ended
_MOST_ACQUITTALS = 2
_BRIEF_SECONDS = 0.5  # for each cell that comes when the time of all is used up
_FOR_ALL = 0.75  # of the time of a job; the rest is left for answers that are tried alone
_RETURNED = ("returned", "raised", "timeout", "flooded", "interrupted", "skipped")
_LIMITS = ("time", "memory", "output", "processes", "files", "result")

Rate = Callable[[int, TaskResult], float]


def run_job(job: Job, connect: Connect, rate: Rate) -> JobResult:
    """Run a submission.

    Parameters
    ----------
    job : its steps and tasks, with their limits
    connect : starts a process in the sandbox
    rate : (task's index, its result) -> how good it is, from 0 to 1

    Returns
    -------
    JobResult: a result for each step and task, in the job's order

    Raises
    ------
    SandboxError
        When a sandbox does not start.

    Notes
    -----
    An answer is called right after its cell, as `check` would; what is not perfect then is called once more at the end,
    since it may use what is defined further down. What is not perfect even so is tried in a process of its own, where
    no other cell of the learner's has run: so none of them, whatever it does, costs a right answer its points. The
    best result counts. Where all cells keep to themselves that is left out, since it would show the same.
    """
    return _Run(job, connect, rate).result()


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


class _Run:
    """One job, from its first process to its last."""

    def __init__(self, job: Job, connect: Connect, rate: Rate) -> None:
        self.job, self.connect, self.rate = job, connect, rate
        self.steps: dict[int, StepResult] = {}
        self.tasks: dict[int, TaskResult] = {}
        self.worth: dict[int, float] = {}
        self.left_out: set[int] = set()  # steps that ended a process
        self.over: set[int] = set()  # tasks that did
        self.again: set[int] = set()  # tasks that have been called a second time
        self.spent: dict[str, float] = defaultdict(float)
        self.server: bytes | None = None
        self.blamed: tuple[str, int] | None = None
        self.last: tuple[str, int] | None = None  # what was asked for before
        self.acquittals = 0
        self.end = time.monotonic() + _FOR_ALL * job.limits.total_seconds
        owners = {task.step: task.exercise for task in job.tasks}
        self.owners = {n: owners.get(n, "") for n in range(len(job.steps))}

    def result(self) -> JobResult:
        for _process in range(_MOST_PROCESSES):
            if time.monotonic() >= self.end or self._go_through():
                break
        self.end = max(self.end, time.monotonic()) + (1 - _FOR_ALL) * self.job.limits.total_seconds
        if not self.job.quiet or self.left_out or self.over:
            self._try_alone()
        steps = (self.steps.get(n, StepResult(step.number, "not run")) for n, step in enumerate(self.job.steps))
        tasks = (self.tasks.get(n) or self._not_called(task) for n, task in enumerate(self.job.tasks))
        return JobResult(tuple(steps), tuple(tasks))

    def _not_called(self, task: Task) -> TaskResult:
        """Say of a task that was never asked for that its cell did not last, or that there was no time left."""
        if task.step in self.left_out:
            return TaskResult(task.exercise, task.step, "missing")
        return _ended(task, "time")

    def _go_through(self) -> bool:
        """Run all that is left in a new process; whether that one lasted to the end."""
        limits = self.job.limits
        with self.connect() as channel:
            if self.server not in (None, channel.server) and self.acquittals < _MOST_ACQUITTALS:
                self.acquittals += 1
                self._acquit()
            self.server, self.blamed, self.last = channel.server, None, None
            try:
                channel.ask(
                    _LIMIT_SECONDS, "limit", memory=limits.memory, file_size=limits.file_size,
                    processes=limits.processes, output=limits.output, result=limits.result,
                )  # fmt: skip
                for number, step in enumerate(self.job.steps):
                    if number not in self.left_out:
                        self._run(channel, number, step)
                        for key, task in self._tasks_at(number):
                            if key not in self.tasks:
                                self._call(channel, key, task)
                for key, task in enumerate(self.job.tasks):
                    if self._deserves_another_call(key, task):
                        self.again.add(key)
                        self._call(channel, key, task)
            except StoppedError:
                return False
        return True

    def _try_alone(self) -> None:
        """Try what is not perfect in a process of its own, after the course's cells: those that ended none first."""
        course = [step for step in self.job.steps if step.number == 0]
        waiting = [key for key, task in enumerate(self.job.tasks) if self._deserves_a_process(key, task, len(course))]
        for key in sorted(waiting, key=lambda key: key in self.over or self.job.tasks[key].step in self.left_out):
            task = self.job.tasks[key]
            job = Job((*course, self.job.steps[task.step]), (replace(task, step=len(course)),), self.job.limits)
            alone = _Run(job, self.connect, partial(self._rate_alone, key))
            alone.end = self.end
            if time.monotonic() < self.end:
                alone._go_through()
            if alone.worth.get(0, 0.0) > self.worth.get(key, 0.0):
                self.tasks[key], self.worth[key] = replace(alone.tasks[0], step=task.step), alone.worth[0]

    def _rate_alone(self, key: int, _only: int, result: TaskResult) -> float:
        return self.rate(key, result)

    def _deserves_a_process(self, key: int, task: Task, course: int) -> bool:
        result, step = self.tasks.get(key), self.steps.get(task.step)
        if len(self.job.steps) <= course + 1 or self.worth.get(key, 0.0) >= 1.0:
            return False
        if result is None:  # its cell did not last; one that used up its time would do so again
            return step is None or step.status != "limit" or step.limit != "time"
        if result.status == "untouched" or (result.limit == "time" and key in self.over):
            return False
        return not _never_ends(result)

    def _acquit(self) -> None:
        """Take back the blame for the last death: it was the server's, and took everybody with it."""
        if self.blamed is not None:
            kind, number = self.blamed
            (self.steps if kind == "step" else self.tasks).pop(number, None)
            (self.left_out if kind == "step" else self.over).discard(number)

    def _tasks_at(self, number: int) -> list[tuple[int, Task]]:
        return [(key, task) for key, task in enumerate(self.job.tasks) if task.step == number]

    def _run(self, channel: Channel, number: int, step: Step) -> None:
        owner = self.owners[number]
        limits = self.job.limits
        most = limits.exercise_seconds if owner else limits.added_seconds
        known = number in self.steps
        left = most - self.spent[owner]
        if left > -most:  # as much again in brief: a cell that only defines something is not to pay for those above it
            left = max(left, _BRIEF_SECONDS)
        seconds = limits.cell_seconds if known else min(limits.cell_seconds, left)
        seconds = min(seconds, self.end - time.monotonic())
        if seconds <= 0:
            self.steps.setdefault(number, StepResult(step.number, "not run", limit="time"))
            self.left_out.add(number)
            return
        begin = time.monotonic()
        answers = [[key, task.name, task.kind] for key, task in self._tasks_at(number)]
        try:
            told = channel.ask(
                seconds + _GRACE_SECONDS, "run", source=step.source, seconds=seconds, answers=answers
            )  # fmt: skip
        except StoppedError as stopped:
            self._blame(("step", number), stopped)
            raise
        finally:
            if not known:
                self.spent[owner] += time.monotonic() - begin
        self.last = ("step", number)
        self.steps.setdefault(number, _step_result(step, told))

    def _blame(self, asked: tuple[str, int], stopped: StoppedError) -> None:
        """Leave out what ended the process; where that was what ran before, leave out that."""
        kind, number = self.last if stopped.earlier and self.last else asked
        self.blamed = (kind, number) if stopped.reason == "died" else None
        if kind == "step":
            self.left_out.add(number)
            self.steps[number] = _step_ended(self.job.steps[number], stopped.reason)
            return
        self.over.add(number)
        if number not in self.tasks or stopped.earlier:
            self.tasks[number] = _ended(self.job.tasks[number], stopped.reason)
            self.worth.pop(number, None)
        elif number in self.worth:
            self.blamed = None

    def _call(self, channel: Channel, key: int, task: Task) -> None:
        seconds = min(task.seconds, self.end - time.monotonic())
        if seconds <= 0:
            self.tasks.setdefault(key, _ended(task, "time"))
            return
        try:
            told = channel.ask(
                seconds + _GRACE_SECONDS, "call", key=key, function=task.kind == "function",
                inputs=[list(arguments) for arguments in task.inputs], seconds=seconds, probe=task.probe,
                reference=task.reference,
            )  # fmt: skip
        except StoppedError as stopped:
            self._blame(("task", key), stopped)
            raise
        self.last = ("task", key)
        result = _task_result(task, told)
        worth = self.rate(key, result)
        if key not in self.tasks or worth > self.worth.get(key, 0.0):
            self.tasks[key], self.worth[key] = result, worth

    def _deserves_another_call(self, key: int, task: Task) -> bool:
        result = self.tasks.get(key)
        if result is None or key in self.over or key in self.again or task.kind != "function":
            return False
        if result.status != "called" or self.worth[key] >= 1.0 or task.step == len(self.job.steps) - 1:
            return False
        return not _never_ends(result)


def _never_ends(result: TaskResult) -> bool:
    return any(outcome.status in ("timeout", "flooded") for outcome in result.outcomes)


def _step_ended(step: Step, reason: str) -> StepResult:
    if reason in _LIMITS:
        return StepResult(step.number, "limit", limit=reason)
    return StepResult(step.number, "garbled" if reason == "garbled" else "died")


def _step_result(step: Step, told: dict[str, Any]) -> StepResult:
    status, limit, error = _word(told, "status"), _word(told, "limit"), _raised(told.get("error"))
    if status == "raised" and error is not None:
        return StepResult(step.number, "raised", error, limit_in(error))
    if status == "limit" and limit in _LIMITS:
        return StepResult(step.number, "limit", limit=limit)
    return StepResult(step.number, "ran" if status == "ran" else "garbled")


def _ended(task: Task, reason: str) -> TaskResult:
    if reason in _LIMITS:
        return TaskResult(task.exercise, task.step, "limit", limit=reason)
    return TaskResult(task.exercise, task.step, "garbled" if reason == "garbled" else "died")


def _task_result(task: Task, told: dict[str, Any]) -> TaskResult:
    status, limit = _word(told, "status"), _word(told, "limit")
    if status == "called":
        counts = [len(arguments) if task.kind == "function" else 0 for arguments in task.inputs]
        outcomes = _outcomes(told.get("outcomes"), counts)
        if outcomes is None:
            return _ended(task, "garbled")
        reached = next(filter(None, (limit_in(outcome.error) for outcome in outcomes)), None)
        return TaskResult(
            task.exercise, task.step, "called", outcomes, limit=reached, delegated=told.get("delegated") is True
        )  # fmt: skip
    if status == "not callable":
        return TaskResult(task.exercise, task.step, status, kind=_word(told, "type")[:60])
    if status == "limit" and limit in _LIMITS:
        return _ended(task, limit)
    return TaskResult(task.exercise, task.step, status if status in ("missing", "untouched") else "garbled")


def _word(told: dict[str, Any], key: str) -> str:
    """Return an entry that has to be a word; anything else may have any behaviour when it is compared."""
    value = told.get(key)
    return value if type(value) is str else ""


def _outcomes(raw: Any, counts: Sequence[int]) -> tuple[Outcome, ...] | None:
    """Check what the calls gave, each with so many inputs; None when it has another form."""
    if type(raw) is not list or len(raw) != len(counts):
        return None
    outcomes = []
    for one, count in zip(raw, counts, strict=True):
        if type(one) is not dict or _word(one, "status") not in _RETURNED:
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
