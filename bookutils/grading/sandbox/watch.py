"""Outside the sandbox: what a process there and all that it started use together, read from /proc."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_LOWEST = 19  # of the priorities
_OF_BUBBLEWRAP = 2  # processes


@dataclass(frozen=True)
class Seen:
    """A process and its descendants, as they were found; each number is read when it is asked for.

    Parameters
    ----------
    pids : the processes, the first of them first
    namespaced : whether all of them live in the sandbox; of bubblewrap's own the first does not
    """

    pids: tuple[int, ...]
    namespaced: bool = True

    def memory(self) -> int:
        """Add up bytes of memory; what they share among them is counted once."""
        return sum(map(_memory_of, self.pids))

    def descriptors(self) -> int:
        """Count open files, pipes and sockets; the kernel's memory behind them belongs to no process."""
        return sum(map(_descriptors_of, self.pids))

    def inodes(self) -> int:
        """Count the files in their /tmp, be they empty."""
        return _inodes_of(self.pids[-1]) if self.namespaced or len(self.pids) > _OF_BUBBLEWRAP else 0

    def busy(self) -> int:
        """Count the threads that want a processor now."""
        return sum(map(_busy_threads_of, self.pids))


def look(handle: int | None, pid: int | None = None) -> Seen | None:
    """Find a process and its descendants.

    Parameters
    ----------
    handle : a pidfd of the process
    pid : its number, where there is no handle

    Returns
    -------
    Seen, or None where it cannot be told

    Notes
    -----
    An orphan in a process namespace belongs to the namespace's first process, so none gets out of sight.
    """
    if handle is not None:
        pid = _pid_of(handle)
    if pid is None:
        return None
    children: dict[int, list[int]] = {}
    try:
        numbers = [int(path.name) for path in _PROC.iterdir() if path.name.isdigit()]
    except OSError:
        return None
    for number in numbers:
        with contextlib.suppress(OSError, ValueError, IndexError):
            children.setdefault(int(_stat(_PROC / str(number))[1]), []).append(number)
    found, waiting = [], [pid]
    while waiting:
        found.append(number := waiting.pop())
        waiting += children.get(number, [])
    return Seen(tuple(found), handle is not None)


def give_way(pids: tuple[int, ...]) -> None:
    """Let others go first: who keeps many threads busy would take the time of those that run beside it."""
    for pid in pids:
        with contextlib.suppress(OSError):
            for task in (_PROC / str(pid) / "task").iterdir():
                os.setpriority(os.PRIO_PROCESS, int(task.name), _LOWEST)
            # Where the system groups processes by session, it compares the groups, and each has a priority too.
            (_PROC / str(pid) / "autogroup").write_text(str(_LOWEST), encoding="ascii")


def _stat(place: Path) -> list[str]:
    """Return what the kernel says of a process or a thread after its name: state, parent, …"""
    return (place / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def _pid_of(handle: int) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/self/fdinfo/{handle}").read_text(encoding="ascii").splitlines():
            if line.startswith("Pid:"):
                pid = int(line.split()[1])
                return pid if pid > 0 else None
    return None


def _memory_of(pid: int) -> int:
    """Return a process's share of its pages; all that it sees where the shares are not told."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((_PROC / str(pid) / "statm").read_text(encoding="ascii").split()[1]) * _PAGE
    return 0


def _descriptors_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        return sum(1 for _descriptor in (_PROC / str(pid) / "fd").iterdir())
    return 0


def _inodes_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        room = os.statvfs(_PROC / str(pid) / "root" / "tmp")
        return room.f_files - room.f_ffree
    return 0


def _busy_threads_of(pid: int) -> int:
    busy = 0
    with contextlib.suppress(OSError, IndexError):
        for task in (_PROC / str(pid) / "task").iterdir():
            with contextlib.suppress(OSError):
                busy += _stat(task)[0] == "R"
    return busy
