"""What was handed in: a folder or a zip of notebooks, each with its learner and its chapter.

Learner and chapter come from names of folders and files alone.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.grading.listing import Entry, list_folder, list_zip, open_file
from bookutils.grading.model import Submission, Unreadable
from bookutils.grading.notebooks import MAX_BYTES

Folders = tuple[str, ...]
_COPY = re.compile(r"( ?\(\d+\)|[-_ ]copy ?\d*|-\d+| - copy)$")
_COPY_OF = re.compile(r"^(copy of|kopie von|copie de|copia de|cópia de) ")  # as Colab calls them
_OURS = {"work", "notebooks", "chapters"}  # the course's own folders are nobody's name
_ARCHIVES = {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz"}
# Name_123_assignsubmission_file_/chapter.ipynb, or without the folder; and as another platform has it.
_PLATFORM_FOLDER = re.compile(r"(.+?)_\d+_assignsubmission_[a-z]+_?")
_PLATFORM_FILE = re.compile(r"(.+?)_\d+_assignsubmission_file_(.+)|([^_]+)(?:_LATE)?_\d+_\d+_(.+)")


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
    that counts whose learner is named further outside, then the one whose name is the chapter's own, then the first by
    name; the other is `Unreadable` and says so.
    Where folders of one name belong to different people, the folders around them are part of the name.

    Raises
    ------
    UsageError
        When there is no such folder or zip.
    """
    if path.is_dir():
        entries = list(list_folder(path, path, besides.resolve() if besides else None))
    elif path.is_file() and zipfile.is_zipfile(path):
        entries = list(list_zip(path, (), path.name))
    else:
        raise UsageError(
            _("There is no folder and no zip at {path}.").format(path=path),
            _("Give the folder that holds the submissions, or a zip of it."),
        )
    submissions, unreadable = _sort_out(entries, chapters)
    if not submissions and not unreadable:
        return []  # a folder of something else
    known = {item.learner for item in submissions} | {item.learner for item in unreadable}
    unreadable += (item for item in _empty_folders(entries) if item.learner not in known)
    return [*submissions, *sorted(unreadable, key=lambda item: item.name)]


def read_bytes(submission: Submission) -> bytes:
    """Read a submission's file, from the disk or out of its zip.

    Raises
    ------
    OSError, zipfile.BadZipFile, RuntimeError
        When it cannot be read, is damaged or encrypted.
    """
    with open_file(submission.container, submission.member) as file:
        return file.read(MAX_BYTES + 1)  # the sizes in a zip's directory may lie; this does not


def read_with_digest(submission: Submission, salt: str) -> tuple[bytes, str]:
    """Read a submission's file, and return its bytes with the digest of these very bytes, as `digest_of` makes it."""
    data = read_bytes(submission)
    return data, hashlib.sha256(salt.encode() + data).hexdigest()


def digest_of(submission: Submission, salt: str) -> str:
    """Return a digest of a submission's file and of `salt`; "" where the file cannot be read."""
    digest = hashlib.sha256(salt.encode())
    left = MAX_BYTES + 1
    try:
        with open_file(submission.container, submission.member) as file:
            while left > 0 and (data := file.read(min(2**20, left))):
                digest.update(data)
                left -= len(data)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError):
        return ""
    return digest.hexdigest()


def _sort_out(entries: Sequence[Entry], chapters: Collection[str]) -> tuple[list[Submission], list[Unreadable]]:
    """Tell notebooks that can be graded from what is only a line in the report."""
    found: list[tuple[Submission, Folders]] = []
    named_at: list[int] = []
    lines: list[Unreadable] = []
    for entry in entries:
        if not entry.believed:
            lines.append(Unreadable(entry.shown, entry.fault))
            continue
        learner, chapter, folders = _identify(entry, chapters)
        if entry.fault:
            lines.append(Unreadable(entry.shown, entry.fault, learner or None, chapter))
        elif entry.is_notebook and not learner:
            says = _("The name does not say whose it is. Call it <learner>__<chapter>.ipynb, or put it in a folder.")
            lines.append(Unreadable(entry.shown, says, None, chapter))
        elif entry.is_notebook and chapter is None:
            says = _("The course has no chapter {name!r}.").format(name=_plain(entry.stem).rpartition("__")[2][:80])
            lines.append(Unreadable(entry.shown, says, learner))
        elif entry.is_notebook and chapter is not None:
            found.append((Submission(learner, chapter, entry.container, entry.member, entry.size), folders))
            named_at.append(_named_at(entry, learner))
        elif chapter is not None and learner:
            lines.append(Unreadable(entry.shown, _no_notebook(entry), learner, chapter))
    submissions, others = _one_for_each(zip(_told_apart(found), named_at, strict=True))
    known = {item.learner for item in submissions}
    for entry in entries:  # an archive beside the notebook is an attachment
        if entry.believed and not entry.fault and PurePosixPath(entry.file).suffix.lower() in _ARCHIVES:
            learner, chapter, _folders = _identify(entry, chapters)
            learner = learner or _plain(entry.stem)
            if learner not in known and chapter is None:
                lines.append(Unreadable(entry.shown, _no_notebook(entry), learner))
    return submissions, lines + others


def _no_notebook(entry: Entry) -> str:
    kind = PurePosixPath(entry.file).suffix or _("nameless")
    return _("It is a {kind} file, and no notebook. Hand in the .ipynb.").format(kind=kind)


