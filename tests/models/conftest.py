"""The real encoder and real sentences, loaded once for all tests of this folder."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def minilm():
    """The published weights, from the cache or from whatever source gives them."""
    from bookutils.models.sources.names import load_encoder

    return load_encoder("minilm", progress=False)


@pytest.fixture(scope="session")
def real_sentences() -> list[str]:
    """128 sentences of SST-2, or the course's own sample where SST-2 is not at hand."""
    from bookutils.data.sst2 import load_sst2

    return load_sst2("dev", progress=False).sentences[:128]


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """A cache with nothing in it, and runs that are as long as a learner's."""
    pytest.importorskip("tensorflow")
    monkeypatch.setenv("BOOKUTILS_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("BOOKUTILS_QUICK", raising=False)
    return tmp_path


@pytest.fixture
def export_module():
    """Write an encoder as TensorFlow Hub publishes them: a callable module with its variables listed."""
    import tensorflow as tf

    from bookutils.models.encoder.layers import INPUTS

    def export(loaded, folder, *, vocabulary=True, takes=INPUTS, gives=None):
        def run(inputs, training):
            given = dict(zip(INPUTS, (inputs[name] for name in takes), strict=True))
            outputs = loaded.encoder(given, training=training)
            return outputs if gives is None else {name: outputs[name] for name in gives}

        @tf.function
        def call(inputs, training=False, mask=None):
            del mask  # Keras puts it into the signature of everything that it exports
            return run(inputs, training)

        signature = {name: tf.TensorSpec((None, None), tf.int32, name=name) for name in takes}
        for training in (False, True):
            call.get_concrete_function(signature, training=training)
        root = tf.__internal__.tracking.AutoTrackable()
        root.__call__ = call
        root.variables = [variable.value for variable in loaded.encoder.variables]
        root.trainable_variables = [variable.value for variable in loaded.encoder.trainable_variables]
        folder.parent.mkdir(parents=True, exist_ok=True)
        if vocabulary:
            (folder.parent / "vocab.txt").write_text("\n".join(loaded.tokenizer.vocabulary) + "\n")
            root.vocab_file = tf.saved_model.Asset(str(folder.parent / "vocab.txt"))
            root.do_lower_case = tf.Variable(True, trainable=False)
        tf.saved_model.save(root, str(folder))
        return folder

    return export


@pytest.fixture
def hub_folder(tiny_encoder, export_module, tmp_path):
    """The tiny encoder as a SavedModel with Hub's signature."""
    return export_module(tiny_encoder, tmp_path / "exported" / "module")


@pytest.fixture
def make_classifier(tiny_encoder):
    """A fresh classifier, as after a restart of the kernel."""
    from bookutils.models.classifier.model import SentenceClassifier

    start = tiny_encoder.encoder.get_weights()

    def make(**options):
        tiny_encoder.encoder.set_weights(start)
        return SentenceClassifier(tiny_encoder, **options)

    return make


@pytest.fixture
def encoder_of(tiny_encoder):
    """The tiny encoder again, computing with another precision."""
    from dataclasses import replace

    from bookutils.models.encoder.layers import BertEncoder

    def make(precision):
        encoder = BertEncoder(tiny_encoder.config, dtype=precision)
        encoder.build()
        encoder.set_weights(tiny_encoder.encoder.get_weights())
        return replace(tiny_encoder, encoder=encoder)

    return make
