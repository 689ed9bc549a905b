"""A lock between processes that is never waited on for long and outlives no process that held it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from bookutils.core.files import explain_os_error

STALE_SECONDS = 60.0
_POLL_SECONDS = 0.1
# Windows refuses to open or remove what another process reads or removes at that very moment.
_REFUSES_FOR_A_MOMENT = os.name == "nt"
_TRIES = 20


class Lock:
    """A hidden file that says who works on something; made by `try_lock`.

    Whoever holds it calls `alive` now and then. A lock counts as abandoned when its process is gone (known on the
    same machine, also where its number was given out again) or when nobody has called `alive` for a minute (on another
    machine, or where the system does not tell when a process was started).
    """

    def __init__(self, path: Path, token: str) -> None:
        self.path = path
        self.token = token
        self._touched = time.monotonic()

    def alive(self) -> None:
        """Say that the holder still works; cheap enough to be called for every piece of a file."""
        if time.monotonic() - self._touched > STALE_SECONDS / 10:
            self._touched = time.monotonic()
            with contextlib.suppress(OSError):
                os.utime(self.path)

    def release(self) -> None:
        """Remove the file, if it is still this holder's."""
        if _read(self.path).get("token") == self.token:
            with contextlib.suppress(OSError):
                _remove(self.path)


@contextlib.contextmanager
def try_lock(path: Path, *, seconds: float = 5.0, about: Path | None = None) -> Iterator[Lock | None]:
    """Hold the lock file `path` during the block, or go on without it after a few seconds.

    Parameters
    ----------
    path : the lock file; its folder is made when missing
    seconds : how long another living holder is waited for
    about : the file that an error speaks of; `path` when None

    Yields
    ------
    Lock, or None when a living process kept it all that time

    Raises
    ------
    BookError
        When the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / ".file.lock"
    >>> with try_lock(path) as first, try_lock(path, seconds=0) as second:
    ...     print(first is not None, second)
    True None
    >>> path.exists()
    False
    """
    lock = _acquire(path, seconds, about or path)
    try:
        yield lock
    finally:
        if lock is not None:
            lock.release()


def _acquire(path: Path, seconds: float, about: Path) -> Lock | None:
    until = time.monotonic() + seconds
    token = secrets.token_hex(8)
    started = _start_of(os.getpid())
    owner = json.dumps({"pid": os.getpid(), "started": started, "host": socket.gethostname(), "token": token})
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if _create(path, owner, token):
                return Lock(path, token)
            if _is_abandoned(path):
                _take_away(path)
                if _create(path, owner, token):
                    return Lock(path, token)
        except OSError as error:
            if not (_REFUSES_FOR_A_MOMENT and isinstance(error, PermissionError)):
                raise explain_os_error(error, about) from error
        if time.monotonic() >= until:
            return None
        time.sleep(_POLL_SECONDS)


def _create(path: Path, owner: str, token: str) -> bool:
    """Make the lock file with its content in one step, so that nobody ever reads half of it."""
    draft = path.with_name(f"{path.name}.{token}")
    try:
        draft.write_text(owner, encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            try:
                with path.open("x", encoding="utf-8") as file:
                    file.write(owner)
            except FileExistsError:
                return False
        return True
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _is_abandoned(path: Path) -> bool:
    try:
        age = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return False  # released a moment ago; the next round takes it
    owner = _read(path)
    pid, started = owner.get("pid"), owner.get("started")
    if owner.get("host") == socket.gethostname() and isinstance(pid, int):
        if not _is_running(pid):
            return True
        if started is not None:  # then it is known whether the number was given out again
            return _start_of(pid) not in (None, started)
    return age > STALE_SECONDS


def _start_of(pid: int) -> int | None:
    """Return when a process was started, in the system's own count; None where that is not told."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
        )
    return None


def _take_away(path: Path) -> None:
    """Remove an abandoned lock. Only one process at a time may, and it looks again: else a fresh lock could go."""
    guard = path.with_name(f"{path.name}.taking")
    try:
        guard.mkdir()
    except FileExistsError:
        with contextlib.suppress(OSError):
            if time.time() - guard.stat().st_mtime > STALE_SECONDS:  # its process died between two lines
                guard.rmdir()
        return
    try:
        if _is_abandoned(path):
            _remove(path)
    finally:
        with contextlib.suppress(OSError):
            guard.rmdir()


def _remove(path: Path) -> None:
    for _ in range(_TRIES if _REFUSES_FOR_A_MOMENT else 0):
        with contextlib.suppress(PermissionError):
            path.unlink(missing_ok=True)
            return
        time.sleep(_POLL_SECONDS / _TRIES)
    path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _is_running(pid: int) -> bool:
    if os.name == "nt":  # os.kill would end the process there; the file's age decides alone
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
