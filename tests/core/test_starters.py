"""What is no answer yet: a starter of one function, and one whose functions are gathered in a dictionary."""

from __future__ import annotations

from typing import Any

import pytest

from bookutils.core.starters import is_untouched

GATHERED = """
def first(x):
    # what the article wrote
    ...

def second(x):
    {body}

def answer():
    '''Return both by name.'''
    return {returned}
"""


def gathered(body: str, returned: str) -> Any:
    """The function `answer` of a cell with two others."""
    names: dict[str, Any] = {}
    exec(GATHERED.format(body=body, returned=returned), names)
    return names["answer"]


@pytest.mark.parametrize("returned", ['{"one": first, "two": second}', "[first, second]", "first, second"])
def test_functions_that_do_nothing_are_no_answer(returned: str):
    """Gathered in whatever way, are two empty functions a starter, and one that is written an answer?"""
    assert is_untouched(gathered("...", returned))
    assert not is_untouched(gathered("return 2 * x", returned))


@pytest.mark.parametrize("returned", ['{"one": first(1)}', "{}", '{"one": unknown}', '{"one": answer}'])
def test_what_does_more_than_gather_is_an_answer(returned: str):
    """Is a function judged that calls, gathers nothing, names what is not there, or gathers itself?"""
    assert not is_untouched(gathered("...", returned))
