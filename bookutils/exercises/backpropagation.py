"""The exercises and predictions of chapter 03, in the order in which they are asked."""

from bookutils.exercises.backpropagation_by_hand import BACKPROP_211, DENSE_BACKWARD
from bookutils.exercises.backpropagation_engine import VALUE_BACKWARD
from bookutils.exercises.model import Prediction

EXERCISES = (BACKPROP_211, DENSE_BACKWARD, VALUE_BACKWARD)
PREDICTIONS: tuple[Prediction, ...] = ()
