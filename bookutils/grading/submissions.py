"""What was handed in: a folder or a zip of notebooks, each with its learner and its chapter.

Learner and chapter come from names of folders and files alone; `places` reads them, `people` tells who is who.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.grading.listing import Entry, list_folder, list_zip
from bookutils.grading.model import Person, Submission, Unreadable
from bookutils.grading.notebooks import MAX_BYTES
from bookutils.grading.opening import open_file
from bookutils.grading.who.gradescope import FILE, read_submitters
from bookutils.grading.who.naming import plain, skeleton
from bookutils.grading.who.parts import Folders
from bookutils.grading.who.people import tell_apart
from bookutils.grading.who.places import Claim, read_places
from bookutils.grading.who.regex import read_by_regex

_ARCHIVES = {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz"}
_CANNOT_BE_READ = (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError)


@dataclass(frozen=True)
class Survey:
    """All that was found.

    Parameters
    ----------
    found : submissions, in the order of learners and chapters, and then what has no verdict
    people : everybody who handed in something, by label
    doubtful : names of those who were not graded, since they cannot be told apart
    """

    found: list[Submission | Unreadable]
    people: list[Person]
    doubtful: frozenset[str] = frozenset()


def survey(path: Path, chapters: Collection[str], besides: Path | None = None, names: str | None = None) -> Survey:
    """Look through a folder or a zip.

    Parameters
    ----------
    path : a folder or a zip, with a folder or a zip for each learner, with names such as
        ``<learner>__<chapter>.ipynb``, or as a learning platform exports it; docs/grading.md has the list. Zips in the
        folder are looked into, one level deep
    chapters : the names of the course's chapters
    besides : a folder that is left out, such as that of the grades
    names : a regular expression that is matched with each notebook's path instead, with groups of the names learner,
        id, chapter and time

    Returns
    -------
    what was found. A file or a learner's folder that is meant as a submission and holds no notebook is `Unreadable`;
    what else lies about is nobody's. Of several files for one learner and chapter, the latest attempt counts where the
    place says which that is, then the one that lies in ``work``, then the one whose name is the chapter's own, then the
    first by name; the others are `Unreadable` and say so.
    People who cannot be told apart are `Unreadable`, too, and nobody's work is taken for another's.

    Raises
    ------
    UsageError
        When there is no such folder or zip, or `names` is no regular expression with such a group.
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
    lines = [Unreadable(entry.shown, entry.fault) for entry in entries if not entry.believed]
    believed = [entry for entry in entries if entry.believed]
    if names is not None:
        claims, unmatched = read_by_regex(believed, chapters, names, path)
        lines += unmatched
    else:
        claims = read_places(believed, chapters, read_submitters(believed))
    told = tell_apart(claims)
    sorter = _Sorter(claims, told.labels, chapters)
    sorter.sort()
    lines += [*told.lines, *sorter.lines]
    if not sorter.submissions and not lines:
        return Survey([], [])  # a folder of something else
    if names is None:
        lines += sorter.empty_handed()
    found: list[Submission | Unreadable] = [*sorter.submissions]
    lines.sort(key=lambda item: (item.name, item.learner or "", item.reason))
    found += lines
    known = {item.learner for item in found if item.learner}
    people = {person.learner: person for person in told.people if person.learner in known}
    everybody = [people.get(learner, Person(learner, name=learner)) for learner in sorted(known)]
    return Survey(found, everybody, frozenset(told.doubtful))


def read_bytes(submission: Submission) -> bytes:
    """Read a submission's file, from the disk or out of its zip.

    Raises
    ------
    OSError, zipfile.BadZipFile, RuntimeError
        When it cannot be read, is damaged or encrypted, or is no ordinary file any more.
    """
    with open_file(submission.container, submission.member) as file:
        return file.read(MAX_BYTES + 1)  # the sizes in a zip's directory may lie; this does not


def read_with_digest(submission: Submission, salt: str = "") -> tuple[bytes, str]:
    """Read a submission's file once, and return its bytes with the digest of those very bytes and of `salt`.

    Raises
    ------
    OSError, zipfile.BadZipFile, RuntimeError
        As `read_bytes`.
    """
    data = read_bytes(submission)
    return data, hashlib.sha256(salt.encode() + data).hexdigest()


def digest_of(submission: Submission, salt: str) -> str:
    """Return what `read_with_digest` would, without keeping the file; "" where the file cannot be read."""
    digest = hashlib.sha256(salt.encode())
    left = MAX_BYTES + 1
    try:
        with open_file(submission.container, submission.member) as file:
            while left > 0 and (data := file.read(min(2**20, left))):
                digest.update(data)
                left -= len(data)
    except _CANNOT_BE_READ:
        return ""
    return digest.hexdigest()


