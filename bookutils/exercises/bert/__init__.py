"""The exercises and predictions of chapter 11, in the order in which they are asked."""

from bookutils.exercises.bert.calibration import ECE
from bookutils.exercises.bert.evaluation import METRICS
from bookutils.exercises.bert.head import HEAD_LOSS
from bookutils.exercises.bert.hunts import LISTING_HUNT
from bookutils.exercises.bert.pooling import MEAN_POOL
from bookutils.exercises.bert.predictions import (
    FIRST_STEP,
    HALF_A_POINT,
    LARGE_RATE,
    MASK_FORGOTTEN,
    PADDING_COST,
    PROMISES,
    SINGLE_WORDS,
    THREE_SEEDS,
)
from bookutils.exercises.bert.training import WARMUP_LINEAR

EXERCISES = (MEAN_POOL, HEAD_LOSS, WARMUP_LINEAR, METRICS, ECE, LISTING_HUNT)
PREDICTIONS = (SINGLE_WORDS, MASK_FORGOTTEN, PADDING_COST, FIRST_STEP, LARGE_RATE, HALF_A_POINT, THREE_SEEDS, PROMISES)
