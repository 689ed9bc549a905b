"""The encoder in NumPy against three that share no code with it: Keras' layers, our Keras encoder, keras-hub's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError
from bookutils.numerics.transformer.encoder import embed, encode, layer_norm

seeds = st.integers(0, 2**32 - 1)


@given(seeds, st.floats(0.1, 50), st.floats(-50, 50))
def test_layer_norm_forgets_scale_and_shift(seed: int, scale: float, shift: float) -> None:
    """Does a vector stay what it is when it is stretched and shifted before?"""
    x = np.random.default_rng(seed).normal(size=(2, 3, 8))
    ones, zeros = np.ones(8), np.zeros(8)
    out = layer_norm(x, ones, zeros)
    np.testing.assert_allclose(out.mean(axis=-1), 0, atol=1e-9)
    np.testing.assert_allclose(out.var(axis=-1), 1, atol=1e-6)
    np.testing.assert_allclose(layer_norm(scale * x + shift, ones, zeros), out, atol=1e-6)


@pytest.fixture(scope="module")
def encoder():
    pytest.importorskip("tensorflow")
    from bookutils.models.encoder.config import BertConfig
    from bookutils.models.encoder.layers import BertEncoder

    config = BertConfig(
        vocabulary_size=50, hidden_size=12, num_layers=2, num_heads=3, intermediate_size=20, max_positions=9
    )
    made = BertEncoder(config)
    made.build()
    rng = np.random.default_rng(0)
    for variable in made.weights:  # gamma and beta too: with ones and zeros a mix-up would not show
        variable.assign(rng.normal(0, 0.3, variable.shape))
    return made


@pytest.fixture
def batch() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    mask = (np.arange(7) < np.array([7, 4, 1])[:, None]).astype(np.int32)
    return {
        "input_word_ids": rng.integers(0, 50, (3, 7)).astype(np.int32) * mask,
        "input_mask": mask,
        "input_type_ids": rng.integers(0, 2, (3, 7)).astype(np.int32),
    }


@pytest.mark.tensorflow
def test_every_layer_is_the_keras_encoder_s(encoder, batch) -> None:
    """Do all layers and the pooler give the numbers of the encoder that chapter 11 trains?"""
    from bookutils.models.transformer.arrays import encoder_arrays

    weights, expected = encoder_arrays(encoder), encoder(batch)
    ours = encode(weights, *batch.values(), num_heads=3)
    assert len(ours) == 3
    for mine, theirs in zip(ours[1:], expected["encoder_outputs"], strict=True):
        np.testing.assert_allclose(mine, np.array(theirs), atol=1e-5)
    np.testing.assert_allclose(
        np.tanh(ours[-1][:, 0] @ weights["pooler_kernel"] + weights["pooler_bias"]),
        np.array(expected["pooled_output"]),
        atol=1e-5,
    )


@pytest.mark.tensorflow
def test_a_sequence_beyond_the_positions_is_told(encoder) -> None:
    """Is there a sentence, and no index error, for more tokens than there are positions?"""
    from bookutils.models.transformer.arrays import encoder_arrays

    with pytest.raises(ShapeError, match="at most 9 tokens"):
        embed(encoder_arrays(encoder), np.ones((1, 10), int), np.zeros((1, 10), int))
