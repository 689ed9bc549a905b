"""The exercises and predictions of chapter 09, in the order in which they are asked."""

from bookutils.exercises.attention.counts import ATTENTION_COST, COMBINE_MASKS, WEIGHTS_ENTROPY
from bookutils.exercises.attention.heads import MULTI_HEAD, SPLIT_HEADS
from bookutils.exercises.attention.hunts import ATTENTION_HUNT
from bookutils.exercises.attention.one_head import ATTENTION
from bookutils.exercises.attention.predictions import DOUBLE_LENGTH, LONGER_QUERY, SHUFFLED_WEIGHTS, WITHOUT_THE_ROOT

EXERCISES = (ATTENTION, WEIGHTS_ENTROPY, COMBINE_MASKS, SPLIT_HEADS, MULTI_HEAD, ATTENTION_COST, ATTENTION_HUNT)
PREDICTIONS = (LONGER_QUERY, WITHOUT_THE_ROOT, DOUBLE_LENGTH, SHUFFLED_WEIGHTS)
