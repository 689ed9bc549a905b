"""Outside the sandbox: hands a job in, reads what comes out, and goes on where a cell or an answer ended the process.

Each try is a process of its own in a bubblewrap of its own. What was told before a death stays told; the step or task
where it happened is left out of the next try.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from bookutils.core.calling import Outcome, Raised
from bookutils.core.errors import BookError
from bookutils.core.messages import _
from bookutils.grading.model import Job, JobResult, StepResult, Task, TaskResult
from bookutils.grading.sandbox.launch import sandbox_command
from bookutils.grading.wire import GarbledError, decode, encode

_START_SECONDS = 60.0  # to import what a chapter needs, on a busy machine
_GRACE_SECONDS = 3.0  # beyond a limit that is kept inside, until the process is killed from outside
_MAX_FRAME = 64 * 2**20
_MAX_TRIES = 12
_CALL_ENDS = ("returned", "raised", "timeout", "interrupted", "skipped")


class SandboxError(BookError):
    """The sandbox itself failed; never the learner's fault."""


@dataclass
class _Found:
    """What is known so far of a job."""

    steps: dict[int, StepResult] = field(default_factory=dict)
    tasks: dict[int, TaskResult] = field(default_factory=dict)


def run_job(job: Job, command: list[str] | None = None) -> JobResult:
    """Run a submission.

    Parameters
    ----------
    job : its steps and tasks, with their limits
    command : what starts a sandbox; bubblewrap when None

    Returns
    -------
    JobResult: a result for each step and task, in the job's order

    Raises
    ------
    SandboxError
        When a sandbox does not start.
    """
    command = command or sandbox_command(job.limits.files)
    found = _Found()
    end = time.monotonic() + job.limits.total_seconds
    skip: set[int] = set()
    for _try in range(_MAX_TRIES):
        culprit = _Attempt(job, command, found, skip, end).run()
        if culprit is None:
            break
        kind, number, status = culprit
        if kind == "step":
            found.steps[number] = StepResult(job.steps[number].number, status)
            skip.add(number)
        elif kind == "task":
            found.tasks[number] = _plain_result(job.tasks[number], "died" if status == "died" else "limit", "time")
        if kind == "start" or time.monotonic() >= end:
            break
    steps = (found.steps.get(i, StepResult(step.number, "not run")) for i, step in enumerate(job.steps))
    tasks = (found.tasks.get(i, _plain_result(task, "limit", "time")) for i, task in enumerate(job.tasks))
    return JobResult(tuple(steps), tuple(tasks))


def _plain_result(task: Task, status: str, limit: str | None = None) -> TaskResult:
    return TaskResult(task.exercise, task.step, status, limit=limit if status == "limit" else None)


