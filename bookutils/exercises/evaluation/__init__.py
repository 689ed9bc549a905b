"""The exercises and predictions of chapter 12, in the order in which they are asked."""

from bookutils.exercises.evaluation.calibration import ECE
from bookutils.exercises.evaluation.metrics import METRICS
from bookutils.exercises.evaluation.predictions import HALF_A_POINT, PROMISES, THREE_SEEDS

EXERCISES = (METRICS, ECE)
PREDICTIONS = (HALF_A_POINT, THREE_SEEDS, PROMISES)
