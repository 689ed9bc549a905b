"""Do the widgets of chapter 09 that need no encoder follow their controls? Others: tests/models/test_attention.py."""

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import attention


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
