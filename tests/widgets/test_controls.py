"""Does a control of a number show a round one, and draw once; and is a static picture alone?"""

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import activations
from bookutils.widgets.controls import NumberControl


def test_a_slider_that_counts_in_binary_fractions_shows_a_round_number():
    """Is 1.0000000000000002 from the page shown, and used, as 1?"""
    control = NumberControl("size", 2.0, 0.1, 5.0, 0.1)
    control.slider.value = 0.1 + 9 * 0.1 + 2e-16
    assert (control.box.value, control.value) == (1.0, 1.0)


def test_one_move_draws_once():
    """Is the picture drawn once for one move of the box, though two controls change?"""
    explorer = activations.explore_unit()
    drawn = []
    explorer.picture.observe(drawn.append, names="value")
    explorer.controls["bias"].box.value = -2.0
    assert len(drawn) == 1


def test_static_shows_the_picture_alone(monkeypatch):
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        activations.explore_unit(bias=-3.0)._ipython_display_()
    (output,) = captured.outputs
    assert "75% of 100 units" in output.metadata["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" not in output.data
