"""The exercises and predictions of chapter 03, in the order in which they are asked."""

from bookutils.exercises.backpropagation.by_hand import BACKPROP_211, DENSE_BACKWARD
from bookutils.exercises.backpropagation.engine import VALUE_BACKWARD
from bookutils.exercises.backpropagation.order import LOCAL_SLOPES, TOPOLOGICAL_ORDER
from bookutils.exercises.backpropagation.predictions import (
    DIFFERENCE_LOSS,
    EARLY_HAND_ON,
    LARGEST_GRADIENT,
    TOO_LARGE_RATE,
)
from bookutils.exercises.backpropagation.training import CLIMBING_HUNT, NETWORK_STEP

EXERCISES = (BACKPROP_211, DENSE_BACKWARD, LOCAL_SLOPES, TOPOLOGICAL_ORDER, VALUE_BACKWARD, NETWORK_STEP, CLIMBING_HUNT)
PREDICTIONS = (LARGEST_GRADIENT, DIFFERENCE_LOSS, EARLY_HAND_ON, TOO_LARGE_RATE)
