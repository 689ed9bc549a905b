"""What the classifier of chapter 11 computes on an encoder that is a table; no library is needed for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def classifier_numbers(
    table: ArrayLike, ids: ArrayLike, kernel: ArrayLike, bias: float, label: int, learning_rate: float
) -> dict[str, float]:
    """Return logit, loss and settings of the classifier, built and compiled as chapter 11 asks.

    Parameters
    ----------
    table : array, shape (words, hidden); the encoder gives a token its row
    ids : array of int, shape (tokens,); 0 is padding
    kernel, bias : of the last layer; kernel has the shape (hidden,)
    label : 0 or 1
    learning_rate : goes through

    Returns
    -------
    dict of numbers: "logit", "loss", "slope" (of the loss, by the first number of the first token's row), "dropout",
    "learning rate", "weight decay" and "clip"

    Examples
    --------
    >>> classifier_numbers([[5.0], [1.0], [3.0]], [1, 2, 0], [1.0], 0.5, 1, 0.1)["logit"]
    2.5
    """
    rows, places = np.asarray(table, float), np.asarray(ids)
    real = places != 0
    mean = rows[places[real]].mean(axis=0)
    logit = float(mean @ np.asarray(kernel, float) + bias)
    slope = (1 / (1 + np.exp(-logit)) - label) * np.asarray(kernel, float)[0] / real.sum()
    return {
        "logit": logit,
        "loss": float(np.logaddexp(0, logit) - label * logit),
        "slope": float(slope),
        "dropout": 0.3,
        "learning rate": float(learning_rate),
        "weight decay": 0.01,
        "clip": 1.0,
    }
