"""One look for every figure of the course, the words that stand for it, and how it reaches a notebook.

A plot is a function: data in, `Figure` out, with its alt text. It begins with `new_figure` and ends with
`set_alt`; nothing here or there touches pyplot or any other global state. The figure is a light card with dark ink,
so that it reads the same on a light and on a dark page.

    @styled
    def relu_slope(x: Floats, slope: Floats) -> Figure:
        fig, (ax,) = new_figure(_("Below zero the slope is exactly zero"))
        ax.plot(x, slope, color=BLUE)
        return set_alt(fig, _("…"))
"""

import base64
import io
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.transforms import Affine2D
from PIL import Image

from bookutils.core.errors import UsageError
from bookutils.core.messages import _

# Okabe and Ito 2008: told apart with every common colour blindness. Their yellow is left out: too pale for a line.
BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
ORANGE = "#E69F00"
SKY = "#56B4E9"
PALETTE = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
_LINE_STYLES = ("-", "--", "-.", ":", (0, (6, 1.5, 1, 1.5, 1, 1.5)))  # told apart without colour too
INK = "#222222"
QUIET = "#5f6368"  # secondary text: 6 to 1 on the card
GRID = "#dcdcd6"
CARD = "#fcfcfa"

CSS_DPI = 96  # a CSS pixel is 1/96 inch, so that font sizes in points come out as on the page around
PNG_DPI = 120  # 1.25 dots a CSS pixel: sharp enough, drawn quickly, and small files

_STYLE: dict[Any, Any] = {
    **dict(matplotlib.rcParamsDefault.items()),  # a person's own matplotlibrc must not change the bytes
    "axes.axisbelow": True,
    "axes.edgecolor": QUIET,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.dpi": PNG_DPI,
    "figure.facecolor": "none",
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same letters on every machine
    "font.size": 10,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "lines.linewidth": 2.2,
    "text.color": INK,
    "xtick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.color": QUIET,
    "ytick.labelcolor": INK,
}
_STYLE.pop("backend", None)  # to choose a backend is a global effect


P = ParamSpec("P")


