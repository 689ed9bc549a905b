"""The exercises and predictions of chapter 07, in the order in which they are asked."""

from bookutils.exercises.gpu.logs import DIAGNOSE_LOG, RECIPE_HUNT
from bookutils.exercises.gpu.memory import LARGEST_BATCH, NEXT_LOSS_SCALE, TRAIN_BYTES
from bookutils.exercises.gpu.predictions import BATCH_TIME, HALF_UPDATE, ORDERED_WORK, SMI_VERSION
from bookutils.exercises.gpu.rates import MATMUL_FLOPS, ROOFLINE

EXERCISES = (DIAGNOSE_LOG, MATMUL_FLOPS, ROOFLINE, TRAIN_BYTES, LARGEST_BATCH, NEXT_LOSS_SCALE, RECIPE_HUNT)
PREDICTIONS = (SMI_VERSION, ORDERED_WORK, BATCH_TIME, HALF_UPDATE)
