"""A step of fine-tuning: the same with XLA, without it where it does not run, and explained when memory ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bookutils.core.errors import BookError

pytestmark = pytest.mark.tensorflow
SENTENCES, LABELS = ["good film", "bad film", "fine story .", "dull story", "the good", "the bad"] * 6, [1, 0] * 18


@pytest.fixture
def settings():
    from bookutils.models.training.settings import Settings

    return Settings(epochs=4, batch_size=8, learning_rate=1e-2)


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
