"""The exercises and predictions of chapter 11, in the order in which they are asked."""

from bookutils.exercises.bert.building import BUILD_CLASSIFIER
from bookutils.exercises.bert.head import HEAD_LOSS
from bookutils.exercises.bert.listing import PAIR_INPUTS, REPAIR_LISTING
from bookutils.exercises.bert.pooling import MEAN_POOL
from bookutils.exercises.bert.predictions import (
    FIRST_STEP,
    LARGE_RATE,
    PADDING_COST,
    SILENT_LAYER,
    SINGLE_WORDS,
)
from bookutils.exercises.bert.training import WARMUP_LINEAR

EXERCISES = (
    REPAIR_LISTING,
    BUILD_CLASSIFIER,
    MEAN_POOL,
    HEAD_LOSS,
    PAIR_INPUTS,
    WARMUP_LINEAR,
)
PREDICTIONS = (SINGLE_WORDS, SILENT_LAYER, FIRST_STEP, LARGE_RATE, PADDING_COST)
