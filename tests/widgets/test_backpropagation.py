"""Do the widgets of chapter 03 follow their controls, with a name on each?"""

import pytest

from bookutils.widgets import backpropagation
from bookutils.widgets.controls import NumberControl

MOVES = {
    "explore_graph": {"step": 10, "y": 0, "b1": -0.5, "w2": 1.5},
    "explore_moons": {"learning_rate": 5.0, "steps": 200},
}


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_the_picture(name):
    """Does moving any control give another picture with alt text, and a sentence?"""
    explorer = getattr(backpropagation, name)()
    assert set(explorer.controls) == set(MOVES[name])
    for control, value in MOVES[name].items():
        before = explorer.picture.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before
        assert 'alt="' in explorer.picture.value
        assert "aria-live" in explorer.summary.value


@pytest.mark.parametrize("name", MOVES)
def test_the_ends_of_every_slider_are_drawn(name):
    """Do slider and box follow each other, and is there a picture at both ends?"""
    explorer = getattr(backpropagation, name)()
    for control in explorer.controls.values():
        if isinstance(control, NumberControl):
            control.slider.value = control.slider.max
            assert control.box.value == control.slider.max
            control.box.value = control.box.min
            assert control.slider.value == control.value == control.box.min
            assert 'alt="' in explorer.picture.value
