"""Outside the sandbox: what a process there and all that it started use together, read from /proc."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_SHARES = ("Pss:", "SwapPss:", "Private_Hugetlb:", "Shared_Hugetlb:")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_LOWEST = 19  # of the priorities
_UNTOLD = 10**6  # what is counted of a process that does not let itself be looked at
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True)
class Seen:
    """A process and its descendants, as they were found; each number is read when it is asked for.

    Parameters
    ----------
    pids : the processes, the first of them first
    around : how many of them are bubblewrap's own
    """

    pids: tuple[int, ...]
    around: int = 0

    def memory(self) -> int:
        """Add up bytes of memory; what they share among them is counted once."""
        return sum(map(_memory_of, self.pids))

    def descriptors(self) -> int:
        """Count open files, pipes and sockets; the kernel's memory behind them belongs to no process."""
        return sum(map(_descriptors_of, self.pids[self.around :]))

    def inodes(self) -> int:
        """Count the files in their /tmp, be they empty."""
        return max(map(_inodes_of, self.pids[self.around :]), default=0)

    def times(self) -> dict[tuple[int, bytes], tuple[float, float]]:
        """Return the processor time of each that is told: its own, and with its children that have ended."""
        found = {}
        for pid in self.pids:
            with contextlib.suppress(OSError, ValueError, IndexError):
                told = _stat(f"/proc/{pid}")
                own, ended = (sum(map(int, told[first : first + 2])) / _TICKS for first in (11, 13))
                found[pid, told[19]] = own, own + ended  # a number is given again, but not with the same beginning
        return found

    def busy(self) -> int:
        """Count the threads that want a processor now."""
        return sum(map(_busy_threads_of, self.pids))


def look(pid: int | None, around: int = 0) -> Seen | None:
    """Find a process and its descendants.

    Parameters
    ----------
    pid : its number
    around : see `Seen`

    Returns
    -------
    Seen, or None where it cannot be told

    Notes
    -----
    An orphan in a process namespace belongs to the namespace's first process, so none gets out of sight.
    """
    if pid is None:
        return None
    children: dict[int, list[int]] = {}
    try:
        numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208  # often, so quickly
    except OSError:
        return None
    for number in numbers:
        with contextlib.suppress(OSError, ValueError, IndexError):
            children.setdefault(int(_stat(f"/proc/{number}")[1]), []).append(number)
    found, waiting = [], [pid]
    while waiting:
        found.append(number := waiting.pop())
        waiting += children.get(number, [])
    return Seen(tuple(found), around)


def give_way(pids: tuple[int, ...]) -> None:
    """Let others go first: who keeps many threads busy would take the time of those that run beside it."""
    for pid in pids:
        with contextlib.suppress(OSError):
            for task in (_PROC / str(pid) / "task").iterdir():
                os.setpriority(os.PRIO_PROCESS, int(task.name), _LOWEST)
            # Where the system groups processes by session, it compares the groups, and each has a priority too.
            (_PROC / str(pid) / "autogroup").write_text(str(_LOWEST), encoding="ascii")


def _stat(place: str) -> list[bytes]:
    """Return what the kernel says of a process or a thread after its name: state, parent, …"""
    return _read(f"{place}/stat").rpartition(b")")[2].split()


def _read(place: str) -> bytes:
    with open(place, "rb", buffering=0) as file:  # noqa: PTH123  # this is done for each answer
        return file.read(4096)


def pid_of(handle: int) -> int | None:
    """Return the number of the process behind a pidfd; None when it is gone."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/self/fdinfo/{handle}").read_text(encoding="ascii").splitlines():
            if line.startswith("Pid:"):
                pid = int(line.split()[1])
                return pid if pid > 0 else None
    return None


def _memory_of(pid: int) -> int:
    """Return a process's share of its pages, swapped and huge ones too; all that it sees where shares are not told."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
        told = [int(line.split()[1]) * 1024 for line in lines if line.startswith(_SHARES)]
        if told:
            return sum(told)
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((_PROC / str(pid) / "statm").read_text(encoding="ascii").split()[1]) * _PAGE
    return 0


def _descriptors_of(pid: int) -> int:
    try:
        return sum(1 for _descriptor in (_PROC / str(pid) / "fd").iterdir())
    except PermissionError:
        return _UNTOLD
    except OSError:
        return 0


def _inodes_of(pid: int) -> int:
    """Return how many files there are in a process's /tmp; 0 where that is everybody's: then they are not its own."""
    theirs = _PROC / str(pid) / "root" / "tmp"
    with contextlib.suppress(OSError):
        if theirs.stat().st_dev == Path("/tmp").stat().st_dev:
            return 0
        room = os.statvfs(theirs)
        return room.f_files - room.f_ffree
    return 0


def processor_seconds_of(pid: int) -> tuple[float, float]:
    """Return the processor time that a process has had, its own and with its children that have ended; 0 if gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        own, of_system, ended, ended_of_system = (int(ticks) / _TICKS for ticks in _stat(f"/proc/{pid}")[11:15])
        return own + of_system, own + of_system + ended + ended_of_system
    return 0.0, 0.0


def waited_seconds_of(pid: int) -> float:
    """Return how long a process's first thread has stood in line for a processor; 0 where that is not told."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(_read(f"/proc/{pid}/schedstat").split()[1]) / 1e9
    return 0.0


def _busy_threads_of(pid: int) -> int:
    busy = 0
    with contextlib.suppress(OSError, IndexError):
        for task in (_PROC / str(pid) / "task").iterdir():
            with contextlib.suppress(OSError):
                busy += _stat(str(task))[0] == b"R"
    return busy
