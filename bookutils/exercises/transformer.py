"""The exercises and predictions of chapter 10, in the order in which they are asked."""

from bookutils.exercises.model import Exercise
from bookutils.exercises.transformer_block import ENCODER_BLOCK
from bookutils.exercises.transformer_feed import FEED_FORWARD
from bookutils.exercises.transformer_masking import MASK_TOKENS
from bookutils.exercises.transformer_norm import LAYER_NORM
from bookutils.exercises.transformer_optional import BLOCK_FLOPS, BLOCK_HUNT, EMBED_TOKENS
from bookutils.exercises.transformer_predictions import PREDICTIONS

EXERCISES: tuple[Exercise, ...] = (
    EMBED_TOKENS, LAYER_NORM, FEED_FORWARD, ENCODER_BLOCK, MASK_TOKENS, BLOCK_FLOPS, BLOCK_HUNT,
)  # fmt: skip

__all__ = ["EXERCISES", "PREDICTIONS"]
