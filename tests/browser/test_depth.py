"""Chapter 04 in a real browser: both widgets follow the keyboard, an answer is told its mistake, all can be read."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bookutils.exercises.catalogue import find_exercise

pytestmark = pytest.mark.browser
PAGE = "04-depth.ipynb"
WRONG = """def he_init(draws):
    return draws * 2 / draws.shape[0]"""
RIGHT = """def he_init(draws):
    return draws / (draws.shape[0] / 2) ** 0.5"""
EXPLORERS = ("explore_profile(", "explore_remedies(")


@pytest.fixture(scope="module")
def chapter(open_for_all):
    """Chapter 04, with all cells run."""
    notebook = open_for_all(PAGE)
    notebook.run_all()
    return notebook


def test_both_widgets_follow_the_keyboard_and_can_be_read(chapter) -> None:
    """Unsolved, does the chapter run to its end; do slider and list change picture and words; does axe find nothing?"""
    assert chapter.errors() == []
    for number, explorer in enumerate(EXPLORERS):
        output = chapter.output(explorer)
        output.scroll_into_view_if_needed()
        picture = output.locator("img").first
        expect(picture).to_be_visible()
        chapter.picture(f"depth-{number}-before")
        words = picture.get_attribute("alt")
        output.get_by_role("slider").first.focus()
        for _ in range(9):
            chapter.page.keyboard.press("ArrowRight")
        expect(output.locator("img").first).not_to_have_attribute("alt", words, timeout=15_000)
        chapter.wait_until_idle()
        words = output.locator("img").first.get_attribute("alt")
        # By its first letter: JupyterLab keeps the arrow keys for itself while a list is focused.
        output.locator("select", has_text="tanh").first.focus()
        chapter.page.keyboard.press("t")
        expect(output.locator("img").first).not_to_have_attribute("alt", words, timeout=15_000)
        chapter.wait_until_idle()
        output.scroll_into_view_if_needed()
        chapter.picture(f"depth-{number}-after")
        chapter.judge(output, f"{number}")


def test_a_variance_used_as_a_standard_deviation_is_told(chapter) -> None:
    """Is the mistake named, and does the chapter go on with the learner's code once it is right?"""
    mistakes = {mistake.id: mistake for mistake in find_exercise("he_init")[1].mistakes}
    chapter.write("def he_init", WRONG)
    chapter.run('check("he_init")')
    output = chapter.output('check("he_init")')
    expect(output).to_contain_text(mistakes["variance_as_std"].evidence.replace("`", ""))
    chapter.picture("depth-wrong")
    chapter.write("def he_init", RIGHT)
    chapter.run('check("he_init")')
    expect(chapter.output('check("he_init")')).to_contain_text("he_init: right")
    chapter.run('check("he_init").function')
    expect(chapter.output('check("he_init").function')).to_contain_text("your he_init")
