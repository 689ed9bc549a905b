"""Do the widgets of chapter 09 that need no encoder follow their controls? The others: tests/bert/test_attention.py."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import attention

MOVES = {
    "explore_query": {"angle": -40.0, "length": 3.5, "key_angle": -90.0, "key_length": 0.5},
    "explore_size": {"power": 10, "divide_by": "size"},
}


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_the_picture(name):
    """Does moving any control give another picture with alt text?"""
    explorer = getattr(attention, name)()
    assert set(explorer.controls) == set(MOVES[name])
    for control, value in MOVES[name].items():
        before = explorer.picture.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before
        assert 'alt="' in explorer.picture.value
        assert "aria-live" in explorer.summary.value


def test_a_query_without_length_takes_the_plain_mean():
    """At length 0, do all three keys get a third?"""
    assert "A 0.33, B 0.33, C 0.33" in attention.explore_query(length=0.0).summary.value


def test_static_shows_the_picture_alone(monkeypatch):
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        attention.explore_size()._ipython_display_()
    (output,) = captured.outputs
    assert "For d = 64" in output.metadata["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" not in output.data
