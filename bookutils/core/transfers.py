"""One HTTP transfer into a part file that can be gone on with later; what fails gets a sentence."""

from __future__ import annotations

import contextlib
import http.client
import os
import queue
import re
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO
from urllib.parse import urlsplit

from bookutils.core.errors import BookError, DownloadError
from bookutils.core.files import explain_os_error
from bookutils.core.messages import _
from bookutils.core.progress import progress_bar

_CHUNK = 1 << 16
_USER_AGENT = "bookutils"
_NOT_SATISFIABLE = 416


class CutError(DownloadError):
    """The connection ended before the file did; what came so far is kept and can be gone on with."""


def transfer(
    url: str, part: Path, *, name: str, progress: bool, timeout: float, alive: Callable[[], None] = lambda: None
) -> None:
    """Bring `part` to the full length of what stands at an address, going on where it ends.

    Parameters
    ----------
    url : the address
    part : the file that is written; what it holds is taken for the beginning
    name : what the progress bar shows
    progress : whether a bar is shown
    timeout : seconds that the server may stay silent
    alive : called after each piece

    Raises
    ------
    CutError
        When the connection ends early; `part` keeps what came.
    DownloadError
        When the address gives something else than a file; `part` is left as it was.
    BookError
        When the disk is full or `part` cannot be written.

    Notes
    -----
    A server that does not do ranges answers 200 with the whole file; the part is then written anew. Nothing here
    knows whether the bytes are right: the caller checks.
    """
    host = urlsplit(url).netloc or url
    try:
        _transfer(url, part, name, progress, timeout, alive)
    except CutError as error:
        raise CutError(f"{host}: {error.what}") from error
    except DownloadError as error:
        raise DownloadError(f"{host}: {error.what}") from error
    except BookError:
        raise  # the disk, not the network: no other address would help
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DownloadError(f"{host}: {_reason(error)}") from error


def size_of(part: Path) -> int:
    """Return the length of a file in bytes; 0 when it is not there."""
    try:
        return part.stat().st_size
    except FileNotFoundError:
        return 0


def web_page() -> str:
    """The sentence for a login page in place of a file."""
    return _("a web page came instead of the file (a login page or a proxy?).")


def looks_like_html(start: bytes) -> bool:
    """Whether the first bytes are those of a web page, whatever the server calls them.

    >>> looks_like_html(b"  <!DOCTYPE html><html>"), looks_like_html(b"PK")
    (True, False)
    """
    return start.lstrip().lower().startswith((b"<!doctype html", b"<html"))


def _transfer(url: str, part: Path, name: str, progress: bool, timeout: float, alive: Callable[[], None]) -> None:
    have = size_of(part)
    try:
        response = _open(url, timeout, have)
    except urllib.error.HTTPError as error:
        if error.code != _NOT_SATISFIABLE or not have:
            raise
        error.close()
        have = 0  # the part is longer than the file: it belongs to another one
        response = _open(url, timeout, 0)
    with response:
        if response.headers.get_content_type() == "text/html":
            raise DownloadError(web_page())
        if have and not _continues_at(response, have):
            if response.status != http.client.PARTIAL_CONTENT:
                have = 0  # 200: the server does not do ranges, and sends everything
            else:
                raise DownloadError(_("the server answered with another part than the one that was asked for."))
        announced = response.headers.get("Content-Length", "")
        total = have + int(announced) if announced.isdecimal() else None
        chunk = _read(response)
        if size_of(part) and not have and looks_like_html(chunk[:256]):
            raise DownloadError(web_page())  # no reason to give up a good beginning for a login page
        received = have
        with _part_file(part, have) as target, progress_bar(total, name, unit="B", show=progress) as bar:
            bar.update(have)
            while chunk:
                target.write(chunk)
                received += len(chunk)
                bar.update(len(chunk))
                alive()
                chunk = _read(response)
        if total is not None and received < total:
            raise CutError(
                _("the connection ended after {received} of {total} bytes.").format(received=received, total=total)
            )


@contextlib.contextmanager
def _part_file(path: Path, keep: int) -> Iterator[BinaryIO]:
    """Open the part file where it goes on; errors of the disk become sentences."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab" if keep else "wb") as file:
            try:
                yield file
            finally:
                file.flush()
                os.fsync(file.fileno())
    except BookError:
        raise
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)  # on a full disk, a part only fills it
        raise explain_os_error(error, path) from error


def _continues_at(response: Any, have: int) -> bool:
    """Whether the answer begins exactly at byte `have`."""
    found = re.match(r"\s*bytes\s+(\d+)-", response.headers.get("Content-Range", ""))
    return response.status == http.client.PARTIAL_CONTENT and found is not None and int(found[1]) == have


def _read(response: IO[bytes]) -> bytes:
    """Read a piece; what fails here is the network and not the disk, so it gets its sentence here."""
    try:
        return response.read1(_CHUNK)  # type: ignore[attr-defined]
    except (OSError, http.client.HTTPException) as error:
        raise CutError(_reason(error)) from error


def _open(url: str, timeout: float, start: int) -> Any:
    """Open an address, giving up after `timeout` seconds in all.

    The socket's own limit counts each address of a host anew and does not count the look-up of its name, which can
    hang for half a minute; so the opening runs in a thread that is left behind when it takes too long.
    """
    answers: queue.SimpleQueue = queue.SimpleQueue()
    headers = {"User-Agent": _USER_AGENT} | ({"Range": f"bytes={start}-"} if start else {})

    def attempt() -> None:
        request = urllib.request.Request(url, headers=headers)
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
        if error.code == http.client.NOT_FOUND:
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
