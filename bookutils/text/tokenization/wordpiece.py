"""WordPiece in plain Python: every step from a text to its ids, to be read and changed. Taught in chapter 08.

`bookutils.text.tokenizer` does the same with TensorFlow Text, many times faster; the tests hold the two together.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookutils.core.errors import DataError
from bookutils.core.messages import _
from bookutils.data.checks import as_text

PAD, UNK, CLS, SEP = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD = 200  # characters; a longer "word" is [UNK] as a whole, in the reference since November 2018
_BLANKS = {"\t", "\n", "\r"}
_INVISIBLE = {"Cc", "Cf"}  # control and format characters
_CJK = (  # the blocks that the reference calls Chinese characters
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)


def read_vocabulary(path: Path) -> list[str]:
    """Read a vocabulary file: one word piece a line, its id is the line's number, counted from 0."""
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def is_chinese(character: str) -> bool:
    """Whether a character is one that is written without blanks around it, and read as a word of its own.

    >>> [is_chinese(character) for character in "京aか"]
    [True, False, False]
    """
    point = ord(character)
    return point >= 0x3400 and any(low <= point <= high for low, high in _CJK)


def is_punctuation(character: str) -> bool:
    """Whether a character is a token of its own: Unicode's punctuation, and every ASCII sign such as $ or ^.

    >>> [is_punctuation(character) for character in ".$€…a1"]
    [True, True, False, True, False, False]
    """
    point = ord(character)
    ascii_sign = 33 <= point <= 47 or 58 <= point <= 64 or 91 <= point <= 96 or 123 <= point <= 126
    return ascii_sign or unicodedata.category(character).startswith("P")


def clean_text(text: str, lower_case: bool = True) -> str:
    """Drop what cannot be seen, make every kind of blank a space; for an uncased vocabulary, drop accents and capitals.

    Parameters
    ----------
    text : any string
    lower_case : whether the vocabulary is uncased

    Notes
    -----
    NFD writes "é" as "e" and an accent, so that the accent (category Mn) can be dropped. Capitals go before accents,
    as in the reference implementation (google-research/bert, tokenization.py), whose words these are for any text:
    so "ΟΔΟΣ" ends in "ς", where other libraries write "σ". Taught in chapter 08.

    Examples
    --------
    >>> clean_text("Café\\u200b\\tNOIR")
    'cafe noir'
    """
    if text.isascii() and text.isprintable():  # the rest would change nothing, and take its time
        return text.lower() if lower_case else text
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if character in _BLANKS or category == "Zs":
            kept.append(" ")
        elif category not in _INVISIBLE and character != "\ufffd":  # the mark of broken text
            kept.append(character)
    text = "".join(kept)
    if not lower_case:
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")


def split_words(text: str) -> list[str]:
    """Split cleaned text at blanks; punctuation and Chinese characters become words of their own.

    >>> split_words("isn't 東京 big?")
    ['isn', "'", 't', '東', '京', 'big', '?']
    """
    spaced = "".join(f" {c} " if is_chinese(c) or is_punctuation(c) else c for c in text)
    return spaced.split()


def normalise_and_split(text: str) -> list[str]:
    """Lower-case a text, drop its accents, and split it into words, signs and Chinese characters.

    Notes
    -----
    `clean_text` and `split_words` in one, for text without invisible
    characters; the tests hold them together. Taught in chapter 08.

    Examples
    --------
    >>> normalise_and_split("Isn't Café 東京 big?")
    ['isn', "'", 't', 'cafe', '東', '京', 'big', '?']
    """
    spaced = ""
    for character in unicodedata.normalize("NFD", text.lower()):
        if unicodedata.category(character) == "Mn":
            continue
        alone = is_chinese(character) or is_punctuation(character)
        spaced += f" {character} " if alone else character
    return spaced.split()


