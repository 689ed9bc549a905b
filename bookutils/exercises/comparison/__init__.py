"""The exercises and predictions of chapter 13, in the order in which they are asked."""

from bookutils.exercises.comparison.bayes import BAYES_WEIGHTS
from bookutils.exercises.comparison.hunts import PIPELINE_HUNT
from bookutils.exercises.comparison.predictions import FEW_LABELS, FROZEN_OR_COUNTED, THE_BILL
from bookutils.exercises.comparison.tfidf import TFIDF_SPLIT

EXERCISES = (TFIDF_SPLIT, BAYES_WEIGHTS, PIPELINE_HUNT)
PREDICTIONS = (FROZEN_OR_COUNTED, THE_BILL, FEW_LABELS)