def styled(plot: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a plot draw in the course's look, whatever a person's own matplotlib settings are."""

    @wraps(plot)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(_STYLE):
            return plot(*args, **kwargs)

    return drawn


def new_figure(
    title: str, rows: int = 1, columns: int = 1, *, width: int = 640, height: int = 360, **subplots: Any
) -> tuple[Figure, list[Axes]]:
    """Begin a figure in the course's look.

    Parameters
    ----------
    title : what the figure says, in a sentence; it stands above all axes
    rows, columns : of axes
    width, height : in CSS pixels
    **subplots : what `Figure.subplots` takes further, e.g. ``sharex=True``

    Returns
    -------
    (Figure, list of its axes, row by row)

    Examples
    --------
    >>> fig, (left, right) = new_figure("Two views of one unit", columns=2)
    >>> fig.get_size_inches() * CSS_DPI
    array([640., 360.])
    """
    with matplotlib.rc_context(_STYLE):
        fig = Figure(figsize=(width / CSS_DPI, height / CSS_DPI), layout="constrained")
        fig.get_layout_engine().set(w_pad=0.12, h_pad=0.12)  # type: ignore[union-attr, call-arg]
        _add_card(fig, width, height)
        axes = fig.subplots(rows, columns, squeeze=False, **subplots)
        fig.suptitle(title, x=0.02, ha="left", fontsize=12, fontweight="bold")
    return fig, list(axes.flat)


def _add_card(fig: Figure, width: int, height: int) -> None:
    radius, edge = 10.0, 0.5
    card = FancyBboxPatch(
        (radius, radius),
        width - 2 * radius,
        height - 2 * radius,
        boxstyle=f"round,pad={radius - edge}",
        transform=Affine2D().scale(1 / width, 1 / height) + fig.transFigure,
        facecolor=CARD,
        edgecolor=GRID,
        linewidth=0.8,
        zorder=-10,
    )
    card.set_in_layout(False)
    fig.add_artist(card)


def line_look(number: int) -> dict[str, Any]:
    """Return colour and style of the line with this number, counted from 0, as keywords for ``ax.plot``."""
    return {"color": PALETTE[number % len(PALETTE)], "linestyle": _LINE_STYLES[number % len(_LINE_STYLES)]}


def set_alt(fig: Figure, text: str) -> Figure:
    """Give a figure the words that stand for it: what is seen, with its key values.

    Returns
    -------
    the same figure, so that a plot can end with it

    Raises
    ------
    UsageError
        When there are no words.
    """
    if not text.strip():
        raise UsageError(_("A figure got an empty alt text."), _("Say in one or two sentences what is seen."))
    fig.set_label(" ".join(text.split()))
    return fig


def alt_text(fig: Figure) -> str:
    """The words that stand for a figure.

    Raises
    ------
    UsageError
        When nobody has given it any.

    Examples
    --------
    >>> fig, axes = new_figure("A line")
    >>> alt_text(set_alt(fig, "A line that rises from 0 to 1."))
    'A line that rises from 0 to 1.'
    """
    text = str(fig.get_label() or "")
    if not text:
        raise UsageError(_("This figure has no alt text."), _("Call set_alt(fig, …) before it is shown."))
    return text


def png(fig: Figure, *, fast: bool = False) -> bytes:
    """The figure as a PNG file. The same figure gives the same bytes.

    Parameters
    ----------
    fig : a figure
    fast : pack less tightly, which takes a fifth of the time; for pictures that follow a slider
    """
    # Drawn by hand: `savefig` would draw a figure with a layout twice, and write matplotlib's version into the file.
    canvas = FigureCanvasAgg(fig)
    with matplotlib.rc_context(_STYLE):
        fig.set_dpi(PNG_DPI)
        canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format="png", compress_level=3 if fast else 9)
    return stream.getvalue()


def layout_of(fig: Figure) -> list[tuple[float, float, float, float]]:
    """Where the axes and the title of a figure stand; for `keep_layout`. The figure must have been drawn."""
    title = fig._suptitle.get_position() if fig._suptitle else (0.0, 0.0)  # type: ignore[attr-defined]
    return [ax.get_position(original=True).bounds for ax in fig.axes] + [(*title, 0.0, 0.0)]


def keep_layout(fig: Figure, layout: list[tuple[float, float, float, float]]) -> Figure:
    """Put the axes and the title where they stood in another figure of the same plot.

    To find their places anew takes longer than to draw; and a picture that follows a slider should stand still.
    A layout of another number of axes is left alone.
    """
    if len(layout) != len(fig.axes) + 1:
        return fig
    fig.set_layout_engine("none")
    for ax, place in zip(fig.axes, layout[:-1], strict=True):
        ax.set_position(place)
    if fig._suptitle:  # type: ignore[attr-defined]
        fig._suptitle.set_position(layout[-1][:2])  # type: ignore[attr-defined]
    return fig


def minus(text: str) -> str:
    """Write negative numbers in a text with a true minus, as matplotlib does on its axes.

    Examples
    --------
    >>> minus("a pre-activation of -2.5, and -0.00")
    'a pre-activation of −2.5, and 0.00'
    """
    text = re.sub(r"(?<![\w.])-(0(?:\.0+)?)(?![\d.]*[1-9])", r"\1", text)  # nobody says minus zero
    return re.sub(r"(?<![\w.])-(?=\d)", "−", text)


def css_size(fig: Figure) -> tuple[int, int]:
    """Width and height in CSS pixels, as the figure is shown."""
    width, height = fig.get_size_inches() * CSS_DPI
    return round(width), round(height)


def show(fig: Figure, alt: str | None = None) -> None:
    """Display a figure in a notebook, with its alt text for those who do not see it.

    Parameters
    ----------
    fig : a figure
    alt : the words that stand for it; only needed when the figure carries none

    Raises
    ------
    UsageError
        When there is no alt text.

    Notes
    -----
    The picture is published by hand: a figure made without pyplot has no formatter in a fresh kernel. Where there is
    no page to show a picture on, the words are printed.
    """
    from IPython.display import display

    if alt is not None:
        set_alt(fig, alt)
    text = alt_text(fig)
    width, height = css_size(fig)
    data = {"image/png": base64.b64encode(png(fig)).decode("ascii"), "text/plain": text}
    display(data, raw=True, metadata={"image/png": {"alt": text, "width": width, "height": height}})
