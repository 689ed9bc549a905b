"""What was handed in: a folder or a zip of notebooks, each with its learner and its chapter.

Nothing is unpacked to the disk and no link is followed. Learner and chapter come from names of folders and files alone.
"""

from __future__ import annotations

import hashlib
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.grading.model import Submission, Unreadable
from bookutils.grading.notebooks import MAX_BYTES

MAX_MEMBERS = 50_000
MAX_RATIO = 200  # of unpacked to packed size; notebooks with pictures have 1 to 2, pure text 10
_IGNORED = {"__MACOSX", ".ipynb_checkpoints", "Thumbs.db", "desktop.ini"}
_COPY = re.compile(r"( ?\(\d+\)|-copy\d*|_copy\d*| copy( \d+)?)$", re.IGNORECASE)


def find_submissions(
    path: Path, chapters: Collection[str], besides: Path | None = None
) -> list[Submission | Unreadable]:
    """List what a folder or a zip holds.

    Parameters
    ----------
    path : ``<learner>/<chapter>.ipynb`` or ``<learner>__<chapter>.ipynb`` in a folder or a zip; zips in the folder are
        looked into as well, one level deep, and one around everything is no matter
    chapters : the names of the course's chapters
    besides : a folder that is left out, such as that of the grades

    Returns
    -------
    what was found, in the order of learners and chapters. A file or a learner's folder that is meant as a submission
    and holds no notebook is `Unreadable`; what else lies about is nobody's. Of two files for one learner and chapter
    the one whose name is the chapter's own counts, otherwise the first by name; the other is `Unreadable` and says so.

    Raises
    ------
    UsageError
        When there is no such folder or zip.
    """
    if path.is_dir():
        found = list(_in_folder(path, path, chapters, besides.resolve() if besides else None))
    elif path.is_file() and zipfile.is_zipfile(path):
        found = list(_in_zip(path, None, chapters))
    else:
        raise UsageError(
            _("There is no folder and no zip at {path}.").format(path=path),
            _("Give the folder that holds the submissions, or a zip of it."),
        )
    if all(isinstance(item, Unreadable) and item.reason == _no_notebook_in() for item in found):
        return []  # a folder of something else
    return _one_for_each(found)


def read_bytes(submission: Submission) -> bytes:
    """Read a submission's file, from the disk or out of its zip.

    Raises
    ------
    OSError, zipfile.BadZipFile, RuntimeError
        When it cannot be read, is damaged or encrypted.
    """
    with _open(submission) as file:
        return file.read(MAX_BYTES + 1)  # the sizes in a zip's directory may lie; this does not


def digest_of(submission: Submission, salt: str) -> str:
    """Return a digest of a submission's file and of `salt`; "" where the file cannot be read."""
    digest = hashlib.sha256(salt.encode())
    left = MAX_BYTES + 1
    try:
        with _open(submission) as file:
            while left > 0 and (data := file.read(min(2**20, left))):
                digest.update(data)
                left -= len(data)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError):
        return ""
    return digest.hexdigest()


def _open(submission: Submission) -> IO[bytes]:
    if submission.member is None:
        return submission.container.open("rb")
    return _archive(submission.container).open(submission.member)


