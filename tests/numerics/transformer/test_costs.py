"""Parameters and operations, against published counts, the Keras encoder's configuration, and products that are run."""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.numerics.transformer.costs import Sizes, flop_parts, parameter_parts

# keras-hub's bert_presets.py: name -> (blocks, hidden, vocabulary, parameters)
PUBLISHED = {
    "tiny": (2, 128, 30522, 4_385_920), "mini": (4, 256, 30522, 11_170_560), "small": (4, 512, 30522, 28_763_648),
    "base": (12, 768, 30522, 109_482_240), "base cased": (12, 768, 28996, 108_310_272),
    "multilingual": (12, 768, 119547, 177_853_440), "large": (24, 1024, 30522, 335_141_888),
    "MiniLM-L6": (6, 384, 30522, 22_713_216),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_parameters_are_the_published_ones(name: str) -> None:
    """Does the sum of the parts give the published count, and the chapter's formula too?"""
    layers, hidden, vocabulary, count = PUBLISHED[name]
    assert sum(parameter_parts(Sizes(layers, hidden, vocabulary=vocabulary)).values()) == count
    formula = (vocabulary + 514) * hidden + 2 * hidden + layers * (12 * hidden**2 + 13 * hidden) + hidden**2 + hidden
    assert formula == count


def test_operations_are_those_of_the_products() -> None:
    """Do the counts equal those of the matrix products that a block runs, head by head?"""
    tokens, hidden, inner, heads = 7, 12, 20, 3
    size = hidden // heads
    products = [(tokens, hidden, hidden)] * 4 + [(tokens, size, tokens), (tokens, tokens, size)] * heads
    products += [(tokens, hidden, inner), (tokens, inner, hidden)]
    counted = sum(2 * a * b * c for a, b, c in products)
    assert sum(flop_parts(Sizes(1, hidden, inner), tokens).values()) == counted
    assert sum(flop_parts(Sizes(5, hidden, inner), tokens).values()) == 5 * counted


@pytest.mark.parametrize("hidden", [64, 384, 768])
def test_the_square_reaches_one_half_at_six_times_the_width(hidden: int) -> None:
    """Is the share of scores and means T / (6H + T)?"""
    for tokens in (16, 6 * hidden, 4096):
        parts = flop_parts(Sizes(3, hidden), tokens)
        assert parts["mixing"] / sum(parts.values()) == pytest.approx(tokens / (6 * hidden + tokens))
    assert np.isclose(6 * hidden / (6 * hidden + 6 * hidden), 0.5)
