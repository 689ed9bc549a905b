"""Does a table say the same on a page and in plain text, and is what it says shortly true?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.plots.tables import Table, short_count, short_ratio, short_time


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
