"""Chapter 13 in a real browser: the live table appears, a leak is told."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from bookutils.exercises.catalogue import find_exercise

pytestmark = [pytest.mark.browser, pytest.mark.tensorflow]
PAGE = "13-comparison.ipynb"
LEAK = """def tfidf_split(train, dev):
    from sklearn.feature_extraction.text import TfidfVectorizer
    words = TfidfVectorizer(token_pattern=r"\\S+").fit(train + dev)
    return words.transform(train).toarray(), words.transform(dev).toarray()"""


def test_the_chapter_runs_and_a_leak_is_told(open_notebook, ask_lab) -> None:
    """Does it run to its end, with the measured table; is all readable?"""
    chapter = open_notebook(PAGE)
    chapter.run_all()
    assert chapter.errors() == []
    table = chapter.output("comparison.measure_times(").locator("table")
    expect(table.locator("tbody tr")).to_have_count(6)
    table.scroll_into_view_if_needed()
    chapter.picture("comparison-table")

    mistakes = {mistake.id: mistake for mistake in find_exercise("tfidf_split")[1].mistakes}
    chapter.write("def tfidf_split", LEAK)
    chapter.run('check("tfidf_split")')
    output = chapter.output('check("tfidf_split")')
    expect(output).to_contain_text(mistakes["everything"].evidence.replace("`", ""))
    chapter.picture("comparison-leak")

    themes = "lab/api/settings/@jupyterlab/apputils-extension:themes"  # as the menu Settings does it
    ask_lab(themes, "PUT", {"raw": json.dumps({"theme": "JupyterLab Dark"})})
    try:
        chapter.page.reload()
        chapter.wait_until_idle()
        chapter.cell("price_of_accuracy").scroll_into_view_if_needed()
        chapter.picture("comparison-dark")
    finally:
        ask_lab(themes, "PUT", {"raw": "{}"})
