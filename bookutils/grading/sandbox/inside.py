"""Inside the sandbox: runs cells and calls answers as it is told, and says what happened.

It is handed nothing that is secret but the inputs of the call that it makes, and nothing that is expected. Whatever it
writes is read outside as something that the learner may have written.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import random
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from bookutils.core.alarms import TimeUp, processor_limit
from bookutils.core.calling import Sink, TooMuchPrinted, describe_error, run_calls
from bookutils.core.plain import copy_plain, to_plain
from bookutils.core.starters import why_no_answer
from bookutils.grading.sandbox.entering import noticed
from bookutils.grading.sandbox.failing import FailingAlone
from bookutils.grading.wire import decode, encode

_MISSING = object()
_OPEN_FILES = 256
_STACK = 8 * 2**20
_MOST_MISSING = 20


def make_shell() -> Any:
    """Return the shell that runs cells: IPython, so that magics and shell lines work as in a notebook."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):  # type: ignore[misc]  # traitlets carry no types
        """A shell without a window or a screen: what asks for one gets none, and goes on."""

        def enable_gui(self, gui: Any = None) -> None:
            """Start no event loop."""

        def showtraceback(self, *arguments: Any, **keywords: Any) -> None:
            """Draw nothing; nobody looks."""

        showsyntaxerror = showtraceback

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    settings.InteractiveShell.autoindent = False
    return Shell.instance(config=settings)


