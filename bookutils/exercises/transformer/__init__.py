"""The exercises and predictions of chapter 10, in the order in which they are asked."""

from bookutils.exercises.transformer.block import ENCODER_BLOCK
from bookutils.exercises.transformer.feed import FEED_FORWARD
from bookutils.exercises.transformer.masking import MASK_TOKENS
from bookutils.exercises.transformer.norm import LAYER_NORM
from bookutils.exercises.transformer.optional import BLOCK_FLOPS, BLOCK_HUNT, EMBED_TOKENS
from bookutils.exercises.transformer.predictions import (
    DOG_AND_MAN,
    FIRST_LEARNT,
    NO_RESIDUALS,
    WHERE_THE_WORK,
    WRONG_GELU,
)
from bookutils.exercises.transformer.today import RMS_NORM, ROTATE_PAIRS

EXERCISES = (
    EMBED_TOKENS,
    LAYER_NORM,
    FEED_FORWARD,
    ENCODER_BLOCK,
    MASK_TOKENS,
    BLOCK_FLOPS,
    RMS_NORM,
    ROTATE_PAIRS,
    BLOCK_HUNT,
)
PREDICTIONS = (DOG_AND_MAN, NO_RESIDUALS, WRONG_GELU, FIRST_LEARNT, WHERE_THE_WORK)
