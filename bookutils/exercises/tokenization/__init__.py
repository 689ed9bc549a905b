"""The exercises and predictions of chapter 08, gathered."""

from __future__ import annotations

from bookutils.exercises.tokenization.batch import ENCODE_BATCH
from bookutils.exercises.tokenization.hunt import TOKENIZER_HUNT
from bookutils.exercises.tokenization.learning import LEARN_PIECES
from bookutils.exercises.tokenization.pairs import PACK_PAIR
from bookutils.exercises.tokenization.pieces import WORDPIECE
from bookutils.exercises.tokenization.predictions import PREDICTIONS
from bookutils.exercises.tokenization.words import SPLIT_WORDS
from bookutils.judging.model import Exercise

EXERCISES: tuple[Exercise, ...] = (
    SPLIT_WORDS,
    WORDPIECE,
    ENCODE_BATCH,
    PACK_PAIR,
    LEARN_PIECES,
    TOKENIZER_HUNT,
)

__all__ = ["EXERCISES", "PREDICTIONS"]
