"""An encoder's weights as plain NumPy arrays, for code that a reader wrote. Taught in chapter 10."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from bookutils.numerics.transformer.encoder import BlockWeights, EncoderWeights

if TYPE_CHECKING:
    from bookutils.models.encoder.layers import BertEncoder


def encoder_arrays(encoder: BertEncoder) -> EncoderWeights:
    """Return a Keras encoder's weights under the names of `bookutils.numerics.transformer.encoder`; float32 copies."""
    encoder.build()
    flat = {variable.path.removeprefix(f"{encoder.name}/"): np.array(variable) for variable in encoder.weights}
    return {
        "words": flat["embeddings/word/embeddings"],
        "positions": flat["embeddings/position"],
        "segments": flat["embeddings/segment"],
        "gamma": flat["embeddings/norm/gamma"],
        "beta": flat["embeddings/norm/beta"],
        "blocks": [block_arrays(flat, f"layer_{index}") for index in range(encoder.config.num_layers)],
        "pooler_kernel": flat["pooler/kernel"],
        "pooler_bias": flat["pooler/bias"],
    }


def block_arrays(flat: Mapping[str, NDArray[Any]], name: str) -> BlockWeights:
    """Return one block's weights from a dictionary of all weights; `name` is the layer's."""
    arrays: dict[str, NDArray[Any]] = {}
    for kind in ("kernel", "bias"):
        # The encoder computes query, key and value in one product, side by side.
        parts = np.split(flat[f"{name}/query_key_value/{kind}"], 3, axis=-1)
        arrays |= {f"{part}_{kind}": array for part, array in zip(("query", "key", "value"), parts, strict=True)}
        for ours, theirs in {"attention": "attention_output", "inner": "intermediate", "output": "output"}.items():
            arrays[f"{ours}_{kind}"] = flat[f"{name}/{theirs}/{kind}"]
    for kind in ("gamma", "beta"):
        for part in ("attention", "output"):
            arrays[f"{part}_{kind}"] = flat[f"{name}/{part}_norm/{kind}"]
    return cast("BlockWeights", arrays)
