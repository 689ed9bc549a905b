"""Do the widgets of chapter 10 follow their controls, with a name on each?"""

from __future__ import annotations

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.core.errors import UsageError
from bookutils.widgets import transformer

TABLE = np.sin(np.arange(1, 61)[:, None] / np.array([3.0, 10.0, 50.0, 90.0]))
MAKE = {
    "explore_positions": lambda: transformer.explore_positions(TABLE, 20),
    "explore_costs": transformer.explore_costs,
}
MOVES = {
    "explore_positions": {"chosen": 40},
    "explore_costs": {"layers": 24, "hidden": 1024, "vocabulary": 119547, "tokens": 4096},
}


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_the_picture(name: str) -> None:
    """Does moving any control give another picture with alt text, and a sentence?"""
    explorer = MAKE[name]()
    assert set(explorer.controls) == set(MOVES[name])
    for control, value in MOVES[name].items():
        before = explorer.picture.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before
        assert 'alt=""' not in explorer.picture.value
        assert "aria-live" in explorer.summary.value


@pytest.mark.parametrize("name", MOVES)
def test_both_ends_can_be_drawn(name: str) -> None:
    """Is there a picture at both ends of every slider, with a name on slider and box?"""
    for control in MAKE[name]().controls.values():
        assert control.slider.description in control.box.description
        control.slider.value = control.slider.max
        control.box.value = control.box.min
        assert control.slider.value == control.value == control.box.min


class Run:
    """Guesses without TensorFlow."""

    def guess(self, line: str) -> list[tuple[str, float]]:
        if "___" not in line:
            raise UsageError("There is no gap.", "Write ___ for the hidden word.")
        return [("film", 0.5), (line.split()[0], 0.25)]


def test_the_guess_box_answers_and_says_what_is_wrong() -> None:
    """Do words and picture follow the sentence, and is a sentence without a gap told so?"""
    text, picture, words = transformer._make_guess_box(Run(), "a ___ end").children
    assert "“film” 50%" in words.value
    text.value = "some ___ end"
    assert "“some” 25%" in words.value
    assert "<img" in picture.value
    text.value = "no hole"
    assert "Write ___" in words.value
    assert picture.value == ""


def test_static_shows_the_picture_alone(monkeypatch) -> None:
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        transformer.guess_box(Run(), "a ___ end")
        transformer.explore_costs()._ipython_display_()
    assert ["film" in captured.outputs[0].metadata["image/png"]["alt"], len(captured.outputs)] == [True, 2]
