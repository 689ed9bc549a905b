"""What is asked of every widget with sliders, in a browser."""

from __future__ import annotations

from typing import Any


def follows_the_keyboard(chapter: Any, explorer: str, name: str) -> None:
    """Move a widget's first slider by keys: its picture and words follow, and whoever hears the page can use it.

    Parameters
    ----------
    chapter : the open `Notebook`, which has been run
    explorer : stands in the cell that shows the widget
    name : of the screenshot
    """
    from playwright.sync_api import expect

    output = chapter.output(explorer)
    output.scroll_into_view_if_needed()
    picture = output.locator("img").first
    expect(picture).to_be_visible()
    words = picture.get_attribute("alt")
    output.get_by_role("slider").first.focus()
    for _ in range(4):
        chapter.page.keyboard.press("ArrowRight")
    expect(output.locator("img").first).not_to_have_attribute("alt", words, timeout=15_000)
    chapter.wait_until_idle()
    output.scroll_into_view_if_needed()
    chapter.picture(name)
    chapter.judge(output, name)
