"""Which Python the syntax of a cell needs, where the one that grades is too old for it.

Ruff parses the syntax of all versions and says which of them has what. It gets the text on its standard input and no
setting from anywhere; without it, the version that the notebook itself names is all that is known.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from functools import cache, lru_cache
from pathlib import Path

_SECONDS = 10
_LONGEST = 200_000  # letters; an answer is shorter
_ADDED = re.compile(r"\(syntax was added in Python (\d+)\.(\d+)\)")
Version = tuple[int, int]


def own_version() -> Version:
    """Return the version of the Python that grades."""
    return sys.version_info[:2]


def read_version(text: str) -> Version | None:
    """Read "3.12.1" as (3, 12); None where it is no version."""
    found = re.match(r"(\d{1,3})\.(\d{1,3})(?!\d)", text)
    return (int(found[1]), int(found[2])) if found else None


def needed_version(source: str, notebook: str) -> Version | None:
    """Say which Python the syntax of a cell needs that this one cannot parse.

    Parameters
    ----------
    source : the cell's text, magics and all
    notebook : the version that its notebook names; it counts only where nothing better is known

    Returns
    -------
    (major, minor) of a Python newer than this one; None for an ordinary error of syntax
    """
    told = _ask_ruff(source)
    if told is not None:
        newest = max(told, default=None)
        return newest if newest is not None and newest > own_version() else None
    claimed = read_version(notebook)
    return claimed if claimed is not None and claimed > own_version() else None


@cache
def find_ruff() -> str | None:
    """Return the place of ruff: beside this Python, or on the path."""
    beside = Path(sysconfig.get_path("scripts")) / ("ruff.exe" if sys.platform == "win32" else "ruff")
    return str(beside) if beside.is_file() else shutil.which("ruff")


@lru_cache(maxsize=64)
def _ask_ruff(source: str) -> tuple[Version, ...] | None:
    """Return the versions that a text's syntax came with; empty where a plain error is in it, None if not known."""
    ruff = find_ruff()
    if ruff is None or len(source) > _LONGEST:
        return None
    cell: dict[str, object] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }
    notebook = {"cells": [cell], "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 4}
    major, minor = own_version()
    command = [
        ruff, "check", "--isolated", "--no-cache", "--no-fix", "--quiet", "--select", "E9", "--output-format", "json",
        "--target-version", f"py{major}{minor}", "--stdin-filename", "cell.ipynb", "-",
    ]  # fmt: skip
    try:
        ended = subprocess.run(
            command, input=json.dumps(notebook).encode(), timeout=_SECONDS, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        slips = [slip["message"] for slip in json.loads(ended.stdout) if slip["code"] in (None, "invalid-syntax")]
    except (OSError, subprocess.TimeoutExpired, ValueError, TypeError, KeyError):
        return None
    added = [_ADDED.search(slip) for slip in slips]
    if not slips:
        return None  # it sees no fault where this Python does
    return tuple((int(found[1]), int(found[2])) for found in added if found) if all(added) else ()
