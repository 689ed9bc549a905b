"""The course's own sentences with the word that says what is difficult about each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bookutils.data.dataset import Dataset, read_tsv
from bookutils.data.source import SAMPLE_DIR
from bookutils.data.sst2 import SST2

PHENOMENA = ("plain", "negation", "contrast", "understatement", "irony", "mixed")


@dataclass(frozen=True, eq=False)
class Tagged:
    """Sentences on many subjects, with their labels and phenomena.

    Attributes
    ----------
    sentences : the texts
    labels : int32 array ``(len(sentences),)`` of 0 and 1
    phenomena : one of `PHENOMENA` for each, array of str ``(len(sentences),)``
    """

    sentences: list[str]
    labels: NDArray[np.int32]
    phenomena: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.sentences)


def load_phenomena(trained_on: Dataset) -> Tagged:
    """Return those of the course's own sentences that a classifier has not been trained on.

    Parameters
    ----------
    trained_on : the classifier's training data: after SST-2 the sample's train and dev are both new to it, after the
        sample its dev alone. The sample's test is not touched: chapter 12 looks at it once.

    Notes
    -----
    The sample's data card says who wrote them, and what the words mean. Taught in chapter 12.

    Examples
    --------
    >>> from bookutils.data.source import SAMPLE_DIR
    >>> sentences, labels = read_tsv(SAMPLE_DIR / "train.tsv", {"0": 0, "1": 1}, label_column=1)
    >>> sample = Dataset("sst2", "train", sentences, labels, ("negative", "positive"), "sample", "", "")
    >>> tagged = load_phenomena(sample)
    >>> bool(set(tagged.sentences) & set(sentences)), sorted(set(tagged.phenomena)) == sorted(PHENOMENA)
    (False, True)
    """
    lines = (SAMPLE_DIR / "phenomena.tsv").read_text(encoding="utf-8").splitlines()
    phenomenon = dict(line.split("\t") for line in lines)
    splits = ("dev",) if trained_on.source == "sample" else ("train", "dev")
    read = [read_tsv(SAMPLE_DIR / SST2.sample[split], SST2.labels, label_column=SST2.label_column) for split in splits]
    sentences = [sentence for texts, _answers in read for sentence in texts]
    labels = np.concatenate([answers for _texts, answers in read])
    return Tagged(sentences, labels, np.array([phenomenon[sentence] for sentence in sentences]))
