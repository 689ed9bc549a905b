"""How much computing a transformer takes: to train it, and to ask it once. Arithmetic only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bookutils.numerics.transformer.costs import Sizes, flop_parts


def train_flops(layer_parameters: float, layers: int, sentences: float, tokens: float, epochs: float) -> float:
    """Return the computing that training takes, in petaflop/s-days.

    Parameters
    ----------
    layer_parameters, layers : parameters of one layer, and how many layers there are
    sentences, tokens, epochs : sentences, tokens in each of them, and how often each is read

    Returns
    -------
    float; one PF-day is 8.64e19 operations

    Notes
    -----
    6·N·D: for each token and each weight a multiplication and an addition on the way forward, and twice as many on
    the way back (Kaplan et al. 2020, section 2.1). Taught in chapter 15.

    Examples
    --------
    >>> round(train_flops(174.6e9 / 96, 96, 300e9 / 2048, 2048, 1))
    3637
    """
    parameters = layer_parameters * layers
    read = sentences * tokens * epochs
    return 6 * parameters * read / (1e15 * 24 * 3600)


def training_operations(parameters: float, tokens: float, per_weight: float = 6.0) -> float:
    """Return 6·N·D: operations to train N parameters on D tokens.

    Parameters
    ----------
    parameters, tokens : N, and D with repeated tokens counted each time
    per_weight : operations for a weight and a token; 3 where a token meets half of the weights, as in T5

    Examples
    --------
    >>> f"{training_operations(174.6e9, 300e9):.3g}"
    '3.14e+23'
    """
    return per_weight * parameters * tokens


def encoder_operations(hidden: int, layers: int, intermediate: int, lengths: Iterable[int]) -> float:
    """Return the operations of an encoder for one sentence, the mean over sentences of these lengths.

    Parameters
    ----------
    hidden, layers, intermediate : of the architecture
    lengths : tokens of each sentence, without padding

    Notes
    -----
    The matrix products alone, a multiplication and an addition each: 2T(4H² + 2HI) for the dense layers and 4T²H for
    the scores and the weighted means, in each layer. Softmax, GELU and norms add about a hundredth. Taught in
    chapter 15.

    Examples
    --------
    >>> encoder_operations(4, 1, 16, [3])  # 6 · (64 + 128) + 4 · 9 · 4
    1296.0
    """
    counts = np.array(list(lengths), np.float64)
    if not counts.size:
        return 0.0
    return float(sum(flop_parts(Sizes(layers, hidden, intermediate), counts).values()).mean())


@dataclass(frozen=True)
class Training:
    """A published training run.

    Attributes
    ----------
    name, pf_days, operations : as published
    parameters, tokens : in ones, not in millions
    per_weight : operations for a weight and a token
    """

    name: str
    pf_days: float
    operations: float
    parameters: float
    tokens: float
    per_weight: float = 6.0


# Brown et al. 2020, table D.1: PF-days, operations, millions of parameters, billions of tokens.
TABLE_D1 = tuple(
    Training(name, days, operations, millions * 1e6, billions * 1e9, per_weight)
    for name, days, operations, millions, billions, per_weight in (
        ("BERT-Base", 1.89, 1.64e20, 109, 250, 6.0),
        ("BERT-Large", 6.16, 5.33e20, 355, 250, 6.0),
        ("RoBERTa-Base", 17.4, 1.50e21, 125, 2000, 6.0),
        ("RoBERTa-Large", 49.3, 4.26e21, 355, 2000, 6.0),
        ("T5-11B", 382.0, 3.30e22, 11000, 1000, 3.0),
        ("GPT-3 Small", 2.60, 2.25e20, 125, 300, 6.0),
        ("GPT-3 2.7B", 55.2, 4.77e21, 2650, 300, 6.0),
        ("GPT-3 13B", 268.0, 2.31e22, 12850, 300, 6.0),
        ("GPT-3 175B", 3640.0, 3.14e23, 174600, 300, 6.0),
    )
)
