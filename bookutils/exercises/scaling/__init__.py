"""The exercises and predictions of chapter 15, in the order in which they are asked."""

from bookutils.exercises.scaling.counts import BERT_PARAMS, COMPUTE_SPLIT, TRAIN_FLOPS
from bookutils.exercises.scaling.hunts import SIZE_HUNT
from bookutils.exercises.scaling.predictions import MORE_HEADS, ROUNDED_FIT

EXERCISES = (BERT_PARAMS, TRAIN_FLOPS, COMPUTE_SPLIT, SIZE_HUNT)
PREDICTIONS = (MORE_HEADS, ROUNDED_FIT)
