"""Fetches a file from one of several addresses; a checksum decides whether it is the right one.

A dead host is given up in seconds, proxies are honoured (the usual ``HTTPS_PROXY`` and ``NO_PROXY``), and a file
appears under its name only when it is whole and its SHA-256 is right. What a broken connection or a killed process
left is gone on with.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from bookutils.core import settings
from bookutils.core.errors import DownloadError
from bookutils.core.files import atomic_write, explain_os_error, has_sha256, remove_stale
from bookutils.core.locks import try_lock
from bookutils.core.messages import _
from bookutils.core.transfers import CutError, looks_like_html, size_of, transfer, web_page

_CHUNK = 1 << 16
_WAIT_SECONDS = 3.0

Result = TypeVar("Result")


def fetch(
    urls: str | Sequence[str],
    path: Path,
    sha256: str,
    *,
    member: str = "",
    progress: bool = True,
    timeout: float = 6.0,
) -> Path:
    """Fetch a file, unless it is there already, and return its path.

    Parameters
    ----------
    urls : one address, or several that are tried in order
    path : where the file shall be; its folder is made when missing
    sha256 : the checksum that the file must have, 64 hexadecimal digits
    member : when the address gives a zip archive, the file wanted out of it; `sha256` is then that file's
    progress : whether a bar is shown
    timeout : seconds that a server may stay silent: until it answers, and between two pieces of the file

    Returns
    -------
    Path
        `path`, whose content has the checksum.

    Raises
    ------
    DownloadError
        When no address gave the file; it says for each one what happened.
    BookError
        When the disk is full or `path` cannot be written.

    Notes
    -----
    What came before a connection broke stays in a hidden file beside `path`, and the next call goes on from there.
    """
    if has_sha256(path, sha256):
        return path
    _refuse_offline(path.name)

    def finish(part: Path) -> Path:
        if member:
            return extract_member(part, member, path, sha256)
        return _accept(part, path, sha256)

    key = sha256[:16] + (".zip" if member else "")
    with working_file(path, key) as (part, alive):
        if has_sha256(path, sha256):  # another process brought it while this one waited for the lock
            return path
        if not member and has_sha256(part, sha256):  # whole, but its process was killed before it took its name
            return _accept(part, path, sha256)
        return fetch_and(urls, part, finish, name=path.name, progress=progress, timeout=timeout, alive=alive)


def fetch_and(
    urls: str | Sequence[str],
    part: Path,
    finish: Callable[[Path], Result],
    *,
    name: str,
    progress: bool = True,
    timeout: float = 6.0,
    alive: Callable[[], None] = lambda: None,
) -> Result:
    """Bring a part file to its whole length and hand it to `finish`, which checks it and puts it to use.

    Parameters
    ----------
    urls : one address, or several that are tried in order
    part : the part file, see `working_file`; gone afterwards, unless a connection broke
    finish : raises DownloadError when the file is not the right one
    name : what messages and the progress bar call it
    progress, timeout : see `fetch`
    alive : called after each piece

    Raises
    ------
    DownloadError
        When no address gave the file; it says for each one what happened.

    Notes
    -----
    A part that was gone on with and turns out wrong may have begun as another version of the file: it is thrown away
    and fetched once more from its start.
    """
    _refuse_offline(name)
    failures = []
    for url in [urls] if isinstance(urls, str) else urls:
        try:
            resumed = size_of(part) > 0
            try:
                return _fetch_one(url, part, finish, name, progress, timeout, alive)
            except _WrongFileError:
                if not resumed:
                    raise
                return _fetch_one(url, part, finish, name, progress, timeout, alive)
        except DownloadError as error:
            failures.append(error.what)
    raise DownloadError(
        _("{name} could not be fetched: {failures}").format(name=name, failures=" ".join(failures)),
        _("Check the network (behind a proxy, set HTTPS_PROXY) and try again."),
    )


@contextlib.contextmanager
def working_file(path: Path, key: str) -> Iterator[tuple[Path, Callable[[], None]]]:
    """Give the part file of a download, which no other process writes at the same time.

    Parameters
    ----------
    path : where the file shall be in the end
    key : says which content it will have; parts with other keys are other files

    Yields
    ------
    (part, alive)
        A hidden file beside `path`, always the same for the same key; and what to call after each piece. When a
        living process keeps it, a private one that is removed at the end: two downloads are better than a wait
        without end.

    Raises
    ------
    BookError
        When the folder cannot be written.
    """
    part = path.with_name(f".{path.name}.{key}.part")
    remove_stale(path, keep=part)
    with try_lock(path.with_name(f".{path.name}.{key}.lock"), seconds=_WAIT_SECONDS, about=path) as lock:
        if lock is not None:
            yield part, lock.alive
            return
        private = path.with_name(f".{path.name}.{key}.{secrets.token_hex(4)}.part")
        try:
            yield private, lambda: None
        finally:
            with contextlib.suppress(OSError):
                private.unlink(missing_ok=True)


def extract_member(archive: Path, member: str, path: Path, sha256: str) -> Path:
    """Take one file out of a zip archive, checked and whole or not at all.

    Raises
    ------
    DownloadError
        When the archive is no zip file, does not hold `member`, or holds something else under that name.
    """
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(member) as source, atomic_write(path) as target:
            digest = hashlib.sha256()
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
            if digest.hexdigest() != sha256:
                raise DownloadError(_("{member} has a wrong checksum.").format(member=member))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DownloadError(_("what came is no readable zip archive.")) from error
    except KeyError as error:
        raise DownloadError(_("{member} is not in the archive.").format(member=member)) from error
    return path


class _WrongFileError(DownloadError):
    """The whole file came, and it is not the right one."""


def _fetch_one(
    url: str,
    part: Path,
    finish: Callable[[Path], Result],
    name: str,
    progress: bool,
    timeout: float,
    alive: Callable[[], None],
) -> Result:
    """Fetch from one address; as long as each new connection brings more of the file, go on."""
    while True:
        before = size_of(part)
        try:
            transfer(url, part, name=name, progress=progress, timeout=timeout, alive=alive)
            break
        except CutError:
            if size_of(part) <= before:
                raise
    try:
        return finish(part)
    except DownloadError as error:
        raise _WrongFileError(f"{urlsplit(url).netloc or url}: {error.what}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)  # whole and used, or whole and wrong


def _accept(part: Path, path: Path, sha256: str) -> Path:
    """Give the part its name, if it is the right file."""
    if not has_sha256(part, sha256):
        with part.open("rb") as file:
            start = file.read(256)
        raise DownloadError(web_page() if looks_like_html(start) else _("what came has a wrong checksum."))
    try:
        part.replace(path)
    except OSError as error:
        raise explain_os_error(error, path) from error
    return path


def _refuse_offline(name: str) -> None:
    if settings.is_offline():
        raise DownloadError(
            _("{name} is not here, and BOOKUTILS_OFFLINE forbids to fetch it.").format(name=name),
            _("Unset BOOKUTILS_OFFLINE and try again."),
        )
