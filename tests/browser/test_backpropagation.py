"""Chapter 03 in a real browser: both widgets follow the keyboard and pass axe; an answer is told its mistake."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bookutils.exercises.catalogue import find_exercise

pytestmark = pytest.mark.browser
PAGE = "03-backpropagation.ipynb"
WRONG = """def backward(loss):
    order = book_order(loss)
    for node in order:
        node.grad = 0.0
    loss.grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad = slope * node.grad"""
RIGHT = WRONG.replace("parent.grad = slope", "parent.grad += slope")
EXPLORERS = {"explore_graph()": "ArrowRight", "explore_moons()": "ArrowLeft"}


@pytest.fixture
def chapter(open_notebook):
    """Chapter 03, with all cells run."""
    notebook = open_notebook(PAGE)
    notebook.run_all()
    return notebook


def test_the_chapter_is_read_played_with_and_answered(chapter) -> None:
    """Do all cells run, both pictures follow the arrow keys, and is a lost `+=` named before the right answer runs?"""
    assert chapter.errors() == []
    for text, key in EXPLORERS.items():
        output = chapter.output(text)
        picture = output.locator("img").first
        expect(picture).to_be_visible()
        before, words = picture.get_attribute("src"), picture.get_attribute("alt")
        output.get_by_role("slider").first.focus()
        for _ in range(7):
            chapter.page.keyboard.press(key)
        expect(output.locator("img").first).not_to_have_attribute("src", before, timeout=15_000)
        chapter.wait_until_idle()
        assert output.locator("img").first.get_attribute("alt") != words
        chapter.cell(text).scroll_into_view_if_needed()
        name = text.strip("()").replace("_", "-")
        chapter.picture(name)
        chapter.judge(output, name)

    mistakes = {mistake.id: mistake for mistake in find_exercise("value_backward")[1].mistakes}
    chapter.write("def backward(loss)", WRONG)
    chapter.run('check("value_backward")')
    output = chapter.output('check("value_backward")')
    expect(output).to_contain_text(mistakes["overwritten"].evidence.replace("`", ""))
    chapter.picture("backward-wrong")
    chapter.write("def backward(loss)", RIGHT)
    chapter.run('check("value_backward")')
    expect(chapter.output('check("value_backward")')).to_contain_text("value_backward: right")
    chapter.run('check("value_backward").function')
    expect(chapter.output('check("value_backward").function')).to_contain_text("your backward")