class _Attempt:
    """One process, from its start to its end."""

    def __init__(self, job: Job, command: list[str], found: _Found, skip: set[int], end: float) -> None:
        self.job, self.command, self.found, self.skip, self.end = job, command, found, skip, end
        self.current: tuple[str, int] | None = None
        self.started = False

    def run(self) -> tuple[str, int, str] | None:
        """Run it; what ended it before its time, as (kind, number, status), or None when it was whole."""
        process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, close_fds=True
        )
        assert process.stdin and process.stdout and process.stderr
        try:
            self._hand_in(process)
            alive = self._read(process.stdout)
        finally:
            process.kill()  # and with it, by --die-with-parent and its namespace, all that it started
            process.wait()
            said = process.stderr.read(2000).decode(errors="replace")
            process.stdout.close()
            process.stderr.close()
        if not self.started:
            raise SandboxError(
                _("A sandbox did not start: {reason}").format(reason=said.strip() or _("it ended without a word.")),
                _("Type: bookutils doctor --grading"),
            )
        if self.current is None:
            return None if not alive or self._is_whole() else ("start", 0, "died")
        return (*self.current, "timeout" if alive else "died")

    def _hand_in(self, process: subprocess.Popen[bytes]) -> None:
        tasks = [{**asdict(task), "inputs": [list(arguments) for arguments in task.inputs]} for task in self.job.tasks]
        job = {
            "steps": [step.source for step in self.job.steps], "tasks": tasks,
            "limits": asdict(self.job.limits),
            "skip": sorted(self.skip), "done": sorted(self.found.tasks),
        }  # fmt: skip
        assert process.stdin
        try:
            process.stdin.write(encode(job))
            process.stdin.close()
        except BrokenPipeError:
            pass  # it did not start; its own words say why

    def _read(self, stream: Any) -> bool:
        """Read frames until the process ends or is too late; whether it was still alive then."""
        waiting = selectors.DefaultSelector()
        waiting.register(stream, selectors.EVENT_READ)
        received = b""
        limit = time.monotonic() + _START_SECONDS
        while True:
            left = min(limit, self.end + _GRACE_SECONDS) - time.monotonic()
            if left <= 0 or not waiting.select(left):
                return True
            data = os.read(stream.fileno(), 2**20)
            if not data:
                return False
            received += data
            while len(received) >= 4 and len(received) - 4 >= (size := int.from_bytes(received[:4], "big")):
                self._take(received[4 : 4 + size])
                received = received[4 + size :]
                limit = time.monotonic() + self._seconds()
            if len(received) > _MAX_FRAME:
                return True

    def _seconds(self) -> float:
        """How long what runs now may take."""
        if self.current is not None and self.current[0] == "task":
            return self.job.tasks[self.current[1]].seconds + _GRACE_SECONDS
        return self.job.limits.cell_seconds + _GRACE_SECONDS

    def _take(self, data: bytes) -> None:
        """Write down one frame; what makes no sense is passed over, since a learner's code may have written it."""
        try:
            frame = decode(data, _MAX_FRAME)
        except GarbledError:
            return
        if type(frame) is not dict or type(frame.get("number")) is not int:
            return
        number = frame["number"]
        kind = frame.get("begin") or frame.get("end")
        known = {"step": len(self.job.steps), "task": len(self.job.tasks)}
        if type(kind) is not str or not 0 <= number < known.get(kind, 0):
            return
        self.started = True
        if frame.get("begin"):
            self.current = (kind, number)
            return
        self.current = None
        if kind == "step":
            self.found.steps.setdefault(number, _step_result(self.job.steps[number].number, frame))
        else:
            self.found.tasks.setdefault(number, _task_result(self.job.tasks[number], frame))

    def _is_whole(self) -> bool:
        return len(self.found.tasks) == len(self.job.tasks)


def _step_result(number: int, frame: dict[str, Any]) -> StepResult:
    status = frame.get("status")
    known = status if status in ("ran", "raised", "timeout", "limit") else "died"
    limit = frame.get("limit")
    return StepResult(number, known, _raised(frame.get("error")), limit if type(limit) is str else None)


def _task_result(task: Task, frame: dict[str, Any]) -> TaskResult:
    status = frame.get("status")
    if status == "called":
        outcomes = _outcomes(frame.get("outcomes"), len(task.inputs))
        if outcomes is None:
            return _plain_result(task, "garbled")
        return TaskResult(task.exercise, task.step, "called", outcomes)
    if status == "not callable" and type(frame.get("kind")) is str:
        return TaskResult(task.exercise, task.step, status, kind=frame["kind"][:60])
    if status == "limit":
        return _plain_result(task, "limit", str(frame.get("limit"))[:20])
    return _plain_result(task, "missing" if status == "missing" else "garbled")


def _outcomes(raw: Any, count: int) -> tuple[Outcome, ...] | None:
    """Check what the calls gave; None when it has another form."""
    if type(raw) is not list or len(raw) != count:
        return None
    outcomes = []
    for one in raw:
        if type(one) is not dict or one.get("status") not in (
            "returned",
            "raised",
            "timeout",
            "interrupted",
            "skipped",
        ):
            return None
        error, inputs = _raised(one.get("error")), one.get("inputs")
        if type(inputs) is not list or (one["status"] == "raised" and error is None):
            return None
        outcomes.append(Outcome(one["status"], one.get("value"), tuple(inputs), error))
    return tuple(outcomes)


def _raised(raw: Any) -> Raised | None:
    if type(raw) is not list or [type(item) for item in raw] not in ([str, str, int, str], [str, str, type(None), str]):
        return None
    kind, text, number, line = raw
    return Raised(kind[:60], text[:300], number, line[:120])
