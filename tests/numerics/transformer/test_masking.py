"""Hiding words and the unigram's loss, against definitions written in another way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError
from bookutils.numerics.transformer.masking import mask_tokens, unigram_entropy


def test_the_shares_are_the_paper_s() -> None:
    """Of many tokens: are 15 % chosen, and of these 80 % masked, 10 % exchanged, 10 % kept?"""
    rng = np.random.default_rng(0)
    shape = (400, 500)
    ids = np.full(shape, 7)
    out = mask_tokens(ids, ids * 0, rng.random(shape), rng.random(shape), np.full(shape, 9), mask_id=4)
    chosen = out["targets"] >= 0
    shares = [chosen.mean(), *((out["inputs"][chosen] == value).mean() for value in (4, 9, 7))]
    np.testing.assert_allclose(shares, [0.15, 0.8, 0.1, 0.1], atol=0.01)


@given(st.integers(0, 2**32 - 1))
def test_what_is_not_chosen_stays(seed: int) -> None:
    """Are all other places, and all special ones, read as they are and not asked for?"""
    rng = np.random.default_rng(seed)
    ids, special = rng.integers(0, 50, (3, 9)), rng.integers(0, 2, (3, 9))
    out = mask_tokens(ids, special, rng.random((3, 9)), rng.random((3, 9)), rng.integers(0, 50, (3, 9)), 99)
    asked = out["targets"] != -1
    assert not asked[special == 1].any()
    assert (out["inputs"][~asked] == ids[~asked]).all()
    assert (out["targets"][asked] == ids[asked]).all()


def test_arrays_of_two_shapes_are_refused() -> None:
    """Is there a sentence about the shapes?"""
    with pytest.raises(ShapeError, match="one shape"):
        mask_tokens(np.ones((2, 3)), np.ones((2, 3)), np.ones((2, 3)), np.ones((3, 2)), np.ones((2, 3)), 4)


def test_no_constant_guess_beats_the_unigram() -> None:
    """On the text that was counted: is the entropy the smallest loss of any fixed distribution?"""
    rng = np.random.default_rng(1)
    words = rng.choice(6, 500, p=[0.4, 0.25, 0.15, 0.1, 0.07, 0.03])
    counts = np.bincount(words, minlength=6)
    best = unigram_entropy(counts, words, extra=0.0)
    shares = counts / counts.sum()
    assert best == pytest.approx(-sum(p * math.log(p) for p in shares))
    for other in rng.dirichlet(np.ones(6), 200):
        assert -np.mean(np.log(other)[words]) >= best
