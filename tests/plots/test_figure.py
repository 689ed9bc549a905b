"""Does every figure look the same, carry its words, and reach a notebook?"""

import base64

import matplotlib
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.core.errors import UsageError
from bookutils.plots.figure import alt_text, css_size, keep_layout, layout_of, new_figure, png, set_alt, show, styled


def _line(height=1):
    fig, (ax,) = new_figure("A line", height=200)
    ax.plot([0, 1], [0, height])
    return set_alt(fig, "A line that rises.")


def test_the_same_data_gives_the_same_bytes():
    """Are two pictures equal to the byte, different for other data, and free of the software's name?"""
    assert png(_line()) == png(_line())
    assert png(_line()) != png(_line(2))
    assert b"Software" not in png(_line())


def test_a_person_s_own_settings_change_nothing():
    """Does a dark style with large type leave the bytes as they are, and is it there afterwards?"""
    plain = png(styled(_line)())
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "savefig.bbox": "tight"}):
        assert png(styled(_line)()) == plain
        assert matplotlib.rcParams["font.size"] == 30


def test_no_figure_without_words():
    """Is a figure without alt text refused, and are blank words refused?"""
    fig, _axes = new_figure("Silent")
    with pytest.raises(UsageError, match="alt text"):
        show(fig)
    with pytest.raises(UsageError):
        set_alt(fig, "  ")
    assert alt_text(set_alt(fig, "two\n  lines")) == "two lines"


def test_show_publishes_a_png_with_its_alt_text():
    """Does a notebook get a PNG of the stated size with alt text, without pyplot?"""
    InteractiveShell.instance()
    with capture_output() as captured:
        show(_line())
    (output,) = captured.outputs
    assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")
    assert output.data["text/plain"] == "A line that rises."
    assert output.metadata["image/png"] == {"alt": "A line that rises.", "width": 640, "height": 200}


def test_a_kept_layout_keeps_the_picture():
    """Is a figure with the layout of its like the same to the byte?"""
    first = _line()
    plain = png(first)
    again = keep_layout(_line(), layout_of(first))
    assert png(again) == plain
    assert css_size(again) == (640, 200)
