"""Does each picture of chapter 15 show its data, say so in words, and stay small?"""

import pytest

from bookutils.numerics.scaling.parameters import ARCHITECTURES
from bookutils.plots import scaling

FIGURES = {
    "places": lambda: scaling.parameter_places(ARCHITECTURES["MiniLM-L6"]),
    "no pooler": lambda: scaling.parameter_places(ARCHITECTURES["GPT-3"]),
    "ladder": lambda: scaling.size_ladder([a for name, a in ARCHITECTURES.items() if "," not in name]),
    "laws": scaling.scaling_laws,
    "split": lambda: scaling.budget_split(5.76e23),
}
WORDS = {
    "places": ["22.7 million parameters", "word pieces 11.7 million (52%)"],
    "ladder": ["BERT-tiny 4.39 million", "GPT-3 175 billion"],
    "laws": ["Chinchilla 1.937", "Gopher 1.993", "without embeddings"],
    "split": ["32.2 billion parameters", "69.3 billion parameters"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS.get(name, []))


def test_rounded_exponents_move_the_optimum():
    """Do half a unit more and less of the last digit put the optimum on both sides of the printed one?"""
    printed, more, less = scaling.rounded_candidates(5.76e23).values()
    assert less < printed < more


def test_the_chapter_says_what_rounding_does():
    """Are the chapter's 22, 32 and 47 billion those that come out?"""
    found = sorted(round(n / 1e9) for n in scaling.rounded_candidates(5.76e23).values())
    assert found == [22, 32, 47]
