"""What lies in a folder or a zip, file by file: nothing is unpacked to the disk, and no link is followed."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from bookutils.core.messages import _
from bookutils.grading.notebooks import MAX_BYTES
from bookutils.grading.opening import MAX_MEMBERS, CrowdedZipError, open_archive

MAX_RATIO = 200  # of unpacked to packed size; notebooks with pictures have 1 to 2, pure text 10
_SURELY_READ = 32 * 2**20  # bytes; what is smaller is read whatever its ratio, since a printed array may be all zeros
MAX_DEPTH = 20  # folders inside one another
MAX_NAME = 255  # letters of one name, the most that any disk holds
_IGNORED = {"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"}
# Programs put copies of notebooks there by themselves; nobody hands in anything in them.
_HIDDEN = {
    ".ipynb_checkpoints", ".git", ".svn", ".hg", ".venv", ".virtual_documents", ".cache", ".local", ".jupyter",
    ".conda", ".config", ".npm", ".vscode",
    ".ipython", ".pyenv", ".tox", ".nox", ".eggs", ".mypy_cache", ".pytest_cache",
}  # fmt: skip
_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)  # some browsers put an ending of their own behind it


@dataclass(frozen=True)
class Entry:
    """A file, or a folder.

    Parameters
    ----------
    folders : the folders that lead to it, the outermost first; a zip in a folder is one of them
    file : its name; "" for a folder
    shown : how a person finds it, from the folder of all submissions, with / between folders
    container, member, size : as in `Submission`
    fault : why it is not read; empty when it can be
    believed : whether its name is what it seems
    """

    folders: tuple[str, ...]
    file: str
    shown: str
    container: Path
    member: str | None = None
    size: int = 0
    fault: str = ""
    believed: bool = True

    @property
    def is_notebook(self) -> bool:
        """Whether its name is a notebook's."""
        return _NOTEBOOK.search(self.file) is not None

    @property
    def stem(self) -> str:
        """Its name without its kind."""
        return _NOTEBOOK.sub("", self.file) if self.is_notebook else PurePosixPath(self.file).stem


def list_folder(folder: Path, root: Path, besides: Path | None) -> Iterator[Entry]:
    """List a folder, and zips in it as if they were folders.

    Parameters
    ----------
    folder : this one
    root : the folder of all submissions
    besides : a folder that is left out
    """
    above = folder.relative_to(root).parts
    if len(above) > MAX_DEPTH:
        yield Entry(above[:MAX_DEPTH], "", folder.relative_to(root).as_posix(), folder, fault=_too_deep())
        return
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        says = _("The folder cannot be read ({reason}).").format(reason=error.strerror)
        yield Entry(above, "", folder.relative_to(root).as_posix(), folder, fault=says)
        return
    if above:
        yield Entry(above, "", folder.relative_to(root).as_posix(), folder)
    for path in paths:
        shown = path.relative_to(root).as_posix()
        if _is_ignored(path.name):
            continue
        if path.name.startswith("."):
            if not path.is_symlink():
                yield from _in_hiding(path, root, above, shown)
        elif len(path.name) > MAX_NAME:  # no disk that we know; a mounted one may
            yield Entry(above, path.name[:MAX_NAME], shown[:400], path, fault=_too_long(), believed=False)
        elif path.is_symlink():
            yield Entry(above, path.name, shown, path, fault=_("It is a link; links are not followed."))
        elif path.is_dir():
            if path.resolve() != besides:
                yield from list_folder(path, root, besides)
        elif not path.is_file():
            yield Entry(above, path.name, shown, path, fault=_("It is no ordinary file."))
        elif path.suffix.lower() == ".zip":
            yield from list_zip(path, (*above, path.stem), shown)
        else:
            yield Entry(above, path.name, shown, path, size=path.stat().st_size)


