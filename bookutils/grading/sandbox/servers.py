"""Warm servers, one for each set of libraries: started when somebody knocks, and again when one has died."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bookutils.core.commands import to_type
from bookutils.core.errors import BookError
from bookutils.core.messages import _
from bookutils.grading.model import Limits
from bookutils.grading.sandbox.channel import Channel
from bookutils.grading.sandbox.launch import PACKAGE, environment, server_command
from bookutils.grading.sandbox.watch import look
from bookutils.grading.wire import HELLO

START_SECONDS = 120.0  # TensorFlow on a busy machine
_WAITING = 256
_MOST_KNOCKS = 3
_MOST_STARTS = 5  # a server that dies more often, each time at once, has a reason that does not go away
_AT_ONCE = 30.0  # seconds
_PREFIX = "bookutils-grade-"
_LONGEST_ADDRESS = 107  # bytes: a socket has no room for more
_LONGEST_NAME = 50  # bytes of what is put behind the temporary folder
_SHORT_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")


class SandboxError(BookError):
    """The sandbox itself failed, or the machine; never the learner's fault."""


class CrowdedError(SandboxError):
    """The clock on the wall stopped something, or the machine did; alone it may do better."""


class Servers:
    """The servers of one run; used as a context manager, by the process that starts them.

    Parameters
    ----------
    modules : set of libraries -> the modules that its server imports
    files : bytes that a submission may write
    """

    def __init__(self, modules: Mapping[str, Sequence[str]], files: int) -> None:
        self._modules, self._files = modules, files
        _remove_abandoned()
        self._folder = tempfile.TemporaryDirectory(prefix=_our_prefix(), dir=_short_folder())
        self._listeners: dict[str, socket.socket] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._starts: dict[str, int] = {}
        self._started: dict[str, float] = {}
        for name in modules:
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(self.address(name))
            listener.listen(_WAITING)
            self._listeners[name] = listener

    def address(self, name: str) -> str:
        """Where the server of a set of libraries is to be reached. Only this user can."""
        return str(Path(self._folder.name) / name)

    def start(self, name: str) -> None:
        """Start a server, unless it runs or has died too often; then those who knock are sent away."""
        running = self._running.get(name)
        if name not in self._listeners or (running is not None and running.poll() is None):
            return
        now = time.monotonic()
        at_once = now - self._started.get(name, now) < _AT_ONCE
        self._started[name], self._starts[name] = now, (self._starts.get(name, 0) if at_once else 0) + 1
        if self._starts[name] > _MOST_STARTS:
            self._listeners.pop(name).close()
            return
        number = self._listeners[name].fileno()
        with open(_log_of(self.address(name)), "wb") as log, contextlib.suppress(OSError):  # noqa: PTH123
            self._running[name] = subprocess.Popen(
                server_command("warm", number, self._files, self._modules[name]), pass_fds=[number], env={},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                start_new_session=True,  # Ctrl-C is for the process that leads
            )  # fmt: skip

    def tend(self, seconds: float = 0.0) -> None:
        """Start the servers at whose door somebody knocks and nobody opens; wait so long for that at most."""
        idle = {
            listener: name for name, listener in self._listeners.items()
            if name not in self._running or self._running[name].poll() is not None
        }  # fmt: skip
        if not idle:
            return
        knocking, _, _ = select.select(list(idle), [], [], seconds)
        for listener in knocking:
            self.start(idle[listener])

    def close(self) -> None:
        """End all servers, and with them all that runs inside."""
        for process in self._running.values():
            process.kill()
            process.wait()
        for listener in self._listeners.values():
            listener.close()
        self._folder.cleanup()

    def __enter__(self) -> Servers:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def knock(address: str, limits: Limits, alone: bool = False) -> Channel:
    """Get a process of one's own from the server at `address`.

    Parameters
    ----------
    alone : nothing else is graded at the same time

    Raises
    ------
    SandboxError
        When there is none.
    """
    reason = _("nobody answers")
    for _try in range(_MOST_KNOCKS):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(START_SECONDS)
        try:
            connection.connect(address)
            said, handles, _flags, _address = socket.recv_fds(connection, 64, 1)
        except ConnectionResetError as error:
            connection.close()
            reason = str(error)
            continue
        except OSError as error:
            connection.close()
            raise _no_sandbox(_last_words(address) or str(error)) from None
        if said.startswith(HELLO) and len(handles) == 1:
            return Channel(
                connection, handles[0], None, limits.memory, limits.processes, server=said, result=limits.result,
                alone=alone,
            )  # fmt: skip
        connection.close()  # a server that was dying opened the door; the next one may be well
        reason = said.decode(errors="replace") or _("the server ended")
    raise _no_sandbox(_last_words(address) or reason)


