"""What the answers of chapter 11 give, as plain data: the lines of a listing, and a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bookutils.core.messages import _

NAMES = ("input_word_ids", "input_mask", "input_type_ids")


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


def model_facts(answer: Callable[..., Any], fact: str, hidden: int, seed: int) -> dict[str, Any]:
    """Let an answer build and compile a classifier on a tiny encoder, and say what can be seen in it.

    Parameters
    ----------
    answer : (encoder, learning rate) -> a compiled Keras model. A description of one, which has the facts already,
        gives them by itself: it has an attribute `facts`.
    fact : "layers", "loss" or "training"
    hidden : size of the tiny encoder's vectors
    seed : of its weights
    """
    facts = getattr(answer, "facts", None)
    if facts is not None:
        return dict(facts(fact, hidden))
    import keras

    encoder = _tiny_encoder(hidden, seed)
    model = answer(encoder, 0.01)
    if not isinstance(model, keras.Model):
        raise TypeError(_("what came back is no Keras model"))
    return {"layers": _layers, "loss": _loss, "training": _training}[fact](model, encoder)


def _layers(model: Any, encoder: Any) -> dict[str, Any]:
    """The inputs, the dropout, and whether padding changes an answer."""
    import keras
    import numpy as np

    rates = [round(float(layer.rate), 3) for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    names = sorted(model.input) if isinstance(model.input, dict) else [_("no dictionary")]
    ids = np.array([[3, 5, 4]], np.int32)
    short = {"input_word_ids": ids, "input_mask": ids * 0 + 1, "input_type_ids": ids * 0}
    padded = {name: np.pad(array, ((0, 0), (0, 4))) for name, array in short.items()}
    one, other = (np.asarray(model(inputs, training=False)) for inputs in (short, padded))
    return {
        "inputs": names,
        "dropout": rates,
        "output": list(one.shape),
        "padding changes the answer": not bool(np.allclose(one, other, atol=1e-6)),
    }


def _loss(model: Any, encoder: Any) -> dict[str, Any]:
    """What the last layer and the loss make of a confident answer."""
    import keras
    import numpy as np

    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)][-1]
    dense.set_weights([np.zeros_like(dense.get_weights()[0]), np.full((1,), 40.0, np.float32)])
    inputs = {name: np.ones((1, 2), np.int32) for name in NAMES}
    out = float(np.asarray(model(inputs, training=False))[0, 0])
    loss = keras.losses.get(model.loss)
    cost = float(np.mean(np.asarray(loss(np.zeros((1, 1), np.float32), np.full((1, 1), out, np.float32)))))
    return {"what the model gives for a logit of 40": round(out, 3), "its loss for the label 0": round(cost, 3)}


def _training(model: Any, encoder: Any) -> dict[str, Any]:
    """How many of the encoder's variables move in two steps, and by which optimizer."""
    import keras
    import numpy as np

    before = [np.array(weights) for weights in encoder.get_weights()]
    ids = np.array([[3, 5, 4, 2], [6, 7, 1, 2]], np.int32)
    inputs = {"input_word_ids": ids, "input_mask": ids * 0 + 1, "input_type_ids": ids * 0}
    for _unused in range(2):
        model.train_on_batch(inputs, np.array([[1.0], [0.0]], np.float32))
    moved = sum(bool(np.any(old != new)) for old, new in zip(before, encoder.get_weights(), strict=True))
    optimizer = model.optimizer
    return {
        "encoder variables that move": f"{moved} / {len(before)}",
        "AdamW": isinstance(optimizer, keras.optimizers.AdamW),
        "learning rate": round(float(np.asarray(optimizer.learning_rate)), 5),
        "weight decay": optimizer.weight_decay,
        "global clip norm": optimizer.global_clipnorm,
    }


def _tiny_encoder(hidden: int, seed: int) -> Any:
    """An encoder of one table and one dense layer, with the signature of TensorFlow Hub's."""
    import keras

    class TinyEncoder(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name="encoder")
            start = keras.initializers.RandomNormal(seed=seed)
            self.table = keras.layers.Embedding(20, hidden, embeddings_initializer=start)
            self.mix = keras.layers.Dense(hidden, activation="tanh", kernel_initializer=start)

        def build(self, shape: Any) -> None:
            self.table.build(None)
            self.mix.build((None, None, hidden))
            self.built = True

        def call(self, inputs: Any, training: bool | None = None) -> dict[str, Any]:
            vectors = self.mix(self.table(inputs["input_word_ids"])) + 0.5
            return {"sequence_output": vectors, "pooled_output": vectors[:, 0]}

    return TinyEncoder()
