"""How the course's command is typed in this shell."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path


def to_type(words: str) -> str:
    """Return ``bookutils`` and these words as they work here: with the command's folder where PATH does not name it."""
    own = Path(sys.executable).with_name("bookutils.exe" if os.name == "nt" else "bookutils")
    found = shutil.which("bookutils")
    if not own.exists() or (found and Path(found).samefile(own)):
        return f"bookutils {words}"
    here = own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else own
    return f"{shlex.quote(str(here))} {words}"
