"""Writes files whole or not at all, and only where something has changed."""

from __future__ import annotations

from pathlib import Path

from bookutils.core import files


def write_atomically(path: Path, content: bytes) -> bool:
    """Write a file beside its place and move it there; return whether its bytes have changed.

    A process that is killed in between leaves the old file, or none, and never a half one.

    Raises
    ------
    BookError
        When the place is no folder, is full or cannot be written.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
    except OSError as error:
        raise files.explain_os_error(error, path) from error
    files.write_atomically(path, content)
    return True
