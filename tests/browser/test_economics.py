"""Chapter 22, a draft, in a real browser: its widget follows the keyboard."""

from __future__ import annotations

import pytest

from tests.browser.keyboard import follows_the_keyboard

pytestmark = [pytest.mark.browser]


def test_the_chapter_runs_and_its_widgets_follow_the_keyboard(open_notebook) -> None:
    """Does the draft run to its end; do sliders change picture and words; can all be named and reached?"""
    chapter = open_notebook("22-economics.ipynb")
    chapter.run_all()
    assert chapter.errors() == []
    for number, explorer in enumerate(("explore_break_even(",)):
        follows_the_keyboard(chapter, explorer, f"economics-{number}")
