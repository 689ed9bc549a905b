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

from bookutils.grading.sandbox.watch import give_way, look
from bookutils.grading.wire import MAX_BYTES, GarbledError, decode, encode

_LOOK_AFTER, _LOOK_EVERY = 0.3, 0.1  # seconds: a process that is done before is not looked at
_END_SECONDS = 10.0
_FOR_LIBRARIES = 2**29  # bytes that TensorFlow takes before a cell has run
_AROUND = 2**16  # bytes of a frame beside what an answer returns
_DESCRIPTORS, _INODES = 1_000, 20_000
_BUSY, _TOO_BUSY = 4, 16  # threads that compute at the same time; answers and libraries are content with one


class StoppedError(Exception):
    """The process can be asked nothing more.

    Parameters
    ----------
    reason : "time", "memory", "processes", "files", "died" or "garbled"
    earlier : what came belongs to something that was asked before
    """

    def __init__(self, reason: str, earlier: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.earlier = earlier


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
    result : bytes of an answer
    """

    def __init__(
        self, connection: socket.socket, process: int | None, launched: subprocess.Popen[bytes] | None,
        memory: int, processes: int, folder: str | None = None,
        server: bytes = b"", result: int = MAX_BYTES,
    ) -> None:  # fmt: skip
        self.server = server
        self._connection, self._process, self._launched = connection, process, launched
        self._memory, self._processes, self._folder = memory, processes, folder
        self._longest = result + _AROUND
        self._buffer = bytearray()
        self._number = 0
        self._look_at = time.monotonic() + _LOOK_AFTER

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
            if self._is_told_unasked():
                raise StoppedError("garbled", earlier=True)
            self._send(len(data).to_bytes(4, "big") + data, time.monotonic() + within)
            return self._understand(self._receive(within))
        except StoppedError:
            self.close()
            raise

    def _is_told_unasked(self) -> bool:
        """Whether something is there to be read although nothing was asked: a learner's code has written it."""
        ready, _, _ = select.select([self._connection], [], [], 0)
        with contextlib.suppress(OSError):
            return bool(ready) and bool(self._connection.recv(1, socket.MSG_PEEK))
        return False

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
        while True:
            if len(self._buffer) >= 4:
                size = int.from_bytes(self._buffer[:4], "big")
                if size > self._longest:
                    raise StoppedError("garbled")
                if len(self._buffer) >= 4 + size:
                    frame = bytes(self._buffer[4 : 4 + size])
                    del self._buffer[: 4 + size]
                    return frame
            now = time.monotonic()
            if now >= begin + seconds:
                raise StoppedError("time")
            if now >= self._look_at:  # however short the single calls are
                self._look()
                self._look_at = time.monotonic() + _LOOK_EVERY
            wait = max(min(self._look_at, begin + seconds) - now, 0.0)
            ready, _, _ = select.select([self._connection], [], [], wait)
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
            answer = decode(frame, self._longest)
        except GarbledError:
            raise StoppedError("garbled") from None
        # One answer to each question: what else stands here, a learner's code has written.
        number = answer.get("number") if type(answer) is dict else None
        if type(number) is not int or number != self._number or self._buffer:
            # Its own answer comes late where another one was written in its place.
            raise StoppedError("garbled", earlier=type(number) is int and number == self._number - 1)
        return answer

    def _look(self) -> None:
        """Stop what uses too much; what is quickly told comes first, since a flood leaves little time to look."""
        seen = look(self._process, self._launched.pid if self._launched else None)
        if seen is None:
            return
        busy = seen.busy()
        if len(seen.pids) >= self._processes or busy > _TOO_BUSY:
            raise StoppedError("processes")
        if busy > _BUSY:
            give_way(seen.pids)
        if seen.descriptors() > _DESCRIPTORS or seen.inodes() > _INODES:
            raise StoppedError("files")
        if seen.memory() > self._memory + _FOR_LIBRARIES:
            raise StoppedError("memory")

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
