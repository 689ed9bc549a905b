"""The exercises and predictions of chapter 12, in the order in which they are asked."""

from bookutils.exercises.evaluation.calibration import ECE
from bookutils.exercises.evaluation.metrics import METRICS
from bookutils.exercises.evaluation.pairs import LEAD
from bookutils.exercises.evaluation.predictions import (
    BEST_OF_TWENTY,
    ELSEWHERE,
    HALF_A_POINT,
    LUCK_ALONE,
    ONE_NUMBER,
    PAIRED_LEAD,
    POSTER,
    PROMISES,
    SHARED_ERRORS,
    THREE_SEEDS,
)
from bookutils.exercises.evaluation.temperature import TEMPERATURE_SCALING
from bookutils.exercises.evaluation.threshold import CHOOSE_THRESHOLD

EXERCISES = (LEAD, METRICS, CHOOSE_THRESHOLD, ECE, TEMPERATURE_SCALING)
PREDICTIONS = (
    BEST_OF_TWENTY,
    HALF_A_POINT,
    THREE_SEEDS,
    PAIRED_LEAD,
    POSTER,
    PROMISES,
    LUCK_ALONE,
    ONE_NUMBER,
    SHARED_ERRORS,
    ELSEWHERE,
)
