"""A module from TensorFlow Hub answers like the encoder it was made from, trains whole, is saved and served."""

import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from bookutils.core.errors import ShapeError
from bookutils.models.classifier.evaluation import evaluate
from bookutils.models.classifier.model import SentenceClassifier, build_model
from bookutils.models.classifier.training import fine_tune
from bookutils.models.sources.hub import HubEncoder
from bookutils.models.sources.names import load_encoder
from bookutils.models.training.optimizer import is_decayed
from bookutils.models.training.settings import Settings

pytestmark = pytest.mark.tensorflow

SENTENCES = ["good film", "a bad dull story ."]


def values(encoder):
    return [variable.numpy().copy() for variable in encoder.variables]


def changed(encoder, before):
    return [not np.array_equal(old, new.numpy()) for old, new in zip(before, encoder.variables, strict=True)]


def all_positions(loaded):
    """A batch that touches every word vector, position and segment."""
    count = len(loaded.tokenizer.vocabulary)
    ids = np.arange(32).reshape(2, 16) % count
    return {
        "input_word_ids": ids.astype(np.int32),
        "input_mask": np.ones((2, 16), np.int32),
        "input_type_ids": (ids % 2).astype(np.int32),
    }


def one_step(loaded):
    """One step of Adam on a loss that uses all outputs."""
    inputs = all_positions(loaded)
    with tf.GradientTape() as tape:
        outputs = loaded.encoder(inputs, training=True)
        loss = tf.reduce_sum(outputs["pooled_output"] ** 2) + tf.reduce_sum(outputs["sequence_output"][:, :, 0] ** 3)
    gradients = tape.gradient(loss, loaded.encoder.trainable_variables)
    keras.optimizers.Adam(0.01).apply(gradients, loaded.encoder.trainable_variables)


def test_answers_like_the_encoder_it_was_exported_from(hub_folder, tiny_encoder):
    """Do all three outputs equal those of the encoder that was exported, for batches of any shape?"""
    loaded = load_encoder(hub_folder)
    for sentences in (SENTENCES, ["the film"], [*SENTENCES, ""]):
        inputs = tiny_encoder.tokenizer(sentences)
        ours, theirs = loaded.encoder(inputs), tiny_encoder.encoder(inputs)
        for name in ("pooled_output", "sequence_output"):
            np.testing.assert_allclose(ours[name], theirs[name], atol=1e-6)
        assert len(ours["encoder_outputs"]) == 1
        np.testing.assert_allclose(ours["encoder_outputs"][0], theirs["encoder_outputs"][0], atol=1e-6)


def test_says_what_it_is(hub_folder, tiny_encoder):
    """Are sizes, vocabulary and casing read off the module, and does the checksum name its weights?"""
    loaded = load_encoder(str(hub_folder))
    sizes = {"hidden_size": 8, "num_layers": 1, "vocabulary_size": 14, "max_positions": 16}
    parameters = tiny_encoder.config.parameter_count
    assert loaded.config.as_dict() == sizes | {"parameter_count": parameters}
    assert loaded.encoder.count_params() == parameters
    assert loaded.tokenizer.encode("GOOD film") == tiny_encoder.tokenizer.encode("good film")
    assert loaded.tokenizer.max_length == 16
    assert loaded.sha256 == load_encoder(hub_folder).sha256
    assert str(hub_folder) in loaded.note


def test_another_module_has_another_checksum(hub_folder, tiny_encoder, export_module, tmp_path):
    """Does one changed weight give another checksum?"""
    first = load_encoder(hub_folder).sha256
    variable = tiny_encoder.encoder.trainable_variables[0]
    variable.assign(variable + 1)
    assert load_encoder(export_module(tiny_encoder, tmp_path / "other" / "module")).sha256 != first


def test_one_step_changes_every_variable(hub_folder):
    """Does a step of an optimizer reach each variable of the module, and through it the outputs?"""
    loaded = load_encoder(hub_folder)
    before = values(loaded.encoder)
    output = loaded.encoder(all_positions(loaded))["pooled_output"].numpy()
    one_step(loaded)
    assert all(changed(loaded.encoder, before))
    assert len(before) == len(loaded.encoder.module.trainable_variables)
    assert not np.allclose(loaded.encoder(all_positions(loaded))["pooled_output"], output)


