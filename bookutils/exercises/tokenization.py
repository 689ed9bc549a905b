"""The exercises and predictions of chapter 08, gathered."""

from __future__ import annotations

from bookutils.exercises.model import Exercise
from bookutils.exercises.tokenization_batch import ENCODE_BATCH
from bookutils.exercises.tokenization_hunt import TOKENIZER_HUNT
from bookutils.exercises.tokenization_learning import LEARN_PIECES
from bookutils.exercises.tokenization_pairs import PACK_PAIR
from bookutils.exercises.tokenization_pieces import WORDPIECE
from bookutils.exercises.tokenization_predictions import PREDICTIONS
from bookutils.exercises.tokenization_words import SPLIT_WORDS

EXERCISES: tuple[Exercise, ...] = (
    SPLIT_WORDS, WORDPIECE, ENCODE_BATCH, PACK_PAIR, LEARN_PIECES, TOKENIZER_HUNT,
)  # fmt: skip

__all__ = ["EXERCISES", "PREDICTIONS"]
