"""A labelled set of sentences in memory, and the reader of its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bookutils.core.errors import DataError
from bookutils.core.messages import _
from bookutils.data.checks import as_labels, as_texts


@dataclass(frozen=True, eq=False)
class Dataset:
    """Sentences with their labels, and where they come from.

    Attributes
    ----------
    name : the data set, such as ``"sst2"``
    split : ``"train"``, ``"dev"`` or ``"test"``, or another part: ``"all"``, ``"held out"``
    sentences : the texts, as they stand in the file
    labels : int32 array ``(len(sentences),)`` of 0 and 1
    classes : what the labels 0 and 1 mean
    source : where the file was found: "folder", "cache", "download" or "sample"
    sha256 : the file's checksum, which says exactly which data this is
    note : one sentence on what this is
    """

    name: str
    split: str
    sentences: list[str]
    labels: NDArray[np.int32]
    classes: tuple[str, str]
    source: str
    sha256: str
    note: str

    def __post_init__(self) -> None:
        as_labels(self.labels, len(as_texts(self.sentences, name="sentences")))

    def __len__(self) -> int:
        return len(self.sentences)

    def __repr__(self) -> str:
        ones = int(self.labels.sum())
        no, yes = self.classes
        return f"Dataset({self.name}/{self.split}: {len(self) - ones} {no}, {ones} {yes}; {self.note})"

    def take(self, count: int) -> Dataset:
        """Return the first `count` rows as a data set of their own; everything when there are fewer."""
        if count >= len(self):
            return self
        note = _("the first {count} rows of: {note}").format(count=count, note=self.note)
        return replace(self, sentences=self.sentences[:count], labels=self.labels[:count], note=note)


def read_tsv(path: Path, classes: Mapping[str, int], *, label_column: int) -> tuple[list[str], NDArray[np.int32]]:
    """Read lines of a sentence and a label, split by one tab; nothing is quoted.

    Parameters
    ----------
    path : a UTF-8 file
    classes : how a label is written -> 0 or 1
    label_column : 0 when the label comes first, 1 when the sentence does

    Raises
    ------
    DataError
        At the first line that is not one sentence and one known label, with file and line.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "two.tsv"
    >>> _ = path.write_text("a fine film\\t1\\nno good\\t0\\n")
    >>> read_tsv(path, {"0": 0, "1": 1}, label_column=1)
    (['a fine film', 'no good'], array([1, 0], dtype=int32))
    """
    sentences: list[str] = []
    labels: list[int] = []
    try:
        lines = path.read_bytes().decode("utf-8").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(
            _("{path} is not UTF-8 text (byte {byte}).").format(path=path, byte=error.start), _("Save it as UTF-8.")
        ) from error
    for number, line in enumerate(lines, 1):
        fields = line.removesuffix("\r").split("\t")
        if len(fields) != 2:
            raise _malformed(path, number, _("has {count} columns, not 2").format(count=len(fields)))
        label, sentence = fields[label_column], fields[1 - label_column]
        if label not in classes:
            raise _malformed(path, number, _("has the label {label!r}").format(label=label))
        if not sentence.strip():
            raise _malformed(path, number, _("has no text"))
        sentences.append(sentence)
        labels.append(classes[label])
    return sentences, np.array(labels, np.int32)


def _malformed(path: Path, number: int, what: str) -> DataError:
    return DataError(
        _("{path}:{number} {what}.").format(path=path, number=number, what=what),
        _("Each line is one text and one label, split by one tab."),
    )
