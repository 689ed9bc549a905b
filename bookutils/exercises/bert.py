"""The exercises and predictions of chapter 11, gathered: batches, training, evaluation."""

from __future__ import annotations

from bookutils.exercises.bert_calibration import ECE
from bookutils.exercises.bert_evaluation import METRICS
from bookutils.exercises.bert_head import HEAD_LOSS
from bookutils.exercises.bert_hunt import LISTING_HUNT
from bookutils.exercises.bert_mask import MAKE_MASK
from bookutils.exercises.bert_padding import PADDING_WASTE
from bookutils.exercises.bert_pooling import MEAN_POOL
from bookutils.exercises.bert_predictions import PREDICTIONS
from bookutils.exercises.bert_training import WARMUP_LINEAR
from bookutils.exercises.model import Exercise

EXERCISES: tuple[Exercise, ...] = (
    MAKE_MASK, PADDING_WASTE, MEAN_POOL, HEAD_LOSS, WARMUP_LINEAR, METRICS, ECE, LISTING_HUNT,
)  # fmt: skip

__all__ = ["EXERCISES", "PREDICTIONS"]
