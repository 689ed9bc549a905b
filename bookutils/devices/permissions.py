"""Whether others may read what a sandbox needs: for root it runs as a user who owns nothing."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import bookutils
from bookutils.core.findings import OK, PROBLEM, Finding
from bookutils.core.messages import _

_DEPTH = 5  # .venv/lib/python3.12/site-packages/numpy; what lies deeper was written by the same hand


def readable_finding(folders: Sequence[Path] | None = None) -> Finding:
    """Say whether this Python, its libraries and the course's package can be read by every user of the machine.

    Parameters
    ----------
    folders : searched; by default what the sandbox is given

    Notes
    -----
    A clone or an environment that root made under ``umask 077`` cannot. For an ordinary user it does not matter: the
    sandbox reads with their eyes.
    """
    about = "permissions"
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return Finding(about, OK, _("The sandbox reads with your own permissions."))
    if folders is None:
        folders = [Path(sys.prefix), Path(bookutils.__file__).parent]
    for folder in folders:
        closed = next(_closed(folder), None)
        if closed is not None:
            says = _("{path} cannot be read by others, and for root the sandbox runs as a user who owns nothing.")
            todo = _("Type: chmod -R go+rX {folder}   (It comes from a umask such as 077.)").format(folder=folder)
            return Finding(about, PROBLEM, says.format(path=closed), todo, {"file": str(closed)})
    return Finding(about, OK, _("What the sandbox needs can be read by every user."))


def _closed(folder: Path, depth: int = _DEPTH) -> Iterator[Path]:
    """Find files and folders that others may not read, from the outside inwards."""
    try:
        if not _is_open(folder.stat().st_mode):
            yield folder
            return
        with os.scandir(folder) as entries:
            below = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in below:
        if entry.is_symlink():
            continue
        if entry.is_dir():
            if depth:
                yield from _closed(Path(entry.path), depth - 1)
        elif not _is_open(entry.stat().st_mode) and entry.name.endswith((".py", ".so")):
            yield Path(entry.path)


def _is_open(mode: int) -> bool:
    needed = stat.S_IROTH | stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
    return mode & needed == needed
