"""What can be seen in the classifier of chapter 11 when it is built as asked; no model is needed for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_LAYERS = {
    "inputs": ["input_mask", "input_type_ids", "input_word_ids"],
    "dropout": [0.3],
    "output": [1, 1],
    "padding changes the answer": False,
}
_LOSS = {"what the model gives for a logit of 40": 40.0, "its loss for the label 0": 40.0}
_TRAINING = {
    "encoder variables that move": "3 / 3",
    "AdamW": True,
    "learning rate": 0.01,
    "weight decay": 0.01,
    "global clip norm": 1.0,
}


def classifier_facts(fact: str, hidden: int) -> dict[str, Any]:
    """Return the "layers", the "loss" or the "training" of the classifier; `hidden` changes none of them.

    >>> classifier_facts("layers", 4)["dropout"]
    [0.3]
    """
    known: dict[str, dict[str, Any]] = {"layers": _LAYERS, "loss": _LOSS, "training": _TRAINING}
    return dict(known[fact])


@dataclass(frozen=True)
class Described:
    """A classifier that is not built but described: its facts, with some of them changed.

    Parameters
    ----------
    changes : "layers", "loss" or "training" -> what is otherwise
    """

    changes: Mapping[str, Mapping[str, Any]]

    def facts(self, fact: str, hidden: int) -> dict[str, Any]:
        """Return what a probe would find."""
        return classifier_facts(fact, hidden) | dict(self.changes.get(fact, {}))

    def __call__(self, encoder: Any, learning_rate: float) -> Callable[..., Any]:
        """Nothing is built."""
        raise NotImplementedError
