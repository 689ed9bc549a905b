"""Does each picture of chapter 06 show its data, say so in words, and stay small?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.numerics.scaling.parameters import ARCHITECTURES
from bookutils.plots import comparison, scaling
from bookutils.plots import economics as costs
from bookutils.plots.tables import Table, short_count, short_ratio, short_time

OWN = {"setup": 2000.0, "days": 365.0, "upkeep_per_day": 5.0, "per_hour": 0.5, "requests_per_second": 20.0,
       "utilisation": 0.25}  # fmt: skip
RENTED = {"per_thousand_tokens": 0.002, "tokens": 60}
CURVE = ([100, 1000, 6920], [0.6, 0.7, 0.8], [0.02, 0.015, 0.013])
FIGURES = {
    "ways": comparison.two_ways,
    "price": lambda: comparison.price_of_accuracy(
        ["words", "encoder"], [180.0, 5.1e8], [0.8, 0.875], [0.0135, 0.011], "What operations buy"
    ),
    "curves": lambda: comparison.learning_curves({"words": CURVE, "vectors": CURVE}, "With few labels"),
    "one size": lambda: comparison.learning_curves({"words": ([256], [0.6], [0.02])}, "One size"),
    "weights": lambda: comparison.word_weights(["too", "$", "fun"], [-2.4, -0.1, 2.1], "Weights"),
    "places": lambda: scaling.parameter_places(ARCHITECTURES["MiniLM-L6"]),
    "no pooler": lambda: scaling.parameter_places(ARCHITECTURES["GPT-3"]),
    "ladder": lambda: scaling.size_ladder([a for name, a in ARCHITECTURES.items() if "," not in name]),
    "laws": scaling.scaling_laws,
    "split": lambda: scaling.budget_split(5.76e23),
    "costs": lambda: costs.cost_lines(OWN, RENTED),
    "never": lambda: costs.cost_lines(OWN | {"requests_per_second": 0.01}, RENTED),
    "free": lambda: costs.cost_lines(OWN | {"setup": 0.0, "upkeep_per_day": 0.0}, RENTED),
}
WORDS = {
    "ways": ["train", "pre-trained once", "one logit"],
    "price": ["words 80.0 ± 1.4 % with 180 operations", "5.1 · 10⁸"],
    "curves": ["words: 60 % with 100 examples, 80 % with 6,920"],
    "weights": ["“too” −2.4", "“fun” 2.1"],
    "places": ["22.7 million parameters", "word pieces 11.7 million (52%)"],
    "ladder": ["BERT-tiny 4.39 million", "GPT-3 175 billion"],
    "laws": ["Chinchilla 1.937", "Gopher 1.993"],
    "split": ["32.2 billion parameters", "69.3 billion parameters"],
    "costs": ["cheaper from 114,000 requests a day on"],
    "never": ["Never cheaper"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS.get(name, []))


def test_a_table_says_the_same_on_a_page_and_without_one():
    """Has the Markdown a rule and escaped bars, and the text all words in columns?"""
    table = Table(["model", "size"], [["a|b", "1"], ["large", "1,000"]])
    assert table._repr_markdown_().splitlines() == [
        "| model | size |", "| --- | ---: |", "| a\\|b | 1 |", "| large | 1,000 |"
    ]  # fmt: skip
    assert repr(table).splitlines()[-1] == "large  1,000"


@given(st.floats(1e-3, 1e13))
def test_what_is_said_shortly_is_still_true(number):
    """Does a count in words differ by less than half a percent, a time and a ratio by less than five?"""
    assert in_words(short_count(number)) == pytest.approx(number, rel=5e-3)
    assert in_words(short_time(number)) == pytest.approx(number, rel=5.1e-2)
    assert in_words(short_ratio(number)) == pytest.approx(number, rel=5.1e-2)


def in_words(text: str) -> float:
    number, _, unit = text.replace(",", "").partition(" ")
    return float(number) * {"trillion": 1e12, "billion": 1e9, "million": 1e6, "ms": 1e-3, "min": 60}.get(unit, 1)


def test_rounded_exponents_move_the_optimum():
    """Do half a unit more and less of the last digit put the optimum on both sides of the printed one?"""
    printed, more, less = scaling.rounded_candidates(5.76e23).values()
    assert less < printed < more


def test_the_chapter_says_what_rounding_does():
    """Are the chapter's 22, 32 and 47 billion those that come out?"""
    found = sorted(round(n / 1e9) for n in scaling.rounded_candidates(5.76e23).values())
    assert found == [22, 32, 47]
