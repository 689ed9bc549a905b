"""The exercises and predictions of chapter 09, in the order in which they are asked."""

from bookutils.exercises.attention.counts import ATTENTION_COST, COMBINE_MASKS, WEIGHTS_ENTROPY
from bookutils.exercises.attention.heads import MULTI_HEAD, SPLIT_HEADS
from bookutils.exercises.attention.one_head import ATTENTION
from bookutils.exercises.attention.predictions import ATTENTION_HUNT, PREDICTIONS

EXERCISES = (ATTENTION, WEIGHTS_ENTROPY, COMBINE_MASKS, SPLIT_HEADS, MULTI_HEAD, ATTENTION_COST, ATTENTION_HUNT)
__all__ = ["EXERCISES", "PREDICTIONS"]