def memory_in_use() -> int:
    """Return the bytes of address space that this process has taken so far."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def serve(channel: socket.socket, shell: Any, taken: int, isolate: Callable[[], None]) -> None:
    """Do what `channel` asks until it closes, then end the process.

    Parameters
    ----------
    channel : carries frames both ways: four bytes of length, then plain data
    shell : from `make_shell`
    taken : bytes of address space that the libraries take; the memory limit counts from there
    isolate : called before anything of a learner runs

    Notes
    -----
    The first request sets limits. What fails until then is said in the answer to it: it is nobody's but the grader's.
    """
    fault = ""
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        for number in (signal.SIGALRM, signal.SIGPROF):  # one that comes late must not end the process
            signal.signal(number, _heard_too_late)
        isolate()
        random.seed(0)  # a server's state is the same for all, so say which
        np.random.seed(0)  # noqa: NPY002
    except BaseException as error:
        fault = _in_words(error)
    worker = _Worker(shell, taken, fault)
    process = os.getpid()
    while (request := _read(channel)) is not None:
        answer = worker.do(request)
        if os.getpid() != process:  # a cell forked, and this is its child
            os._exit(0)
        data = encode(answer)
        channel.sendall(len(data).to_bytes(4, "big") + data)
    os._exit(0)


def _read(channel: socket.socket) -> Any:
    size = int.from_bytes(_exactly(channel, 4), "big")
    return decode(_exactly(channel, size)) if size else None


def _exactly(channel: socket.socket, size: int) -> bytes:
    """Read so many bytes; whoever asked is gone when there are none, and then nobody waits for an answer."""
    parts = []
    while size > 0:
        part = channel.recv(min(size, 2**20))
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class _Worker:
    """One learner's notebook: its variables, and its answers as they were right after their cells."""

    def __init__(self, shell: Any, taken: int, fault: str) -> None:
        self.shell, self.taken, self.fault = shell, taken, fault
        self.answers: dict[int, Any] = {}
        self.missing: dict[str, str] = {}  # what could not be imported while the last thing was done -> why
        self.printed, self.returned = 2**20, 2**20

    def do(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do one thing and say what came of it; the number of the request comes back with it."""
        kinds: dict[str, Callable[..., dict[str, Any]]] = {"limit": self.limit, "run": self.run, "call": self.call}
        number = request.pop("number")
        return {"number": number, **kinds[request.pop("kind")](**request)}

    def limit(
        self, memory: int, file_size: int, processes: int, output: int, result: int, processor: int
    ) -> dict[str, Any]:  # fmt: skip
        """Set what may be used, for good; say which of it cannot be set."""
        room = self.taken + memory
        for name, kind, value in (
            ("memory", resource.RLIMIT_AS, room), ("memory for data", resource.RLIMIT_DATA, room),
            ("file size", resource.RLIMIT_FSIZE, file_size), ("processes", resource.RLIMIT_NPROC, processes),
            ("core size", resource.RLIMIT_CORE, 0), ("open files", resource.RLIMIT_NOFILE, _OPEN_FILES),
            ("processor time", resource.RLIMIT_CPU, processor), ("stack", resource.RLIMIT_STACK, _STACK),
        ):  # fmt: skip
            self.fault = self.fault or _set_limit(name, kind, value)
        self.printed, self.returned = output, result
        return {"status": "failed", "reason": self.fault} if self.fault else {"status": "ready"}

    def run(self, source: str, seconds: float, answers: list[list[Any]], own: bool = True) -> dict[str, Any]:
        """Run a cell.

        Parameters
        ----------
        answers : (key, name, kind) of those that it may define
        own : it is a learner's, and its imports fail alone; the course's have to work
        """
        names = self.shell.user_ns
        before = {name: names.get(name, _MISSING) for _key, name, _kind in answers}
        self.missing.clear()
        with FailingAlone(self.shell, self.missing) if own else contextlib.nullcontext():
            told = self._run_cell(source, seconds)
        told["missing"] = self._missed()
        for key, name, kind in answers:
            value = names.get(name, _MISSING)
            # A cell that failed before it defined the answer has left another one's.
            if value is not _MISSING and (value is not before[name] or told["status"] == "ran"):
                self.answers[key] = value if kind == "function" or value is ... else copy_plain(to_plain(value))
        return told

    def _missed(self) -> list[list[str]]:
        return [[name[:100], why] for name, why in list(self.missing.items())[:_MOST_MISSING]]

    def _run_cell(self, source: str, seconds: float) -> dict[str, Any]:
        sink = Sink(self.printed)
        running = True
        with processor_limit(seconds, lambda _frame: running):
            try:
                with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
                    result = self.shell.run_cell(source, store_history=False, silent=True)
                error = result.error_before_exec or result.error_in_exec
            except BaseException as raised:
                error = raised
            finally:
                running = False
        if error is None:
            return {"status": "ran"}
        if isinstance(error, TimeUp):
            return {"status": "limit", "limit": "time"}
        if isinstance(error, TooMuchPrinted):
            return {"status": "limit", "limit": "output"}
        return {"status": "raised", "error": _error(describe_error(error))}

    def call(
        self, key: int, function: bool, inputs: list[list[Any]], seconds: float, probe: str | None,
        reference: str | None,
    ) -> dict[str, Any]:  # fmt: skip
        """Call an answer once for each list of arguments."""
        answer = self.answers.get(key, _MISSING)
        if answer is _MISSING:
            return {"status": "missing"}
        book = _find(reference)
        why = why_no_answer(answer, function, book)
        if why:
            return {"status": why, "type": type(answer).__name__[:60]}
        if not function:
            outcomes = [{"status": "returned", "value": answer, "inputs": [], "error": None} for _ in inputs]
            return {"status": "called", "outcomes": outcomes, "delegated": False}
        self.missing.clear()
        with noticed(book) as entered:
            made = run_calls(answer, [tuple(arguments) for arguments in inputs], seconds, _find(probe),
                             processor_limit)  # fmt: skip
        outcomes = [
            {"status": outcome.status, "value": outcome.value, "inputs": list(outcome.inputs),
             "error": _error(outcome.error) if outcome.error else None}
            for outcome in made
        ]  # fmt: skip
        told = {"status": "called", "outcomes": outcomes, "delegated": bool(entered),
                "missing": self._missed()}  # fmt: skip
        size = 0
        for outcome in outcomes:  # one by one, since all of them together may fill the memory
            size += len(encode(outcome))
            if size > self.returned:
                return {"status": "limit", "limit": "result"}
        return told


def _set_limit(name: str, kind: int, value: int) -> str:
    """Set a limit of the system; say why where that is not possible."""
    highest = resource.getrlimit(kind)[1]
    try:
        resource.setrlimit(kind, (value, value))
    except (ValueError, OSError) as error:
        allowed = f"; the machine allows {highest}" if highest >= 0 else ""
        return f"the limit on {name} cannot be set to {value}{allowed} ({error})"
    return ""


def _heard_too_late(_number: int, _frame: FrameType | None) -> None:
    """Take a signal that was meant for a cell which has ended meanwhile."""


def _in_words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _find(place: str | None) -> Any:
    """Return what stands at "module:name"."""
    if place is None:
        return None
    module, _colon, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def _error(error: Any) -> list[Any]:
    return [error.kind, error.text, error.line_number, error.line]
