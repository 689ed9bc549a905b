"""Chapter 11's cell that fits: interrupted in a process of its own, does the same cell go on in another one?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bookutils.authoring.course import find_course

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(sys.platform == "win32", reason="a process is interrupted by a signal"),
]
AROUND = """
import sys, time
import keras, numpy as np, tensorflow as tf
from bookutils.models.bert import run_folder

def slowly():
    for _ in range(10):
        time.sleep(0.05)
        yield np.ones((4, 3), np.float32), np.ones((4, 1), np.float32)

def compiled(dropout, rates):
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Dropout(dropout)(inputs)))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    metrics = [keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")]
    model.compile(keras.optimizers.AdamW(rates[0], weight_decay=0.01, global_clipnorm=1.0), loss, metrics=metrics)
    return model

class warm_up:
    table = np.array([0.1, 0.2])

EPOCHS, train, order, handle = 3, "train", np.arange(5000), "handle"
signature = (tf.TensorSpec((4, 3)), tf.TensorSpec((4, 1)))
batches = tf.data.Dataset.from_generator(slowly, output_signature=signature).apply(
    tf.data.experimental.assert_cardinality(10))
held_out_batches = tf.data.Dataset.from_tensors((np.ones((4, 3)), np.zeros((4, 1))))  # the opposite: epoch 1 is best
model = compiled(0.0, warm_up.table)
"""
REPORT = """
kept = [weights.copy() for weights in model.get_weights()]
model.load_weights(files / "epoch-3.weights.h5")
print()
print("steps", int(model.optimizer.iterations))
model.load_weights(files / "epoch-1.weights.h5")
print()
print("epochs", [int(row["epoch"]) for row in log], "best", int(best["epoch"]))
print("same as after epoch 1:", all(map(np.array_equal, kept, model.get_weights())))
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A machine without runs."""
    quiet = {"BOOKUTILS_CACHE_DIR": str(tmp_path), "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"}
    return {name: value for name, value in os.environ.items() if name != "BOOKUTILS_QUICK"} | quiet


@pytest.fixture(scope="module")
def cell() -> str:
    """The cell, as the chapter has it."""
    chapter = next(chapter for chapter in find_course().chapters() if chapter.name == "11-bert")
    return next(cell.source for cell in chapter.cells if cell.kind == "code" and "BackupAndRestore(" in cell.source)


def test_the_same_cell_goes_on_and_keeps_the_best_epoch(cell: str, environment: dict[str, str]) -> None:
    """Stopped in epoch 2: does it train epochs 2 and 3 alone, keep epoch 1, and then train nothing?"""
    command = [sys.executable, "-c", AROUND + cell + REPORT]
    first = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert first.stdout is not None
    line = first.stdout.readline()
    first.send_signal(signal.SIGINT)
    rest = first.stdout.read()
    first.wait(60)
    assert "epoch 1" in line
    assert "epoch 2" not in rest

    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert "epoch 1: held" not in said
    assert "epoch 2:" in said
    assert "epoch 3:" in said
    assert "epochs [0, 1, 2] best 0" in said
    assert "steps 30" in said  # the optimizer has gone on as well
    assert "same as after epoch 1: True" in said

    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert "held-out loss" not in again
    assert "same as after epoch 1: True" in again


def test_another_model_or_schedule_is_another_run(environment: dict[str, str]) -> None:
    """Do a schedule, a number inside an array and a dropout make another folder, and names that Keras counts not?"""
    program = (
        AROUND
        + """
order_2 = order.copy()
order_2[2500] = 0
folders = [
    run_folder("x", model, order), run_folder("x", compiled(0.0, warm_up.table), order),
    run_folder("x", model, order_2),
    run_folder("x", compiled(0.3, warm_up.table), order), run_folder("x", model, order, tf.constant(warm_up.table)),
]
print(*(folders.index(folder) for folder in folders))
"""
    )
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-5:] == ["0", "0", "2", "3", "4"]
