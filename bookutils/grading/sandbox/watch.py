"""Outside the sandbox: what a process there and all that it started use together, read from /proc."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True)
class Use:
    """Processes, and the bytes of memory that they share among them counted once."""

    processes: int
    memory: int


def look(handle: int | None, pid: int | None = None) -> Use | None:
    """Add up a process and its descendants.

    Parameters
    ----------
    handle : a pidfd of the process
    pid : its number, where there is no handle

    Returns
    -------
    Use, or None where it cannot be told

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
            status = (_PROC / str(number) / "stat").read_text(encoding="utf-8", errors="replace")
            children.setdefault(int(status.rpartition(")")[2].split()[1]), []).append(number)
    found, waiting = [], [pid]
    while waiting:
        found.append(number := waiting.pop())
        waiting += children.get(number, [])
    return Use(len(found), sum(_memory_of(number) for number in found))


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
