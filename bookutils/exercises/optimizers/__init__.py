"""The exercises and predictions of chapter 05, in the order in which they are asked."""

from bookutils.exercises.optimizers.adam import ADAM_STEP, ADAMW_STEP
from bookutils.exercises.optimizers.clipping import CLIP_GLOBAL
from bookutils.exercises.optimizers.hunts import ADAM_HUNT, BATCH_HUNT
from bookutils.exercises.optimizers.loop import TRAINING_LOOP
from bookutils.exercises.optimizers.momentum import MOMENTUM_STEP, NESTEROV_STEP
from bookutils.exercises.optimizers.predictions import BATCH_NOISE, EARLY_STEPS, SPARED_WEIGHTS, STEP_TOO_LONG
from bookutils.exercises.optimizers.schedule import COSINE_DECAY

EXERCISES = (
    MOMENTUM_STEP,
    NESTEROV_STEP,
    ADAM_STEP,
    ADAMW_STEP,
    CLIP_GLOBAL,
    COSINE_DECAY,
    TRAINING_LOOP,
    ADAM_HUNT,
    BATCH_HUNT,
)
PREDICTIONS = (STEP_TOO_LONG, BATCH_NOISE, EARLY_STEPS, SPARED_WEIGHTS)
