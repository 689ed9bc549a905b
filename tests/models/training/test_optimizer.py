"""The optimizer: its decay where it belongs, and the numbers of Keras' own."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def classifier(tiny_encoder):
    from bookutils.models.classifier.model import SentenceClassifier

    return SentenceClassifier(tiny_encoder)


def test_decay_spares_what_it_should(classifier):
    """Are biases, layer normalisation and embeddings exempt, and only they?"""
    from bookutils.models.training.optimizer import is_decayed

    paths = {v.path: is_decayed(v) for v in classifier.model.trainable_variables}
    assert any(paths.values())
    for path, decayed in paths.items():
        assert decayed == path.endswith("kernel"), path


def test_decay_is_applied_to_kernels_alone(classifier):
    """With zero gradients, does one step shrink kernels by lr·decay and leave the rest alone?"""
    import tensorflow as tf

    from bookutils.models.training.optimizer import is_decayed, make_optimizer
    from bookutils.models.training.settings import Settings

    variables = classifier.model.trainable_variables
    for v in variables:
        v.assign(tf.ones_like(v))
    optimizer = make_optimizer(classifier.model, Settings(learning_rate=0.1, weight_decay=0.5))
    optimizer.apply([tf.zeros_like(v) for v in variables], variables)
    for v in variables:
        np.testing.assert_allclose(v, 0.95 if is_decayed(v) else 1.0, rtol=1e-6)


@pytest.mark.parametrize("clip", [None, 1.0])
def test_the_fused_optimizer_is_keras_adamw(clip):
    """After thirty steps on a table with sparse gradients, a matrix and a bias: the same weights, decay included?"""
    import keras
    import tensorflow as tf

    from bookutils.models.training.optimizer import FusedAdamW

    rng = np.random.default_rng(0)
    start = [rng.normal(size=shape).astype(np.float32) for shape in ((20, 4), (4, 3), (3,))]

    def train(kind):
        table, kernel, bias = variables = [keras.Variable(value.copy()) for value in start]
        optimizer = kind(learning_rate=1e-2, weight_decay=0.1, epsilon=1e-6, global_clipnorm=clip)
        optimizer.exclude_from_weight_decay(var_list=[bias])
        optimizer.build(variables)

        @tf.function
        def step(ids):
            with tf.GradientTape() as tape:
                hidden = tf.gather(table.value, ids) @ kernel.value + bias.value
                loss = tf.reduce_sum(tf.tanh(hidden) ** 2) + tf.reduce_sum(hidden)
            optimizer.apply(tape.gradient(loss, [v.value for v in variables]), variables)

        draw = np.random.default_rng(1)
        for number in range(30):
            optimizer.learning_rate.assign(1e-2 * (1 - number / 40))
            step(tf.constant(draw.permutation(20)[:6]))  # Keras squares the parts of a repeated row apart
        return [v.numpy() for v in variables] + [np.asarray(v) for v in optimizer.variables]

    for ours, theirs in zip(train(FusedAdamW), train(keras.optimizers.AdamW), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_only_float16_scales_its_loss(encoder_of):
    """Is the loss scaled where gradients could vanish, and nowhere else?"""
    import keras

    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.training.optimizer import make_optimizer
    from bookutils.models.training.settings import Settings

    for precision, scales in {"float32": False, "mixed_bfloat16": False, "mixed_float16": True}.items():
        optimizer = make_optimizer(SentenceClassifier(encoder_of(precision)).model, Settings(learning_rate=1e-2))
        assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer) == scales, precision


def test_tiny_gradients_survive_float16(encoder_of):
    """Do weights move although a gradient is below float16's smallest number?"""
    import tensorflow as tf

    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.training.optimizer import make_optimizer
    from bookutils.models.training.settings import Settings

    model = SentenceClassifier(encoder_of("mixed_float16")).model
    optimizer = make_optimizer(model, Settings(learning_rate=1e-2))
    scale = float(optimizer.scale_loss(tf.constant(1.0)))
    assert scale > 1
    before = model.trainable_variables[0].numpy()
    optimizer.apply([tf.ones_like(v) * 1e-8 * scale for v in model.trainable_variables], model.trainable_variables)
    assert not np.array_equal(before, model.trainable_variables[0].numpy())
