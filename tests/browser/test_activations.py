"""Chapter 01 in a real browser: the widgets follow the keyboard, an answer is told its mistake, themes are readable."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from bookutils.exercises.catalogue import find_exercise

pytestmark = pytest.mark.browser
PAGE = "01-activations.ipynb"
WRONG = """def relu_backward(x, upstream):
    return np.where(x > 0, 1.0, 0.0)"""
RIGHT = """def relu_backward(x, upstream):
    gradient = np.array(upstream, dtype=float)
    gradient[np.asarray(x) <= 0] = 0
    return gradient"""
EXPLORER = "explore_unit("


@pytest.fixture(scope="module")
def chapter(open_for_all):
    """Chapter 01, with all cells run."""
    notebook = open_for_all(PAGE)
    notebook.run_all()
    return notebook


def test_all_cells_run_without_an_error(chapter) -> None:
    """Can a person who solves nothing read to the end?"""
    assert chapter.errors() == []
    expect(chapter.page.locator(".jp-OutputArea img").first).to_be_visible()


def test_a_slider_moved_by_keyboard_changes_the_picture(chapter) -> None:
    """Does the picture follow the arrow keys, and its words with it?"""
    output = chapter.output(EXPLORER)
    picture = output.locator("img").first
    expect(picture).to_be_visible()
    before, words = picture.get_attribute("src"), picture.get_attribute("alt")
    slider = output.get_by_role("slider").first
    slider.focus()
    for _ in range(20):
        chapter.page.keyboard.press("ArrowLeft")
    expect(output.locator("img").first).not_to_have_attribute("src", before, timeout=15_000)
    chapter.wait_until_idle()
    assert output.locator("img").first.get_attribute("alt") != words
    chapter.cell(EXPLORER).scroll_into_view_if_needed()
    chapter.picture("slider")


def test_a_wrong_answer_is_told_its_own_mistake_and_the_right_one_runs(chapter) -> None:
    """Is the mistake named, and does the chapter go on with the learner's code once it is right?"""
    mistakes = {mistake.id: mistake for mistake in find_exercise("relu_backward")[1].mistakes}
    chapter.write("def relu_backward", WRONG)
    chapter.run('check("relu_backward")')
    output = chapter.output('check("relu_backward")')
    expect(output).to_contain_text(mistakes["upstream_ignored"].evidence.replace("`", ""))
    chapter.picture("wrong")

    chapter.write("def relu_backward", RIGHT)
    chapter.run('check("relu_backward")')
    expect(chapter.output('check("relu_backward")')).to_contain_text("relu_backward: right")
    chapter.run('check("relu_backward").function')
    expect(chapter.output('check("relu_backward").function')).to_contain_text("your relu_backward")
    chapter.picture("right")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_feedback_and_widgets_are_accessible_in_both_themes(theme, ask_lab, open_notebook) -> None:
    """Do the message of check and the widget pass axe's rules: contrast, names, roles?"""
    themes = "lab/api/settings/@jupyterlab/apputils-extension:themes"  # as the menu Settings does it
    ask_lab(themes, "PUT", {"raw": json.dumps({"theme": theme})})
    try:
        notebook = open_notebook(PAGE)
        notebook.run_all()
        notebook.write("def relu_backward", WRONG)
        notebook.run('check("relu_backward")')
        name = theme.rsplit(maxsplit=1)[-1].lower()
        for text, part in (('check("relu_backward")', "check"), (EXPLORER, "widget")):
            output = notebook.output(text)
            output.scroll_into_view_if_needed()
            notebook.picture(f"{part}-{name}")
            notebook.judge(output, part)
    finally:
        ask_lab(themes, "PUT", {"raw": "{}"})
