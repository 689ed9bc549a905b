"""The exercises and predictions of chapter 08, in the order in which they are asked."""

from bookutils.exercises.tokenization.batch import ENCODE_BATCH
from bookutils.exercises.tokenization.hunts import TOKENIZER_HUNT
from bookutils.exercises.tokenization.learning import LEARN_PIECES
from bookutils.exercises.tokenization.mask import MAKE_MASK
from bookutils.exercises.tokenization.padding import PADDING_WASTE
from bookutils.exercises.tokenization.pairs import PACK_PAIR
from bookutils.exercises.tokenization.pieces import WORDPIECE
from bookutils.exercises.tokenization.predictions import (
    GREEDY_OR_CLEVER,
    NEVER_SEEN_WORDS,
    OTHER_SCRIPTS,
    TWICE_AS_WIDE,
)
from bookutils.exercises.tokenization.words import SPLIT_WORDS

EXERCISES = (
    SPLIT_WORDS,
    WORDPIECE,
    ENCODE_BATCH,
    MAKE_MASK,
    PACK_PAIR,
    PADDING_WASTE,
    LEARN_PIECES,
    TOKENIZER_HUNT,
)
PREDICTIONS = (NEVER_SEEN_WORDS, GREEDY_OR_CLEVER, TWICE_AS_WIDE, OTHER_SCRIPTS)