def _log_of(address: str) -> str:
    return f"{address}.log"


def _last_words(address: str) -> str:
    """Return what a server that ended has said last: the reason, as a rule."""
    with contextlib.suppress(OSError):
        lines = Path(_log_of(address)).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1][-300:] if lines else ""
    return ""


def launch_single(
    modules: Sequence[str], limits: Limits, isolated: bool = True, alone: bool = False
) -> Channel:  # fmt: skip
    """Start a sandbox for one process; slower than `knock`, and as safe.

    Parameters
    ----------
    isolated : False starts the process with no sandbox around it
    alone : nothing else is graded at the same time

    Raises
    ------
    SandboxError
        When it does not start.
    """
    ours, theirs = socket.socketpair()
    try:
        folder = None if isolated else tempfile.mkdtemp(prefix=_our_prefix())
        with theirs:
            command = server_command("single", theirs.fileno(), limits.files, modules, isolated)
            process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, start_new_session=True, cwd=folder,
                # Bubblewrap gets no variables at all: it is a process inside too, and shows with which it was started.
                env={} if folder is None else {**environment(PACKAGE.parent, folder), "PATH": os.defpath},
            )  # fmt: skip
    except OSError as error:  # no process, no room, no descriptor is to be had
        ours.close()
        raise _no_sandbox(str(error)) from None
    ours.settimeout(START_SECONDS)
    said = b""
    with contextlib.suppress(OSError):
        said = ours.recv(len(HELLO))
    channel = Channel(
        ours, _serving(process.pid), process, limits.memory, limits.processes, folder, result=limits.result,
        isolated=isolated, alone=alone,
    )  # fmt: skip
    if said != HELLO:
        assert process.stderr
        process.kill()
        reason = process.stderr.read(2000).decode(errors="replace").strip()[-300:]
        channel.close()
        raise _no_sandbox(reason or _("it ended without a word"))
    return channel


def _serving(launched: int) -> int | None:
    """Return a pidfd of the process that serves: before anything of a learner runs, it is the innermost one."""
    seen = look(launched)
    if seen is None or not hasattr(os, "pidfd_open"):
        return None
    with contextlib.suppress(OSError):
        return os.pidfd_open(seen.pids[-1])
    return None


def _short_folder() -> str:
    """Return the temporary folder; another one where its name is too long for the address of a socket."""
    usual = tempfile.gettempdir()
    for folder in (usual, *_SHORT_FOLDERS):
        fits = len(os.fsencode(folder)) + _LONGEST_NAME <= _LONGEST_ADDRESS
        if fits and os.access(folder, os.W_OK | os.X_OK):
            return folder
    return usual


def _our_prefix() -> str:
    return f"{_PREFIX}{os.getpid()}-"


def _remove_abandoned() -> None:
    """Remove what a grader left in the temporary folder that was killed."""
    folders = {tempfile.gettempdir(), _short_folder()}
    for place in [found for folder in folders for found in Path(folder).glob(f"{_PREFIX}*")]:
        number = place.name.removeprefix(_PREFIX).partition("-")[0]
        with contextlib.suppress(OSError):
            gone = number.isdigit() and Path("/proc/self").exists() and not Path("/proc", number).exists()
            if gone and place.lstat().st_uid == os.getuid():
                shutil.rmtree(place, ignore_errors=True)


def _no_sandbox(reason: str) -> SandboxError:
    return SandboxError(
        _("A sandbox did not start: {reason}.").format(reason=reason.rstrip(".")),
        _("Type: {command}").format(command=to_type("doctor --grading")),
    )
