"""Fetches a file from one of several addresses; a checksum decides whether it is the right one.

A dead host is given up in seconds, proxies are honoured (the usual ``HTTPS_PROXY`` and ``NO_PROXY``), and a file
appears under its name only when it is whole and its SHA-256 is right.
"""

from __future__ import annotations

import hashlib
import http.client
import queue
import socket
import ssl
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from bookutils.core import settings
from bookutils.core.errors import BookError, DownloadError
from bookutils.core.files import atomic_write, has_sha256
from bookutils.core.messages import _
from bookutils.core.progress import progress_bar

_CHUNK = 1 << 16
_USER_AGENT = "bookutils"


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
    """
    addresses = [urls] if isinstance(urls, str) else list(urls)
    if has_sha256(path, sha256):
        return path
    if settings.is_offline():
        raise DownloadError(
            _("{name} is not here, and BOOKUTILS_OFFLINE forbids to fetch it.").format(name=path.name),
            _("Unset BOOKUTILS_OFFLINE and try again."),
        )
    failures = []
    for url in addresses:
        try:
            return _fetch_one(url, path, sha256, member, progress, timeout)
        except DownloadError as error:
            failures.append(error.what)
    raise DownloadError(
        _("{name} could not be fetched: {failures}").format(name=path.name, failures=" ".join(failures)),
        _("Check the network (behind a proxy, set HTTPS_PROXY) and try again."),
    )


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
    except zipfile.BadZipFile as error:
        raise DownloadError(_("what came is no readable zip archive.")) from error
    except KeyError as error:
        raise DownloadError(_("{member} is not in the archive.").format(member=member)) from error
    return path


def _fetch_one(url: str, path: Path, sha256: str, member: str, progress: bool, timeout: float) -> Path:
    host = urlsplit(url).netloc or url
    try:
        if member:
            archive = path.with_name(f".{path.name}.{threading.get_ident()}.zip.part")
            try:
                _stream(url, archive, "", path.name, progress, timeout)
                return extract_member(archive, member, path, sha256)
            finally:
                archive.unlink(missing_ok=True)
        return _stream(url, path, sha256, path.name, progress, timeout)
    except DownloadError as error:
        raise DownloadError(f"{host}: {error.what}") from error
    except BookError:
        raise  # the disk, not the network: no other address would help
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DownloadError(f"{host}: {_reason(error)}") from error


def _stream(url: str, path: Path, sha256: str, name: str, progress: bool, timeout: float) -> Path:
    """Copy an address into a file; an empty `sha256` leaves the check to the caller."""
    with _open(url, timeout) as response:
        if response.headers.get_content_type() == "text/html":
            raise DownloadError(_web_page())
        announced = response.headers.get("Content-Length", "")
        total = int(announced) if announced.isdecimal() else None
        digest = hashlib.sha256()
        received = 0
        start = b""
        with atomic_write(path) as target, progress_bar(total, name, unit="B", show=progress) as bar:
            while chunk := _read(response):
                start = start or chunk[:256]
                digest.update(chunk)
                received += len(chunk)
                target.write(chunk)
                bar.update(len(chunk))
            if total is not None and received < total:
                raise DownloadError(
                    _("the connection ended after {received} of {total} bytes.").format(received=received, total=total)
                )
            if sha256 and digest.hexdigest() != sha256:
                raise DownloadError(_web_page() if _looks_like_html(start) else _("what came has a wrong checksum."))
    return path


def _read(response: IO[bytes]) -> bytes:
    """Read a piece; what fails here is the network and not the disk, so it gets its sentence here."""
    try:
        return response.read1(_CHUNK)  # type: ignore[attr-defined]
    except (OSError, http.client.HTTPException) as error:
        raise DownloadError(_reason(error)) from error


def _open(url: str, timeout: float) -> Any:
    """Open an address, giving up after `timeout` seconds in all.

    The socket's own limit counts each address of a host anew and does not count the look-up of its name, which can
    hang for half a minute; so the opening runs in a thread that is left behind when it takes too long.
    """
    answers: queue.SimpleQueue = queue.SimpleQueue()

    def attempt() -> None:
        request = urllib.request.Request(url, headers={"User-Agent": _USER_AGENT})
        try:
            # An opener of its own: the shared one keeps the proxies that were set when it was first used.
            answers.put((urllib.request.build_opener().open(request, timeout=timeout), None))
        except Exception as error:
            answers.put((None, error))

    threading.Thread(target=attempt, daemon=True).start()
    try:
        response, error = answers.get(timeout=timeout)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return response


def _reason(error: Exception) -> str:
    """Say in a sentence why an address gave no file."""
    if isinstance(error, urllib.error.HTTPError):
        if error.code == 404:
            return _("the file is not there any more (404).")
        return _("the server answered {code} {text}.").format(code=error.code, text=error.reason)
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, socket.gaierror):
        return _("the name of the host is not known here; is there a network?")
    if isinstance(cause, TimeoutError):
        return _("no answer within the time limit.")
    if isinstance(cause, ssl.SSLError):
        return _("the secure connection failed ({reason}).").format(reason=cause.reason or cause)
    if isinstance(cause, ConnectionRefusedError):
        return _("the connection was refused.")
    if isinstance(cause, http.client.IncompleteRead):
        return _("the connection ended before the file did.")
    if isinstance(cause, ConnectionError):
        return _("the connection broke.")
    return _("it failed ({reason}).").format(reason=str(cause) or type(cause).__name__)


def _web_page() -> str:
    return _("a web page came instead of the file (a login page or a proxy?).")


def _looks_like_html(start: bytes) -> bool:
    return start.lstrip().lower().startswith((b"<!doctype html", b"<html"))