@lru_cache(maxsize=2)  # a zip's directory is read once, not once a submission
def _archive(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


def _in_folder(
    folder: Path, root: Path, chapters: Collection[str], besides: Path | None
) -> Iterator[Submission | Unreadable]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield Unreadable(str(folder.relative_to(root)), _("The folder cannot be read ({reason}).").format(
            reason=error.strerror))  # fmt: skip
        return
    for path in paths:
        name = str(path.relative_to(root))
        if _is_ignored(path.name):
            continue
        if path.is_symlink():
            yield Unreadable(name, _("It is a link; links are not followed."))
        elif path.is_dir():
            if path.resolve() == besides:
                continue
            inside = list(_in_folder(path, root, chapters, besides))
            yield from inside or [Unreadable(name, _no_notebook_in(), _plain(path.name))]
        elif not path.is_file():
            yield Unreadable(name, _("It is no ordinary file."))
        elif path.suffix.lower() == ".zip":
            owner = None if path.parent == root else path.parent.name
            yield from _in_zip(path, owner or path.stem, chapters)
        else:
            found = _identify(PurePosixPath(*path.relative_to(root).parts), chapters, None)
            if path.suffix.lower() == ".ipynb":
                yield found if isinstance(found, Unreadable) else Submission(*found, path, None, path.stat().st_size)
            elif not isinstance(found, Unreadable):
                yield Unreadable(name, _no_notebook(path.suffix), *found)


def _no_notebook_in() -> str:
    return _("There is no notebook in it.")


def _no_notebook(suffix: str) -> str:
    return _("It is a {kind} file, and no notebook. Hand in the .ipynb.").format(kind=suffix or _("nameless"))


def _in_zip(path: Path, owner: str | None, chapters: Collection[str]) -> Iterator[Submission | Unreadable]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield Unreadable(path.name, _("The zip is damaged ({reason}).").format(reason=str(error)[:80]))
        return
    if len(members) > MAX_MEMBERS:
        yield Unreadable(path.name, _("The zip holds more than {limit} files.").format(limit=MAX_MEMBERS))
        return
    seen: set[str] = set()
    for member in sorted(members, key=lambda member: member.filename):
        name = _name_in_zip(member)
        parts = PurePosixPath(name).parts
        reason = _fault(member, parts)
        if member.is_dir() or (not reason and any(_is_ignored(part) for part in parts)):
            continue
        shown = f"{path.name}/{name[:200]}"
        found = _identify(PurePosixPath(name), chapters, owner)
        if not name.lower().endswith(".ipynb"):
            if not reason and not isinstance(found, Unreadable):
                yield Unreadable(shown, _no_notebook(PurePosixPath(name).suffix), *found)
            continue
        reason = reason or (_("Its name stands in the zip twice.") if member.filename in seen else "")
        seen.add(member.filename)
        if reason:
            yield Unreadable(shown, reason)
        elif isinstance(found, Unreadable):
            yield Unreadable(shown, found.reason, found.learner, found.chapter)
        else:
            yield Submission(*found, path, member.filename, member.file_size)


def _name_in_zip(member: zipfile.ZipInfo) -> str:
    """Return a member's name; programs that write UTF-8 often do not say so, and then it is read as code page 437."""
    if not member.flag_bits & 0x800:
        try:
            return member.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return member.filename


def _fault(member: zipfile.ZipInfo, parts: tuple[str, ...]) -> str:
    """Say why a member of a zip is not read; empty when it is."""
    name = member.filename
    if name.startswith(("/", "\\")) or ".." in parts or "\\" in name or (parts and ":" in parts[0]):
        return _("Its name leads out of the zip.")
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return _("It is a link or no ordinary file.")
    if member.flag_bits & 1:
        return _("It is encrypted.")
    if member.file_size > MAX_BYTES:
        return _("Unpacked it is larger than {limit:.0f} MB.").format(limit=MAX_BYTES / 2**20)
    if member.file_size > 2**20 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        return _("It unpacks to more than {ratio} times its size.").format(ratio=MAX_RATIO)
    return ""


def _is_ignored(name: str) -> bool:
    return name in _IGNORED or name.startswith(".")


def _identify(path: PurePosixPath, chapters: Collection[str], owner: str | None) -> tuple[str, str] | Unreadable:
    """Read (learner, chapter) off a path."""
    stem = _plain(path.stem)
    platform = re.fullmatch(r"(.+)_\d+_assignsubmission_file_(.+)", stem)  # a platform's export without folders
    if platform:
        stem = "__".join(platform.groups())
    learner, separator, rest = stem.rpartition("__")
    if not separator or not learner.strip():
        rest = stem
        learner = _plain(path.parent.name) if path.parent.name else (owner or "")
        # A platform's export: Name_123_assignsubmission_file_/chapter.ipynb
        learner = re.sub(r"_\d+_assignsubmission_file_?$", "", learner)
    chapter = _chapter(rest, chapters)
    if not learner.strip():
        reason = _("The name does not say whose it is. Call it <learner>__<chapter>.ipynb, or put it in a folder.")
        return Unreadable(str(path), reason, None, chapter)
    if chapter is None:
        reason = _("The course has no chapter {name!r}.").format(name=rest[:80])
        return Unreadable(str(path), reason, learner.strip())
    return learner.strip(), chapter


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _chapter(name: str, chapters: Collection[str]) -> str | None:
    bare = re.sub(r"^Copy of ", "", name.strip())  # as Colab calls them
    while (shorter := _COPY.sub("", bare)) != bare:
        bare = shorter
    bare = bare.casefold().replace(" ", "-").replace("_", "-")
    return next((chapter for chapter in chapters if chapter.casefold() == bare), None)


def _one_for_each(found: list[Submission | Unreadable]) -> list[Submission | Unreadable]:
    chosen: dict[tuple[str, str], Submission] = {}
    others: list[Unreadable] = [item for item in found if isinstance(item, Unreadable)]
    for item in sorted((i for i in found if isinstance(i, Submission)), key=lambda i: (not _is_exact(i), i.name)):
        first = chosen.setdefault((item.learner, item.chapter), item)
        if first is not item:
            reason = _("There is another file for this learner and chapter, {name}; that one counts.")
            others.append(Unreadable(item.name, reason.format(name=first.name), item.learner, item.chapter, True))
    return [*(chosen[key] for key in sorted(chosen)), *sorted(others, key=lambda item: item.name)]


def _is_exact(item: Submission) -> bool:
    stem = PurePosixPath(item.member).stem if item.member else item.container.stem
    return stem.rpartition("__")[2] == item.chapter
