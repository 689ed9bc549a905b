"""The exercises and predictions of the chapter."""

from bookutils.exercises.model import Exercise, Prediction

EXERCISES: tuple[Exercise, ...] = ()
PREDICTIONS: tuple[Prediction, ...] = ()
