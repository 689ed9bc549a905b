"""Chapter 05 in a real browser: both widgets follow the keyboard and pass axe, a wrong Adam is told its mistake."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bookutils.exercises.catalogue import find_exercise

pytestmark = pytest.mark.browser
PAGE = "05-optimizers.ipynb"
WITHOUT_ROOT = """def adam_step(theta, grad, m, v, t, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return theta - learning_rate * (m / (1 - beta1**t)) / (v / (1 - beta2**t) + epsilon), m, v"""


@pytest.fixture(scope="module")
def chapter(open_for_all):
    """Chapter 05, with all cells run."""
    notebook = open_for_all(PAGE)
    notebook.run_all()
    return notebook


def test_the_chapter_runs_and_its_widgets_follow_the_keyboard(chapter) -> None:
    """Does all run without an error, does each picture follow the arrow keys, and do the widgets pass axe's rules?"""
    assert chapter.errors() == []
    for text, key in (("explore_batches(", "ArrowLeft"), ("explore_race(", "ArrowRight")):
        output = chapter.output(text)
        output.scroll_into_view_if_needed()
        picture = output.locator("img").first
        expect(picture).to_be_visible()
        before, words = picture.get_attribute("src"), picture.get_attribute("alt")
        output.get_by_role("slider").first.focus()
        for _ in range(3):
            chapter.page.keyboard.press(key)
        expect(output.locator("img").first).not_to_have_attribute("src", before, timeout=15_000)
        chapter.wait_until_idle()
        assert output.locator("img").first.get_attribute("alt") != words
        name = text.rstrip("(")
        chapter.picture(name)
        chapter.judge(output, name)


def test_adam_without_the_root_is_told_so(chapter) -> None:
    """Is the mistake of the printed listing named in a learner's answer?"""
    mistakes = {mistake.id: mistake for mistake in find_exercise("adam_step")[1].mistakes}
    chapter.write("def adam_step", WITHOUT_ROOT)
    chapter.run('check("adam_step")')
    expect(chapter.output('check("adam_step")')).to_contain_text(mistakes["no_root"].evidence)
    chapter.picture("wrong-adam")
