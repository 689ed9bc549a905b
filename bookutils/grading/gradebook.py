"""What has been graded, on disk: a secret, and a line of JSON for each result. Killed at any moment, it goes on.

gradebook/secret         draws the inputs that decide about points; one for the gradebook's life
gradebook/results.jsonl  a line for each result, the newest last; a line that was cut off does not count
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from bookutils.core.errors import BookError
from bookutils.core.files import atomic_write, explain_os_error, write_atomically
from bookutils.core.locks import Lock, try_lock
from bookutils.core.messages import _
from bookutils.grading.model import Grade, Result

Key = tuple[str, str]  # learner, chapter
_SECRET_BITS = 128


class Gradebook:
    """An open gradebook; see `open_gradebook`.

    In memory it keeps where each result stands in the file, and nothing of the results themselves.
    """

    def __init__(self, folder: Path, seed: int, lock: Lock) -> None:
        self.folder, self.seed, self._lock = folder, seed, lock
        self._path = folder / "results.jsonl"
        self._places: dict[Key, tuple[int, int, str]] = {}  # offset, length, digest
        self._replaced = 0
        self._file: BinaryIO = self._open()

    def _open(self) -> BinaryIO:
        """Read where the results are, and cut off what was not written to its end."""
        self._path.touch(mode=0o600)
        file = self._path.open("r+b")
        end = 0
        for line in file:
            entry = _entry(line)
            if entry is not None:
                self._note(entry, end, len(line))
            elif not line.endswith(b"\n"):
                break
            end += len(line)
        file.truncate(end)
        file.seek(end)
        return file

    def _note(self, entry: dict[str, Any], offset: int, length: int) -> None:
        key = (entry["result"]["learner"], entry["result"]["chapter"])
        self._replaced += key in self._places
        self._places[key] = (offset, length, entry["digest"])

    def alive(self) -> None:
        """Say that somebody still works with it; to be called every few seconds."""
        self._lock.alive()

    def digest(self, key: Key) -> str | None:
        """Return the digest under which a result was added; None where there is none."""
        place = self._places.get(key)
        return place[2] if place else None

    def add(self, digest: str, result: Result) -> None:
        """Write a result down; an earlier one of the same learner and chapter is replaced.

        Parameters
        ----------
        digest : of all that the result depends on; "" when it shall be tried again the next time
        """
        line = (json.dumps({"digest": digest, "result": asdict(result)}) + "\n").encode("ascii")
        offset = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            raise explain_os_error(error, self._path) from error
        self._note({"digest": digest, "result": {"learner": result.learner, "chapter": result.chapter}}, offset,
                   len(line))  # fmt: skip

    def results(self, keys: Iterable[Key]) -> Iterator[Result]:
        """Read results one by one, in the order of `keys`; those that are not there are left out."""
        with self._path.open("rb") as file:
            for key in keys:
                if key in self._places:
                    offset, length, _digest = self._places[key]
                    file.seek(offset)
                    yield _result(json.loads(file.read(length))["result"])

    def close(self) -> None:
        """Close it, and write the file anew where much in it has been replaced."""
        with contextlib.suppress(OSError):  # what was not written then has been told already
            self._file.close()
        if self._replaced > len(self._places):
            places = sorted(self._places.values())
            with self._path.open("rb") as old, atomic_write(self._path) as new:
                for offset, length, _digest in places:
                    old.seek(offset)
                    new.write(old.read(length))
            self._path.chmod(0o600)


@contextlib.contextmanager
def open_gradebook(out: Path) -> Iterator[Gradebook]:
    """Open the gradebook in the folder `out`, or begin one; one process at a time.

    Raises
    ------
    BookError
        When another process grades into the folder, when it cannot be written, or when the secret is damaged.
    """
    folder = out / "gradebook"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise explain_os_error(error, folder) from error
    with try_lock(folder / ".lock", seconds=1.0) as lock:
        if lock is None:
            raise BookError(
                _("Another process is grading into {out}.").format(out=out), _("Wait for it, or name another folder.")
            )
        _remove_leftovers(out)
        gradebook = Gradebook(folder, _read_secret(folder / "secret"), lock)
        try:
            yield gradebook
        finally:
            gradebook.close()


def _remove_leftovers(out: Path) -> None:
    """Remove what a killed run left half written; nobody else writes here while the lock is held."""
    for folder, ending in ((out, ""), (out / "learners", ".html"), (out / "gradebook", "")):
        for path in folder.glob(f".*{ending}.*.part"):
            with contextlib.suppress(OSError):
                path.unlink()


def _read_secret(path: Path) -> int:
    """Return the secret; a new gradebook gets a new one."""
    if not path.exists():
        write_atomically(path, f"{secrets.randbits(_SECRET_BITS):032x}\n", private=True)
    path.chmod(0o600)
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        return int(text, 16)
    except ValueError:
        raise BookError(
            _("The gradebook's secret, {path}, is damaged.").format(path=path),
            _("Put it back from a copy; without it, delete the folder gradebook and grade anew."),
        ) from None


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
        result = entry["result"]
        return entry if isinstance(entry["digest"], str) and _result(result) else None
    except (ValueError, KeyError, TypeError):
        return None


def _result(raw: dict[str, Any]) -> Result:
    grades = tuple(
        Grade(**{**grade, "parts": tuple(map(tuple, grade["parts"])), "flags": tuple(grade["flags"])})
        for grade in raw["grades"]
    )
    return Result(**{**raw, "grades": grades})
