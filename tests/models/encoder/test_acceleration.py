"""Sixteen bits and XLA: chosen by the GPU, right on the CPU too, and given up where they do not run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bookutils.core.errors import BookError
from bookutils.models.encoder.acceleration import choose_acceleration, this_machine

pytestmark = pytest.mark.tensorflow
SENTENCES, LABELS = ["good film", "bad film", "fine story .", "dull story", "the good", "the bad"] * 6, [1, 0] * 18


@pytest.fixture
def encoder_of(tiny_encoder):
    """The tiny encoder again, computing with another precision."""
    from bookutils.models.encoder.layers import BertEncoder

    def make(precision):
        encoder = BertEncoder(tiny_encoder.config, dtype=precision)
        encoder.build()
        encoder.set_weights(tiny_encoder.encoder.get_weights())
        return replace(tiny_encoder, encoder=encoder)

    return make


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


def test_only_float16_scales_its_loss(encoder_of, settings):
    """Is the loss scaled where gradients could vanish, and nowhere else?"""
    import keras

    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.training.optimizer import make_optimizer

    for precision, scales in {"float32": False, "mixed_bfloat16": False, "mixed_float16": True}.items():
        optimizer = make_optimizer(SentenceClassifier(encoder_of(precision)).model, settings)
        assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer) == scales, precision


def test_tiny_gradients_survive_float16(encoder_of, settings):
    """Do weights move although a gradient is below float16's smallest number?"""
    import tensorflow as tf

    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.training.optimizer import make_optimizer

    model = SentenceClassifier(encoder_of("mixed_float16")).model
    optimizer = make_optimizer(model, settings)
    scale = float(optimizer.scale_loss(tf.constant(1.0)))
    assert scale > 1
    before = model.trainable_variables[0].numpy()
    optimizer.apply([tf.ones_like(v) * 1e-8 * scale for v in model.trainable_variables], model.trainable_variables)
    assert not np.array_equal(before, model.trainable_variables[0].numpy())


def test_xla_takes_the_same_steps(encoder_of, settings):
    """Compiled with XLA, are the losses those of the plain run?"""
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.training import fine_tune

    chosen = replace(settings, epochs=2, multiple=16)
    losses = [
        fine_tune(SentenceClassifier(encoder_of("float32"), dropout=0.0), SENTENCES, LABELS, chosen, jit=jit).losses
        for jit in (False, True)
    ]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-3)


def test_where_xla_does_not_run_training_goes_on(encoder_of, settings, capsys):
    """When XLA cannot compile the model, is that said in a sentence, and are the steps taken without it?"""
    import keras
    import tensorflow as tf

    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.training import fine_tune

    class NotForXla(keras.layers.Layer):
        """The logit, by way of an operation on text, which XLA has none of."""

        def call(self, x):
            return x + 0.0 * tf.strings.to_number(tf.strings.as_string(tf.reduce_sum(x)))

    classifier = SentenceClassifier(encoder_of("float32"), dropout=0.0)
    plain = fine_tune(classifier, SENTENCES, LABELS, replace(settings, epochs=1, multiple=16))
    again = SentenceClassifier(encoder_of("float32"), dropout=0.0)
    again.model = keras.Model(again.model.inputs, NotForXla()(again.model.output))
    history = fine_tune(again, SENTENCES, LABELS, replace(settings, epochs=1), jit=True)
    assert capsys.readouterr().out.count("XLA does not run here") == 1
    assert len(history.losses) == history.total_steps
    np.testing.assert_allclose(history.losses, plain.losses, rtol=1e-3)


def test_a_full_memory_is_explained(encoder_of, settings, monkeypatch):
    """When a batch does not fit, does the error name the batch and what to change?"""
    import tensorflow as tf

    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.steps import TrainingStep
    from bookutils.models.training.optimizer import make_optimizer

    model = SentenceClassifier(encoder_of("float32")).model
    step = TrainingStep(model, make_optimizer(model, settings))

    def full(inputs, labels):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(step, "_step", full)
    inputs = {name: tf.zeros((32, 20), tf.int32) for name in ("input_word_ids", "input_mask", "input_type_ids")}
    with pytest.raises(BookError, match="32 sentences with 20 tokens") as caught:
        step(inputs, tf.zeros(32))
    assert "batch_size" in str(caught.value)
