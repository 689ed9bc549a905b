"""The numbers of an encoder: read from a file, checked, and counted as others count them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.core.errors import DataError
from bookutils.models.encoder.config import BertConfig, read_config

# Parameter counts that keras-hub's bert_presets.py publishes.
PUBLISHED = {
    "tiny": (30522, 128, 2, 2, 4_385_920),
    "mini": (30522, 256, 4, 4, 11_170_560),
    "small": (30522, 512, 4, 8, 28_763_648),
    "medium": (30522, 512, 8, 8, 41_373_184),
    "base": (30522, 768, 12, 12, 109_482_240),
    "base cased": (28996, 768, 12, 12, 108_310_272),
    "multilingual": (119547, 768, 12, 12, 177_853_440),
    "large": (30522, 1024, 24, 16, 335_141_888),
    "minilm": (30522, 384, 6, 12, 22_713_216),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_counts_parameters_as_published(name):
    """Does the formula give the published number for every known size?"""
    vocabulary, hidden, layers, heads, expected = PUBLISHED[name]
    config = BertConfig(vocabulary, hidden, layers, heads, intermediate_size=4 * hidden)
    assert config.parameter_count == expected


@pytest.mark.tensorflow
@settings(max_examples=12)
@given(
    heads=st.integers(1, 4), head_size=st.integers(1, 5), layers=st.integers(1, 3), inner=st.integers(1, 30),
    vocabulary=st.integers(5, 60), positions=st.integers(2, 20), segments=st.integers(1, 3),
)  # fmt: skip
def test_counts_what_the_encoder_has(heads, head_size, layers, inner, vocabulary, positions, segments):
    """Is the formula's count that of the weights which the encoder really makes, for any sizes?"""
    from bookutils.models.encoder.layers import BertEncoder

    config = BertConfig(vocabulary, heads * head_size, layers, heads, inner, positions, segments)
    encoder = BertEncoder(config)
    encoder.build()
    assert encoder.count_params() == config.parameter_count


def test_refuses_heads_that_do_not_divide():
    """Is a hidden size that cannot be split refused when the configuration is made?"""
    with pytest.raises(DataError, match="7 equal heads"):
        BertConfig(num_heads=7)


GOOD = {
    "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12,
    "intermediate_size": 1536, "max_position_embeddings": 512, "type_vocab_size": 2, "hidden_act": "gelu",
    "layer_norm_eps": 1e-12, "hidden_dropout_prob": 0.1,
}  # fmt: skip


@pytest.mark.parametrize(("named", "form"), [("gelu", "erf"), ("gelu_new", "tanh"), ("gelu_pytorch_tanh", "tanh")])
def test_reads_the_form_of_gelu(tmp_path, named, form):
    """Does each of the published names become the right form?"""
    (tmp_path / "config.json").write_text(json.dumps(GOOD | {"hidden_act": named}))
    assert read_config(tmp_path / "config.json") == BertConfig(30522, 384, 6, 12, 1536, gelu=form)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<html>", "is no BERT configuration"),
        ("[1, 2]", "is no BERT configuration"),
        (json.dumps({"vocab_size": 3}), "does not say what 'hidden_size' is"),
        (json.dumps(GOOD | {"hidden_act": "relu"}), "form of GELU is 'relu'"),
        (json.dumps(GOOD | {"model_type": "gpt2"}), "another kind than BERT"),
        (json.dumps(GOOD | {"hidden_size": "wide"}), "is no BERT configuration"),
    ],
)
def test_refuses_another_file(tmp_path, content, says):
    """Is a file that describes no BERT refused with a sentence?"""
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(DataError, match=says):
        read_config(tmp_path / "config.json")
