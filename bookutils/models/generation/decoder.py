"""A small language model of characters in Keras: the encoder's own blocks, each looking back only.

What makes a decoder of it is one mask. Embeddings and blocks are those of `bookutils.models.encoder.layers`; what is
added is the causal mask and a score for every character of the vocabulary. Taught in chapter 14.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.models.encoder.config import BertConfig
from bookutils.models.encoder.layers import BertEmbeddings, BertLayer
from bookutils.models.transformer.arrays import block_arrays
from bookutils.numerics.attention.heads import LOWEST, causal_mask
from bookutils.numerics.generation.decoder import DecoderWeights


@dataclass(frozen=True)
class Characters:
    """The vocabulary: each character of a text has a number.

    Examples
    --------
    >>> letters = Characters.of("banana")
    >>> letters.symbols, letters.ids("nab").tolist(), letters.text([1, 0])
    ('abn', [2, 0, 1], 'ba')
    """

    symbols: str

    @classmethod
    def of(cls, text: str) -> Characters:
        """Take the characters of a text, in the order of their code points."""
        return cls("".join(sorted(set(text))))

    def ids(self, text: str) -> NDArray[np.int32]:
        """Return the numbers of a text's characters; those that are not known are left out."""
        places = {symbol: place for place, symbol in enumerate(self.symbols)}
        return np.array([places[symbol] for symbol in text if symbol in places], np.int32)

    def text(self, ids: Sequence[int] | NDArray[np.integer]) -> str:
        """Return the text of some numbers."""
        return "".join(self.symbols[int(i)] for i in ids)


class CharacterModel(keras.Model):
    """A decoder: ids ``(batch, tokens)`` → logits ``(batch, tokens, vocabulary)`` of the *next* id at every place.

    Parameters
    ----------
    config : as an encoder's, with one segment
    causal : False leaves the mask away, to see what it is for: the model then finds each answer in its input

    Notes
    -----
    Post-norm, as the encoder of chapter 10, so that it is the very same block; GPT-2 and what came after it are
    pre-norm (Radford et al. 2019). The scores are dot products with the table of embeddings (Press and Wolf 2017).
    """

    built: bool

    def __init__(
        self, config: BertConfig, *, causal: bool = True, name: str = "character_model", **kwargs: Any
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.config, self.causal = config, causal
        self.embeddings = BertEmbeddings(config, name="embeddings")
        self.blocks = [BertLayer(config, name=f"layer_{index}") for index in range(config.num_layers)]

    def build(self, input_shape: Any = None) -> None:
        """Make all weights; their shapes follow from the configuration."""
        if self.built:
            return
        self.embeddings.build()
        for block in self.blocks:
            block.build()
        self.bias = self.add_weight(shape=(self.config.vocabulary_size,), initializer="zeros", name="bias")
        self.built = True
        # 0.02 suits vectors of 768 numbers, as 1/√768 is 0.036. In a narrow model, scores would be close to 0 at first
        # and attention uniform, and it takes hundreds of steps to leave that.
        for variable in self.trainable_variables:
            if "kernel" in variable.path:
                variable.assign(variable / (0.02 * math.sqrt(variable.shape[0])))

    def call(self, ids: Any, training: bool | None = None) -> Any:
        """Score every character at every place."""
        ids = ops.convert_to_tensor(ids)
        if ids.shape[1] is not None and ids.shape[1] > self.config.max_positions:
            raise ShapeError(
                _("The text has {found} characters; this model knows {limit} places.").format(
                    found=ids.shape[1], limit=self.config.max_positions
                ),
                _("Give it a shorter text."),
            )
        batch, tokens = ops.shape(ids)[0], ops.shape(ids)[1]
        x = self.embeddings(ids, ops.zeros_like(ids), training=training)  # (batch·tokens, hidden)
        future = 1.0 - causal_mask(self.config.max_positions).astype(np.float32)
        hidden = ops.convert_to_tensor(future * (LOWEST if self.causal else 0.0))[:tokens, :tokens]
        bias = ops.broadcast_to(hidden[None, None], (batch, 1, tokens, tokens))  # added to the scores
        for block in self.blocks:
            x = block(x, bias, training=training)
        logits = ops.matmul(x, ops.transpose(self.embeddings.word.embeddings)) + self.bias
        return ops.reshape(logits, (batch, tokens, self.config.vocabulary_size))


def decoder_arrays(model: CharacterModel) -> DecoderWeights:
    """Return the weights under the names of `bookutils.numerics.generation.decoder`; float32 copies."""
    model.build()
    flat = {variable.path.removeprefix(f"{model.name}/"): np.array(variable) for variable in model.weights}
    return {
        "words": flat["embeddings/word/embeddings"],
        "positions": flat["embeddings/position"] + flat["embeddings/segment"][0],
        "gamma": flat["embeddings/norm/gamma"],
        "beta": flat["embeddings/norm/beta"],
        "blocks": [block_arrays(flat, f"layer_{index}") for index in range(model.config.num_layers)],
        "bias": flat["bias"],
        "num_heads": model.config.num_heads,
    }


def text_checksum(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
