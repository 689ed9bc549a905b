"""Where a data set's files come from, in which order, and the checksums that decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookutils.core import settings
from bookutils.core.downloads import fetch
from bookutils.core.errors import DataError, DownloadError, UsageError
from bookutils.core.files import has_sha256, sha256_of
from bookutils.core.messages import _, join_words
from bookutils.core.progress import say
from bookutils.data.dataset import Dataset, read_tsv

SAMPLE_DIR = Path(__file__).parent / "sample"


@dataclass(frozen=True)
class DataFile:
    """One file of a data set.

    Parameters
    ----------
    path : its place below ``BOOKUTILS_DATA_DIR`` and below the cache
    sha256 : its checksum
    urls : addresses, tried in order
    member : when the addresses give a zip archive, the file in it
    """

    path: str
    sha256: str
    urls: tuple[str, ...]
    member: str = ""


@dataclass(frozen=True)
class DataSource:
    """A data set that is loaded by name: its files, its format and its terms.

    Parameters
    ----------
    name, title : short and full name
    terms : who made it, and under which terms it may be used
    files : split -> its file
    labels : how a label is written in the file -> 0 or 1
    classes : what 0 and 1 mean
    label_column : 0 when the label comes first in a line, 1 when the sentence does
    sample : split -> file of the course's own sample that stands in; empty when there is none
    apart : splits that are loaded by themselves, so that the others can be had without them
    """

    name: str
    title: str
    terms: str
    files: Mapping[str, DataFile]
    labels: Mapping[str, int]
    classes: tuple[str, str]
    label_column: int
    sample: Mapping[str, str]
    apart: frozenset[str] = frozenset()


def load_splits(source: DataSource, *, progress: bool = True) -> dict[str, Dataset]:
    """Load all splits but those apart: from ``BOOKUTILS_DATA_DIR``, the cache, its public address, or else the sample.

    The sample stands in for all of them or for none: a model trained on one text is never tuned on the other.

    Raises
    ------
    DataError
        When a file in ``BOOKUTILS_DATA_DIR`` is not the one that the course was written with.
    DownloadError
        When the data cannot be had and the course ships no sample of it.
    """
    return _load(source, [split for split in source.files if split not in source.apart], progress)


def _load(source: DataSource, splits: Sequence[str], progress: bool) -> dict[str, Dataset]:
    try:
        found = {split: _find(source, source.files[split], progress) for split in splits}
    except DownloadError as error:
        if not source.sample:
            raise
        return _load_sample(source, splits, error)
    return {split: _read(source, split, path, where, source.title) for split, (path, where) in found.items()}


def load_split(source: DataSource, split: str, *, progress: bool = True) -> Dataset:
    """Load one split; see `load_splits`. An unknown split raises UsageError with the known ones."""
    if split not in source.files:
        known = join_words([repr(name) for name in source.files])
        raise UsageError(
            _("{title} has no split {split!r}.").format(title=source.title, split=split),
            _("Known: {names}.").format(names=known),
        )
    return (
        _load(source, [split], progress)[split]
        if split in source.apart
        else load_splits(source, progress=progress)[split]
    )


def _find(source: DataSource, file: DataFile, progress: bool) -> tuple[Path, str]:
    """Return a file that has the right checksum, and the kind of place where it was."""
    folder = settings.data_dir()
    if folder is not None and (folder / file.path).is_file():
        if not has_sha256(folder / file.path, file.sha256):
            raise DataError(
                _("{path} is not the {title} that this course was written with: its SHA-256 differs.").format(
                    path=folder / file.path, title=source.title
                ),
                _("Replace the file, or take it away; then the loader looks elsewhere."),
            )
        return folder / file.path, "folder"
    path = settings.cache_dir() / "data" / file.path
    if has_sha256(path, file.sha256):
        return path, "cache"
    return fetch(file.urls, path, file.sha256, member=file.member, progress=progress), "download"


def _load_sample(source: DataSource, splits: Sequence[str], error: DownloadError) -> dict[str, Dataset]:
    note = _("the course's own sample, not {title}").format(title=source.title)
    data = {split: _read(source, split, SAMPLE_DIR / source.sample[split], "sample", note) for split in splits}
    counts = join_words([f"{len(part)} ({split})" for split, part in data.items()])
    say(
        _(
            "{title} is not at hand. {reason}\n"
            "You go on with the course's own sample, {counts} sentences, written for it: every step works, and the "
            "numbers are its own."
        ).format(title=source.title, reason=error.what, counts=counts)
    )
    return data


def _read(source: DataSource, split: str, path: Path, where: str, note: str) -> Dataset:
    sentences, labels = read_tsv(path, source.labels, label_column=source.label_column)
    return Dataset(source.name, split, sentences, labels, source.classes, where, sha256_of(path), note)
