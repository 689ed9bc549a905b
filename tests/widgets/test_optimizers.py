"""Do the widgets of chapter 05 follow their controls, with a name on each?"""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import optimizers
from bookutils.widgets.controls import NumberControl

MOVES = {
    "explore_race": {"surface": "rosenbrock", "power": -2.6, "momentum": 0.9},
    "explore_batches": {"power": 0, "learning_rate": 0.4},
}


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_the_picture(name):
    """Does moving any control give another picture with alt text, and a sentence?"""
    explorer = getattr(optimizers, name)()
    assert set(explorer.controls) == set(MOVES[name])
    for control, value in MOVES[name].items():
        before = explorer.picture.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before
        assert 'alt="' in explorer.picture.value
        assert 'alt=""' not in explorer.picture.value
        assert "aria-live" in explorer.summary.value


@pytest.mark.parametrize("name", MOVES)
def test_the_ends_of_every_slider_can_be_drawn(name):
    """Does each extreme give a picture, also where everything runs off?"""
    explorer = getattr(optimizers, name)()
    numbers = [control for control in explorer.controls.values() if isinstance(control, NumberControl)]
    for control in numbers:
        assert control.slider.description in control.box.description
        control.slider.value = control.slider.max
    for control in numbers:
        control.box.value = control.box.min
        assert control.slider.value == control.value == control.box.min


def test_the_race_says_who_arrives():
    """Is the outcome told in words: momentum comes through Rosenbrock's valley, Adam does not?"""
    explorer = optimizers.explore_race("rosenbrock", -2.6, 0.9)
    assert "momentum arrives in" in explorer.summary.value
    assert "Adam is not there after 200 steps" in explorer.summary.value


def test_static_shows_the_picture_alone(monkeypatch):
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        optimizers.explore_batches()._ipython_display_()
    (output,) = captured.outputs
    assert "8 a step: 128 steps" in output.metadata["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" not in output.data
