"""Does each picture of chapter 14 show its data, say so in words, and stay small?"""

import numpy as np
import pytest

from bookutils.plots.generation import masks
from bookutils.plots.generation import writing as plots

WORDS = ["the", "soup", "was", "cold", "die", "Suppe"]
BEFORE = np.array([0.5, 0.3, 0.15, 0.05])
FIGURES = {
    "masks": (lambda: masks.three_masks(WORDS, 3), ["all 36 fields", "the 21 on", "24, the first 3"]),
    "decoder": (lambda: masks.sight(WORDS, 3, "decoder", 2), ["sees the, soup.", "say the word after"]),
    "encoder": (lambda: masks.sight(WORDS, 3, "encoder", 2), ["Nothing is hidden", "fill in a covered word"]),
    "both": (lambda: masks.sight(WORDS, 3, "encoder-decoder", 4), ["sees the, soup, was, cold.", "Hidden: die, Suppe"]),
    "training": (
        lambda: plots.training_bits(np.linspace(4, 1.4, 50), [25, 50], [2.0, 1.5], 100, {"bigram": 3.5}),
        ["After 50 of 100 steps", "validation text 2.16", "bigram 3.50"],
    ),
    "no step": (lambda: plots.training_bits([], [], [], 100, {}), ["takes unknown"]),
    "bars": (
        lambda: plots.bits_compared({"bigram": 3.5, "Transformer": 2.25}),
        ["ahead of all counting", "bigram 3.50; Transformer 2.25"],
    ),
    "orders": (
        lambda: plots.orders_compared([1, 2, 3], {"plain": [4, 2, 3], "better": [4, 2, 1.8]}),
        ["best at order 2", "better, by order, 1: 4.00, 2: 2.00, 3: 1.80"],
    ),
    "surprise": (
        lambda: plots.surprise_by_place([4, 2, 2], [400, 200, 200], 1.5),
        ["costs 2.0 times as much", "place 1: 4.0 bits, 50%", "Between words 1.5"],
    ),
    "choice": (
        lambda: plots.choice("ab\n ", BEFORE, np.array([0.6, 0.4, 0, 0]), "go ", "on\n", shown=4),
        ["2 of 4 characters", "“a” with 60%", "“on⏎”"],
    ),
    "repetition": (
        lambda: plots.repetition([0, 1], [[0.8, 0.84, 0.76], [0.1, 0.08, 0.12]], [0.02, 0.02], 8),
        ["0: 80% ± 5%, 1: 10% ± 2%", "over 3 prompts", "people: 2%"],
    ),
    "leak": (lambda: plots.without_mask({"mask": [3.0] * 20, "none": [0.7] * 20}), ["mask: 4.3; none: 1.0"]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(*FIGURES[name])
