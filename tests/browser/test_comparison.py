"""Chapter 13 in a real browser: all widgets follow the keyboard, the live table appears, a leak is told."""

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
EXPLORERS = ("explore_parameters(", "explore_budget(", "explore_break_even(")


def test_the_chapter_runs_its_widgets_follow_the_keyboard_and_a_leak_is_told(open_notebook, ask_lab) -> None:
    """Does it run to its end, with the measured table; do sliders change picture and words; is all readable?"""
    from axe_playwright_python.sync_playwright import Axe

    chapter = open_notebook(PAGE)
    chapter.run_all()
    assert chapter.errors() == []
    table = chapter.output("comparison.measure_times(").locator("table")
    expect(table.locator("tbody tr")).to_have_count(6)
    table.scroll_into_view_if_needed()
    chapter.picture("comparison-table")
    for number, explorer in enumerate(EXPLORERS):
        output = chapter.output(explorer)
        output.scroll_into_view_if_needed()
        picture = output.locator("img").first
        expect(picture).to_be_visible()
        words = picture.get_attribute("alt")
        output.get_by_role("slider").first.focus()
        for _ in range(4):
            chapter.page.keyboard.press("ArrowRight")
        expect(output.locator("img").first).not_to_have_attribute("alt", words, timeout=15_000)
        chapter.wait_until_idle()
        output.scroll_into_view_if_needed()
        chapter.picture(f"comparison-{number}")
        output.evaluate("(element, id) => { element.id = id }", f"axe-{number}")
        # ipywidgets gives a slider's handle no name; the box beside each slider has one and does the same.
        found = Axe().run(chapter.page, context={"include": [[f"#axe-{number}"]], "exclude": [[".noUi-handle"]]})
        assert found.violations_count == 0, found.generate_report()

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
