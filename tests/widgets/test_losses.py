"""What the widgets of chapter 02 say, beside what test_explorers.py asks of every explorer."""

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import losses


def test_static_shows_the_picture_alone(monkeypatch):
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        losses.explore_outlier(y=-20.0)._ipython_display_()
    (output,) = captured.outputs
    assert "squared error −0.26" in output.metadata["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" not in output.data
