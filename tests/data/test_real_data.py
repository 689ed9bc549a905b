import re

import pytest

from bookutils.core import settings
from bookutils.data.dataset import read_tsv
from bookutils.data.sms_spam import load_sms_spam
from bookutils.data.source import SAMPLE_DIR
from bookutils.data.sst2 import load_sst2

needs_data = pytest.mark.skipif(
    settings.data_dir() is None, reason="Real data sets: set BOOKUTILS_DATA_DIR to the folder that holds them."
)


@needs_data
def test_sst2_has_the_published_counts():
    """Are there as many positive and negative sentences as the data set's description says?"""
    train, dev = load_sst2()
    assert (len(train), int(train.labels.sum()), len(dev), int(dev.labels.sum())) == (6920, 3610, 872, 444)
    assert train.source == dev.source == "folder"
    assert load_sst2("dev").sentences == dev.sentences


@needs_data
def test_sms_spam_has_the_published_counts():
    """Are there 5,574 messages, 747 of them spam?"""
    data = load_sms_spam()
    assert (len(data), int(data.labels.sum())) == (5574, 747)


@pytest.fixture(scope="module")
def sample():
    return {
        split: read_tsv(SAMPLE_DIR / f"{split}.tsv", {"0": 0, "1": 1}, label_column=1) for split in ("train", "dev")
    }


def test_the_sample_is_balanced_and_large_enough(sample):
    """Does each file hold as many positive as negative sentences, together at least 120?"""
    for sentences, labels in sample.values():
        assert 2 * labels.sum() == len(sentences)
    assert sum(len(sentences) for sentences, _ in sample.values()) >= 120


def test_no_sentence_stands_twice(sample):
    """Are train and dev apart, and free of repetitions, whatever the case and punctuation?"""
    plain = [re.sub(r"\W+", " ", text).lower() for sentences, _ in sample.values() for text in sentences]
    assert len(set(plain)) == len(plain)


def test_length_does_not_give_the_label_away(sample):
    """Are positive and negative sentences of about the same length?"""
    for sentences, labels in sample.values():
        means = [
            sum(len(text.split()) for text, label in zip(sentences, labels, strict=True) if label == wanted)
            / (labels == wanted).sum()
            for wanted in (0, 1)
        ]
        assert abs(means[0] - means[1]) < 2


def test_the_data_card_tells_the_truth(sample):
    """Are the counts that the card prints those of the files?"""
    card = (SAMPLE_DIR / "README.md").read_text(encoding="utf-8")
    for split, (sentences, labels) in sample.items():
        assert f"`{split}.tsv` ({len(sentences)} sentences, {labels.sum()} positive)" in card
