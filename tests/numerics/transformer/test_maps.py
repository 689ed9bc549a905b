"""Who looks at whom: are the maps those of the encoder's own layers, and is padding seen by nobody?"""

from __future__ import annotations

import numpy as np

from bookutils.numerics.attention.heads import merge_heads, split_heads
from bookutils.numerics.transformer.encoder import encode, self_attention
from bookutils.numerics.transformer.maps import attention_maps
from tests.numerics.generation.small import HEADS, HIDDEN, WEIGHTS

ENCODER = {name: WEIGHTS[name] for name in ("words", "positions", "gamma", "beta", "blocks")}
ENCODER["segments"] = np.random.default_rng(0).normal(size=(2, HIDDEN))
IDS = np.random.default_rng(1).integers(0, 11, (2, 6))
TYPES, MASK = np.zeros_like(IDS), np.array([[1] * 6, [1] * 4 + [0] * 2])


def test_the_maps_are_those_by_which_each_layer_mixes():
    """Do a layer's map and its values give what its attention gives?"""
    maps = attention_maps(ENCODER, IDS, MASK, TYPES, HEADS)
    inputs = encode(ENCODER, IDS, MASK, TYPES, HEADS)
    assert len(maps) == len(ENCODER["blocks"]) == 2
    for x, block, shares in zip(inputs, ENCODER["blocks"], maps, strict=False):
        values = split_heads(x @ block["value_kernel"] + block["value_bias"], HEADS)
        mixed = merge_heads(shares @ values) @ block["attention_kernel"] + block["attention_bias"]
        np.testing.assert_allclose(mixed, self_attention(x, block, HEADS, MASK[:, None, None, :]), atol=1e-9)


def test_rows_add_up_and_nobody_looks_at_padding():
    """Does each row sum to 1, with nothing on the padding?"""
    for shares in attention_maps(ENCODER, IDS, MASK, TYPES, HEADS):
        assert shares.shape == (2, HEADS, 6, 6)
        np.testing.assert_allclose(shares.sum(axis=-1), 1)
        assert (shares[1, :, :, 4:] == 0).all()
