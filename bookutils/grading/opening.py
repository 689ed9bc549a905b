"""Files of submissions are opened once, as what they were listed as: no link, no pipe, no device.

Between the listing and the reading, whoever may write there can exchange a file. What is opened is looked at before it
is read, so that an exchanged file is an error and nothing else.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import IO

from bookutils.core.messages import _

MAX_MEMBERS = 50_000
_MAX_DIRECTORY = MAX_MEMBERS * 320  # bytes; a member takes 46 and its name
_NO_SURPRISES = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)  # fmt: skip
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 2**16
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_END_64, _END_64_SIZE = b"PK\x06\x06", 56
_MEMBER = b"PK\x01\x02"


class CrowdedZipError(zipfile.BadZipFile):
    """A zip with more members than are read."""


def open_file(container: Path, member: str | None) -> IO[bytes]:
    """Open a file, on the disk or in its zip.

    Raises
    ------
    OSError
        When it cannot be opened, or is a link, a pipe or a device.
    zipfile.BadZipFile
        When the zip is damaged, or holds too many files.
    """
    return _open_plain(container) if member is None else open_archive(container).open(member)


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a zip; its directory is read once, not once a submission, unless the zip has changed."""
    about = path.lstat()
    return _archive(path, about.st_mtime_ns, about.st_size, about.st_ino)


@lru_cache(maxsize=2)
def _archive(path: Path, *_version: int) -> zipfile.ZipFile:
    file = _open_plain(path)
    try:
        _refuse_crowds(file)
        return _Archive(file)
    except BaseException:
        file.close()
        raise


class _Archive(zipfile.ZipFile):
    """A zip that closes the file which it was given."""

    _ours: IO[bytes] | None = None

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self._ours = file

    def close(self) -> None:
        super().close()
        if self._ours is not None:
            self._ours.close()


def _open_plain(path: Path) -> IO[bytes]:
    descriptor = os.open(path, _NO_SURPRISES)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(_("it is no ordinary file any more"))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _refuse_crowds(file: IO[bytes]) -> None:
    """Refuse a zip with too many members before its directory is taken apart: each of them costs time and memory."""
    for end, size in _directories(file):
        start = max(end - size, 0)
        if end - start > _MAX_DIRECTORY:
            raise CrowdedZipError
        file.seek(start)
        if file.read(end - start).count(_MEMBER) > MAX_MEMBERS:
            raise CrowdedZipError
    file.seek(0)


def _directories(file: IO[bytes]) -> list[tuple[int, int]]:
    """Return (where it ends, its size) of each directory that a reader of this zip may take for the right one."""
    whole = file.seek(0, os.SEEK_END)
    first = max(whole - _END_SIZE - _LONGEST_COMMENT, 0)
    file.seek(first)
    tail = file.read()
    place = len(tail) - _END_SIZE
    if place < 0 or not (tail.startswith(_END, place) and tail.endswith(b"\0\0")):
        place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_SIZE:
        return []
    place += first
    (size,) = struct.unpack("<L", tail[place - first + 12 : place - first + 16])
    found = [(place, size)]
    locator = place - _LOCATOR_SIZE
    if locator >= 0:
        file.seek(locator)
        record = file.read(_LOCATOR_SIZE)
        if record.startswith(_LOCATOR) and len(record) == _LOCATOR_SIZE:
            (told,) = struct.unpack("<Q", record[8:16])
            for end in {locator - _END_64_SIZE, min(told, whole)}:
                file.seek(max(end, 0))
                record = file.read(_END_64_SIZE)
                if record.startswith(_END_64) and len(record) == _END_64_SIZE:
                    found.append((end, struct.unpack("<Q", record[40:48])[0]))
    return found
