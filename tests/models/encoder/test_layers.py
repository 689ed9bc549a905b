"""The encoder: keras-hub's numbers, untouched by padding, and refused with a sentence."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from bookutils.core.errors import ShapeError
from bookutils.models.encoder.config import BertConfig
from bookutils.models.encoder.layers import BertEncoder
from bookutils.models.transformer.twins import keras_hub_twin

pytestmark = pytest.mark.tensorflow

SMALL = BertConfig(
    vocabulary_size=50, hidden_size=12, num_layers=2, num_heads=3, intermediate_size=20, max_positions=16
)


@pytest.fixture
def encoder():
    keras.utils.set_random_seed(3)
    made = BertEncoder(SMALL)
    made.build()
    for variable in made.variables:  # the initial ones are so small that nothing would be tested
        variable.assign(keras.random.normal(variable.shape, stddev=0.5, dtype=variable.dtype))
    return made


def make_inputs(lengths, padded_to, seed=0):
    rng = np.random.default_rng(seed)
    mask = (np.arange(padded_to) < np.array(lengths)[:, None]).astype(np.int32)
    ids = rng.integers(1, 50, mask.shape).astype(np.int32) * mask
    return {"input_word_ids": ids, "input_mask": mask, "input_type_ids": rng.integers(0, 2, mask.shape) * mask}


def run_twin(twin, inputs):
    return twin(
        {
            "token_ids": inputs["input_word_ids"],
            "segment_ids": inputs["input_type_ids"],
            "padding_mask": inputs["input_mask"],
        }
    )


def furthest(ours, theirs, mask):
    """The largest distance of each output, over real tokens."""
    real = np.asarray(mask).astype(bool)
    return {
        "sequence": float(np.abs(ours["sequence_output"] - theirs["sequence_output"])[real].max()),
        "pooled": float(np.abs(ours["pooled_output"] - theirs["pooled_output"]).max()),
    }


@pytest.mark.parametrize("gelu", ["erf", "tanh"])
def test_agrees_with_keras_hub_on_random_weights(encoder, gelu):
    """Does an encoder with large random weights, two segments and padding give keras-hub's numbers?"""
    weights = encoder.get_weights()
    encoder = BertEncoder(dataclasses.replace(SMALL, gelu=gelu))
    encoder.build()
    encoder.set_weights(weights)
    inputs = make_inputs([9, 1, 5], 9)
    theirs = run_twin(keras_hub_twin(encoder), inputs)
    assert max(furthest(encoder(inputs), theirs, inputs["input_mask"]).values()) <= 1e-5


def test_the_two_forms_of_gelu_differ(encoder):
    """Would the comparison above notice the wrong form?"""
    inputs = make_inputs([9, 4], 9)
    exact = encoder(inputs)["sequence_output"]
    other = BertEncoder(dataclasses.replace(SMALL, gelu="tanh"))
    other.build()
    other.set_weights(encoder.get_weights())
    assert np.abs(exact - other(inputs)["sequence_output"]).max() > 3e-5


def test_minilm_agrees_with_keras_hub_on_real_sentences(minilm, real_sentences):
    """With the published weights, on real sentences with padding: is every output within 1e-5 of keras-hub's?"""
    twin = keras_hub_twin(minilm.encoder)
    for start in range(0, len(real_sentences), 32):
        inputs = minilm.tokenizer(real_sentences[start : start + 32])
        distances = furthest(minilm.encoder(inputs), run_twin(twin, inputs), inputs["input_mask"])
        assert max(distances.values()) <= 1e-5, (start, distances)


def test_minilm_in_float64_agrees_everywhere(minilm, real_sentences):
    """With rounding out of the way, are also the vectors at padding the same, to within a millionth?

    Nobody reads those, and in float32 rounding drives them up to 3e-5 away from the exact ones, ours and
    keras-hub's alike.
    """
    exact = BertEncoder(minilm.config, dtype="float64")
    exact.build()
    exact.set_weights(minilm.encoder.get_weights())
    inputs = minilm.tokenizer(real_sentences[:16])
    ours, theirs = exact(inputs), run_twin(keras_hub_twin(exact, "float64"), inputs)
    assert ours["sequence_output"].dtype == "float64"
    for name in ("sequence_output", "pooled_output"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=0, atol=1e-6)


def test_padding_never_changes_an_output(minilm, real_sentences):
    """Does a sentence get the same vectors alone and padded far beyond its end?"""
    sentences = real_sentences[:6]
    padded = minilm.encoder(minilm.tokenizer(sentences, length=100))
    for row, sentence in enumerate(sentences):
        alone = minilm.encoder(minilm.tokenizer([sentence]))
        tokens = alone["sequence_output"].shape[1]
        np.testing.assert_allclose(padded["sequence_output"][row, :tokens], alone["sequence_output"][0], atol=1e-5)
        np.testing.assert_allclose(padded["pooled_output"][row], alone["pooled_output"][0], atol=1e-5)


