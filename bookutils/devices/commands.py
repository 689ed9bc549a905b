"""Runs a command that may hang or crash, and comes back in time whatever it does."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

_GRACE = 2.0  # seconds for a killed process to go; one that waits for a stuck driver does not


@dataclass(frozen=True)
class Ran:
    """How a command ended.

    Attributes
    ----------
    code : its exit code, negative for a signal; None when it was stopped because its time was up
    output, errors : what it wrote, to the end or until it was stopped
    seconds : how long it ran
    """

    code: int | None
    output: str
    errors: str
    seconds: float


class Running:
    """A command that has been started; `wait` gives what came of it.

    Its output goes into files: a pipe would keep us waiting for any process that the command left behind.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._output, self._errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
        self._started = time.monotonic()
        self._process: subprocess.Popen[bytes] | None = None
        self._refused = ""
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._errors, start_new_session=True
            )
        except OSError as error:
            self._refused = str(error)

    def wait(self, seconds: float) -> Ran:
        """Wait until the command ends, at most until `seconds` after its start; then it is stopped."""
        code: int | None = 127
        if self._process is not None:
            try:
                code = self._process.wait(max(0.0, self._started + seconds - time.monotonic()))
            except subprocess.TimeoutExpired:
                code = None
            finally:
                self.stop()
        ran = Ran(code, _read(self._output), _read(self._errors) + self._refused, time.monotonic() - self._started)
        self._output.close()
        self._errors.close()
        return ran

    def stop(self) -> None:
        """End the command and what it started, if it runs."""
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)  # its own session: nothing else is in it
            elif self._process.poll() is None:
                self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)


def run(command: Sequence[str], seconds: float) -> Ran:
    """Run a command and wait for it, at most `seconds`."""
    return Running(command).wait(seconds)


def _read(file: object) -> str:
    file.seek(0)  # type: ignore[attr-defined]
    content: bytes = file.read(1 << 22)  # type: ignore[attr-defined]
    return content.decode("utf-8", errors="replace")
