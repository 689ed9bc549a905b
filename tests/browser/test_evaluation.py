"""Chapter 12 in a real browser, trained on a slice: it runs to its end, and its widgets answer to the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGE = "12-evaluation.ipynb"
SECONDS = 1000
SLOW = 300 * SECONDS  # TensorFlow starts, and twelve steps are trained, on two busy cores


@pytest.fixture
def chapter(open_notebook):
    """Chapter 12, with all cells run."""
    notebook = open_notebook(PAGE)
    notebook.run_all(latest=SLOW)
    return notebook


def test_the_chapter_runs_and_its_widgets_answer(chapter) -> None:
    """Can a person read to the end, move every widget by keyboard, and be told what changed?"""
    assert chapter.errors() == []
    keyboard = chapter.page.keyboard

    assert "Tested on" in chapter.output("made_for =").inner_text()

    words = chapter.output("word_box(classifier)")
    words.get_by_role("textbox").fill("not bad at all")
    keyboard.press("Enter")
    expect(words.locator("img").first).to_have_attribute("alt", re.compile("bad"), timeout=30 * SECONDS)
    chapter.see("word_box(classifier)", "evaluation-words")

    for text, name in (("threshold_explorer(", "threshold"), ("reliability_explorer(", "promises")):
        output = chapter.output(text)
        picture = output.locator("img").first
        seen = picture.get_attribute("src")
        output.get_by_role("slider").first.focus()
        for _ in range(5):
            keyboard.press("ArrowRight")
        expect(picture).not_to_have_attribute("src", seen, timeout=15 * SECONDS)
        chapter.see(text, f"evaluation-{name}")
        chapter.judge(output, name)

    for text, name in (
        ("runs.accuracies(", "seeds"), ("plots.confusion(", "confusion"), ("luck = luck_alone(", "luck"),
        ("runs.shares(", "elsewhere"),
    ):  # fmt: skip
        expect(chapter.output(text).locator("img").first).to_be_visible()
        chapter.see(text, f"evaluation-{name}")
    assert not [line for line in chapter.complaints if "widget" in line.lower()], chapter.complaints
