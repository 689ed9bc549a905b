"""The exercises and predictions of chapter 06, in the order in which they are asked."""

from bookutils.exercises.comparison.counts import BERT_PARAMS, COMPUTE_SPLIT, TRAIN_FLOPS
from bookutils.exercises.comparison.hunts import PIPELINE_HUNT, SIZE_HUNT
from bookutils.exercises.comparison.models import BREAK_EVEN, TFIDF_SPLIT
from bookutils.exercises.comparison.predictions import FEW_LABELS, FROZEN_OR_COUNTED, MORE_HEADS, ROUNDED_FIT, THE_BILL

EXERCISES = (TFIDF_SPLIT, BERT_PARAMS, TRAIN_FLOPS, COMPUTE_SPLIT, BREAK_EVEN, SIZE_HUNT, PIPELINE_HUNT)
PREDICTIONS = (FROZEN_OR_COUNTED, THE_BILL, FEW_LABELS, MORE_HEADS, ROUNDED_FIT)
