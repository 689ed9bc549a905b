"""Do the widgets of chapter 06 follow their controls, with a name on each?"""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import comparison

MOVES = {
    "explore_parameters": {"vocabulary": 50_000, "hidden": 384, "layers": 6, "heads": 16},
    "explore_budget": {"exponent": 20.0, "alpha": 0.35, "beta": 0.3},
    "explore_break_even": {
        "per_hour": 3.0, "requests_per_second": 4.0, "utilisation": 50, "setup": 20_000, "upkeep": 40.0,
        "price": 0.01, "tokens": 900,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_the_picture(name):
    """Does moving any control give another picture with alt text, and a sentence?"""
    explorer = getattr(comparison, name)()
    assert set(explorer.controls) == set(MOVES[name])
    for control, value in MOVES[name].items():
        before = explorer.picture.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before
        assert 'alt="' in explorer.picture.value
        assert "aria-live" in explorer.summary.value


def test_heads_change_the_words_and_no_number():
    """Is every count as before when only the number of heads moves?"""
    explorer = comparison.explore_parameters()
    before = explorer.summary.value
    explorer.controls["heads"].value = 24
    assert explorer.summary.value == before
    assert "24 heads" in explorer.picture.value


@pytest.mark.parametrize("name", MOVES)
def test_every_control_has_a_label_and_its_ends_can_be_drawn(name):
    """Do slider and box carry their name and follow each other, and is there a picture at both ends?"""
    for control in getattr(comparison, name)().controls.values():
        assert control.slider.description in control.box.description
        control.slider.value = control.slider.max
        assert control.box.value == control.slider.max
        control.box.value = control.box.min
        assert control.slider.value == control.value == control.box.min


@pytest.mark.parametrize("name", MOVES)
def test_static_shows_the_picture_alone(name, monkeypatch):
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        getattr(comparison, name)()._ipython_display_()
    (output,) = captured.outputs
    assert output.metadata["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" not in output.data
