"""The exercises and predictions of chapter 02, in the order in which they are asked."""

from bookutils.exercises.losses.binary import BCE_HUNT, BCE_LOGITS, HINGE
from bookutils.exercises.losses.optional import HUBER, SMOOTH_LABELS, SOFTEN
from bookutils.exercises.losses.predictions import HONEST_REPORT, MOVED_POINT, PUSH_SUM, SURE_AND_WRONG
from bookutils.exercises.losses.softmax import CE_GRAD, SOFTMAX_CE

EXERCISES = (HUBER, BCE_LOGITS, SOFTMAX_CE, CE_GRAD, HINGE, SMOOTH_LABELS, SOFTEN, BCE_HUNT)
PREDICTIONS = (MOVED_POINT, SURE_AND_WRONG, PUSH_SUM, HONEST_REPORT)