def _empty_folders(entries: Iterable[Entry]) -> list[Unreadable]:
    """Name the folders in which nothing is to be read; not those beside a learner's notebook, with pictures or data."""
    folders: dict[Folders, str] = {}
    full: set[Folders] = {()}  # something in it, however deep, is a submission or a line
    owned: set[Folders] = set()  # a notebook lies in it that is not named by its learner
    for entry in entries:
        for depth in range(1, len(entry.folders) + 1):
            folder = entry.folders[:depth]
            folders.setdefault(folder, "/".join(folder))
            if entry.is_notebook or entry.fault:
                full.add(folder)
        if not entry.file:
            folders[entry.folders] = entry.shown
        elif entry.is_notebook and "__" not in entry.stem and entry.folders:
            owned.add(entry.folders)
    return [
        Unreadable(shown, _("There is no notebook in it."), _owner(folder)[0])
        for folder, shown in folders.items()
        if folder not in full and folder[:-1] in full and folder[:-1] not in owned
    ]


def _identify(entry: Entry, chapters: Collection[str]) -> tuple[str, str | None, Folders]:
    """Read learner and chapter off an entry's place, and the folders that the learner was read off."""
    stem = _plain(entry.stem)
    if any(_PLATFORM_FOLDER.fullmatch(_plain(folder).strip()) for folder in entry.folders):
        learner, folders = _owner(entry.folders)  # what lies in there, the learner has named, and may name as they like
        return learner, _chapter(stem, chapters) or _chapter(stem.rpartition("__")[2], chapters), folders
    platform = _PLATFORM_FILE.fullmatch(stem)
    named, rest = (group for group in platform.groups() if group is not None) if platform else ("", "")
    if platform is None or _chapter(rest, chapters) is None:
        named, _separator, rest = stem.rpartition("__")
    if named.strip():
        return named.strip(), _chapter(rest, chapters), ()
    learner, folders = _owner(entry.folders)
    return learner, _chapter(stem, chapters), folders


def _owner(folders: Folders) -> tuple[str, Folders]:
    """Say whose a file is that lies in these folders: the innermost that may be a name, and those around it."""
    plain = tuple(_plain(folder).strip() for folder in folders)
    for number, folder in enumerate(plain):
        platform = _PLATFORM_FOLDER.fullmatch(folder)
        if platform:
            return platform[1].strip(), (*plain[:number], platform[1].strip())
    names = [folder for folder in plain if folder.casefold() not in _OURS] or list(plain[:1])
    names = [name for number, name in enumerate(names) if number == 0 or names[number - 1] != name]
    return (names[-1], tuple(names)) if names else ("", ())


def _named_at(entry: Entry, learner: str) -> int:
    """Say how deep the name stands that tells the learner: what lies deeper, others may have named."""
    plain = [_plain(folder).strip() for folder in entry.folders]
    for depth, folder in enumerate(plain):
        platform = _PLATFORM_FOLDER.fullmatch(folder)
        if learner in (folder, platform[1].strip() if platform else None):
            return depth
    return len(plain)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _chapter(name: str, chapters: Collection[str]) -> str | None:
    """Tell a chapter by a file's name, also where something was put behind it."""
    known = {_folded(chapter): chapter for chapter in chapters}
    bare = _COPY_OF.sub("", name.strip().casefold())
    while _folded(bare) not in known and (shorter := _COPY.sub("", bare)) != bare:
        bare = shorter
    folded = _folded(bare)
    begun = [key for key in known if folded == key or (folded.startswith(key) and not folded[len(key)].isalnum())]
    return known[max(begun, key=len)] if begun else None


def _folded(name: str) -> str:
    return name.casefold().replace(" ", "-").replace("_", "-")


def _told_apart(found: Sequence[tuple[Submission, Folders]]) -> list[Submission]:
    """Give the folders around as well where one name stands for several people, as `homework` in everybody's folder."""
    places: dict[tuple[str, str], set[Folders]] = defaultdict(set)
    for item, folders in found:
        if folders:
            places[item.learner, item.chapter].add(folders)
    ambiguous = {learner for (learner, _chapter), several in places.items() if not _is_one_person(several)}
    return [
        replace(item, learner="/".join(folders)) if folders and item.learner in ambiguous else item
        for item, folders in found
    ]


def _is_one_person(several: set[Folders]) -> bool:
    """Whether folders of one name differ only in what somebody put around them."""
    shortest = min(several, key=len)
    return all(folders[-len(shortest) :] == shortest for folders in several)


def _one_for_each(found: Iterable[tuple[Submission, int]]) -> tuple[list[Submission], list[Unreadable]]:
    """Choose one file for each learner and chapter; nobody takes another's place from inside a folder or zip."""
    chosen: dict[tuple[str, str], Submission] = {}
    others: list[Unreadable] = []
    for item, _depth in sorted(found, key=lambda one: (one[1], not _is_exact(one[0]), one[0].name)):
        first = chosen.setdefault((item.learner, item.chapter), item)
        if first is not item:
            reason = _("There is another file for this learner and chapter, {name}; that one counts.")
            others.append(Unreadable(item.name, reason.format(name=first.name), item.learner, item.chapter, True))
    return [chosen[key] for key in sorted(chosen)], others


def _is_exact(item: Submission) -> bool:
    stem = PurePosixPath(item.member).stem if item.member else item.container.stem
    return stem.rpartition("__")[2] == item.chapter
