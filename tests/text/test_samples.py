"""Texts that tokenizers are tried on: are the three ways counted right, and does a chapter go on without a download?"""

import pytest

from bookutils.core.errors import DownloadError
from bookutils.text.tokenization import samples


def test_three_ways_are_counted():
    """Are list, tokens a sentence and share of unknown ones right for characters, words and pieces?"""
    ways = samples.count_ways(["a b", "b c"], ["a d", "b"], [["a", "[UNK]"], ["b"]], 7)
    third = pytest.approx(1 / 3)
    assert ways == {"characters": (4, 2.0, 0.25), "words": (3, 1.5, third), "pieces": (7, 1.5, third)}


def test_without_the_messages_there_is_a_sentence(monkeypatch, capsys):
    """Where the collection cannot be had, is that said, and is nothing raised?"""

    def load(*, progress):
        raise DownloadError("The host does not answer.")

    monkeypatch.setattr(samples, "load_sms_spam", load)
    assert samples.load_messages() == {}
    assert "goes on without it. The host does not answer." in capsys.readouterr().out


def test_every_language_says_one_sentence():
    """Is there one sentence for each language, and none twice?"""
    assert len(set(samples.ONE_SENTENCE.values())) == len(samples.ONE_SENTENCE) > 5
    assert len(set(samples.GERMAN)) == len(samples.GERMAN)
