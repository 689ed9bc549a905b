"""Chapter 09 in a real browser, on a slice: it runs to its end, and its widgets answer to the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGE = "09-attention.ipynb"
SECONDS = 1000
SLOW = 300 * SECONDS  # TensorFlow starts, and an encoder is loaded, on two busy cores
WRONG = """def split_heads(x, num_heads):
    batch, tokens, hidden = x.shape
    return x.reshape(batch, num_heads, tokens, hidden // num_heads)"""


@pytest.fixture
def chapter(open_notebook):
    """Chapter 09, with all cells run."""
    notebook = open_notebook(PAGE)
    notebook.run_all(latest=SLOW)
    return notebook


def test_the_chapter_runs_and_its_widgets_answer(chapter) -> None:
    """Can a person read to the end, drag, choose a head, ask about sentences, and be told a mistake?"""
    from bookutils.exercises.catalogue import find_exercise

    assert chapter.errors() == []
    keyboard = chapter.page.keyboard

    for text, name in (("explore_query()", "query"), ("explore_size()", "size"), ("attention_box(reader", "head")):
        output = chapter.output(text)
        picture = output.locator("img").first
        seen = picture.get_attribute("src")
        output.get_by_role("slider").first.focus()
        keyboard.press("ArrowRight")
        expect(picture).not_to_have_attribute("src", seen, timeout=15 * SECONDS)
        chapter.see(text, f"attention-{name}")

    for text, name in (("attention_box(reader", "sentence"), ("explanation_box(experiment)", "explanation")):
        output = chapter.output(text)
        output.get_by_role("textbox").first.fill("not bad at all")
        keyboard.press("Enter")
        expect(output.locator("img").first).to_have_attribute("alt", re.compile("“bad”"), timeout=30 * SECONDS)
        chapter.see(text, f"attention-{name}")

    choice = chapter.output("explanation_box(experiment)").get_by_role("combobox")
    picture = chapter.output("explanation_box(experiment)").locator("img").first
    seen = picture.get_attribute("src")
    choice.focus()
    for key in ("Enter", "ArrowDown", "Enter"):  # open the list, go down, take it
        keyboard.press(key)
    expect(picture).not_to_have_attribute("src", seen, timeout=15 * SECONDS)

    chapter.write("def split_heads", WRONG)
    chapter.run('check("split_heads")')
    mistakes = {mistake.id: mistake for mistake in find_exercise("split_heads")[1].mistakes}
    expect(chapter.output('check("split_heads")')).to_contain_text(mistakes["straight"].evidence)
    chapter.see('check("split_heads")', "attention-wrong")

    for text, part in (("explore_query()", "query"), ("attention_box(reader", "sentence"),
                       ("explanation_box(experiment)", "explanation")):  # fmt: skip
        output = chapter.output(text)
        chapter.judge(output, part)
