"""Sixteen bits and XLA: chosen by the GPU, and right on the CPU too."""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.models.encoder.acceleration import choose_acceleration, this_machine

pytestmark = pytest.mark.tensorflow
SENTENCES, LABELS = ["good film", "bad film", "fine story .", "dull story", "the good", "the bad"] * 6, [1, 0] * 18


@pytest.fixture
def settings():
    from bookutils.models.training.settings import Settings

    return Settings(epochs=4, batch_size=8, learning_rate=1e-2)


@pytest.mark.parametrize(
    ("gpus", "precision", "jit"),
    [
        ([], "float32", False),
        ([(0, 0)], "float32", True),
        ([(6, 1)], "float32", True),
        ([(7, 5)], "mixed_float16", True),
        ([(8, 9)], "mixed_bfloat16", True),
        ([(12, 0), (7, 0)], "mixed_float16", True),
    ],
)
def test_the_oldest_gpu_decides(gpus, precision, jit):
    """Does each generation get what its hardware is made for?"""
    chosen = choose_acceleration(gpus)
    assert (chosen.precision, chosen.jit) == (precision, jit)


def test_this_machine_is_looked_at():
    """Is the choice the one for the GPUs that TensorFlow sees?"""
    import tensorflow as tf

    assert (this_machine().precision == "float32") or tf.config.list_physical_devices("GPU")
    assert this_machine().jit == bool(tf.config.list_physical_devices("GPU"))


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_learns_the_same(encoder_of, settings, precision):
    """Do 16 bits give nearly the same logits, learn as much, and keep weights and logits in 32?"""
    from bookutils.models.classifier.evaluation import evaluate
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.training import fine_tune

    full, half = SentenceClassifier(encoder_of("float32")), SentenceClassifier(encoder_of(precision))
    assert full.identity != half.identity, "a remembered run must not stand for one of another precision"
    start = full.logits(SENTENCES)
    assert half.logits(SENTENCES).dtype == np.float32
    np.testing.assert_allclose(half.logits(SENTENCES), start, atol=0.05 * np.ptp(start) + 0.05)
    assert {str(v.dtype) for v in half.model.trainable_variables} == {"float32"}
    before = [w.copy() for w in half.model.get_weights()]
    history = fine_tune(half, SENTENCES, LABELS, settings)
    assert np.all(np.isfinite(history.losses))
    assert evaluate(half, SENTENCES, LABELS).accuracy > 0.9
    assert any(not np.array_equal(a, b) for a, b in zip(before, half.model.get_weights(), strict=True))
