import re
from collections import Counter, defaultdict

import pytest

from bookutils.data.dataset import read_tsv
from bookutils.data.source import SAMPLE_DIR

PHENOMENA = ("negation", "contrast", "irony", "mixed", "understatement", "plain")


@pytest.fixture(scope="module")
def sample():
    """All files of the sample: split -> (sentences, labels)."""
    labels = {"0": 0, "1": 1}
    return {split: read_tsv(SAMPLE_DIR / f"{split}.tsv", labels, label_column=1) for split in ("train", "dev", "test")}


@pytest.fixture(scope="module")
def phenomena():
    rows = [line.split("\t") for line in (SAMPLE_DIR / "phenomena.tsv").read_text("utf-8").splitlines()]
    assert all(len(row) == 2 for row in rows)
    return dict(rows)


def words(sentence):
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", sentence.lower())


def everything(sample):
    return [sentence for sentences, _labels in sample.values() for sentence in sentences]


def test_is_large_enough_and_balanced(sample):
    """Are there enough sentences in each file, as many good ones as bad ones, also in every stretch of a file?"""
    assert len(everything(sample)) >= 3000
    assert min(len(sample[split][0]) for split in ("dev", "test")) >= 400
    for sentences, labels in sample.values():
        assert 2 * labels.sum() == len(sentences)
        assert all(labels[start : start + 32].sum() == 16 for start in range(0, len(labels) - 32, 2))


def test_length_gives_nothing_away(sample):
    """Are good and bad sentences alike in length, so that counting words wins nothing?"""
    for sentences, labels in sample.values():
        lengths = {
            label: [len(words(s)) for s, y in zip(sentences, labels, strict=True) if y == label] for label in (0, 1)
        }
        means = [sum(found) / len(found) for found in lengths.values()]
        assert abs(means[0] - means[1]) < 1.5
        assert min(map(min, lengths.values())) >= 4
        assert max(map(max, lengths.values())) <= 40


def test_no_two_sentences_share_five_words_in_a_row(sample):
    """Is every sentence written by itself, in all files together: no copies, no templates?"""
    where = defaultdict(set)
    for sentence in everything(sample):
        found = words(sentence)
        for start in range(len(found) - 4):
            where[tuple(found[start : start + 5])].add(sentence)
    assert {run: found for run, found in where.items() if len(found) > 1} == {}


def test_openings_differ(sample):
    """Do fewer than one sentence in ten begin with the three words of another, and few with the same?"""
    openings = Counter(tuple(words(sentence)[:3]) for sentence in everything(sample))
    assert sum(count for count in openings.values() if count > 1) < len(everything(sample)) / 8
    assert max(openings.values()) <= len(everything(sample)) / 300


def test_nothing_stands_twice(sample):
    """Are all sentences different, also once capitals and punctuation are taken away, between the files too?"""
    plain = [" ".join(words(sentence)) for sentence in everything(sample)]
    assert len(set(plain)) == len(plain)


def test_no_held_out_sentence_resembles_one_of_train(sample):
    """Does no sentence of dev or test share more than about a third of its longer words with one of train?"""
    train = [long_words(sentence) for sentence in sample["train"][0]]
    for sentence in (*sample["dev"][0], *sample["test"][0]):
        ours = long_words(sentence)
        assert max(len(ours & theirs) / len(ours | theirs) for theirs in train) < 0.35, sentence


def long_words(sentence):
    return {word for word in words(sentence) if len(word) > 3}


def test_one_word_alone_decides_little(sample):
    """Is no common word so one-sided that it gives the label away?"""
    sentences, labels = sample["train"]
    total, positive = Counter(), Counter()
    for sentence, label in zip(sentences, labels, strict=True):
        total.update(set(words(sentence)))
        positive.update(set(words(sentence)) if label else ())
    for word, count in total.items():
        if count >= len(sentences) / 50:
            assert 0.2 < positive[word] / count < 0.8, word


def test_sentences_are_tidy(sample):
    """Is each line one trimmed sentence of printable text, with a capital in front and a full stop behind?"""
    for sentence in everything(sample):
        assert sentence == sentence.strip()
        assert sentence.isprintable()
        assert "  " not in sentence
        assert sentence[0].isupper()
        assert sentence[-1] in ".?!"


def test_each_sentence_has_its_phenomenon(sample, phenomena):
    """Does phenomena.tsv name exactly the sentences that there are, each with a known word, in both labels?"""
    assert list(phenomena) == everything(sample)
    for sentences, labels in sample.values():
        found = {(phenomena[s], int(y)) for s, y in zip(sentences, labels, strict=True)}
        assert found == {(name, label) for name in PHENOMENA for label in (0, 1)}


def test_the_card_counts_right(sample, phenomena):
    """Are the numbers that the data card prints those of the files?"""
    card = (SAMPLE_DIR / "README.md").read_text("utf-8")
    for split, (sentences, labels) in sample.items():
        assert f"`{split}.tsv` ({len(sentences)} sentences, {labels.sum()} positive)" in card
    for name in PHENOMENA:
        row = re.search(rf"^\| {name} \|.*?((?:\| \d+ )+)\|$", card, re.M)
        counts = [
            sum(phenomena[s] == name and y == label for s, y in zip(sentences, labels, strict=True))
            for sentences, labels in sample.values()
            for label in (1, 0)
        ]
        assert [int(number) for number in re.findall(r"\d+", row[1])] == counts
