"""Outside the sandbox: has a notebook's cells run and its answers called, and goes on where one of them ended it.

What ended a process is left out when a new one begins; what was told before stays told.
"""

from __future__ import annotations

import contextlib
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bookutils.core.commands import to_type
from bookutils.core.messages import _
from bookutils.grading.model import Job, JobResult, Step, StepResult, Task, TaskResult
from bookutils.grading.sandbox.channel import Channel, Connect, StoppedError
from bookutils.grading.sandbox.results import ended, step_ended, step_result, task_result, word
from bookutils.grading.sandbox.servers import CrowdedError, SandboxError

_LIMIT_SECONDS = 60.0  # to set limits, on a machine that has much to do
_MOST_PROCESSES = 25  # for one job: each but the first follows one that was ended
_MOST_ACQUITTALS = 2
_BRIEF_SECONDS = 0.5  # for each cell that comes when the time of all is used up
_FOR_ALL = 0.75  # of the time of a job; the rest is left for answers that are tried alone
_SPARE_SECONDS = 60  # of a process's own limit on processor time, which is for what gets out of sight
_ON_THE_WALL = 2.0  # times the time of a job
_KILLS = Path("/proc/vmstat")

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
        When a sandbox does not start, ends before anything of the learner has run, or does not run the course's cells.
    CrowdedError
        When the clock on the wall stopped something, or the machine ran out of memory.

    Notes
    -----
    An answer is called right after its cell, as `check` would; what is not perfect then is called once more at the end,
    since it may use what is defined further down. What is not perfect even so is tried in a process of its own, where
    no other cell of the learner's has run: so none of them, whatever it does, costs a right answer its points. The
    best result counts. Where all cells keep to themselves that is left out, since it would show the same.
    """
    return _Run(job, connect, rate).result()


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
        self.left = _FOR_ALL * job.limits.total_seconds  # processor seconds
        self.awake = _FOR_ALL * _ON_THE_WALL * job.limits.total_seconds  # on the wall, but for those spent in line
        self.used = 0.0
        self.kills = _kills()
        owners = {task.step: task.exercise for task in job.tasks}
        self.owners = {n: owners.get(n, "") for n in range(len(job.steps))}

    def result(self) -> JobResult:
        for _process in range(_MOST_PROCESSES):
            if self._is_over or self._go_through():
                break
        reserve = (1 - _FOR_ALL) * self.job.limits.total_seconds
        self.left, self.awake = max(self.left, 0.0) + reserve, max(self.awake, 0.0) + _ON_THE_WALL * reserve
        if not self.job.quiet or self.left_out or self.over:
            self._try_alone()
        steps = (self.steps.get(n, StepResult(step.number, "not run")) for n, step in enumerate(self.job.steps))
        tasks = (self.tasks.get(n) or self._not_called(task) for n, task in enumerate(self.job.tasks))
        return JobResult(tuple(steps), tuple(tasks), self.used)

    @property
    def _is_over(self) -> bool:
        return self.left <= 0 or self.awake <= 0

    def _not_called(self, task: Task) -> TaskResult:
        """Say of a task that was never asked for that its cell did not last, or that there was no time left."""
        if task.step in self.left_out:
            return TaskResult(task.exercise, task.step, "missing")
        return ended(task, "time" if self._is_over else "died")

    def _go_through(self) -> bool:
        """Run all that is left in a new process; whether that one lasted to the end."""
        with self.connect() as channel:
            if self.server not in (None, channel.server) and self.acquittals < _MOST_ACQUITTALS:
                self.acquittals += 1
                self._acquit()
            self.server, self.blamed, self.last = channel.server, None, None
            self._begin(channel)
            try:
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

    def _begin(self, channel: Channel) -> None:
        """Set the limits. What goes wrong here has nothing to do with the learner, of whom nothing has run."""
        limits = self.job.limits
        try:
            told = channel.ask(
                _LIMIT_SECONDS, "limit", memory=limits.memory, file_size=limits.file_size,
                processes=limits.processes, output=limits.output, result=limits.result,
                processor=math.ceil(limits.total_seconds) + _SPARE_SECONDS,
            )  # fmt: skip
        except StoppedError as stopped:
            raise SandboxError(
                _("The process in the sandbox ended before anything of the notebook ran ({reason}).").format(
                    reason=stopped.reason
                ),
                _how_to_look(),
            ) from None
        if word(told, "status") != "ready":
            says = _("Grading could not begin in the sandbox: {reason}.")
            reason = (word(told, "reason") or _("it said nothing")).rstrip(".")
            raise SandboxError(says.format(reason=reason), _how_to_look())

    def _ask(self, channel: Channel, seconds: float, kind: str, **details: Any) -> dict[str, Any]:
        """Ask for something, count the time, and find out whether it is the machine that is to blame.

        Raises
        ------
        StoppedError
            When a limit is reached, or the process ended.
        CrowdedError
            When that says nothing about the learner.
        """
        try:
            told = channel.ask(seconds, kind, seconds=seconds, **details)
        except StoppedError as stopped:
            self._blame_the_machine(channel, stopped.reason)
            raise
        finally:
            self.left -= channel.meter.used
            self.awake -= channel.meter.awake
            # Who sleeps uses up the time, too: else each of the tries to come could be slept through.
            self.used += max(channel.meter.used, channel.meter.awake / _ON_THE_WALL)
        self._blame_the_machine(channel, channel.rang or ("wall" if self.awake <= 0 < self.left else ""))
        return told

    def _blame_the_machine(self, channel: Channel, reason: str) -> None:
        if reason == "wall" and (channel.meter.crowded or not channel.alone):
            raise CrowdedError(
                _("The machine was too busy: something was stopped by the clock, and not for what it computed."),
                _("Grade again when less runs beside it."),
            )
        if reason == "died" and _kills() > self.kills:
            raise CrowdedError(
                _("The machine ran out of memory, and its system ended a process."), _("Grade with fewer --workers.")
            )

    def _try_alone(self) -> None:
        """Try what is not perfect in a process of its own, after the course's cells: those that ended none first."""
        course = [step for step in self.job.steps if step.number == 0]
        waiting = [key for key, task in enumerate(self.job.tasks) if self._deserves_a_process(key, task, len(course))]
        for key in sorted(waiting, key=lambda key: key in self.over or self.job.tasks[key].step in self.left_out):
            task = self.job.tasks[key]
            job = Job((*course, self.job.steps[task.step]), (replace(task, step=len(course)),), self.job.limits)
            if self._is_over:
                break
            alone = _Run(job, self.connect, partial(self._rate_alone, key))
            alone.left, alone.awake = self.left, self.awake
            alone._go_through()
            self.left, self.awake, self.used = alone.left, alone.awake, self.used + alone.used
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
        if task.kind == "value" and result.status == "called":
            return False  # no cell can get in the way of a value that is there: this would be a second choice
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
        seconds = min(seconds, self.left)
        if seconds <= 0 or self._is_over:
            self.steps.setdefault(number, StepResult(step.number, "not run", limit="time"))
            self.left_out.add(number)
            return
        answers = [[key, task.name, task.kind] for key, task in self._tasks_at(number)]
        try:
            told = self._ask(channel, seconds, "run", source=step.source, answers=answers, own=step.number > 0)
        except StoppedError as stopped:
            if step.number == 0:
                raise _no_setup(stopped.reason) from None
            self._blame(("step", number), stopped)
            raise
        finally:
            if not known:
                self.spent[owner] += channel.meter.used
        self.last = ("step", number)
        result = step_result(step, told)
        if step.number == 0 and result.status != "ran":
            raise _no_setup(f"{result.error.kind}: {result.error.text}" if result.error else result.status)
        self.steps.setdefault(number, result)

    def _blame(self, asked: tuple[str, int], stopped: StoppedError) -> None:
        """Leave out what ended the process; where that was what ran before, leave out that."""
        kind, number = self.last if stopped.earlier and self.last else asked
        self.blamed = (kind, number) if stopped.reason == "died" else None
        if kind == "step":
            self.left_out.add(number)
            self.steps[number] = step_ended(self.job.steps[number], stopped.reason)
            return
        self.over.add(number)
        if number not in self.tasks or stopped.earlier:
            self.tasks[number] = ended(self.job.tasks[number], stopped.reason)
            self.worth.pop(number, None)
        elif number in self.worth:
            self.blamed = None

    def _call(self, channel: Channel, key: int, task: Task) -> None:
        seconds = min(task.seconds, self.left)
        if seconds <= 0 or self._is_over:
            self.tasks.setdefault(key, ended(task, "time"))
            return
        try:
            told = self._ask(
                channel, seconds, "call", key=key, function=task.kind == "function",
                inputs=[list(arguments) for arguments in task.inputs], probe=task.probe, reference=task.reference,
            )  # fmt: skip
        except StoppedError as stopped:
            self._blame(("task", key), stopped)
            raise
        self.last = ("task", key)
        result = task_result(task, told)
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


def _how_to_look() -> str:
    return _("Type: {command}").format(command=to_type("doctor --grading"))


def _no_setup(reason: str) -> SandboxError:
    """Say that the course's own cells do not run here: then a library is missing or broken."""
    return SandboxError(
        _("The chapter's own first cells do not run where it is graded: {reason}.").format(reason=reason.rstrip(".")),
        _('Type: pip install --constraint requirements.lock --editable ".[grade,tensorflow]"'),
    )


def _kills() -> int:
    """Return how many processes the system has ended so far for want of memory."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in _KILLS.read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0


def _never_ends(result: TaskResult) -> bool:
    return any(outcome.status in ("timeout", "flooded") for outcome in result.outcomes)
