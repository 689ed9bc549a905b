"""Chapter 14 in a real browser, trained on a slice: it runs to its end, and its widgets answer to the keyboard."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGE = "14-generation.ipynb"
SECONDS = 1000
SLOW = 300 * SECONDS  # TensorFlow starts, and a few steps are trained, on two busy cores


def test_the_chapter_runs_and_its_widgets_answer(ask_lab, open_notebook) -> None:
    """Can a person read to the end, move every widget by keyboard, let the model write, in both themes?"""
    chapter = open_notebook(PAGE)
    chapter.run_all(latest=SLOW)
    assert chapter.errors() == []
    keyboard = chapter.page.keyboard

    trained = chapter.output("model, history = train_writer(")
    expect(trained.locator("img")).to_have_count(1)  # the live view is gone, its picture stays
    expect(trained).to_contain_text("Trained 16 steps")
    chapter.see("model, history = train_writer(", "generation-training")

    for text, name in (("explore_sight()", "sight"), ("explore_choice(weights", "choice")):
        output = chapter.output(text)
        picture = output.locator("img").first
        seen = picture.get_attribute("src")
        output.get_by_role("slider").first.focus()
        for _ in range(4):
            keyboard.press("ArrowLeft")
        expect(picture).not_to_have_attribute("src", seen, timeout=15 * SECONDS)
        chapter.see(text, f"generation-{name}")

    box = chapter.output("writing_box(weights")
    before = box.get_by_role("status").inner_text()
    box.get_by_role("textbox").fill("A gradient ")
    keyboard.press("Enter")
    expect(box.get_by_role("status")).to_contain_text("A gradient", timeout=15 * SECONDS)
    assert box.get_by_role("status").inner_text() != before
    chapter.see("writing_box(weights", "generation-box")

    themes = "lab/api/settings/@jupyterlab/apputils-extension:themes"  # as the menu Settings does it
    try:
        for theme in ("Light", "Dark"):
            if theme == "Dark":
                ask_lab(themes, "PUT", {"raw": json.dumps({"theme": "JupyterLab Dark"})})
                chapter.menu("Settings", "Theme")
                chapter.page.locator(".lm-Menu-itemLabel", has_text="JupyterLab Dark").first.click()
                expect(chapter.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
            for text, part in (("explore_choice(weights", "choice"), ("writing_box(weights", "box")):
                output = chapter.output(text)
                chapter.see(text, f"generation-{part}-{theme.lower()}")
                chapter.judge(output, part)
    finally:
        ask_lab(themes, "PUT", {"raw": "{}"})
