"""Chapter 02 in a real browser: it runs to its end, and its three widgets follow the keyboard and are accessible."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGE = "02-losses.ipynb"
WIDGETS = {"outlier": "explore_outlier(", "honesty": "explore_honesty(", "temperature": "explore_temperature("}
SLOW = 300_000  # the closing cell starts TensorFlow where it is installed


def test_the_chapter_runs_and_its_widgets_answer(open_notebook) -> None:
    """Can a person who solves nothing read to the end, and move each widget by keyboard?"""
    chapter = open_notebook(PAGE)
    chapter.run_all(latest=SLOW)
    assert chapter.errors() == []
    for name, text in WIDGETS.items():
        output = chapter.output(text)
        output.scroll_into_view_if_needed()
        picture = output.locator("img").first
        expect(picture).to_be_visible()
        before, words = picture.get_attribute("src"), output.get_by_role("status").inner_text()
        output.get_by_role("slider").first.focus()
        for _ in range(10):
            chapter.page.keyboard.press("ArrowLeft")
        expect(output.locator("img").first).not_to_have_attribute("src", before, timeout=15_000)
        chapter.wait_until_idle()
        assert output.get_by_role("status").inner_text() != words

        before = output.locator("img").first.get_attribute("src")
        box = output.locator("input[type=number]").first
        box.fill("0.5")
        box.press("Enter")
        expect(output.locator("img").first).not_to_have_attribute("src", before, timeout=15_000)
        chapter.wait_until_idle()
        output.scroll_into_view_if_needed()
        chapter.picture(f"losses-{name}")

        chapter.judge(output, name)
