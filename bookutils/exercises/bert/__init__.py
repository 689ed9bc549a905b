"""The exercises and predictions of chapter 11, gathered: batches, training, evaluation."""

from __future__ import annotations

from bookutils.exercises.bert.calibration import ECE
from bookutils.exercises.bert.evaluation import METRICS
from bookutils.exercises.bert.head import HEAD_LOSS
from bookutils.exercises.bert.hunt import LISTING_HUNT
from bookutils.exercises.bert.mask import MAKE_MASK
from bookutils.exercises.bert.padding import PADDING_WASTE
from bookutils.exercises.bert.pooling import MEAN_POOL
from bookutils.exercises.bert.predictions import PREDICTIONS
from bookutils.exercises.bert.training import WARMUP_LINEAR
from bookutils.judging.model import Exercise

EXERCISES: tuple[Exercise, ...] = (
    MAKE_MASK,
    PADDING_WASTE,
    MEAN_POOL,
    HEAD_LOSS,
    WARMUP_LINEAR,
    METRICS,
    ECE,
    LISTING_HUNT,
)

__all__ = ["EXERCISES", "PREDICTIONS"]
