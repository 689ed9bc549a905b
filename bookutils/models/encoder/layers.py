"""A BERT encoder in plain Keras 3 layers, with the inputs and outputs of TensorFlow Hub's BERT encoders.

It is written to be read beside chapter 10, and to be quick on a CPU: the tokens of a batch stay in one flat matrix
``(batch·tokens, hidden)``, so that each dense layer is one matrix product; only attention looks at
``(batch, heads, tokens, head_size)``. Query, key and value come out of one product.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import keras
from keras import ops

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.models.encoder import kernels
from bookutils.models.encoder.config import BertConfig

INPUTS = ("input_word_ids", "input_mask", "input_type_ids")


def _initializer() -> Any:
    return keras.initializers.TruncatedNormal(stddev=0.02)  # Devlin et al. 2019


def _dense(units: int, name: str, dtype: Any, activation: Any = None) -> Any:
    return keras.layers.Dense(units, activation=activation, kernel_initializer=_initializer(), name=name, dtype=dtype)


def _norm(config: BertConfig, name: str, dtype: Any) -> Any:
    return kernels.LayerNormalization(epsilon=config.layer_norm_epsilon, name=name, dtype=dtype)


def _dropout(config: BertConfig, name: str, dtype: Any) -> Any:
    return keras.layers.Dropout(config.dropout, name=name, dtype=dtype)


def gelu_of(config: BertConfig) -> Any:
    """Return the form of GELU that the weights were trained with, as a function of a tensor."""
    return kernels.gelu if config.gelu == "erf" else partial(keras.activations.gelu, approximate=True)


class BertEmbeddings(keras.layers.Layer):
    """Sum of word, position and segment vectors, normalised: ids ``(batch, tokens)`` → ``(batch·tokens, hidden)``."""

    def __init__(self, config: BertConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.config = config
        dtype = self.dtype_policy
        self.word = keras.layers.Embedding(
            config.vocabulary_size, config.hidden_size, _initializer(), name="word", dtype=dtype
        )
        self.norm = _norm(config, "norm", dtype)
        self.dropout = _dropout(config, "dropout", dtype)

    def build(self, input_shape: Any = None) -> None:
        """Make the three tables."""
        hidden = self.config.hidden_size
        self.word.build((None, None))
        self.position = self.add_weight(
            shape=(self.config.max_positions, hidden), initializer=_initializer(), name="position"
        )
        self.segment = self.add_weight(
            shape=(self.config.num_segments, hidden), initializer=_initializer(), name="segment"
        )
        self.norm.build((None, hidden))
        self.built = True

    def call(self, word_ids: Any, type_ids: Any, training: bool | None = None) -> Any:
        """Look up and add."""
        tokens = ops.shape(word_ids)[1]
        x = self.word(word_ids) + self.position[:tokens]  # (batch, tokens, hidden)
        # A one-hot product: its gradient is a small sum, not a scatter over all tokens into two rows.
        x = x + ops.matmul(ops.one_hot(type_ids, self.config.num_segments, dtype=x.dtype), self.segment)
        x = ops.reshape(x, (-1, self.config.hidden_size))  # (batch·tokens, hidden)
        return self.dropout(self.norm(x), training=training)


class BertLayer(keras.layers.Layer):
    """One encoder layer: attention, then a feed-forward block; each is added to its input and normalised after."""

    def __init__(self, config: BertConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.config = config
        hidden, dtype = config.hidden_size, self.dtype_policy
        self.query_key_value = _dense(3 * hidden, "query_key_value", dtype)
        self.attention_output = _dense(hidden, "attention_output", dtype)
        self.attention_norm = _norm(config, "attention_norm", dtype)
        self.intermediate = _dense(config.intermediate_size, "intermediate", dtype, gelu_of(config))
        self.output_dense = _dense(hidden, "output", dtype)
        self.output_norm = _norm(config, "output_norm", dtype)
        self.attention_dropout = _dropout(config, "attention_dropout", dtype)
        self.hidden_dropout = _dropout(config, "hidden_dropout", dtype)

    def build(self, input_shape: Any = None) -> None:
        """Make the weights."""
        hidden = self.config.hidden_size
        for layer in (self.query_key_value, self.attention_output, self.attention_norm, self.intermediate):
            layer.build((None, hidden))
        self.output_dense.build((None, self.config.intermediate_size))
        self.output_norm.build((None, hidden))
        self.built = True

    def call(self, x: Any, bias: Any, training: bool | None = None) -> Any:
        """``(batch·tokens, hidden)`` in and out; `bias` ``(batch, 1, 1, tokens)`` is added to the scores."""
        attended = self.attention_output(self._attend(x, bias, training))
        x = self.attention_norm(x + self.hidden_dropout(attended, training=training))
        fed = self.output_dense(self.intermediate(x))
        return self.output_norm(x + self.hidden_dropout(fed, training=training))

    def _attend(self, x: Any, bias: Any, training: bool | None) -> Any:
        """Let each token take a weighted mean of the values of all tokens, in every head."""
        heads, head_size = self.config.num_heads, self.config.head_size
        batch, tokens = ops.shape(bias)[0], ops.shape(bias)[-1]
        mixed = ops.reshape(self.query_key_value(x), (batch, tokens, 3, heads, head_size))
        mixed = ops.transpose(mixed, (2, 0, 3, 1, 4))
        query, key, value = mixed[0], mixed[1], mixed[2]  # each (batch, heads, tokens, head_size)
        query = query / math.sqrt(head_size)  # cheaper than dividing the scores, and the same
        scores = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) + bias  # (batch, heads, tokens, tokens)
        weights = self.attention_dropout(ops.softmax(scores, axis=-1), training=training)
        context = ops.transpose(ops.matmul(weights, value), (0, 2, 1, 3))  # (batch, tokens, heads, head_size)
        return ops.reshape(context, (-1, self.config.hidden_size))


@keras.saving.register_keras_serializable(package="bookutils")
class BertEncoder(keras.Model):
    """A BERT encoder (Devlin et al. 2019), post-norm, with its pooler.

    Call it with a dictionary of int32 arrays ``(batch, tokens)``: ``input_word_ids``; ``input_mask``, 1 for a token
    and 0 for padding; ``input_type_ids``, the segment. It returns a dictionary:

    - ``sequence_output`` ``(batch, tokens, hidden)``: the last layer's vectors;
    - ``pooled_output`` ``(batch, hidden)``: tanh of a dense layer on ``[CLS]``;
    - ``encoder_outputs``: a list of each layer's ``(batch, tokens, hidden)``.

    Parameters
    ----------
    config : the architecture; a dictionary of its fields will do

    Raises
    ------
    ShapeError
        When an input is missing, or a sequence is longer than the position table.

    Notes
    -----
    Taught in chapters 10 and 11. Compared with keras-hub's ``BertBackbone`` in the tests: at most 1e-5 apart.
    """

    built: bool

    def __init__(self, config: BertConfig | dict[str, Any], name: str = "bert_encoder", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.config = BertConfig(**config) if isinstance(config, dict) else config
        dtype = self.dtype_policy
        self.embeddings = BertEmbeddings(self.config, name="embeddings", dtype=dtype)
        self.blocks = [
            BertLayer(self.config, name=f"layer_{index}", dtype=dtype) for index in range(self.config.num_layers)
        ]
        self.pooler = _dense(self.config.hidden_size, "pooler", dtype, "tanh")

    def build(self, input_shape: Any = None) -> None:
        """Make all weights; no data is needed, their shapes follow from the configuration."""
        if self.built:
            return
        self.embeddings.build()
        for block in self.blocks:
            block.build()
        self.pooler.build((None, self.config.hidden_size))
        self.built = True

    def call(self, inputs: dict[str, Any], training: bool | None = None) -> dict[str, Any]:
        """Turn ids into vectors; see the class."""
        missing = [name for name in INPUTS if name not in inputs]
        if missing:
            raise ShapeError(
                _("The encoder's input lacks {names}.").format(names=", ".join(missing)),
                _("Give it the dictionary that the tokenizer makes."),
            )
        word_ids, mask, type_ids = (ops.convert_to_tensor(inputs[name]) for name in INPUTS)
        if word_ids.shape[1] is not None and word_ids.shape[1] > self.config.max_positions:
            raise ShapeError(
                _("The sequences have {found} tokens; this encoder knows {limit} positions.").format(
                    found=word_ids.shape[1], limit=self.config.max_positions
                ),
                _("Tokenize with max_length={limit} or less.").format(limit=self.config.max_positions),
            )
        x = self.embeddings(word_ids, type_ids, training=training)
        batch, tokens, hidden = ops.shape(word_ids)[0], ops.shape(word_ids)[1], self.config.hidden_size
        # exp(−1e9) is exactly 0, so padding gets no attention at all; float16 ends at 65504.
        lowest = -3e4 if self.compute_dtype == "float16" else -1e9
        bias = (1.0 - ops.cast(mask, x.dtype)[:, None, None, :]) * lowest  # (batch, 1, 1, tokens)
        outputs = []
        for block in self.blocks:
            x = block(x, bias, training=training)
            outputs.append(ops.reshape(x, (batch, tokens, hidden)))
        sequence = outputs[-1]
        return {
            "pooled_output": self.pooler(sequence[:, 0]),
            "sequence_output": sequence,
            "encoder_outputs": outputs,
        }

    def get_config(self) -> dict[str, Any]:
        """Return what is needed to make the same encoder again, without its weights."""
        dtype = keras.dtype_policies.serialize(self.dtype_policy)
        return {"config": self.config.as_dict(), "name": self.name, "dtype": dtype}
