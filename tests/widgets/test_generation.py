"""Do the widgets of chapter 13 follow their controls, with a name on each?"""

from __future__ import annotations

import runpy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bookutils.widgets import generation

WEIGHTS = runpy.run_path(str(Path(__file__).parents[1] / "numerics" / "generation" / "test_decoder.py"))["WEIGHTS"]


@dataclass(frozen=True)
class Letters:
    """Eleven characters, as the decoder of these tests has them."""

    symbols: str = "abcdefghij "

    def ids(self, text):
        return np.array([self.symbols.index(letter) for letter in text if letter in self.symbols], np.int32)

    def text(self, ids):
        return "".join(self.symbols[int(i)] for i in ids)


MAKE = {
    "choice": lambda: generation.explore_choice(WEIGHTS, Letters(), "bad "),
    "sight": generation.explore_sight,
}
MOVES = {
    "choice": {"temperature": 0.3, "k": 3, "p": 0.4, "seed": 2},
    "sight": {"kind": "encoder", "place": 2},
}


@pytest.mark.parametrize("name", MAKE)
def test_each_control_changes_the_picture(name):
    """Does moving any control give another picture with alt text?"""
    for control, value in MOVES[name].items():
        explorer = MAKE[name]()
        before = explorer.picture.value
        assert set(explorer.controls) == set(MOVES[name])
        explorer.controls[control].value = value
        assert explorer.picture.value != before, control
        assert 'alt="' in explorer.picture.value
        assert "aria-live" in explorer.summary.value


def test_cold_and_cut_can_only_say_one_thing():
    """At temperature 0, or with k = 1, is one character left?"""
    for setting in ({"temperature": 0.0}, {"k": 1}, {"p": 0.05, "temperature": 0.1}):
        explorer = generation.explore_choice(WEIGHTS, Letters(), "bad ", **setting)
        assert "1 of 11 characters can come next" in explorer.summary.value


def test_the_box_writes_on_and_says_what_it_cannot_read():
    """Does another prompt give another text, and is nothing typed, or nothing known, answered kindly?"""
    box = generation._make_writing_box(WEIGHTS, Letters(), "abc", 20, generation.Sampling())
    line, answer = box.children
    text, button = line.children
    assert "<strong>abc</strong>" in answer.value
    first = answer.value
    button.click()
    assert answer.value != first
    text.value = "aZb"
    assert "<strong>ab</strong>" in answer.value
    assert "left out" in answer.value
    text.value = "ZZ"
    assert "Type the beginning" in answer.value
