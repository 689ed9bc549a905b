"""The same encoder a second time, in other people's code, so that numbers can be compared. Taught in chapter 10."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bookutils.core.errors import UsageError
from bookutils.core.files import explain_os_error
from bookutils.core.messages import _
from bookutils.models.classifier.export import without_log_lines
from bookutils.models.encoder.layers import INPUTS
from bookutils.models.transformer.arrays import encoder_arrays

if TYPE_CHECKING:
    from bookutils.models.encoder.layers import BertEncoder


def export_encoder(encoder: BertEncoder, folder: str | Path) -> Path:
    """Write an encoder as a SavedModel with the signature of TensorFlow Hub's BERT encoders.

    Parameters
    ----------
    encoder : the course's own
    folder : a new folder

    Returns
    -------
    Path of the folder; ``hub.load`` and `bookutils.models.sources.hub.HubEncoder` read it

    Raises
    ------
    UsageError
        When the folder exists already; nothing is overwritten.
    BookError
        When it cannot be written.

    Notes
    -----
    A dictionary of three int32 arrays in, `INPUTS`; a dictionary with ``sequence_output``, ``pooled_output`` and
    ``encoder_outputs`` out. Taught in chapter 10.
    """
    import tensorflow as tf

    target = Path(folder)
    if target.exists():
        raise UsageError(
            _("{folder} exists already.").format(folder=target), _("Choose a new folder, or delete this one.")
        )

    @tf.function
    def call(inputs: Any, training: bool = False, mask: Any = None) -> dict[str, Any]:
        del mask  # Keras puts it into the signature of everything that it exports
        return encoder({name: inputs[name] for name in INPUTS}, training=training)

    specification = {name: tf.TensorSpec((None, None), tf.int32, name=name) for name in INPUTS}
    for training in (False, True):
        call.get_concrete_function(specification, training=training)
    root = tf.__internal__.tracking.AutoTrackable()
    root.__call__ = call
    root.variables = [variable.value for variable in encoder.variables]
    root.trainable_variables = [variable.value for variable in encoder.trainable_variables]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
            whole = Path(beside) / "module"
            with without_log_lines(tf.get_logger()):
                tf.saved_model.save(root, str(whole))
            whole.rename(target)
    except (OSError, tf.errors.OpError) as error:
        raise explain_os_error(error if isinstance(error, OSError) else OSError(str(error)), target) from error
    return target


def through_hub(encoder: BertEncoder) -> Any:
    """Export an encoder, load it with TensorFlow Hub, and return what Hub gives: a callable with Hub's signature."""
    from bookutils.models.sources.hub import load_module

    with tempfile.TemporaryDirectory() as folder:
        return load_module(export_encoder(encoder, Path(folder) / "encoder"))


def has_keras_hub() -> bool:
    """Whether keras-hub is installed; the course needs it in its tests alone."""
    return importlib.util.find_spec("keras_hub") is not None


def keras_hub_twin(encoder: BertEncoder, dtype: str = "float32") -> Any:
    """Return keras-hub's ``BertBackbone`` with the weights of an encoder; it shares no code with this course.

    Its inputs are named ``token_ids``, ``padding_mask`` and ``segment_ids``, and its GELU is set to the encoder's form.
    """
    import keras
    import keras_hub

    config, weights = encoder.config, encoder_arrays(encoder)
    twin = keras_hub.models.BertBackbone(
        vocabulary_size=config.vocabulary_size,
        num_layers=config.num_layers,
        num_heads=config.num_heads,
        hidden_dim=config.hidden_size,
        intermediate_dim=config.intermediate_size,
        max_sequence_length=config.max_positions,
        dropout=0.0,
        dtype=dtype,
    )
    twin.token_embedding.set_weights([weights["words"]])
    twin.position_embedding.set_weights([weights["positions"]])
    twin.segment_embedding.set_weights([weights["segments"]])
    twin.embeddings_layer_norm.set_weights([weights["gamma"], weights["beta"]])
    twin.pooled_dense.set_weights([weights["pooler_kernel"], weights["pooler_bias"]])
    hidden, heads, size = config.hidden_size, config.num_heads, config.head_size
    for layer, block in zip(twin.transformer_layers, weights["blocks"], strict=True):
        attention = layer._self_attention_layer
        for part in ("query", "key", "value"):
            kernel, bias = block[f"{part}_kernel"], block[f"{part}_bias"]  # type: ignore[literal-required]
            dense = getattr(attention, f"_{part}_dense")
            dense.set_weights([kernel.reshape(hidden, heads, size), bias.reshape(heads, size)])
        kernel = block["attention_kernel"].reshape(heads, size, hidden)
        attention._output_dense.set_weights([kernel, block["attention_bias"]])
        for theirs, gamma, beta in (
            (layer._self_attention_layer_norm, "attention_gamma", "attention_beta"),
            (layer._feedforward_layer_norm, "output_gamma", "output_beta"),
            (layer._feedforward_intermediate_dense, "inner_kernel", "inner_bias"),
            (layer._feedforward_output_dense, "output_kernel", "output_bias"),
        ):
            theirs.set_weights([block[gamma], block[beta]])  # type: ignore[literal-required]
        exact = config.gelu == "erf"
        layer._feedforward_intermediate_dense.activation = lambda x, exact=exact: keras.activations.gelu(x, not exact)
    return twin


def keras_hub_output(encoder: BertEncoder, inputs: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return the last layer's vectors as keras-hub computes them, ``(batch, tokens, hidden)``."""
    outputs = keras_hub_twin(encoder)(
        {
            "token_ids": inputs["input_word_ids"],
            "padding_mask": inputs["input_mask"],
            "segment_ids": inputs["input_type_ids"],
        }
    )
    return np.asarray(outputs["sequence_output"])