def test_nothing_is_copied(hub_folder):
    """Is each Keras variable the module's own memory, so that what trains here trains there?"""
    encoder = load_encoder(hub_folder).encoder
    for ours, theirs in zip(encoder.trainable_variables, encoder.module.trainable_variables, strict=True):
        assert ours.value is theirs


@pytest.mark.parametrize("jit", [False, True], ids=["graph", "xla"])
def test_fit_trains_all_or_nothing(hub_folder, jit):
    """In a functional model: does `fit` train every variable, and none when frozen, also under XLA?"""
    loaded = load_encoder(hub_folder)
    outputs = loaded.encoder({k: keras.Input((None,), dtype="int32", name=k) for k in all_positions(loaded)})
    model = build_model(loaded.encoder, pooling="cls", dropout=0.0)
    assert outputs["sequence_output"].shape == (None, None, 8)
    for trainable in (False, True):
        loaded.encoder.trainable = trainable
        model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True), jit_compile=jit)
        before, head = values(loaded.encoder), model.layers[-1].kernel.numpy()
        model.fit(all_positions(loaded), np.array([[0.0], [1.0]]), verbose=0)
        moved = changed(loaded.encoder, before)
        # The pooler, kernel and bias, has no part in the first token's vector.
        assert sum(moved) == (len(before) - 2 if trainable else 0)
        assert not np.array_equal(head, model.layers[-1].kernel.numpy())


def test_is_fine_tuned_like_the_courses_own_encoder(hub_folder):
    """Through `fine_tune`: does every variable that the loss reaches move, and are four sentences learnt?"""
    loaded = load_encoder(hub_folder)
    classifier = SentenceClassifier(loaded, dropout=0.0)
    before = values(loaded.encoder)
    sentences, labels = ["good film", "bad film", "fine story", "dull story"] * 8, [1, 0, 1, 0] * 8
    settings = Settings(epochs=20, batch_size=8, learning_rate=0.02, validation_share=0.0)
    history = fine_tune(classifier, sentences, labels, settings)
    assert not history.interrupted
    assert evaluate(classifier, sentences, labels).accuracy == 1.0
    # The mean of the tokens does not use the pooler: its kernel only decays, its bias stays.
    assert changed(loaded.encoder, before).count(False) == 1
    decayed = [variable.path for variable in classifier.model.trainable_variables if is_decayed(variable)]
    assert decayed
    assert not any(word in path for path in decayed for word in ("bias", "gamma", "embedding"))


def test_frozen_it_has_nothing_to_train(hub_folder):
    """Are there no trainable variables when it is frozen, and all of them again afterwards?"""
    encoder = load_encoder(hub_folder).encoder
    count = len(encoder.trainable_variables)
    encoder.trainable = False
    assert encoder.trainable_variables == []
    assert len(encoder.non_trainable_variables) >= count
    encoder.trainable = True
    assert len(encoder.trainable_variables) == count


def test_weights_are_saved_and_loaded(hub_folder, tmp_path):
    """After a step: do saved weights, loaded into a fresh model in place, give the same outputs?"""
    first, second = load_encoder(hub_folder), load_encoder(hub_folder)
    one_step(first)
    models = [build_model(loaded.encoder) for loaded in (first, second)]
    inputs = all_positions(first)
    assert not np.allclose(models[0](inputs), models[1](inputs))
    models[0].save_weights(tmp_path / "trained.weights.h5")
    models[1].load_weights(tmp_path / "trained.weights.h5")
    np.testing.assert_array_equal(models[0](inputs), models[1](inputs))
    for ours, theirs in zip(second.encoder.trainable_variables, second.encoder.module.trainable_variables, strict=True):
        assert ours.value is theirs


def test_a_whole_model_is_saved_and_loaded(hub_folder, tmp_path):
    """Does the .keras format bring back the same model, still trainable?"""
    loaded = load_encoder(hub_folder)
    one_step(loaded)
    model = build_model(loaded.encoder)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model(all_positions(loaded)), again(all_positions(loaded)))
    assert len(again.trainable_variables) == len(model.trainable_variables)


LOAD = """
import sys
import numpy as np, tensorflow as tf
inputs = {name: tf.constant(value) for name, value in np.load(sys.argv[2]).items()}
module = tf.saved_model.load(sys.argv[1])  # a name keeps its variables alive
np.save(sys.argv[3], module.serve(inputs))
"""


