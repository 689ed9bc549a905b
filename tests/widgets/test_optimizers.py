"""What the widgets of chapter 05 say, beside what test_explorers.py asks of every explorer."""

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import optimizers


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
