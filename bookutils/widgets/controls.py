"""Controls around a plot: numbers to drag or to type, things to choose, and a picture that follows them.

Every number has a slider and a box, both with its name; a slider moves with the arrow keys, Page Up and Page Down.
The picture stands in HTML, since only there it can carry its alt text; its main sentence is written under it as well.
Nothing is computed here. ipywidgets 7.7 and 8.
"""

import base64
import html
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
from matplotlib.figure import Figure

from bookutils.core.settings import is_static
from bookutils.plots.figure import alt_text, css_size, keep_layout, layout_of, png, show

_WIDE_LABEL = {"description_width": "11em"}
_BOX_LABEL = {"description_width": "12em"}


class NumberControl:
    """A number to drag or to type: a slider and a box that follow each other.

    Parameters
    ----------
    label : its name, which both carry
    value, low, high, step : of the number; a value outside is moved to the nearest end
    whole : the number is a whole one
    """

    def __init__(
        self, label: str, value: float, low: float, high: float, step: float = 0.1, *, whole: bool = False
    ) -> None:
        slider_class = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        box_class = ipywidgets.BoundedIntText if whole else ipywidgets.BoundedFloatText
        limits = {"min": low, "max": high, "step": step, "value": min(max(value, low), high)}
        self.slider = slider_class(
            **limits, description=label, readout=False, style=_WIDE_LABEL, layout={"width": "28em"}
        )
        self.box = box_class(**limits, description=f"{label} =", style=_BOX_LABEL, layout={"width": "19em"})
        # Linked in the kernel, not in the page: so the two also agree where nobody looks, and the picture with them.
        # The page's slider counts in steps and gives 1.0000000000000002 for 1; nobody wants to read that in the box.
        self._link = ipywidgets.link(
            (self.slider, "value"), (self.box, "value"), transform=(lambda value: round(value, 9), lambda value: value)
        )
        self.widget = ipywidgets.HBox([self.slider, self.box], layout={"flex_flow": "row wrap"})

    @property
    def value(self) -> float:
        """The number."""
        return self.box.value

    @value.setter
    def value(self, value: float) -> None:
        self.slider.value = value

    def on_change(self, call: Callable[[], None]) -> None:
        """Call a function after each change, once, whichever of the two was moved."""
        self.slider.observe(lambda _change: call(), names="value")


class ChoiceControl:
    """One of several things, from a list.

    Parameters
    ----------
    label : its name
    options : value → what the learner reads
    value : the one chosen at first
    """

    def __init__(self, label: str, options: Mapping[Any, str], value: Any) -> None:
        pairs = [(text, key) for key, text in options.items()]
        self.dropdown = ipywidgets.Dropdown(
            options=pairs, value=value, description=label, style=_WIDE_LABEL, layout={"width": "28em"}
        )
        self.widget = self.dropdown

    @property
    def value(self) -> Any:
        """The thing chosen."""
        return self.dropdown.value

    @value.setter
    def value(self, value: Any) -> None:
        self.dropdown.value = value

    def on_change(self, call: Callable[[], None]) -> None:
        """Call a function after each change."""
        self.dropdown.observe(lambda _change: call(), names="value")


Control = NumberControl | ChoiceControl


def picture_html(fig: Figure) -> str:
    """A figure as an HTML image with its alt text; it shrinks with the page.

    Raises
    ------
    UsageError
        When the figure has no alt text.
    """
    width, _height = css_size(fig)
    data = base64.b64encode(png(fig, fast=True)).decode("ascii")
    alt = html.escape(alt_text(fig), quote=True)
    return f'<img src="data:image/png;base64,{data}" alt="{alt}" width="{width}" style="max-width:100%;height:auto">'


def main_sentence(fig: Figure) -> str:
    """The first sentence of a figure's alt text, which says the main thing."""
    first, stop, _rest = alt_text(fig).partition(". ")
    return f"{first}." if stop else first


class Explorer:
    """Controls, and a picture that follows them.

    Parameters
    ----------
    draw : gets the value of each control by its name, and returns a figure with alt text
    controls : name → control, in the order of the page

    Notes
    -----
    In a notebook it displays itself as the last expression of a cell. While notebooks are built (``BOOKUTILS_STATIC``)
    only the picture appears: a stored control without a kernel does nothing.

    The picture is drawn again within the call that reports a change. A fast drag needs no further care: the page sends
    its next value only when the kernel has finished with the last one, and leaves out those between.
    """

    def __init__(self, draw: Callable[..., Figure], controls: Mapping[str, Control]) -> None:
        self.draw = draw
        self.controls = dict(controls)
        self.picture = ipywidgets.HTML()
        self.summary = ipywidgets.HTML()
        self.view = ipywidgets.VBox(
            [*(control.widget for control in self.controls.values()), self.picture, self.summary]
        )
        self._layout: list[tuple[float, float, float, float]] = []
        self.redraw()
        for control in self.controls.values():
            control.on_change(self.redraw)

    def figure(self) -> Figure:
        """The figure for the controls as they stand."""
        return self.draw(**{name: control.value for name, control in self.controls.items()})

    def redraw(self) -> None:
        """Draw the picture again, and say its main sentence."""
        fig = keep_layout(self.figure(), self._layout)
        self.picture.value = picture_html(fig)
        self._layout = self._layout or layout_of(fig)
        sentence = html.escape(main_sentence(fig))
        self.summary.value = f'<p role="status" aria-live="polite" style="margin:0.3em 0">{sentence}</p>'

    def _ipython_display_(self) -> None:
        if is_static():
            show(self.figure())
            return
        from IPython.display import display

        display(self.view)
