"""How the course's command is typed in this shell."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path, PurePath, PureWindowsPath


def to_type(words: str) -> str:
    """Return ``bookutils`` and these words as they work here: with the command's folder where PATH does not name it."""
    own = Path(sys.executable).with_name("bookutils.exe" if os.name == "nt" else "bookutils")
    found = shutil.which("bookutils")
    if not own.exists() or (found and Path(found).samefile(own)):
        return f"bookutils {words}"
    here = own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else own
    return f"{quoted(here)} {words}"


def quoted(path: PurePath) -> str:
    r"""Return a program's path as this system's shell takes it.

    >>> print(quoted(PureWindowsPath(r".venv\Scripts\bookutils.exe")))
    .venv\Scripts\bookutils.exe
    >>> print(quoted(PureWindowsPath(r"C:\My course\bookutils.exe")))
    & "C:\My course\bookutils.exe"
    """
    if not isinstance(path, PureWindowsPath):
        return shlex.quote(str(path))
    return f'& "{path}"' if " " in str(path) else str(path)  # PowerShell calls a quoted name only after an &
