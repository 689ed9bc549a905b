"""Where things are kept, and the few switches that the environment can set. Read when asked for, never on import.

==========================  =========================================================================
``BOOKUTILS_HOME``          the learner's own small files (progress); default ``~/.bookutils``
``BOOKUTILS_CACHE_DIR``     downloads and remembered runs; default ``~/.cache/bookutils``
``BOOKUTILS_DATA_DIR``      a folder with the data sets; they are taken from there first
``BOOKUTILS_STATIC``        1: widgets show their picture only (while notebooks are built)
``BOOKUTILS_QUICK``         1: chapters that train take a slice of the data (tests)
``BOOKUTILS_OFFLINE``       1: try no download at all
``BOOKUTILS_LANGUAGE``      the language of what is said to learners, where it has been translated
==========================  =========================================================================
"""

import getpass
import os
import tempfile
from pathlib import Path


def _folder(variable: str, default: str) -> Path:
    path = Path(os.environ.get(variable) or default)
    try:
        return path.expanduser()
    except (
        RuntimeError
    ):  # an account without a home, as in some containers: a folder of its own among the temporary ones
        return Path(tempfile.gettempdir()) / f"bookutils-{_account()}" / path.relative_to("~")


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else "home"


def home_dir() -> Path:
    """The folder for the learner's own small files. It may not exist yet."""
    return _folder("BOOKUTILS_HOME", "~/.bookutils")


def cache_dir() -> Path:
    """The folder for downloads and remembered runs. It may not exist yet, and may be deleted at any time."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "bookutils"
    return _folder("BOOKUTILS_CACHE_DIR", str(default))


def data_dir() -> Path | None:
    """The folder named by ``BOOKUTILS_DATA_DIR``, or None."""
    value = os.environ.get("BOOKUTILS_DATA_DIR")
    return _folder("BOOKUTILS_DATA_DIR", "") if value else None


def _switch(variable: str) -> bool:
    return os.environ.get(variable, "").strip().lower() in {"1", "true", "yes", "on"}


def is_static() -> bool:
    """True while notebooks are built: a widget's cell then stores its picture alone."""
    return _switch("BOOKUTILS_STATIC")


def is_quick() -> bool:
    """True in tests: chapters that train take a slice of the data."""
    return _switch("BOOKUTILS_QUICK")


def is_offline() -> bool:
    """True when no download may be tried."""
    return _switch("BOOKUTILS_OFFLINE")
