"""Does each picture of chapter 10 show its data, say so in words, and stay small?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.numerics.transformer.costs import Sizes, flop_parts, parameter_parts
from bookutils.numerics.transformer.experiments import position_likeness
from bookutils.plots.transformer import encoder as plots
from bookutils.plots.transformer.pretraining import guesses, masked_losses

TABLE = position_likeness(np.sin(np.arange(1, 201)[:, None] / np.array([3.0, 10.0, 50.0, 90.0])))
LENGTHS = 2 ** np.arange(5, 16)
FIGURES = {
    "positions": lambda: plots.position_map(TABLE, 50),
    "first position": lambda: plots.position_map(TABLE, 0),
    "last position": lambda: plots.position_map(TABLE, 199),
    "likeness": lambda: plots.likeness_by_layer({"without residuals": [0.1, 0.9, 1.0], "as it is": [0.1, 0.2, 0.3]}),
    "size": lambda: plots.size_by_layer({"without normalisation": [0.5, 30.0, 300.0], "as it is": [0.5, 0.5, 0.4]}),
    "gelu": lambda: plots.differences_by_layer({"tanh form": [2e-3, 5e-3], "exact form": [1e-6, 2e-6]}),
    "costs": lambda: plots.cost_bars(parameter_parts(Sizes()), flop_parts(Sizes(), 128), 128),
    "square": lambda: plots.mixing_share(LENGTHS, {"MiniLM": LENGTHS / (2304 + LENGTHS)}),
    "losses": lambda: masked_losses([1, 50, 100], [5.7, 5.0, 4.4], [5.7, 4.9, 4.2], 4.5, 5.7),
    "losses, a slice": lambda: masked_losses([1, 40], [5.7, 5.6], [5.7, 5.5], 4.5, 5.7),
    "guesses": lambda: guesses("the ___ is", [("film", 0.25), ("end", 0.1)]),
}
WORDS = {
    "likeness": ["without residuals: 0.10 to 1.00", "as it is: 0.10 to 0.30"],
    "size": ["0.5 to 3e+02"],
    "gelu": ["tanh form: at most 5e-03", "promise is 0.00001"],
    "costs": ["109.5 million parameters", "feed-forward 65%", "embeddings 22%"],
    "square": ["1% at 32 tokens, 93% at 32,768"],
    "losses": ["from 5.70 to 4.20, which is below the 4.50"],
    "losses, a slice": ["above the 4.50"],
    "guesses": ["“film” 25%, “end” 10%"],
    "positions": ["Position 50", "1, 2, 3, … apart"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name: str, look) -> None:
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS.get(name, []))
