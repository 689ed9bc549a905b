"""The tagged sentences: does a classifier meet none that it was trained on, and none of the test set?"""

from __future__ import annotations

import pytest

from bookutils.data.dataset import Dataset, read_tsv
from bookutils.data.phenomena import PHENOMENA, load_phenomena
from bookutils.data.source import SAMPLE_DIR

LABELS = {"0": 0, "1": 1}


def split(name):
    return read_tsv(SAMPLE_DIR / f"{name}.tsv", LABELS, label_column=1)


def trained_on(source):
    sentences, labels = split("train")
    return Dataset("sst2", "train", sentences, labels, ("negative", "positive"), source, "", "")


@pytest.mark.parametrize(("source", "splits"), [("sample", ["dev"]), ("folder", ["train", "dev"])])
def test_only_sentences_that_are_new_to_it(source, splits):
    """After the sample its dev alone, after SST-2 its train too: in order, each with its label and a known word?"""
    tagged = load_phenomena(trained_on(source))
    expected = [pair for name in splits for pair in zip(*split(name), strict=True)]
    assert list(zip(tagged.sentences, tagged.labels, strict=True)) == expected
    assert len(tagged) == len(tagged.phenomena) == len(expected)
    assert set(tagged.phenomena) == set(PHENOMENA)