def list_zip(path: Path, above: tuple[str, ...], shown: str) -> Iterator[Entry]:
    """List a zip.

    Parameters
    ----------
    path : the zip
    above : the folders that lead into it
    shown : how a person finds it
    """
    try:
        members = open_archive(path).infolist()
    except CrowdedZipError:
        says = _("The zip holds more than {limit} files.").format(limit=MAX_MEMBERS)
        yield Entry(above, "", shown, path, fault=says)
        return
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        says = _("The zip is damaged ({reason}).").format(reason=str(error)[:80])
        yield Entry(above, "", shown, path, fault=says)
        return
    if above:
        yield Entry(above, "", shown, path)
    seen: set[str] = set()
    seen_hidden: set[tuple[str, ...]] = set()
    for member in sorted(members, key=lambda member: member.filename):
        name = _name_in_zip(member)
        parts = PurePosixPath(name).parts
        fault, believed = _fault(member, name, parts)
        if not fault and any(map(_is_ignored, parts)):
            continue
        inside = f"{shown}/{name[:400] if fault else name}"
        if not fault and any(part.startswith(".") for part in parts):
            hidden = next(number for number, part in enumerate(parts) if part.startswith("."))
            if _NOTEBOOK.search(name) and parts[: hidden + 1] not in seen_hidden:
                seen_hidden.add(parts[: hidden + 1])  # one line for all that is in there
                yield Entry(above, parts[-1], inside, path, member.filename, fault=_hidden(), believed=False)
            continue
        if name.endswith("/") and believed:
            yield Entry((*above, *parts), "", inside, path)
        if name.endswith("/") or not parts:
            continue
        if not fault and member.filename in seen:
            fault = _("Its name stands in the zip twice.")
        seen.add(member.filename)
        entry = Entry(
            (*above, *parts[:-1]), parts[-1], inside, path, member.filename, member.file_size, fault, believed
        )
        if entry.is_notebook:
            yield entry
        elif believed:  # it is never opened, so what is wrong with it does not matter
            yield replace(entry, fault="")


def _name_in_zip(member: zipfile.ZipInfo) -> str:
    """Return a member's name; some programs of Windows put backslashes between folders.

    Programs that write UTF-8 often do not say so, and then it is read as code page 437.
    """
    name = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _fault(member: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> tuple[str, bool]:
    """Say why a member of a zip is not read, empty when it is; and whether its name can be believed."""
    if name.startswith("/") or ".." in parts or (parts and ":" in parts[0]):
        return _("Its name leads out of the zip."), False
    if len(parts) > MAX_DEPTH:
        return _too_deep(), False
    if any(len(part) > MAX_NAME for part in parts):
        return _too_long(), False
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG) and not member.is_dir():
        return _("It is a link or no ordinary file."), True
    if member.flag_bits & 1:
        return _("It is encrypted."), True
    if member.file_size > MAX_BYTES:
        return _("Unpacked it is larger than {limit:.0f} MB.").format(limit=MAX_BYTES / 2**20), True
    if member.file_size > _SURELY_READ and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        return _("It unpacks to more than {ratio} times its size.").format(ratio=MAX_RATIO), True
    return "", True


def _too_deep() -> str:
    return _("There are more than {limit} folders inside one another.").format(limit=MAX_DEPTH)


def _too_long() -> str:
    return _("A name in it has more than {limit} letters.").format(limit=MAX_NAME)


def _hidden() -> str:
    return _("It is hidden, since a name begins with a dot. Take the dot away if it was handed in.")


def _is_ignored(name: str) -> bool:
    return name in _IGNORED or name in _HIDDEN or name.startswith((".Trash", ".~", "._"))


def _in_hiding(path: Path, root: Path, above: tuple[str, ...], shown: str) -> Iterator[Entry]:
    """Name a notebook in something whose name begins with a dot: it is not read, but nobody's work gets lost."""
    if path.is_file():
        if _NOTEBOOK.search(path.name):
            yield Entry(above, path.name, shown, path, fault=_hidden(), believed=False)
        return
    for folder, folders, files in os.walk(path):
        inside = Path(folder)
        if len(inside.relative_to(root).parts) > MAX_DEPTH:
            folders.clear()
        folders[:] = sorted(name for name in folders if not _is_ignored(name))
        for name in sorted(files):
            if _NOTEBOOK.search(name) and not _is_ignored(name):
                place = inside / name
                yield Entry(above, name, place.relative_to(root).as_posix(), place, fault=_hidden(), believed=False)
                return  # one line for all that is in there
