"""Chapter 07 in a real browser: it runs without a GPU, the doctor has a table, the widgets follow the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PAGE = "07-gpu.ipynb"
WIDGETS = {"explore_roofline(": "examples (rows)", "explore_memory(": "batch"}


def test_it_runs_and_its_widgets_follow_the_keyboard(open_notebook) -> None:
    """Can a person without a mouse and without a GPU read to the end, and is each picture's text a new one?"""
    notebook = open_notebook(PAGE)
    notebook.run_all()
    assert notebook.errors() == []
    table = notebook.output("show_report(examine())")
    expect(table.locator("table").first).to_be_visible()
    table.scroll_into_view_if_needed()
    notebook.picture("doctor")
    for number, (cell, label) in enumerate(WIDGETS.items()):
        output = notebook.output(cell)
        picture = output.locator("img").first
        expect(picture).to_be_visible()
        before, words = picture.get_attribute("src"), picture.get_attribute("alt")
        box = output.get_by_role("spinbutton", name=label).first
        box.focus()
        for _ in range(3):
            notebook.page.keyboard.press("ArrowUp")
        expect(output.locator("img").first).not_to_have_attribute("src", before, timeout=15_000)
        notebook.wait_until_idle()
        assert output.locator("img").first.get_attribute("alt") != words
        notebook.cell(cell).scroll_into_view_if_needed()
        notebook.picture(f"gpu-widget-{number}")
        notebook.judge(output, f"gpu-{number}")