def test_what_stands_in_the_padding_does_not_matter(encoder):
    """Do other ids under the mask change any real token's vector?"""
    inputs = make_inputs([9, 4, 2], 9)
    mask = inputs["input_mask"].astype(bool)
    noisy = inputs | {"input_word_ids": np.where(mask, inputs["input_word_ids"], 17)}
    np.testing.assert_array_equal(
        encoder(inputs)["sequence_output"].numpy()[mask], encoder(noisy)["sequence_output"].numpy()[mask]
    )


def test_has_the_signature_of_tensorflow_hub(encoder):
    """Are names, shapes and number of outputs those that TF Hub's encoders have?"""
    outputs = encoder(make_inputs([7, 3], 7))
    assert set(outputs) == {"pooled_output", "sequence_output", "encoder_outputs"}
    assert outputs["pooled_output"].shape == (2, 12)
    assert outputs["sequence_output"].shape == (2, 7, 12)
    assert [layer.shape for layer in outputs["encoder_outputs"]] == [(2, 7, 12)] * 2
    np.testing.assert_array_equal(outputs["encoder_outputs"][-1], outputs["sequence_output"])


def test_every_variable_has_a_name_of_its_own_and_learns(encoder):
    """Can each weight be told apart by its path, and does a gradient reach it?"""
    paths = [variable.path for variable in encoder.variables]
    assert len(set(paths)) == len(paths)
    with tf.GradientTape() as tape:
        outputs = encoder(make_inputs([7, 3], 7), training=True)
        loss = tf.reduce_sum(outputs["pooled_output"] ** 2) + tf.reduce_sum(outputs["sequence_output"] ** 3)
    gradients = tape.gradient(loss, [variable.value for variable in encoder.trainable_variables])
    for path, gradient in zip(paths, gradients, strict=True):
        assert gradient is not None, path
        assert np.abs(tf.convert_to_tensor(gradient)).max() > 0, path


@pytest.mark.parametrize("suffix", [".keras", ".weights.h5"])
def test_survives_a_round_trip_through_a_file(encoder, tmp_path, suffix):
    """Does an encoder that was saved and loaded give the same numbers?"""
    inputs = make_inputs([6, 2], 6)
    before = encoder(inputs)
    path = tmp_path / f"encoder{suffix}"
    if suffix == ".keras":
        encoder.save(path)
        again = keras.saving.load_model(path)
        assert again.config == encoder.config
    else:
        encoder.save_weights(path)
        again = BertEncoder(SMALL)
        again.build()
        again.load_weights(path)
    np.testing.assert_array_equal(before["sequence_output"], again(inputs)["sequence_output"])


def test_works_in_a_functional_model_and_in_a_function_with_open_shapes(encoder):
    """Does it run symbolically, with batch and length unknown, and give the same numbers?"""
    names = ("input_word_ids", "input_mask", "input_type_ids")
    symbols = {name: keras.Input((None,), dtype="int32", name=name) for name in names}
    model = keras.Model(symbols, encoder(symbols)["pooled_output"])
    signature = {name: tf.TensorSpec((None, None), tf.int32) for name in names}
    compiled = tf.function(lambda inputs: encoder(inputs)["pooled_output"], input_signature=[signature])
    for inputs in (make_inputs([7, 3], 7), make_inputs([4, 4, 2], 5)):
        tensors = {name: tf.constant(value, tf.int32) for name, value in inputs.items()}
        expected = encoder(tensors)["pooled_output"]
        np.testing.assert_allclose(model(tensors), expected, atol=1e-6)
        np.testing.assert_allclose(compiled(tensors), expected, atol=1e-6)
    assert compiled.experimental_get_tracing_count() == 1


def test_dropout_acts_in_training_only(encoder):
    """With a dropout rate, are two training passes different and two others equal?"""
    noisy = BertEncoder(dataclasses.replace(SMALL, dropout=0.3))
    noisy.build()
    noisy.set_weights(encoder.get_weights())
    inputs = make_inputs([7, 3], 7)
    first, second = (noisy(inputs, training=True)["sequence_output"].numpy() for _ in range(2))
    assert np.abs(first - second).max() > 0.01
    np.testing.assert_array_equal(noisy(inputs)["sequence_output"], encoder(inputs)["sequence_output"])


def test_refuses_what_it_cannot_read(encoder):
    """Are a missing input and a sequence beyond the last position refused with a sentence?"""
    inputs = make_inputs([7, 3], 7)
    with pytest.raises(ShapeError, match="lacks input_mask"):
        encoder({name: value for name, value in inputs.items() if name != "input_mask"})
    with pytest.raises(ShapeError, match="17 tokens; this encoder knows 16"):
        encoder(make_inputs([17], 17))
