"""Chapter 11 in a real browser, trained on a slice: it runs to its end, and its widgets answer to the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGE = "11-bert.ipynb"
SECONDS = 1000
SLOW = 300 * SECONDS  # TensorFlow starts, and twelve steps are trained, on two busy cores


@pytest.fixture
def chapter(open_notebook):
    """Chapter 11, with all cells run."""
    notebook = open_notebook(PAGE)
    notebook.run_all(latest=SLOW)
    return notebook


def test_the_chapter_runs_and_its_widgets_answer(chapter) -> None:
    """Can a person read to the end, ask about a sentence, move every widget by keyboard, and be told what changed?"""
    assert chapter.errors() == []
    keyboard = chapter.page.keyboard

    fitted = chapter.output("show(two_losses(")
    expect(fitted.locator("img")).to_have_count(1)
    expect(fitted).to_contain_text("epoch 3: training loss")
    chapter.see("show(two_losses(", "bert-losses")
    expect(chapter.output("done = subprocess.run(")).to_contain_text("the same probabilities: True")
    for text, name in (("show(tasks.pair(", "pair"), ("show(tasks.token_heads(", "tokens")):
        expect(chapter.output(text).locator("img").first).to_be_visible()
        chapter.see(text, f"bert-{name}")

    trained = chapter.output("history = train_live(")
    expect(trained.locator("img")).to_have_count(1)  # the live view is gone, its picture stays
    expect(trained).to_contain_text("Trained 8 steps")
    chapter.see("history = train_live(", "bert-training")

    box = chapter.output("sentence_box(classifier)")
    answer = box.get_by_role("status")
    before = answer.inner_text()
    box.get_by_role("textbox").fill("a dull and endless film")
    keyboard.press("Enter")
    expect(box).to_contain_text("a dull and endless film")
    assert answer.inner_text() != before
    chapter.see("sentence_box(classifier)", "bert-sentence")

    for text, name in (("schedule_explorer(", "schedule"),):
        output = chapter.output(text)
        picture = output.locator("img").first
        seen = picture.get_attribute("src")
        output.get_by_role("slider").first.focus()
        for _ in range(5):
            keyboard.press("ArrowRight")
        expect(picture).not_to_have_attribute("src", seen, timeout=15 * SECONDS)
        chapter.see(text, f"bert-{name}")

    chapter.judge(box, "sentence")

    for text, name in (("compare_rates(encoder", "rates"), ("data_at_a_glance(", "data")):
        expect(chapter.output(text).locator("img").first).to_be_visible()
        chapter.see(text, f"bert-{name}")
    assert not [line for line in chapter.complaints if "widget" in line.lower()], chapter.complaints
