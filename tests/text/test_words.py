"""A text as rows of word ids: do rows hold what the text says, and is what a reader types read alike?"""

import numpy as np
import pytest

from bookutils.core.errors import UsageError
from bookutils.text.words import CLS, MASK, PAD, SEP, SPECIAL, UNK, make_corpus

TEXT = "\n".join(f"the film number {word} is long and the end is good" for word in "abcdefghijklmnop")


def test_rows_are_framed_padded_and_held_out():
    """Does each row begin with [CLS] and end with [SEP] before its padding, and is every eighth line held out?"""
    corpus = make_corpus(TEXT, vocabulary_size=20, width=16)
    assert corpus.vocabulary[:5] == SPECIAL
    assert len(corpus.held_out) * 8 == len(corpus.held_out) + len(corpus.train) == 16
    for row in (*corpus.train, *corpus.held_out):
        end = int(np.flatnonzero(row == SEP)[0])
        assert row[0] == CLS
        assert (row[end + 1 :] == PAD).all()
        assert corpus.words(row[1:3]) == ["the", "film"]


def test_a_typed_line_is_read_like_the_text():
    """Is the gap the mask, an unknown word [UNK], and is a line without a gap or with too many words refused?"""
    corpus = make_corpus(TEXT, vocabulary_size=20, width=8)
    assert corpus.encode("The ___ zebra")[0].tolist()[:1] == [CLS]
    assert corpus.encode("The ___ zebra")[0].tolist()[2:] == [MASK, UNK, SEP]
    with pytest.raises(UsageError, match="no gap"):
        corpus.encode("the film")
    with pytest.raises(UsageError, match="too many"):
        corpus.encode("___ " * 7)
