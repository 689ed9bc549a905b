"""docs/plots-and-widgets.md: are its plot and its widget whole, and do they do what the page says?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.plots.figure import alt_text, png


@pytest.fixture(scope="module")
def page(repository: Path) -> dict:
    """What the page's code defines, run from its top to its end."""
    text = (repository / "docs" / "plots-and-widgets.md").read_text(encoding="utf-8")
    names: dict = {}
    for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(code, "docs/plots-and-widgets.md", "exec"), names)
    return names


def test_the_plot_is_drawn_and_says_what_is_seen(page: dict) -> None:
    """Do its rows give the same picture twice, with the words that the page promises?"""
    for name, draw in page["FIGURES"].items():
        fig = draw()
        assert png(fig) == png(draw())
        assert all(words in alt_text(fig) for words in page["WORDS"][name])


def test_the_widget_follows_each_of_its_controls(page: dict) -> None:
    """Is every control moved by the page's row, and is each move seen and said?"""
    explorer = page["explore_halving"]()
    assert set(explorer.controls) == set(page["MOVES"])
    for control, value in page["MOVES"].items():
        picture, sentence = explorer.picture.value, explorer.summary.value
        explorer.controls[control].value = value
        assert explorer.picture.value != picture
        assert explorer.summary.value != sentence
    assert "from −8 to −2 in 2 steps" in explorer.summary.value


def test_while_notebooks_are_built_the_picture_stands_alone(page: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is it one PNG with alt text, and no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        page["explore_halving"]()._ipython_display_()
    (output,) = captured.outputs
    assert output.metadata["image/png"]["alt"].startswith("A curve from 8 to 0.25")
