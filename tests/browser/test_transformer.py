"""Chapter 10 in a real browser, pre-trained on a slice: it runs to its end, and its widgets answer to the keyboard."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGE = "10-transformer.ipynb"
SECONDS = 1000
SLOW = 300 * SECONDS  # TensorFlow starts, and forty steps are trained, on two busy cores
EXPLORERS = {"explore_positions(weights": "positions", "explore_costs()": "costs"}


@pytest.fixture(params=["JupyterLab Light"])
def chapter(request, ask_lab, open_notebook):
    """Chapter 10, with all cells run."""
    themes = "lab/api/settings/@jupyterlab/apputils-extension:themes"
    ask_lab(themes, "PUT", {"raw": json.dumps({"theme": request.param})})
    notebook = open_notebook(PAGE)
    notebook.run_all(latest=SLOW)
    yield notebook
    ask_lab(themes, "PUT", {"raw": "{}"})


def test_the_chapter_runs_and_its_widgets_answer(chapter) -> None:
    """Can a person read to the end, move every widget by keyboard, and be told what changed?"""
    assert chapter.errors() == []
    keyboard = chapter.page.keyboard
    for text, name in EXPLORERS.items():
        output = chapter.output(text)
        picture = output.locator("img").first
        seen, words = picture.get_attribute("src"), picture.get_attribute("alt")
        output.get_by_role("slider").first.focus()
        for _ in range(5):
            keyboard.press("ArrowRight")
        expect(picture).not_to_have_attribute("src", seen, timeout=15 * SECONDS)
        chapter.wait_until_idle()
        assert output.locator("img").first.get_attribute("alt") != words
        chapter.see(text, f"transformer-{name}")

    box = chapter.output("guess_box(run)")
    said = box.get_by_role("status")
    box.get_by_role("textbox").fill("it is ___ of the best")
    keyboard.press("Enter")
    expect(said).to_contain_text("it is ___ of the best", timeout=15 * SECONDS)
    chapter.see("guess_box(run)", "transformer-guess")
    box.get_by_role("textbox").fill("no hole in it")
    keyboard.press("Enter")
    expect(said).to_contain_text("Write ___", timeout=15 * SECONDS)

    for text, part in (("guess_box(run)", "guess"), ("explore_costs()", "costs")):
        output = chapter.output(text)
        chapter.judge(output, part)
