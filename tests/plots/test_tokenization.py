"""Do the pictures of chapter 08 show what they are given, with words for those who do not see them?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.plots.figure import alt_text, png
from bookutils.plots.tokenization import counts as tokenization_data
from bookutils.plots.tokenization import pieces as tokenization
from bookutils.text.tokenization.wordpiece import list_tries

LENGTHS = np.random.default_rng(1).integers(4, 150, size=200)
FIGURES = {
    "ways": (
        lambda: tokenization.ways_to_cut({"words": (13000, 18.7, 0.05), "pieces": (30522, 21.6, 0.0)}),
        ["words: 13,000 entries, 18.7 tokens a sentence, 5.0% unknown."],
    ),
    "tries": (lambda: tokenization.greedy_tries("unit", list_tries("unit", {"un", "##it"})), ["un", "##it"]),
    "row": (
        lambda: tokenization.encoded_text(
            ["[CLS]", "a", "[SEP]", "[PAD]"], [101, 1037, 102, 0], [1, 1, 1, 0], [0, 0, 1, 0]
        ),
        ["4 positions, 3 of them read"],
    ),
    "pair": (lambda: tokenization.pair_cuts(40, 12, 32), ["32"]),
    "pair, none": (lambda: tokenization.pair_cuts(0, 0, 4), ["4"]),
    "lengths": (lambda: tokenization_data.length_histograms({"one": LENGTHS, "other": [5, 6]}), ["other: median 5"]),
    "padding": (lambda: tokenization_data.padding_tradeoff(LENGTHS, 64, 32, "one"), ["of all positions"]),
    "languages": (
        lambda: tokenization_data.languages({"English": (14, 0), "Chinese": (14, 10)}),
        ["English: 14; Chinese: 14 (10 [UNK])"],
    ),
    "growth": (
        lambda: tokenization_data.growing_vocabulary([0, 10], {"own": [4.4, 2.4]}),
        ["own: from 4.4 to 2.4 tokens a word"],
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(*FIGURES[name])


def test_three_ways_are_compared():
    """Does the alt text give all numbers of each way?"""
    figure = tokenization.ways_to_cut({"words": (13000, 18.7, 0.05), "pieces": (30522, 21.6, 0.0)})
    assert "words: 13,000 entries, 18.7 tokens a sentence, 5.0% unknown." in alt_text(figure)
    assert len(figure.axes) == 3


def test_each_try_has_its_row():
    """Is there a box for each look into the vocabulary, filled where it was found, and is a failure said?"""
    tries = list_tries("unit", {"un", "##it"})
    (ax,) = tokenization.greedy_tries("unit", tries).axes
    assert [patch.get_facecolor()[3] > 0 for patch in ax.patches] == [one.found for one in tries]
    lost = tokenization.greedy_tries("unit", list_tries("unit", {"un"}))
    assert "is [UNK]" in alt_text(lost)
    assert "[UNK]" in lost.get_suptitle()


@pytest.mark.parametrize("segments", [None, [0, 0, 1, 0]])
def test_a_row_is_written_out(segments):
    """Are pieces, ids and mask written, and segments where there are any?"""
    figure = tokenization.encoded_text(["[CLS]", "a", "[SEP]", "[PAD]"], [101, 1037, 102, 0], [1, 1, 1, 0], segments)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert {"1037", "[PAD]", "mask"} <= set(texts)
    assert ("segment" in texts) == (segments is not None)
    assert "4 positions, 3 of them read" in alt_text(figure)


@settings(max_examples=12, deadline=None)
@given(first=st.integers(0, 120), second=st.integers(0, 120), length=st.integers(4, 128))
def test_every_pair_can_be_drawn(first, second, length):
    """Does each bar fill the row exactly, whatever the sliders say?"""
    (ax,) = tokenization.pair_cuts(first, second, length).axes
    rows = {}
    for patch in ax.patches:
        row = round(patch.get_y() + patch.get_height() / 2)
        rows[row] = rows.get(row, 0) + patch.get_width()
    assert rows == dict.fromkeys(range(4), length)


def test_lengths_and_padding_are_told():
    """Do the alt texts name the medians, what is cut and how much is padding?"""
    lengths = [10, 20, 30, 140]
    figure = tokenization_data.length_histograms({"one": lengths, "other": [5, 6]})
    assert "one: median 25, longest 140, 1 of 4 above 128" in alt_text(figure)
    tradeoff = tokenization_data.padding_tradeoff(lengths, limit=20, batch_size=4, name="one")
    assert "50.0% of the texts are cut" in tradeoff.get_suptitle()
    assert "12% of all positions" in alt_text(tradeoff)
    assert png(tradeoff).startswith(b"\x89PNG")


def test_languages_and_growth_are_told():
    """Do the alt texts give each language its count, and each curve its ends?"""
    figure = tokenization_data.languages({"English": (14, 0), "Chinese": (14, 10)})
    assert "English: 14; Chinese: 14 (10 [UNK])" in alt_text(figure)
    growth = tokenization_data.growing_vocabulary([0, 10], {"own": [4.4, 2.4]})
    assert "own: from 4.4 to 2.4 tokens a word" in alt_text(growth)
