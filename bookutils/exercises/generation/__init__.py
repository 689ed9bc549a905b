"""The exercises and predictions of chapter 14, in the order in which they are asked."""

from bookutils.exercises.generation.loop import WRITE_ON
from bookutils.exercises.generation.predictions import CACHE_SIZE, FLAT_OR_SHARP, GREEDY_LOOP, NO_MASK
from bookutils.exercises.generation.sampling import APPLY_TEMPERATURE, NUCLEUS, PENALISE
from bookutils.exercises.generation.scale import CACHE_BYTES, WRITER_HUNT
from bookutils.exercises.generation.targets import NEXT_TARGETS, PERPLEXITY

EXERCISES = (NEXT_TARGETS, PERPLEXITY, APPLY_TEMPERATURE, NUCLEUS, WRITE_ON, PENALISE, CACHE_BYTES, WRITER_HUNT)
PREDICTIONS = (NO_MASK, FLAT_OR_SHARP, GREEDY_LOOP, CACHE_SIZE)
