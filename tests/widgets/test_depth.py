"""Do the widgets of chapter 04 follow their controls, with a name on each?"""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import depth
from bookutils.widgets.controls import NumberControl

MOVES = {
    "explore_profile": {"activation": "tanh", "std": 0.5, "depth": 20},
    "explore_remedies": {"activation": "sigmoid", "std": 0.5, "depth": 20, "remedy": "both"},
}


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_the_picture(name):
    """Does moving any control give another picture with alt text, and a sentence?"""
    explorer = getattr(depth, name)()
    assert set(explorer.controls) == set(MOVES[name])
    for control, value in MOVES[name].items():
        before = explorer.picture.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before
        assert 'alt="' in explorer.picture.value
        assert 'alt=""' not in explorer.picture.value
        assert "aria-live" in explorer.summary.value


@pytest.mark.parametrize("name", MOVES)
def test_every_control_has_a_label_and_its_ends_can_be_drawn(name):
    """Do slider and box carry their name and follow each other, and is there a picture at both ends?"""
    for control in getattr(depth, name)().controls.values():
        if isinstance(control, NumberControl):
            assert control.slider.description
            assert control.slider.description in control.box.description
            control.slider.value = control.slider.max
            assert control.box.value == control.slider.max
            control.box.value = control.box.min
            assert control.slider.value == control.value == control.box.min
        else:
            assert control.dropdown.description


@pytest.mark.parametrize("remedy", [depth.ALL, *depth.REMEDIES])
def test_each_remedy_has_its_own_picture(remedy):
    """Does the summary say which remedies are on?"""
    words = depth.explore_remedies(remedy).summary.value
    assert remedy == depth.ALL or depth.REMEDIES[remedy][0] in words


@pytest.mark.parametrize("name", MOVES)
def test_static_shows_the_picture_alone(name, monkeypatch):
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        getattr(depth, name)()._ipython_display_()
    (output,) = captured.outputs
    assert "50 layers" in output.metadata["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" not in output.data
