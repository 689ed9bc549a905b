"""A short text as rows of word ids, for encoders that are small enough to train here. Taught in chapter 10.

Whole words, not pieces: a few hundred of the most frequent, and ``[UNK]`` for all others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.data.checks import as_text

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNK, CLS, SEP, MASK = range(len(SPECIAL))
FIRST_WORD = len(SPECIAL)
GAP = "___"  # how a reader writes a hidden word
_SHORTEST = 4  # words; a row with fewer teaches little
_TOKEN = re.compile(rf"{GAP}|[a-z]+|[^\sa-z]")


def split_words(line: str) -> list[str]:
    """Cut a line into lower-case words and single signs.

    >>> split_words("It's a ___, isn't it?")
    ['it', "'", 's', 'a', '___', ',', 'isn', "'", 't', 'it', '?']
    """
    return _TOKEN.findall(as_text(line, name="line").lower())


@dataclass(frozen=True)
class Corpus:
    """A text, cut into rows of ids: some to learn from, some held out.

    Attributes
    ----------
    vocabulary : id → word; the first five are special
    train, held_out : int32 arrays ``(rows, tokens)``: ``[CLS]``, words, ``[SEP]``, padding
    """

    vocabulary: tuple[str, ...]
    train: NDArray[np.integer]
    held_out: NDArray[np.integer]

    @property
    def width(self) -> int:
        """Tokens in a row."""
        return int(self.train.shape[1])

    def encode(self, line: str) -> NDArray[np.integer]:
        """Return the ids of a line, ``(1, tokens)``; a gap, written ``___``, becomes ``[MASK]``.

        Raises
        ------
        UsageError
            When the line has no gap, or more words than a row holds.
        """
        words = split_words(line)
        if GAP not in words:
            raise UsageError(_("There is no gap in {line!r}.").format(line=line), _("Write ___ for the hidden word."))
        if len(words) > self.width - 2:
            raise UsageError(
                _("{count} words are too many.").format(count=len(words)),
                _("Give at most {limit}.").format(limit=self.width - 2),
            )
        known = {word: number for number, word in enumerate(self.vocabulary)}
        ids = [MASK if word == GAP else known.get(word, UNK) for word in words]
        return np.array([[CLS, *ids, SEP]], np.int32)

    def words(self, ids: Iterable[int]) -> list[str]:
        """Return the words of some ids."""
        return [self.vocabulary[int(number)] for number in ids]


def make_corpus(text: str, vocabulary_size: int = 300, width: int = 24, hold_out: int = 8) -> Corpus:
    """Cut a text into rows, and hold every eighth line out.

    Parameters
    ----------
    text : one paragraph or sentence a line
    vocabulary_size : of the words to learn from the most frequent, and the five special ones
    width : tokens in a row, ``[CLS]`` and ``[SEP]`` among them; a longer line is cut into several rows
    hold_out : every so many-th line is held out

    Examples
    --------
    >>> corpus = make_corpus("a b c d\\n" * 9, vocabulary_size=8, width=6)
    >>> corpus.train.shape, corpus.held_out.shape
    ((8, 6), (1, 6))
    >>> corpus.words(corpus.train[0])
    ['[CLS]', 'a', 'b', 'c', '[UNK]', '[SEP]']
    """
    lines = [words for line in text.splitlines() if (words := split_words(line))]
    train = [words for number, words in enumerate(lines) if number % hold_out != hold_out - 1]
    held_out = [words for number, words in enumerate(lines) if number % hold_out == hold_out - 1]
    counts = Counter(word for words in train for word in words)
    frequent = sorted(counts, key=lambda word: (-counts[word], word))  # the same order on every machine
    vocabulary = (*SPECIAL, *frequent[: vocabulary_size - len(SPECIAL)])
    known = {word: number for number, word in enumerate(vocabulary)}

    def rows(lines: list[list[str]]) -> NDArray[np.integer]:
        cut = []
        for words in lines:
            ids = [known.get(word, UNK) for word in words]
            for start in range(0, len(ids), width - 2):
                part = ids[start : start + width - 2]
                if len(part) >= _SHORTEST:
                    cut.append([CLS, *part, SEP] + [PAD] * (width - 2 - len(part)))
        return np.array(cut, np.int32).reshape(-1, width)

    return Corpus(vocabulary, rows(train), rows(held_out))


def special_places(ids: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return 1 where a token is never hidden: ``[CLS]``, ``[SEP]``, ``[PAD]``, and ``[UNK]``, which is no word."""
    return (np.asarray(ids) < FIRST_WORD).astype(np.int32)
