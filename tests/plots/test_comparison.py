"""Does each picture of chapter 13 show its data, say so in words, and stay small?"""

import pytest

from bookutils.plots import comparison

CURVE = ([100, 1000, 6920], [0.6, 0.7, 0.8], [0.02, 0.015, 0.013])
FIGURES = {
    "ways": comparison.two_ways,
    "price": lambda: comparison.price_of_accuracy(
        ["words", "encoder"], [180.0, 5.1e8], [0.8, 0.875], [0.0135, 0.011], "What operations buy"
    ),
    "curves": lambda: comparison.learning_curves({"words": CURVE, "vectors": CURVE}, "With few labels"),
    "one size": lambda: comparison.learning_curves({"words": ([256], [0.6], [0.02])}, "One size"),
    "weights": lambda: comparison.word_weights(["too", "$", "fun"], [-2.4, -0.1, 2.1], "Weights"),
}
WORDS = {
    "ways": ["train", "pre-trained once", "one logit"],
    "price": ["words 80.0 ± 1.4 % with 180 operations", "5.1 · 10⁸"],
    "curves": ["words: 60 % with 100 examples, 80 % with 6,920"],
    "weights": ["“too” −2.4", "“fun” 2.1"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS.get(name, []))
