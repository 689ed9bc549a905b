"""The exercises and predictions of chapter 09, in the order in which they are asked."""

from bookutils.exercises.attention_counts import ATTENTION_COST, COMBINE_MASKS, WEIGHTS_ENTROPY
from bookutils.exercises.attention_heads import MULTI_HEAD, SPLIT_HEADS
from bookutils.exercises.attention_one_head import ATTENTION
from bookutils.exercises.attention_predictions import ATTENTION_HUNT, PREDICTIONS

EXERCISES = (ATTENTION, WEIGHTS_ENTROPY, COMBINE_MASKS, SPLIT_HEADS, MULTI_HEAD, ATTENTION_COST, ATTENTION_HUNT)
__all__ = ["EXERCISES", "PREDICTIONS"]