def wordpiece(word: str, vocabulary: Collection[str]) -> list[str]:
    """Cut one word into pieces: always the longest one that the vocabulary has, from the left.

    Parameters
    ----------
    word : without blanks
    vocabulary : set or dict of pieces; those within a word begin with ``##``

    Returns
    -------
    list of pieces, or ``["[UNK]"]`` when some rest of the word begins with no known piece

    Notes
    -----
    Greedy: it never takes a piece back. So a word can be unknown although its letters could be cut another way.
    Song et al. 2021, section 2; Devlin et al. 2019. Taught in chapter 08.

    Examples
    --------
    >>> wordpiece("unaffable", {"un", "una", "##aff", "##able"})
    ['[UNK]']
    >>> wordpiece("unaffable", {"un", "##a", "##aff", "##able"})
    ['un', '##aff', '##able']
    """
    pieces, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = word[start:end] if start == 0 else "##" + word[start:end]
            if piece in vocabulary:
                break
        else:
            return [UNK]
        pieces.append(piece)
        start = end
    return pieces


@dataclass(frozen=True)
class Try:
    """One look-up in the vocabulary: the letters from `start` to `end` of a word, and whether they were there."""

    start: int
    end: int
    piece: str
    found: bool


def list_tries(word: str, vocabulary: Collection[str]) -> list[Try]:
    """Return every look-up of `wordpiece` in the vocabulary, in order; for a picture of it.

    >>> [one.piece for one in list_tries("unit", {"un", "##it"})]
    ['unit', 'uni', 'un', '##it']
    """
    tries: list[Try] = []
    start = 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = word[start:end] if start == 0 else "##" + word[start:end]
            tries.append(Try(start, end, piece, piece in vocabulary))
            if tries[-1].found:
                break
        else:
            break
        start = end
    return tries


class WordPiece:
    """Turns text into pieces and ids, as BERT reads them.

    Parameters
    ----------
    vocabulary : the word pieces; a piece's id is its place
    lower_case : whether the vocabulary is uncased, so that capitals and accents are dropped first

    Raises
    ------
    DataError
        When the vocabulary lacks one of the special pieces.

    Notes
    -----
    Nothing is cut here: long texts are the business of `bookutils.numerics.tokenization`. Taught in chapter 08.

    Examples
    --------
    >>> tokenizer = WordPiece(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "film", "##s", "!"])
    >>> tokenizer.pieces("Films! Hm")
    ['[CLS]', 'film', '##s', '!', '[UNK]', '[SEP]']
    >>> tokenizer.encode("Films! Hm")
    [2, 4, 5, 6, 1, 3]
    """

    def __init__(self, vocabulary: Sequence[str], lower_case: bool = True) -> None:
        self.vocabulary = list(vocabulary)
        self.lower_case = lower_case
        self.ids = {piece: index for index, piece in enumerate(self.vocabulary)}
        missing = [piece for piece in (PAD, UNK, CLS, SEP) if piece not in self.ids]
        if missing:
            raise DataError(
                _("The vocabulary lacks {pieces}.").format(pieces=", ".join(missing)),
                _("Use the vocabulary that belongs to a BERT encoder."),
            )
        self.cls_id, self.sep_id, self.pad_id, self.unk_id = (self.ids[piece] for piece in (CLS, SEP, PAD, UNK))
        self._known: dict[str, list[str]] = {}  # words that were cut before: most words come again

    def __repr__(self) -> str:
        return f"WordPiece({len(self.vocabulary)} pieces)"

    def tokenize(self, text: str) -> list[str]:
        """Return the pieces of a text, without ``[CLS]`` and ``[SEP]``. Raises DataError where it is no text."""
        return [piece for word in split_words(clean_text(as_text(text), self.lower_case)) for piece in self._cut(word)]

    def pieces(self, text: str) -> list[str]:
        """Return the pieces of a text, ``[CLS]`` first and ``[SEP]`` last: one for each id of `encode`."""
        return [CLS, *self.tokenize(text), SEP]

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text, ``[CLS]`` first and ``[SEP]`` last."""
        return [self.ids[piece] for piece in self.pieces(text)]

    def words(self, ids: Iterable[int]) -> list[str]:
        """Return the pieces that ids stand for."""
        return [self.vocabulary[index] for index in ids]

    def _cut(self, word: str) -> list[str]:
        if word not in self._known:
            self._known[word] = wordpiece(word, self.ids) if len(word) <= LONGEST_WORD else [UNK]
        return self._known[word]
