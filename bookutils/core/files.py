"""Files that are there whole or not at all, and checksums."""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bookutils.core import settings
from bookutils.core.errors import BookError
from bookutils.core.messages import _

_STALE_SECONDS = 24 * 3600
_CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_sha256(path: Path, sha256: str) -> bool:
    """True when the file is there and is the one that the checksum describes."""
    return path.is_file() and sha256_of(path) == sha256


@contextlib.contextmanager
def atomic_write(path: Path, durable: bool = True, private: bool = False) -> Iterator[BinaryIO]:
    """Open a file for writing that appears under its name only when it is complete.

    The bytes go to a hidden file in the same folder, which takes the name at the end. If the block raises, or is
    interrupted, the hidden file is removed; if the process is killed, it stays behind under a name that nobody
    reads, and a later call removes it.

    Parameters
    ----------
    path : where the file shall be; its folder is made when missing
    durable : wait until the disk has it; not worth the time for one of a thousand files that can be made again
    private : nobody but its owner may read it, not even while it is written

    Raises
    ------
    BookError
        When the disk is full or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "note.txt"
    >>> with atomic_write(target) as file:
    ...     _ = file.write(b"whole")
    ...     target.exists()
    False
    >>> target.read_bytes()
    b'whole'
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_stale(path)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if not private:  # as mkstemp makes it
            temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        if isinstance(error, BookError):
            raise
        raise explain_os_error(error, path) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def shown(path: Path) -> str:
    """Return the path as short as it can be typed from here.

    >>> shown(Path.cwd() / "chapters" / "01-activations.md")
    'chapters/01-activations.md'
    """
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def write_atomically(path: Path, content: bytes | str, durable: bool = True, private: bool = False) -> Path:
    """Write a small file in one go; text is stored as UTF-8. See `atomic_write`."""
    with atomic_write(path, durable, private) as file:
        file.write(content.encode() if isinstance(content, str) else content)
    return path


def write_if_changed(path: Path, content: bytes) -> bool:
    """Write a small file where other bytes, or none, stand in its place; return whether it was written.

    Raises
    ------
    BookError
        When the place is no folder, is full, or cannot be read or written.
    """
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
    except OSError as error:
        raise explain_os_error(error, path) from error
    write_atomically(path, content)
    return True


def explain_os_error(error: OSError, path: Path) -> BookError:
    """Turn what the operating system said about writing `path` into a sentence that says what to do."""
    variable = _variable_of(path)
    in_the_way = next((place for place in (path, *path.parents) if place.is_file()), None)
    if variable:
        other = _("Set {variable} to a folder that you may write to.").format(variable=variable)
    else:
        other = _("Choose another folder.")
    if in_the_way is not None and error.errno in {errno.EEXIST, errno.ENOTDIR}:
        return BookError(_("{path} is a file and no folder.").format(path=in_the_way), other)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        elsewhere = (
            _("or set {variable} to a folder").format(variable=variable) if variable else _("or choose a folder")
        )
        return BookError(
            _("There is no space left to write {path}.").format(path=path),
            _("Free some space, {elsewhere} on another disk.").format(elsewhere=elsewhere),
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return BookError(_("There is no permission to write {path}.").format(path=path), other)
    if error.errno == errno.EISDIR:
        return BookError(_("{path} is a folder, where a file has to be.").format(path=path), _("Rename it."))
    says = _("The file {path} cannot be written ({reason}).")
    return BookError(says.format(path=path, reason=error.strerror or error), other)


def _variable_of(path: Path) -> str:
    """Return the variable that says where this file goes, "" where none does."""
    places = {"BOOKUTILS_CACHE_DIR": settings.cache_dir(), "BOOKUTILS_HOME": settings.home_dir()}
    inside = (name for name, folder in places.items() if path.absolute().is_relative_to(folder.absolute()))
    return next(inside, "")


def need_space(folder: Path, size: int) -> None:
    """Refuse to begin what would fill the disk.

    Parameters
    ----------
    folder : where it goes; it may not exist yet
    size : bytes

    Raises
    ------
    BookError
        When there is less space than that.
    """
    there = next((place for place in (folder, *folder.absolute().parents) if place.is_dir()), None)
    usage = shutil.disk_usage(there) if there is not None else None
    if usage is not None and usage.total and usage.free < size:  # /proc and its like have no size
        raise explain_os_error(OSError(errno.ENOSPC, ""), folder)


def need_folder(folder: Path) -> None:
    """Make a folder where there is none, and find out whether files can be written there, before there are any.

    Raises
    ------
    BookError
        When its place is taken by a file, or nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise explain_os_error(error, folder) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def remove_stale(path: Path, keep: Path | None = None) -> None:
    """Remove what a killed process left of `path`, once it is so old that no living one can be writing it."""
    for old in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        with contextlib.suppress(OSError):
            if old != keep and time.time() - old.stat().st_mtime > _STALE_SECONDS:
                old.unlink()
