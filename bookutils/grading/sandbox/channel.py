"""Outside the sandbox: one process in there, asked one thing at a time, each with a time limit kept out here."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from typing import Any

from bookutils.grading.sandbox.watch import look
from bookutils.grading.wire import GarbledError, decode, encode

_MAX_FRAME = 64 * 2**20
_LOOK_AFTER, _LOOK_EVERY = 0.3, 0.1  # seconds: short calls are not looked at
_END_SECONDS = 10.0
_FOR_LIBRARIES = 2**29  # bytes that TensorFlow takes before a cell has run


class StoppedError(Exception):
    """The process can be asked nothing more; `reason` is "time", "memory", "processes", "died" or "garbled"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel:
    """A process in the sandbox.

    Parameters
    ----------
    connection : carries frames both ways
    process : a pidfd of the first process of its namespace, when a server forked it
    launched : the sandbox itself, when it holds this process alone
    memory, processes : what all of them together may use, looked at from outside
    folder : removed at the end; None where there is none
    server : which server forked it
    """

    def __init__(
        self, connection: socket.socket, process: int | None, launched: subprocess.Popen[bytes] | None,
        memory: int, processes: int, folder: str | None = None,
        server: bytes = b"",
    ) -> None:  # fmt: skip
        self.server = server
        self._connection, self._process, self._launched = connection, process, launched
        self._memory, self._processes, self._folder = memory, processes, folder
        self._buffer = bytearray()
        self._number = 0

    def ask(self, within: float, kind: str, **details: Any) -> dict[str, Any]:
        """Have one thing done.

        Parameters
        ----------
        within : seconds; what takes longer is stopped with all that it started
        kind, details : see `bookutils.grading.sandbox.inside`

        Raises
        ------
        StoppedError
            When there is no answer to be had, now or later. The process is gone then.
        """
        self._number += 1
        data = encode({"number": self._number, "kind": kind, **details})
        try:
            self._send(len(data).to_bytes(4, "big") + data, time.monotonic() + within)
            return self._understand(self._receive(within))
        except StoppedError:
            self.close()
            raise

    def _send(self, data: bytes, until: float) -> None:
        self._connection.settimeout(max(until - time.monotonic(), 0.1))
        try:
            self._connection.sendall(data)
        except TimeoutError:
            raise StoppedError("time") from None
        except OSError:
            raise StoppedError("died") from None

    def _receive(self, seconds: float) -> bytes:
        """Read one frame, and look now and then what the processes use meanwhile."""
        begin = time.monotonic()
        look_at = begin + _LOOK_AFTER
        while True:
            if len(self._buffer) >= 4:
                size = int.from_bytes(self._buffer[:4], "big")
                if size > _MAX_FRAME:
                    raise StoppedError("garbled")
                if len(self._buffer) >= 4 + size:
                    frame = bytes(self._buffer[4 : 4 + size])
                    del self._buffer[: 4 + size]
                    return frame
            now = time.monotonic()
            if now >= begin + seconds:
                raise StoppedError("time")
            if now >= look_at:
                self._look()
                look_at = time.monotonic() + _LOOK_EVERY
            ready, _, _ = select.select([self._connection], [], [], max(min(look_at, begin + seconds) - now, 0.0))
            if ready:
                data = self._read()
                if not data:
                    raise StoppedError("died")
                self._buffer += data

    def _read(self) -> bytes:
        try:
            return self._connection.recv(2**20)
        except OSError:
            return b""

    def _understand(self, frame: bytes) -> dict[str, Any]:
        try:
            answer = decode(frame, _MAX_FRAME)
        except GarbledError:
            raise StoppedError("garbled") from None
        # One answer to each question: what else stands here, a learner's code has written.
        number = answer.get("number") if type(answer) is dict else None
        if type(number) is not int or number != self._number or self._buffer:
            raise StoppedError("garbled")
        return answer

    def _look(self) -> None:
        use = look(self._process, self._launched.pid if self._launched else None)
        if use is not None and use.memory > self._memory + _FOR_LIBRARIES:
            raise StoppedError("memory")
        if use is not None and use.processes >= self._processes:
            raise StoppedError("processes")

    def close(self) -> None:
        """End the process and all that it started, and wait until they are gone."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
            select.select([self._process], [], [], _END_SECONDS)
            os.close(self._process)
            self._process = None
        if self._launched is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._launched.pid, signal.SIGKILL)
            self._launched.wait()
            self._wait_for_silence()
            if self._launched.stderr:
                self._launched.stderr.close()
            self._launched = None
        self._connection.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _wait_for_silence(self) -> None:
        """Wait until nobody holds the other end: then the sandbox's processes are gone too."""
        until = time.monotonic() + _END_SECONDS
        self._connection.settimeout(0.5)
        with contextlib.suppress(OSError):
            while time.monotonic() < until and self._connection.recv(2**20):
                pass

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


Connect = Callable[[], Channel]
