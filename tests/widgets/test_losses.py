"""Do the widgets of chapter 02 follow their controls, with a name on each?"""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import losses

MOVES = {
    "explore_outlier": {"y": -20.0, "x": 5.0, "delta": 3.0},
    "explore_honesty": {"truth": 0.3, "reported": 0.9},
    "explore_temperature": {"temperature": 5.0},
}


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_the_picture(name):
    """Does moving any control give another picture with alt text, and a sentence?"""
    explorer = getattr(losses, name)()
    assert set(explorer.controls) == set(MOVES[name])
    for control, value in MOVES[name].items():
        before, words = explorer.picture.value, explorer.summary.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before
        assert 'alt="' in explorer.picture.value
        assert "aria-live" in explorer.summary.value
        assert explorer.summary.value != words


@pytest.mark.parametrize("name", MOVES)
def test_every_slider_has_a_label_and_a_box(name):
    """Do slider and box carry their name, and does each follow the other, to both ends?"""
    for control in getattr(losses, name)().controls.values():
        assert control.slider.description in control.box.description
        control.slider.value = control.slider.max
        assert control.box.value == control.slider.max
        control.box.value = control.box.min
        assert control.slider.value == control.value == control.box.min


def test_static_shows_the_picture_alone(monkeypatch):
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        losses.explore_outlier(y=-20.0)._ipython_display_()
    (output,) = captured.outputs
    assert "squared error −0.26" in output.metadata["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" not in output.data
