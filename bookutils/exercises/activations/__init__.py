"""The exercises and predictions of chapter 01, in the order in which they are asked."""

from bookutils.exercises.activations.gelu import GELU, GELU_MINIMUM
from bookutils.exercises.activations.predictions import LOG_NAIVE, SILENT_UNIT, TANH_DEPTH, ZIGZAG
from bookutils.exercises.activations.slopes import RELU_BACKWARD, SIGMOID_GRAD, SLOPE_HUNT, WAKE_UNIT
from bookutils.exercises.activations.units import DEAD_FRACTION, LOG_SIGMOID

EXERCISES = (SIGMOID_GRAD, RELU_BACKWARD, DEAD_FRACTION, WAKE_UNIT, LOG_SIGMOID, GELU, GELU_MINIMUM, SLOPE_HUNT)
PREDICTIONS = (SILENT_UNIT, TANH_DEPTH, ZIGZAG, LOG_NAIVE)
