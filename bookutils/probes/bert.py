"""What the answers of chapter 11 give, as plain data: the lines of a listing, and a model."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from bookutils.core.messages import _


def one_line(answer: Callable[[], Any], line: str, data: list[Any]) -> Any:
    """Run one line of a mended listing. The probe of an exercise.

    Parameters
    ----------
    answer : returns a dictionary of functions
    line : which of them
    data : its arguments

    Examples
    --------
    >>> one_line(lambda: {"mask": lambda ids: [int(number > 0) for number in ids]}, "mask", [[101, 102, 0]])
    [1, 1, 0]
    """
    return answer()[line](*data)


def model_numbers(
    answer: Callable[..., Any],
    table: list[list[float]],
    ids: list[int],
    kernel: list[float],
    bias: float,
    label: int,
    learning_rate: float,
) -> dict[str, float]:
    """Let an answer build and compile a classifier on an encoder that is a table, and read numbers off it.

    Parameters
    ----------
    answer : (encoder, learning rate) -> a compiled Keras model; or a function of all that follows, which computes the
        numbers by itself
    table : a row for each word; ids : the tokens of a sentence, distinct but for padding, 0
    kernel, bias : of the last layer; label : of the sentence

    Returns
    -------
    see `bookutils.numerics.bert.facts.classifier_numbers`; a setting that the model lacks is 0
    """
    if len(inspect.signature(answer).parameters) > 2:
        return dict(answer(table, ids, kernel, bias, label, learning_rate))
    import keras
    import numpy as np
    import tensorflow as tf

    encoder = _table_encoder(np.asarray(table, np.float32))
    model = answer(encoder, learning_rate)
    if not isinstance(model, keras.Model):
        raise TypeError(_("what came back is no Keras model"))
    last = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)][-1]
    last.set_weights([np.asarray(kernel, np.float32)[:, None], np.asarray([bias], np.float32)])
    words = np.asarray([ids], np.int32)
    inputs = {"input_word_ids": words, "input_mask": np.int32(words != 0), "input_type_ids": 0 * words}
    rows = encoder.rows.value
    trains = any(variable is encoder.rows for variable in model.trainable_variables)
    with tf.GradientTape() as tape:
        out = model(inputs, training=False)
        loss = tf.reduce_mean(keras.losses.get(model.loss)(np.array([[label]], np.float32), out))
    gradient = tape.gradient(loss, rows) if trains else None
    slope = 0.0 if gradient is None else float(tf.convert_to_tensor(gradient)[ids[0], 0])
    rates = [float(layer.rate) for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    optimizer = model.optimizer
    return {
        "logit": float(np.asarray(out)[0, 0]),
        "loss": float(loss),
        "slope": slope,
        "dropout": rates[0] if rates else 0.0,
        "learning rate": float(np.asarray(optimizer.learning_rate)),
        "weight decay": float(optimizer.weight_decay or 0) * isinstance(optimizer, keras.optimizers.AdamW),
        "clip": float(optimizer.global_clipnorm or 0),
    }


def _table_encoder(table: Any) -> Any:
    """An encoder that gives each token its row, with the signature of TensorFlow Hub's."""
    import keras

    class TableEncoder(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name="encoder")
            self.rows = self.add_weight(shape=table.shape, initializer=keras.initializers.Constant(table), name="rows")
            self.built = True

        def call(self, inputs: Any, training: bool | None = None) -> dict[str, Any]:
            vectors = keras.ops.take(self.rows, inputs["input_word_ids"], axis=0)
            return {"sequence_output": vectors, "pooled_output": vectors[:, 0]}

    return TableEncoder()
