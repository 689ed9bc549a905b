"""Inside the sandbox: runs the steps of a job, then the calls of its tasks, and writes down what happened.

It is handed nothing that is secret but the inputs, and nothing that is expected. Whatever it writes is read outside as
something that the learner may have written. Run as ``python -m bookutils.grading.sandbox.inside``.
"""

from __future__ import annotations

import importlib
import os
import resource
import signal
import sys
from types import FrameType
from typing import Any

from bookutils.core.calling import describe_error, run_calls
from bookutils.core.plain import copy_plain, to_plain
from bookutils.grading.wire import decode, encode

_MISSING = object()


class _TimeUp(BaseException):
    """Raised in a cell when its time is over."""


def main() -> None:
    """Read a job from standard input, run it, and write a frame for all that begins and ends."""
    job = decode(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    shell = _make_shell()
    _limit(job["limits"])

    def tell(**frame: Any) -> None:
        data = encode(frame)
        out.write(len(data).to_bytes(4, "big") + data)

    found = _run_steps(job, shell, tell)
    for number, task in enumerate(job["tasks"]):
        if number not in job["done"]:
            tell(begin="task", number=number)
            tell(end="task", number=number, **_run_task(task, found.get(number, _MISSING), job["limits"]["result"]))


def _make_shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):  # type: ignore[misc]  # traitlets carry no types
        """A shell without a window: what asks for one gets none, and goes on."""

        def enable_gui(self, gui: Any = None) -> None:
            """Start no event loop."""

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    return Shell.instance(config=settings)


def _limit(limits: dict[str, Any]) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory"]), (resource.RLIMIT_FSIZE, limits["file_size"]),
        (resource.RLIMIT_NPROC, limits["processes"]), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 256),
    ):  # fmt: skip
        resource.setrlimit(kind, (value, value))


def _run_steps(job: dict[str, Any], shell: Any, tell: Any) -> dict[int, Any]:
    """Run the cells in order and take each answer as it is right after its cell."""
    found: dict[int, Any] = {}
    for number, source in enumerate(job["steps"]):
        if number in job["skip"]:
            continue
        tell(begin="step", number=number)
        before = {name: shell.user_ns.get(name, _MISSING) for name in _names(job, number)}
        tell(end="step", number=number, **_run_cell(shell, source, job["limits"]["cell_seconds"]))
        for task in range(len(job["tasks"])):
            name, at = job["tasks"][task]["name"], job["tasks"][task]["step"]
            if at == number and name in shell.user_ns:
                value = shell.user_ns[name]
                # A cell that failed before it defined the answer has left another one's.
                if value is not before[name]:
                    found[task] = value if job["tasks"][task]["kind"] == "function" else copy_plain(to_plain(value))
    return found


def _names(job: dict[str, Any], number: int) -> list[str]:
    return [task["name"] for task in job["tasks"] if task["step"] == number]


def _run_cell(shell: Any, source: str, seconds: float) -> dict[str, Any]:
    def ring(signum: int, frame: FrameType | None) -> None:
        raise _TimeUp

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        result = shell.run_cell(source, store_history=False, silent=True)
        error = result.error_before_exec or result.error_in_exec
    except BaseException as raised:
        error = raised
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if error is None:
        return {"status": "ran"}
    if isinstance(error, _TimeUp):
        return {"status": "timeout"}
    if isinstance(error, MemoryError):
        return {"status": "limit", "limit": "memory"}
    return {"status": "raised", "error": _error(describe_error(error))}


def _run_task(task: dict[str, Any], answer: Any, most: int) -> dict[str, Any]:
    if answer is _MISSING:
        return {"status": "missing"}
    inputs = [tuple(arguments) for arguments in task["inputs"]]
    if task["kind"] == "value":
        return {"status": "called", "outcomes": [{"status": "returned", "value": answer, "inputs": []} for _ in inputs]}
    if not callable(answer):
        return {"status": "not callable", "kind": type(answer).__name__[:60]}
    probe = None
    if task["probe"]:
        module, _colon, name = task["probe"].partition(":")
        probe = getattr(importlib.import_module(module), name)
    outcomes = [
        {"status": outcome.status, "value": outcome.value, "inputs": list(outcome.inputs),
         "error": _error(outcome.error) if outcome.error else None}
        for outcome in run_calls(answer, inputs, task["seconds"], probe)
    ]  # fmt: skip
    if len(encode(outcomes)) > most:
        return {"status": "limit", "limit": "result"}
    return {"status": "called", "outcomes": outcomes}


def _error(error: Any) -> list[Any]:
    return [error.kind, error.text, error.line_number, error.line]


if __name__ == "__main__":
    main()
