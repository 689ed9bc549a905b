"""The encoder's attention in NumPy against what Keras computes, and the experiment on explanations in small."""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.numerics.transformer.maps import attention_maps

pytestmark = pytest.mark.tensorflow


def spy_on_weights(encoder, inputs, monkeypatch):
    """Run the Keras encoder and return what each layer's softmax gave: it is what its dropout is handed."""
    seen = []
    for block in encoder.blocks:
        layer = block.attention_dropout
        monkeypatch.setattr(layer, "call", lambda x, training=False: seen.append(np.array(x)) or x)
    encoder(inputs)
    return seen


@pytest.fixture
def reader(minilm):
    from bookutils.models.attention import AttentionReader

    return AttentionReader(minilm, max_tokens=12)


def test_the_maps_are_the_keras_encoder_s(minilm, reader, monkeypatch) -> None:
    """Are the weights of all layers and heads those that the encoder itself uses, padding included?"""
    inputs = minilm.tokenizer(["a charming film", "it is neither as funny nor as clever as it wants to be"])
    theirs = spy_on_weights(minilm.encoder, inputs, monkeypatch)
    ours = attention_maps(reader.weights, *(np.array(tensor) for tensor in inputs.values()), num_heads=12)
    assert len(ours) == len(theirs) == 6
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.shape == other.shape
        np.testing.assert_allclose(mine, other, atol=1e-5)
    hidden = np.array(inputs["input_mask"])[0] == 0
    assert (ours[3][0][..., hidden] == 0).all()


def test_multi_head_is_keras_own_layer(reader) -> None:
    """Does self-attention with real weights give what keras.layers.MultiHeadAttention gives?"""
    import keras

    from bookutils.numerics.transformer.encoder import self_attention

    block = reader.weights["blocks"][2]
    x = np.random.default_rng(0).normal(size=(2, 5, 384)).astype("float32")
    layer = keras.layers.MultiHeadAttention(num_heads=12, key_dim=32)
    layer.build(x.shape, x.shape)
    arrays = [block[f"{name}_{kind}"] for name in ("query", "key", "value", "attention") for kind in ("kernel", "bias")]
    layer.set_weights([a.reshape(v.shape) for a, v in zip(arrays, layer.weights, strict=True)])
    mask = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], bool)
    theirs = layer(x, x, attention_mask=np.repeat(mask[:, None], 5, axis=1))
    np.testing.assert_allclose(self_attention(x, block, 12, mask[:, None, None]), np.array(theirs), atol=1e-4)


def test_a_sentence_is_computed_once_and_cut(reader) -> None:
    """Is a sentence seen before taken from memory, and a long one cut with its [SEP] kept?"""
    pieces, maps = reader.maps("a good film")
    assert maps.shape == (6, 12, 5, 5)
    assert reader.maps("a good film")[1] is maps
    pieces, maps = reader.maps("word " * 40)
    assert len(pieces) == 12
    assert (pieces[0], pieces[-1]) == ("[CLS]", "[SEP]")


@pytest.fixture
def experiment(minilm, monkeypatch):
    from bookutils.data.sst2 import load_sst2
    from bookutils.models.attention import run_explanation_experiment

    monkeypatch.setenv("BOOKUTILS_QUICK", "1")
    return run_explanation_experiment(minilm, *load_sst2(progress=False))


def test_leaving_out_is_running_again(experiment, minilm) -> None:
    """Is each effect what the classifier says of the sentence less what it says of the shorter one?"""
    from bookutils.models.attention import _vectors

    for kind in ("words", "context"):
        reading = experiment.read("a good but slow film", kind)
        texts = ["a good but slow film", "a good but film"]
        vectors = _vectors(minilm, texts)
        whole, without = experiment.classifiers[kind].probabilities(vectors[kind], vectors["mask"])
        assert reading.pieces[4] == "slow"
        assert reading.probability == pytest.approx(whole, abs=1e-4)
        assert reading.effects[3] == pytest.approx(whole - without, abs=1e-4)
        assert reading.weights.sum() == pytest.approx(1)
        assert -1 <= reading.tau <= 1
        assert 0 <= reading.moved <= 1
    assert set(experiment.accuracies) == {(k, w) for k in ("words", "context") for w in ("uniform", "attention")}


def test_the_box_follows_sentence_layer_and_head(reader, experiment) -> None:
    """Does the picture follow what is typed and chosen, escape it, and ask for words where there are none?"""
    from bookutils.widgets.attention import attention_box, explanation_box

    box = attention_box(reader, "a good film", layer=2, head=3)
    assert "Layer 2, head 3" not in box.explorer.summary.value  # the alt text begins with "In layer"
    assert "In layer 2, head 3" in box.explorer.picture.value
    box.explorer.controls["layer"].value = 5
    box.explorer.controls["head"].box.value = 12
    assert "In layer 5, head 12" in box.explorer.picture.value
    box.text.value = "a <i>dull</i> story"
    assert "&lt;" in box.explorer.picture.value
    assert "<i>" not in box.explorer.picture.value
    box.text.value = " "
    assert "two words or more" in box.note.value
    box.text.value = "two words"
    assert box.note.value == ""
    assert "“two”" in box.explorer.picture.value

    other = explanation_box(experiment, "a good film")
    before = other.explorer.picture.value
    other.explorer.controls["kind"].value = "words"
    assert other.explorer.picture.value != before
    other.text.value = "not bad at all"
    assert "“bad”" in other.explorer.picture.value
