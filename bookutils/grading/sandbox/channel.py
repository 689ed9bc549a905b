"""Outside the sandbox: one process in there, asked one thing at a time, each with limits kept out here."""

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

from bookutils.grading.sandbox.meter import TIME, Meter
from bookutils.grading.sandbox.watch import give_way, look, pid_of
from bookutils.grading.wire import MAX_BYTES, GarbledError, decode, encode

_GRACE = 2.0  # seconds from a signal to stop, which a cell may catch, until the process is ended
_OF_BUBBLEWRAP = 2  # processes around the one that serves
_PAUSE, _MOST_PAUSES = 0.02, 50  # where there is something to be read, and yet there is nothing
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
    reason : "time", "wall" for the clock alone, "memory", "processes", "files", "died" or "garbled"
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
    process : a pidfd of the process that serves, which is the first of its namespace when a server forked it
    launched : the sandbox itself, when it holds this process alone
    memory, processes : what all of them together may use, looked at from outside
    folder : removed at the end; None where there is none
    server : which server forked it
    result : bytes of an answer
    isolated : bubblewrap is around it
    alone : nothing else is graded at the same time

    Attributes
    ----------
    meter : what the last request took
    rang : with which limit it was told to stop; None when it was not
    """

    def __init__(
        self, connection: socket.socket, process: int | None, launched: subprocess.Popen[bytes] | None,
        memory: int, processes: int, folder: str | None = None,
        server: bytes = b"", result: int = MAX_BYTES, isolated: bool = True, alone: bool = False,
    ) -> None:  # fmt: skip
        self.server, self.isolated, self.alone = server, isolated, alone
        self._connection, self._process, self._launched = connection, process, launched
        self._memory, self._processes, self._folder = memory, processes, folder
        self._longest = result + _AROUND
        self._buffer = bytearray()
        self._number = 0
        self._look_at = time.monotonic() + _LOOK_AFTER
        self.meter = Meter(None if process is None else pid_of(process), alone)
        self._seconds = 0.0
        self._pauses = 0
        self.rang: str | None = None
        connection.setblocking(False)

    def ask(self, within: float, kind: str, **details: Any) -> dict[str, Any]:
        """Have one thing done.

        Parameters
        ----------
        within : seconds of processor time, of the process and all that it started; what takes longer is told to stop,
            and a little later ended. So is what takes much longer on the wall
        kind, details : see `bookutils.grading.sandbox.inside`

        Raises
        ------
        StoppedError
            When there is no answer to be had, now or later. The process is gone then.
        """
        self._number += 1
        self._seconds, self.rang = within, None
        data = encode({"number": self._number, "kind": kind, **details})
        self.meter.start()
        try:
            if self._is_told_unasked():
                raise StoppedError("garbled", earlier=True)
            self._send(len(data).to_bytes(4, "big") + data)
            answer = self._understand(self._receive())
        except StoppedError:
            self.meter.finish()
            self.close()
            raise
        self.meter.finish()
        return answer

    def _is_told_unasked(self) -> bool:
        """Whether something is there to be read although nothing was asked: a learner's code has written it."""
        return bool(self._read(socket.MSG_PEEK))

    def _send(self, data: bytes) -> None:
        """Write one frame. Who does not read it makes us wait no longer than who does not answer."""
        left = memoryview(data)
        while left:
            self._wait(writing=True)
            try:
                left = left[self._connection.send(left, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                self._pause()
            except OSError:
                raise StoppedError("died") from None

    def _receive(self) -> bytes:
        """Read one frame."""
        while True:
            if len(self._buffer) >= 4:
                size = int.from_bytes(self._buffer[:4], "big")
                if size > self._longest:
                    raise StoppedError("garbled")
                if len(self._buffer) >= 4 + size:
                    frame = bytes(self._buffer[4 : 4 + size])
                    del self._buffer[: 4 + size]
                    return frame
            if self._wait(writing=False):
                data = self._read()
                if data is None:
                    self._pause()
                elif not data:
                    raise StoppedError("died")
                else:
                    self._buffer += data

    def _wait(self, writing: bool) -> bool:
        """Wait until something can be read or written, but not beyond the next look; whether it can."""
        now = time.monotonic()
        if now >= self._look_at:  # however short the single calls are
            self._look()
            self._look_at = time.monotonic() + _LOOK_EVERY
        wait = max(self._look_at - time.monotonic(), 0.0)
        ones = [self._connection]
        readable, writable, _ = select.select([] if writing else ones, ones if writing else [], [], wait)
        return bool(readable or writable)

    def _read(self, flags: int = 0) -> bytes | None:
        """Read what is there; b"" at the end, None where there is nothing."""
        try:
            return self._connection.recv(2**20, flags | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            return b"" if not flags else None

    def _pause(self) -> None:
        """Keep calm where the system says that there is something, and there is not: a byte out of band does that."""
        self._pauses += 1
        if self._pauses > _MOST_PAUSES:
            raise StoppedError("garbled")
        time.sleep(_PAUSE)

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
        around = _OF_BUBBLEWRAP if self._launched and self.isolated else 0
        first = self._launched.pid if self._launched else self._process and pid_of(self._process)
        seen = look(first, around)
        if seen is None:
            self._keep_time()
            return
        busy = seen.busy()
        self.meter.read(seen, busy)
        self._keep_time()
        if len(seen.pids) - around >= self._processes or busy > _TOO_BUSY:
            raise StoppedError("processes")
        if busy > _BUSY and not self.alone:
            give_way(seen.pids)
        if seen.descriptors() > _DESCRIPTORS or seen.inodes() > _INODES:
            raise StoppedError("files")
        if seen.memory() > self._memory + _FOR_LIBRARIES:
            raise StoppedError("memory")

    def _keep_time(self) -> None:
        """Tell the process to stop when a limit is reached; end it when it does not."""
        late = self.meter.reached(self._seconds + _GRACE)
        if late is not None:
            raise StoppedError(self.rang or late)
        reached = self.meter.reached(self._seconds)
        if reached is None:
            return
        if reached != TIME and not self.alone:  # it is tried again alone anyway
            raise StoppedError(reached)
        self.rang = self.rang or reached
        if self._process is not None:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._process, signal.SIGALRM)

    def close(self) -> None:
        """End the process and all that it started, and wait until they are gone."""
        if self._process is not None:
            with contextlib.suppress(OSError):
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
                pass  # it ends with an error where nobody wrote for a while

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


Connect = Callable[[], Channel]
