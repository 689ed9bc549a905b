"""The Stanford Sentiment Treebank with two classes, whole sentences (Socher et al. 2013)."""

from __future__ import annotations

from typing import overload

from bookutils.data.dataset import Dataset
from bookutils.data.source import DataFile, DataSource, load_split, load_splits

_ADDRESS = "https://raw.githubusercontent.com/clairett/pytorch-sentiment-classification/master/data/SST2"

SST2 = DataSource(
    name="sst2",
    title="SST-2",
    terms="Socher et al. 2013, for research use; see https://nlp.stanford.edu/sentiment",
    files={
        "train": DataFile(
            "sst2/train.tsv",
            "ec192f833a64da08f475488a77b0d0b47db47acd0f458bd18433fc793b569920",
            (f"{_ADDRESS}/train.tsv",),
        ),
        "dev": DataFile(
            "sst2/dev.tsv",
            "eddea6b39e601dd4e7a672b53cc40fdf6019fa80522f351206c24340ca5d9359",
            (f"{_ADDRESS}/dev.tsv",),
        ),
        "test": DataFile(
            "sst2/test.tsv",
            "831169c7e2e429d6026e1bdbb542f33b636e3e596caad9602ebc953c205928b7",
            (f"{_ADDRESS}/test.tsv",),
        ),
    },
    labels={"0": 0, "1": 1},
    classes=("negative", "positive"),
    label_column=1,
    sample={"train": "train.tsv", "dev": "dev.tsv", "test": "test.tsv"},
    apart=frozenset({"test"}),
)


@overload
def load_sst2(split: str, *, progress: bool = ...) -> Dataset: ...
@overload
def load_sst2(split: None = ..., *, progress: bool = ...) -> tuple[Dataset, Dataset]: ...
def load_sst2(split: str | None = None, *, progress: bool = True) -> Dataset | tuple[Dataset, Dataset]:
    """Load film reviews of one sentence, labelled 0 (negative) or 1 (positive).

    Parameters
    ----------
    split : ``"train"`` (6,920 sentences), ``"dev"`` (872) or ``"test"`` (1,821); None gives train and dev
    progress : whether a download shows itself

    Returns
    -------
    Dataset, or a pair of them
        The text is lower-case and split into words by spaces, as it was published ("it 's a charming journey ."),
        which an uncased BERT tokenizer reads like ordinary text. Where SST-2 cannot be had, the course's own sample
        stands in, and a printed sentence says so: for train and dev together, for test by itself.

    Raises
    ------
    UsageError, DataError
        See `bookutils.data.source.load_splits`.

    Notes
    -----
    Used in chapters 08, 11, 12 and 13. Whole sentences: the SST-2 of GLUE has 67,349 phrases of them in train.
    """
    if split is not None:
        return load_split(SST2, split, progress=progress)
    both = load_splits(SST2, progress=progress)
    return both["train"], both["dev"]