class _Sorter:
    """Tells notebooks that can be graded from what is only a line in the report."""

    def __init__(
        self, claims: Sequence[Claim], labels: Sequence[str | None], chapters: Collection[str]
    ) -> None:  # fmt: skip
        self.example = (sorted(chapters)[:2] or ["01"])[-1]
        self.claims = list(zip(claims, labels, strict=True))
        self.of_nbgrader = any("submitted" in claim.around for claim in claims)
        self.submissions: list[Submission] = []
        self.lines: list[Unreadable] = []

    def sort(self) -> None:
        """Sort all claims out."""
        found: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        other: list[tuple[Claim, str | None]] = []
        for claim, label in self.claims:
            entry = claim.entry
            if entry.fault:
                self._line(claim, entry.fault, label)
            elif not entry.is_notebook:
                other.append((claim, label))
            elif label is None:
                nameless = not skeleton(claim.name)  # those with a name stand in the lines of who cannot be told apart
                if nameless and self.of_nbgrader and {"source", "release"} & set(entry.folders):
                    says = _("It is the course's own edition, as nbgrader keeps it, and nobody's.")
                    self._line(claim, says, superseded=True)
                elif nameless:
                    self._line(claim, _no_name(entry))
            elif claim.chapter is None:
                says = _(
                    "The course has no chapter {name!r}. Call the file after its chapter, such as {example}, or put it"
                    " into a folder that is called so."
                )
                name = plain(entry.stem).rpartition("__")[2]
                self._line(claim, says.format(name=name[-80:], example=self.example), label)
            else:
                found[label, claim.chapter].append(claim)
        for (label, chapter), claims in sorted(found.items()):
            self._choose(label, chapter, claims)
        self._no_notebooks(other, found)

    def _choose(self, label: str, chapter: str, claims: list[Claim]) -> None:
        """Choose one file of several, and say of the others which one counts."""
        claims.sort(key=lambda claim: (not claim.says_chapter, not _is_exact(claim, chapter), claim.entry.shown))
        claims.sort(key=lambda claim: claim.rank)
        claims.sort(key=lambda claim: (claim.attempt, claim.when), reverse=True)
        first, *others = claims
        entry = first.entry
        self.submissions.append(Submission(label, chapter, entry.container, entry.member, entry.size, first.id))
        for claim in others:
            surely = bool(claim.id) or claim.inner[:1] == first.inner[:1]
            if not surely:
                says = _(
                    "There is another file for this learner and chapter in another folder, {name}; that one counts."
                    " If {folder} holds the work of several people, tell them apart with --names."
                )
            elif (claim.attempt, claim.when) < (first.attempt, first.when):
                says = _("There is a later file for this learner and chapter, {name}; that one counts.")
            else:
                says = _("There is another file for this learner and chapter, {name}; that one counts.")
            folder = "/".join((*claim.around, claim.place or claim.name))
            self._line(claim, says.format(name=entry.shown, folder=folder), label, surely)

    def _no_notebooks(self, other: Iterable[tuple[Claim, str | None]], found: Collection[tuple[str, str]]) -> None:
        """Name what was handed in instead of a notebook."""
        with_notebooks = {label for label, _chapter in found}
        for claim, label in other:
            entry = claim.entry
            if not entry.file:
                continue
            if claim.chapter is not None and claim.says_chapter and label:
                self._line(claim, _no_notebook(entry), label, (label, claim.chapter) in found)
            elif PurePosixPath(entry.file).suffix.lower() in _ARCHIVES:
                owner = label or plain(entry.stem)
                if owner not in with_notebooks and claim.chapter is None:
                    self._line(claim, _no_notebook(entry), owner)

    def empty_handed(self) -> list[Unreadable]:
        """Name the people, and the folders, in which nothing is to be read."""
        named = {item.learner for item in self.submissions} | {item.learner for item in self.lines}
        full: set[Folders] = set()  # something in it, however deep, is a submission or a line
        for claim, _label in self.claims:
            if claim.entry.is_notebook or claim.entry.fault:
                full |= {claim.entry.folders[:depth] for depth in range(len(claim.entry.folders) + 1)}
        shown: dict[str, str] = {}
        loose: dict[Folders, str] = {}
        for claim, label in self.claims:
            entry = claim.entry
            if label is None:
                if not entry.file and not claim.name and entry.folders not in full:
                    loose[entry.folders] = entry.shown
            elif label not in named and (claim.platform if entry.file else entry.folders not in full):
                shown[label] = min(shown.get(label, entry.shown), entry.shown, key=len)
        says = _("There is no notebook in it.")
        lines = [Unreadable(name, says, label) for label, name in shown.items()]
        return lines + [Unreadable(name, says) for folder, name in loose.items() if folder[:-1] in full]

    def _line(self, claim: Claim, reason: str, label: str | None = None, superseded: bool = False) -> None:
        self.lines.append(Unreadable(claim.entry.shown, reason, label, claim.chapter, superseded))


def _no_name(entry: Entry) -> str:
    if any(folder.startswith("submission_") for folder in entry.folders):
        says = _(
            "Nothing says whose it is: put {file} of the same export beside the folder, and the list in it is read."
        )
        return says.format(file=FILE)
    return _("The name does not say whose it is. Call it <learner>__<chapter>.ipynb, or put it in a folder.")


def _no_notebook(entry: Entry) -> str:
    kind = PurePosixPath(entry.file).suffix or _("nameless")
    return _("It is a {kind} file, and no notebook. Hand in the .ipynb.").format(kind=kind)


def _is_exact(claim: Claim, chapter: str) -> bool:
    stem = plain(claim.entry.stem)
    return stem == chapter or (not claim.within and stem.endswith((f"_{chapter}", f" - {chapter}")))
