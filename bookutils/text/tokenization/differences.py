"""Where two implementations of one tokenizer disagree, and why: TensorFlow Text's and Hugging Face's.

Both are given a vocabulary and the task to lower-case. On ordinary English they agree; found by feeding every character
of Unicode to both. They disagree about long words, too: TensorFlow Text does not cut words of more than 100 bytes,
unless it is told another limit; Hugging Face's limit is 100 letters, that of the reference 200. And both write "σ"
where the reference, which lower-cases whole words, writes "ς" at the end of a Greek one. Taught in chapter 08.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bookutils.text.tokenization.wordpiece import CLS, SEP, clean_text, read_vocabulary


@dataclass(frozen=True)
class Difference:
    """One reason for which the two disagree.

    Parameters
    ----------
    reason : its name
    example : a text that shows it
    tensorflow, hugging_face : its pieces in either
    explanation : why, in a sentence or two
    """

    reason: str
    example: str
    tensorflow: tuple[str, ...]
    hugging_face: tuple[str, ...]
    explanation: str


# The pieces are those of BERT's uncased English vocabulary.
DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "compatibility",
        "½ ﬁlm… ß",
        ("1", "##⁄", "##2", "film", ".", ".", ".", "ss"),
        ("½", "ﬁ", "##lm", "…", "ß"),
        "TensorFlow Text lower-cases with Unicode's NFKC case folding, which also replaces a character by others that "
        "mean the same: a ligature, a fraction, an ellipsis, ß, wide letters.",
    ),
    Difference(
        "control",
        "a\x07b",
        ("a", "b"),
        ("ab",),
        "TensorFlow Text puts a blank in the place of a control character; Hugging Face drops it.",
    ),
    Difference(
        "private",
        "a\ue000b",
        ("[UNK]",),
        ("ab",),
        "Private characters stay in TensorFlow Text, as in the reference, and the word with them is unknown; Hugging "
        "Face drops them. The mark of broken text, U+FFFD, stays in TensorFlow Text alone.",
    ),
    Difference(
        "filler",
        "a\u3164b",
        ("ab",),
        ("[UNK]",),
        "Four Hangul characters fill a place and show nothing. Case folding drops them; Hugging Face does not.",
    ),
    Difference(
        "tables",
        "so\u2e43",
        ("so", "[UNK]"),
        ("[UNK]",),
        "A character is punctuation or an accent by a table, and Unicode grows. Hugging Face's table is from about "
        "2015; marks that came later are letters to it.",
    ),
    Difference(
        "range",
        "a\U0002b820b",
        ("a", "[UNK]", "b"),
        ("[UNK]",),
        "A block of Chinese characters begins at U+2B820. For Hugging Face it begins at U+2B920, 256 later: a slip in "
        "one digit.",
    ),
)

_FILLERS = {"\u115f", "\u1160", "\u3164", "\uffa0"}
_JUDGED = ("Mn", "Mc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po")  # what the cleaning and the splitting ask for


def difference_of(character: str) -> str | None:
    """Return the reason for which the two may disagree about a character, or None.

    >>> [difference_of(character) for character in "aé!½\\x07\\u3164"]
    [None, None, None, 'compatibility', 'control', 'filler']
    """
    category = unicodedata.category(character)
    if character in _FILLERS:
        return "filler"
    if category == "Co" or character == "\ufffd":
        return "private"
    if category == "Cc" and character not in "\t\n\r":
        return "control"
    if 0x2B820 <= ord(character) <= 0x2B91F:
        return "range"
    before = unicodedata.ucd_3_2_0.category(character)  # Unicode of 2002: what has not changed since is in any table
    if category == "Cn" or (before != category and (category in _JUDGED or before in _JUDGED)):
        return "tables"
    if category == "Cf" and not _is_ignorable(character):
        return "control"
    folded = unicodedata.normalize("NFKC", character.casefold())
    return "compatibility" if clean_text(folded) != clean_text(character) else None


def _is_ignorable(character: str) -> bool:
    """Tell whether case folding drops a format character: most of them, but not the Arabic and annotation marks."""
    point = ord(character)
    return not (0x600 <= point <= 0x605 or point in (0x6DD, 0x70F, 0x8E2, 0x110BD) or 0xFFF9 <= point <= 0xFFFB)


Encode = Callable[[Sequence[str]], list[list[int]]]


def other_tokenizers(vocabulary_file: Path) -> dict[str, Encode]:
    """Return the two other implementations, those that are installed: name -> function from texts to lists of ids.

    Parameters
    ----------
    vocabulary_file : of an uncased encoder, one piece a line

    Notes
    -----
    Both lower-case by themselves, and both put ``[CLS]`` and ``[SEP]`` around the pieces.
    """
    found: dict[str, Encode] = {}
    if find_spec("tensorflow_text"):
        found["TensorFlow Text"] = _tensorflow_text(vocabulary_file)
    if find_spec("tokenizers"):
        found["Hugging Face"] = _hugging_face(vocabulary_file)
    return found


def _tensorflow_text(vocabulary_file: Path) -> Encode:
    import tensorflow as tf
    import tensorflow_text as tf_text

    vocabulary = read_vocabulary(vocabulary_file)
    tokenizer = tf_text.FastBertTokenizer(vocabulary, token_out_type=tf.int32, lower_case_nfd_strip_accents=True)
    first, last = vocabulary.index(CLS), vocabulary.index(SEP)

    def encode(texts: Sequence[str]) -> list[list[int]]:
        rows = tokenizer.tokenize(tf.constant(list(texts), tf.string)).to_list()
        return [[first, *row, last] for row in rows]

    return encode


def _hugging_face(vocabulary_file: Path) -> Encode:
    from tokenizers import BertWordPieceTokenizer

    tokenizer = BertWordPieceTokenizer(str(vocabulary_file), lowercase=True)

    def encode(texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]

    return encode
