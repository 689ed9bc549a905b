"""Chapter 08 in a real browser: it runs to its end, and its widgets answer to the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGE = "08-tokenization.ipynb"
SECONDS = 1000
BOX = "tokenizer_box(book)"


def test_the_chapter_runs_and_its_widgets_answer(open_notebook) -> None:
    """Can a person read to the end, type a text that is followed letter by letter, and move each slider by keyboard?"""
    chapter = open_notebook(PAGE)
    chapter.run_all(latest=300 * SECONDS)
    assert chapter.errors() == []
    keyboard = chapter.page.keyboard

    box = chapter.output(BOX)
    box.get_by_role("textbox").first.focus()
    keyboard.press("Control+a")
    keyboard.type("unaffably 😀 films")
    expect(box).to_contain_text("##bly", timeout=30 * SECONDS)
    expect(box.get_by_role("status")).to_contain_text(re.compile(r"1 is \[UNK\]"))
    box.get_by_role("slider").first.focus()
    for _ in range(12):
        keyboard.press("ArrowLeft")
    expect(box.get_by_role("status")).to_contain_text("cut off", timeout=15 * SECONDS)
    box.scroll_into_view_if_needed()
    chapter.picture("tokenization-box")
    chapter.judge(chapter.output(BOX), "box")

    for text in ("explore_pair()", "explore_padding(lengths)"):
        output = chapter.output(text)
        picture = output.locator("img").first
        seen = picture.get_attribute("src")
        output.get_by_role("slider").first.focus()
        for _ in range(5):
            keyboard.press("ArrowRight")
        expect(picture).not_to_have_attribute("src", seen, timeout=15 * SECONDS)
        chapter.wait_until_idle()
        output.scroll_into_view_if_needed()
        name = re.sub(r"\W.*", "", text)
        chapter.picture(f"tokenization-{name}")
        chapter.judge(chapter.output(text), name)
