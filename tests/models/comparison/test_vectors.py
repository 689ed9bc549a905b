"""Frozen vectors: the right numbers, remembered, and not believed when damaged."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("own_cache")]


def test_a_vector_is_the_mean_of_its_tokens(tiny_encoder, data):
    """In one batch and in several, is it the mean that chapter 11 computes, in the order of the sentences?"""
    from bookutils.models.comparison.vectors import SentenceEncoder
    from bookutils.numerics.bert.pooling import mean_pool

    encode = SentenceEncoder(tiny_encoder)
    inputs = tiny_encoder.tokenizer(data.sentences)
    tokens = tiny_encoder.encoder(inputs)["sequence_output"].numpy()
    expected = mean_pool(tokens, inputs["input_mask"].numpy())
    np.testing.assert_allclose(encode(data.sentences), expected, atol=1e-5)
    np.testing.assert_allclose(encode(data.sentences, batch_size=5), expected, atol=1e-5)
    assert encode([]).shape == (0, 8)
    with pytest.raises(Exception, match="list of sentences"):
        encode("good film")


def test_vectors_are_remembered_and_a_damaged_file_is_not_believed(tiny_encoder, data, own_cache):
    """Are they computed once, again after damage, and anew for other sentences or another encoder?"""
    from bookutils.models.comparison.vectors import SentenceEncoder, remembered_vectors, vectors_key

    calls = []

    class Counting(SentenceEncoder):
        def __call__(self, sentences, **options):
            calls.append(len(sentences))
            return super().__call__(sentences, **options)

    encode = Counting(tiny_encoder)
    first = remembered_vectors(tiny_encoder, data.sentences, encode=encode)
    np.testing.assert_array_equal(remembered_vectors(tiny_encoder, data.sentences, encode=encode), first)
    assert calls == [12]
    (file,) = (own_cache / "vectors").iterdir()
    content = file.read_bytes()
    for damaged in (content[:-3], content[:40] + b"x" + content[41:], b""):
        file.write_bytes(damaged)
        np.testing.assert_allclose(remembered_vectors(tiny_encoder, data.sentences, encode=encode), first, atol=1e-6)
    assert calls == [12] * 4
    other = dataclasses.replace(tiny_encoder, sha256="1" * 64)
    keys = {
        vectors_key(tiny_encoder, data.sentences),
        vectors_key(tiny_encoder, data.sentences[:-1]),
        vectors_key(other, data.sentences),
    }
    assert len(keys) == 3


def test_a_test_takes_a_slice_and_says_which(data, monkeypatch):
    """Is the data whole for a learner, and a named slice with BOOKUTILS_QUICK?"""
    from bookutils.models.comparison import vectors

    assert vectors.whole_or_slice(data, data) == (data, data)
    monkeypatch.setenv("BOOKUTILS_QUICK", "1")
    monkeypatch.setattr(vectors, "QUICK_TRAIN", 6)
    train, dev = vectors.whole_or_slice(data, data)
    assert (len(train), len(dev)) == (6, 12)
    assert "first 6 rows" in train.note


def test_operations_are_those_that_tensorflow_counts(tiny_encoder):
    """Does TensorFlow's profiler find as many in the graph, but for norms, GELU and the softmax?"""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    from bookutils.numerics.scaling.compute import encoder_operations

    tokens = 16
    signature = [{n: tf.TensorSpec((1, tokens), tf.int32) for n in ("input_word_ids", "input_mask", "input_type_ids")}]
    graph = tf.function(lambda x: tiny_encoder.encoder(x)["sequence_output"], input_signature=signature)
    frozen = convert_variables_to_constants_v2(graph.get_concrete_function()).graph
    options = tf.compat.v1.profiler.ProfileOptionBuilder(tf.compat.v1.profiler.ProfileOptionBuilder.float_operation())
    counted = tf.compat.v1.profiler.profile(frozen, options=options.with_empty_output().build())
    products = encoder_operations(8, 1, 16, [tokens])  # the tiny encoder's inner layer is 16 wide
    assert (
        products <= counted.total_float_ops < 1.6 * products
    )  # so small an encoder has many norms beside its products
