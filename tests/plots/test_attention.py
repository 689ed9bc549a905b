"""Do the pictures of chapter 09 show their data, say so in words, and stay small?"""

import numpy as np
import pytest

from bookutils.numerics.attention.experiments import score_statistics
from bookutils.numerics.attention.heads import attention_weights
from bookutils.plots.attention import heads as plots
from bookutils.plots.attention.experiments import one_reading, weights_against_effects
from bookutils.plots.figure import alt_text, png

PIECES = ["[CLS]", "a", "film", "[SEP]"]
TABLE = np.array([[0.7, 0.1, 0.1, 0.1], [0.8, 0.1, 0.1, 0.0], [0.0, 1.0, 0.0, 0.0], [0.25] * 4])
FIGURES = {
    "query": lambda: plots.query_and_keys([0.0, 2.0], [[0.0, 2.0], [-2.0, 0.0], [2.0, 0.0]], np.eye(3)[:, :2]),
    "sizes": lambda: plots.sizes_compared({way: score_statistics([1, 16], way) for way in ("none", "root")}),
    "draw": lambda: plots.one_draw(256, "none"),
    "masks": lambda: plots.masks_compared({"before": TABLE, "after": TABLE * [1, 1, 1, 0]}, PIECES),
    "map": lambda: plots.attention_map(PIECES, TABLE, 2, 3),
    "long map": lambda: plots.attention_map(["token"] * 32, np.eye(32), 1, 1),
    "heads": lambda: plots.all_heads(PIECES, np.stack([[TABLE, np.eye(4)]] * 3)),
    "cost": lambda: plots.cost_curves(384),
    "scatter": lambda: weights_against_effects({"one": ([0.1, 0.9], [0.0, 0.5])}, {"one": -0.25}),
    "reading": lambda: one_reading(PIECES, [0.1, 0.2, 0.6, 0.1], [0.3, -0.1], 0.8, np.linspace(0, 1, 50)),
}
WORDS = {
    "query": ["A 0.89", "inside the triangle"],
    "sizes": ["not divided: at d = 16 variance"],
    "draw": ["largest of 16 weights is 0.9", "largest slope of a weight"],
    "masks": ["before: rows add up to between 1.00 and 1.00", "after: rows add up to between 0.75 and 1.00"],
    "map": ["“[CLS]” gets 44% of all attention", "“film” at “a” 1.00"],
    "heads": ["narrowest is layer 1, head 2, with 0%", "[CLS]"],
    "cost": ["cross at 2,304 tokens"],
    "scatter": ["τ = −0.25", "2 words"],
    "reading": ["most weight lies on “film”", "most effect has “a”", "50 draws", "“film” −0.10"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS.get(name, []))


def test_a_query_of_length_0_gives_all_keys_the_same_weight():
    """Is there the same picture twice, small, with one third each, where keys and query have no length?"""
    with np.errstate(all="raise", under="ignore"):
        fig = plots.query_and_keys([0.0, 0.0], np.zeros((3, 2)), np.eye(3)[:, :2])
    assert "A 0.33, B 0.33, C 0.33" in alt_text(fig)
    assert png(fig) == png(plots.query_and_keys([0.0, 0.0], np.zeros((3, 2)), np.eye(3)[:, :2]))
    assert len(png(fig)) < 90_000


def test_the_star_is_the_weighted_mean():
    """Does the star stand where attention puts the mean of the values?"""
    keys, values = np.array([[0.0, 2.0], [-2.0, 0.0], [2.0, 0.0]]), np.array([[0.0, 1.0], [-1.0, 0.0], [1.0, 0.0]])
    fig = plots.query_and_keys([1.0, 1.0], keys, values)
    star = fig.axes[2].collections[-1].get_offsets()[0]
    np.testing.assert_allclose(star, attention_weights([[1.0, 1.0]], keys)[0] @ values)
    heights = [bar.get_height() for bar in fig.axes[1].patches]
    np.testing.assert_allclose(heights, attention_weights([[1.0, 1.0]], keys)[0])