def test_is_exported_and_served_by_a_fresh_process(hub_folder, tmp_path):
    """Trained, exported, and the original folder gone: does a process without our code give the same logits?"""
    loaded = load_encoder(hub_folder)
    one_step(loaded)
    model = build_model(loaded.encoder)
    inputs = all_positions(loaded)
    expected = model(inputs).numpy()
    model.export(tmp_path / "served", verbose=False)
    shutil.rmtree(hub_folder)
    np.savez(tmp_path / "inputs.npz", **inputs)
    files = [tmp_path / "served", tmp_path / "inputs.npz", tmp_path / "logits.npy"]
    command = [sys.executable, "-c", LOAD, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    np.testing.assert_allclose(np.load(tmp_path / "logits.npy"), expected, atol=1e-6)


def test_works_beside_mixed_precision(hub_folder):
    """Under mixed_float16: does the module keep float32, and one step still change every variable?"""
    keras.mixed_precision.set_dtype_policy("mixed_float16")
    try:
        loaded = load_encoder(hub_folder)
        before = values(loaded.encoder)
        assert loaded.encoder(all_positions(loaded))["sequence_output"].dtype == tf.float32
        one_step(loaded)
        assert all(changed(loaded.encoder, before))
    finally:
        keras.mixed_precision.set_dtype_policy("float32")


def test_dropout_follows_training(tiny_encoder, export_module, tmp_path):
    """Does `training` reach the module, so that its own dropout is on in training alone?"""
    from dataclasses import replace

    from bookutils.models.encoder.layers import BertEncoder

    encoder = BertEncoder(replace(tiny_encoder.config, dropout=0.5))
    encoder.build()
    dropping = replace(tiny_encoder, encoder=encoder)
    loaded = load_encoder(export_module(dropping, tmp_path / "dropping" / "module"))
    inputs = all_positions(loaded)

    def run(training):
        return loaded.encoder(inputs, training=training)["pooled_output"].numpy()

    np.testing.assert_array_equal(run(False), run(None))
    assert not np.array_equal(run(True), run(True))


def test_a_wrong_call_gets_a_sentence(hub_folder):
    """Are a missing input and too long a sentence refused before TensorFlow sees them?"""
    loaded = load_encoder(hub_folder)
    with pytest.raises(ShapeError, match="lacks input_mask, input_type_ids"):
        loaded.encoder({"input_word_ids": np.zeros((1, 2), np.int32)})
    with pytest.raises(ShapeError, match="17 tokens; this encoder knows 16 positions"):
        loaded.encoder({name: np.zeros((1, 17), np.int32) for name in all_positions(loaded)})


def test_ids_of_other_integer_types_are_taken(hub_folder):
    """Are int64 ids, which NumPy makes, accepted although the module wants int32?"""
    loaded = load_encoder(hub_folder)
    inputs = all_positions(loaded)
    wide = {name: ids.astype(np.int64) for name, ids in inputs.items()}
    np.testing.assert_array_equal(loaded.encoder(wide)["pooled_output"], loaded.encoder(inputs)["pooled_output"])


def test_the_real_encoder_through_hub(minilm, export_module, real_sentences, tmp_path, capsys):
    """minilm as a Hub module without vocabulary: same vectors, same ids, and the stand-in is said?"""
    folder = export_module(minilm, tmp_path / "real" / "module", vocabulary=False)
    loaded = load_encoder(folder)
    assert "BERT's own uncased one, with 30,522 pieces" in capsys.readouterr().out
    assert loaded.config.vocabulary_size == 30522
    assert loaded.config.max_positions == 512
    assert loaded.config.num_layers == 6
    inputs = loaded.tokenizer(real_sentences[:16])
    np.testing.assert_array_equal(inputs["input_word_ids"], minilm.tokenizer(real_sentences[:16])["input_word_ids"])
    ours, theirs = loaded.encoder(inputs)["sequence_output"], minilm.encoder(inputs)["sequence_output"]
    np.testing.assert_allclose(ours, theirs, atol=1e-4)  # another order of additions in the traced graph
    assert isinstance(loaded.encoder, HubEncoder)
