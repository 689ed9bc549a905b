"""An encoder without a part, and the exercises' references that are no published function."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bookutils.numerics.transformer.costs import Sizes, count_block_flops, flop_parts
from bookutils.numerics.transformer.encoder import add_embeddings, embed, encode, layer_norm
from bookutils.numerics.transformer.experiments import (
    cosine,
    position_likeness,
    run_without,
    token_likeness,
    without_positions,
)


@pytest.fixture
def weights():
    rng = np.random.default_rng(0)

    def draw(*shape):
        return rng.normal(0, 0.5, shape)

    def block():
        kernels = {f"{part}_kernel": draw(6, 6) for part in ("query", "key", "value", "attention")}
        biases = {f"{part}_bias": draw(6) for part in ("query", "key", "value", "attention", "output")}
        norms = {f"{half}_gamma": 1 + draw(6) / 10 for half in ("attention", "output")}
        norms |= {f"{half}_beta": draw(6) / 10 for half in ("attention", "output")}
        inner = {"inner_kernel": draw(6, 9), "inner_bias": draw(9), "output_kernel": draw(9, 6)}
        return kernels | biases | norms | inner

    tables = {"words": draw(20, 6), "positions": draw(8, 6), "segments": draw(2, 6)}
    norm = {"gamma": 1 + draw(6) / 10, "beta": draw(6) / 10}
    pooler = {"pooler_kernel": draw(6, 6), "pooler_bias": draw(6)}
    return tables | norm | pooler | {"blocks": [block() for _ in range(6)]}


IDS, MASK = np.array([[2, 5, 9, 3], [2, 7, 3, 0]]), np.array([[1, 1, 1, 1], [1, 1, 1, 0]])


def test_with_all_parts_it_is_the_encoder(weights) -> None:
    """Does the experiment measure the encoder itself when nothing is taken out?"""
    for ours, theirs in zip(
        run_without(weights, IDS, MASK, IDS * 0, 2), encode(weights, IDS, MASK, IDS * 0, 2), strict=True
    ):
        assert_allclose(ours, theirs, atol=1e-12)


def test_without_residuals_tokens_become_one(weights) -> None:
    """Do the tokens of a sentence approach each other much faster than with them?"""
    kept = token_likeness(run_without(weights, IDS, MASK, IDS * 0, 2), MASK)
    lost = token_likeness(run_without(weights, IDS, MASK, IDS * 0, 2, residuals=False), MASK)
    assert lost[2] > kept[2]
    assert 1 - lost[-1] < (1 - kept[-1]) / 10


def test_without_positions_order_is_lost(weights) -> None:
    """Does reordering the words reorder the output, and nothing else, without positions; and more with them?"""
    whole, order = np.ones((1, 4), int), [2, 0, 3, 1]
    for chosen, equal in ((without_positions(weights), True), (weights, False)):
        plain = encode(chosen, IDS[:1], whole, whole * 0, 2)[-1]
        shuffled = encode(chosen, IDS[:1, order], whole, whole * 0, 2)[-1]
        assert np.allclose(shuffled, plain[:, order], atol=1e-9) == equal
    assert weights["positions"].any()  # the original is left alone


def test_cosines() -> None:
    """Do the cosines of positions agree with those of pairs?"""
    table = np.random.default_rng(2).normal(size=(5, 3))
    likeness = position_likeness(table)
    assert likeness[1, 4] == pytest.approx(cosine(table[1], table[4]))
    assert_allclose(np.diag(likeness), 1)


def test_the_references_of_the_exercises_are_the_book_s(weights) -> None:
    """Do the optional exercises' references agree with the functions that the chapter runs?"""
    types = np.array([[0, 0, 1, 1], [0, 1, 1, 0]])
    tables = (weights["words"], weights["positions"], weights["segments"])
    summed = add_embeddings(IDS, types, *tables)
    assert_allclose(layer_norm(summed, weights["gamma"], weights["beta"]), embed(weights, IDS, types))
    assert count_block_flops(9, 24, 50, 3) == sum(flop_parts(Sizes(1, 24, 50), 9).values())
