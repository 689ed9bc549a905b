"""The exercises and predictions of chapter 04, in the order in which they are asked."""

from bookutils.exercises.depth.predictions import EQUAL_START, FIFTY_LAYERS, RESIDUAL_ALONE, TANH_SCALE
from bookutils.exercises.depth.profiles import GRADIENT_NORMS, VARIANCE_PROFILE
from bookutils.exercises.depth.remedies import NORMALISE, RESIDUAL_BACKWARD
from bookutils.exercises.depth.weights import GLOROT_UNIFORM, HE_INIT, INIT_HUNT

EXERCISES = (VARIANCE_PROFILE, GLOROT_UNIFORM, HE_INIT, GRADIENT_NORMS, NORMALISE, RESIDUAL_BACKWARD, INIT_HUNT)
PREDICTIONS = (FIFTY_LAYERS, EQUAL_START, TANH_SCALE, RESIDUAL_ALONE)
