"""The exercises and predictions of chapter 11, in the order in which they are asked."""

from bookutils.exercises.bert.head import HEAD_LOSS
from bookutils.exercises.bert.hunts import LISTING_HUNT
from bookutils.exercises.bert.mask import MAKE_MASK
from bookutils.exercises.bert.padding import PADDING_WASTE
from bookutils.exercises.bert.pooling import MEAN_POOL
from bookutils.exercises.bert.predictions import (
    FIRST_STEP,
    LARGE_RATE,
    MASK_FORGOTTEN,
    PADDING_COST,
    SINGLE_WORDS,
)
from bookutils.exercises.bert.training import WARMUP_LINEAR

EXERCISES = (MAKE_MASK, PADDING_WASTE, MEAN_POOL, HEAD_LOSS, WARMUP_LINEAR, LISTING_HUNT)
PREDICTIONS = (SINGLE_WORDS, MASK_FORGOTTEN, PADDING_COST, FIRST_STEP, LARGE_RATE)
