"""WordPiece tokenization by TensorFlow Text: it runs inside tf.data and inside an exported model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import tensorflow as tf
import tensorflow_text as tf_text

from bookutils.core.errors import DataError
from bookutils.core.messages import _
from bookutils.data.checks import as_text, as_texts
from bookutils.text.tokenization.wordpiece import CLS, LONGEST_WORD, PAD, SEP, UNK, read_vocabulary

__all__ = ["CLS", "PAD", "SEP", "UNK", "Tokenizer", "read_vocabulary"]
_LINE_CHARACTERS = r"[\t\n\r]"
_INVISIBLE = r"[\p{Cc}\p{Cf}\x{FFFD}]"  # control and format characters, and the mark of broken text
_ACCENTS = r"\p{Mn}"
# What is a word of its own, as in `split_words`: punctuation, some signs, Chinese characters; blanks as well.
_ALONE = (
    r"([\p{Z}\p{P}$+<=>^`|~\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{2A6DF}"
    r"\x{2A700}-\x{2B73F}\x{2B740}-\x{2B81F}\x{2B820}-\x{2CEAF}\x{2F800}-\x{2FA1F}])"
)
_TOO_LONG = f"[^ ]{{{LONGEST_WORD + 1},}}"
_HAS_TOO_LONG = f"(?s).*[^ ]{{{LONGEST_WORD + 1}}}.*"  # a quick look; true of most texts without blanks, too
_UNKNOWN = "\ue000"  # a private character: no vocabulary has it
_LETTER_BYTES = 4  # of a letter in UTF-8, at most


class Tokenizer:
    """Turns sentences into what a BERT encoder reads: ``[CLS] pieces … [SEP]``.

    Parameters
    ----------
    vocabulary : the word pieces; a piece's id is its place
    lower_case : whether text is lower-cased and accents are dropped first, as an uncased vocabulary needs it
    max_length : the most tokens of a sentence, ``[CLS]`` and ``[SEP]`` included; what is beyond is cut off

    Raises
    ------
    DataError
        When the vocabulary lacks one of the special pieces.

    Notes
    -----
    The ids are those of the reference implementation (google-research/bert, tokenization.py); the tests compare them
    on text drawn at random, and with those of Hugging Face on whole data sets. Text is cleaned here and not by
    TensorFlow Text's own lower-casing, which also rewrites characters such as "…" and "½" and so gives other ids. Its
    own limit for a word is 100 bytes, which are 33 Thai letters; here it is the reference's 200 letters. Taught in
    chapters 08 and 11.
    """

    def __init__(self, vocabulary: Sequence[str], *, lower_case: bool = True, max_length: int = 128) -> None:
        self.vocabulary = list(vocabulary)
        ids = {piece: index for index, piece in enumerate(self.vocabulary)}
        missing = [piece for piece in (PAD, UNK, CLS, SEP) if piece not in ids]
        if missing:
            raise DataError(
                _("The vocabulary lacks {pieces}.").format(pieces=", ".join(missing)),
                _("Use the vocabulary that belongs to a BERT encoder."),
            )
        self.lower_case = lower_case
        self.max_length = max_length
        self.cls_id, self.sep_id, self.pad_id, self.unk_id = ids[CLS], ids[SEP], ids[PAD], ids[UNK]
        self._wordpiece = tf_text.FastBertTokenizer(
            vocab=self.vocabulary,
            token_out_type=tf.int32,
            lower_case_nfd_strip_accents=False,
            max_bytes_per_word=_LETTER_BYTES * LONGEST_WORD,
        )

    def __repr__(self) -> str:
        return f"Tokenizer({len(self.vocabulary)} pieces, max_length={self.max_length})"

    def ragged(self, sentences: Any) -> tf.RaggedTensor:
        """Return the ids of each sentence, ``[CLS]`` and ``[SEP]`` included, as a ragged int32 tensor.

        Parameters
        ----------
        sentences : list or tensor of strings, ``(batch,)``

        Raises
        ------
        DataError
            When one in a list is missing, is no text or holds half a character; it says which.
        """
        if not tf.is_tensor(sentences):
            sentences = as_texts(sentences, name="sentences")
        pieces = self._wordpiece.tokenize(self._clean(sentences))  # (batch, pieces)
        pieces = pieces[:, : self.max_length - 2]
        column = tf.ones([pieces.nrows(), 1], tf.int32)
        return tf.concat([self.cls_id * column, pieces, self.sep_id * column], axis=1)

    def _clean(self, sentences: Any) -> tf.Tensor:
        """Drop what cannot be seen; for an uncased vocabulary, also accents and capitals."""
        text = tf.strings.regex_replace(tf.convert_to_tensor(sentences, tf.string), _LINE_CHARACTERS, " ")
        text = tf.strings.regex_replace(text, _INVISIBLE, "")
        if self.lower_case:
            text = tf.strings.lower(text, encoding="utf-8")
            # NFD splits a letter from its accent, so that the accent can be dropped.
            text = tf.strings.regex_replace(tf_text.normalize_utf8(text, "NFD"), _ACCENTS, "")
        suspect = tf.reduce_any(tf.strings.regex_full_match(text, _HAS_TOO_LONG))
        return tf.cond(suspect, lambda: _drop_long_words(text), lambda: text)

    def pad(self, ragged: tf.RaggedTensor, length: int | None = None) -> dict[str, tf.Tensor]:
        """Pad ids to one length and make the encoder's three inputs, each int32 ``(batch, tokens)``.

        Parameters
        ----------
        ragged : what `ragged` returns
        length : number of tokens; None takes the longest sentence of the batch
        """
        word_ids = ragged.to_tensor(default_value=self.pad_id, shape=[None, length])
        mask = tf.sequence_mask(ragged.row_lengths(), tf.shape(word_ids)[1], dtype=tf.int32)
        return {"input_word_ids": word_ids, "input_mask": mask, "input_type_ids": tf.zeros_like(word_ids)}

    def __call__(self, sentences: Any, length: int | None = None) -> dict[str, tf.Tensor]:
        """Turn sentences into the encoder's inputs; see `pad`."""
        return self.pad(self.ragged(sentences), length)

    def encode(self, sentence: str) -> list[int]:
        """Return the ids of one sentence, ``[CLS]`` and ``[SEP]`` included."""
        return self.ragged([as_text(sentence, name="sentence")])[0].numpy().tolist()

    def pieces(self, sentence: str) -> list[str]:
        """Return the word pieces of one sentence; ``##`` marks a piece that goes on within a word."""
        return self.words(self.encode(sentence))

    def words(self, ids: Iterable[int]) -> list[str]:
        """Return the word pieces that ids stand for."""
        return [self.vocabulary[index] for index in ids]

    def lengths(self, sentences: Any) -> Any:
        """Return the number of tokens of each sentence, special ones included: int64 array ``(batch,)``."""
        return self.ragged(sentences).row_lengths().numpy()


def _drop_long_words(text: tf.Tensor) -> tf.Tensor:
    """Put an unknown word in the place of each word of more than 200 letters."""
    return tf.strings.regex_replace(tf.strings.regex_replace(text, _ALONE, r" \1 "), _TOO_LONG, _UNKNOWN)
