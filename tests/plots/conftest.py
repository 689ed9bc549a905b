"""What is asked of every figure of a chapter, with its limits in one place."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text

from bookutils.plots.figure import alt_text, png

Look = Callable[..., Figure]

MOST_BYTES = 90_000  # a notebook with six figures stays well under a megabyte
SMALLEST = 7.0  # points, of anything that is written
MAY_TOUCH = 2.0  # pixels by which two boxes of text may overlap: boxes are a little larger than letters
MAY_STICK_OUT = 1.0  # pixels


@pytest.fixture
def look() -> Look:
    """Draw a figure twice and look at it.

    Called with what draws it and the words that its alt text has to hold; returns the figure.
    """

    def look(draw: Callable[[], Figure], words: Sequence[str] = (), most: int = MOST_BYTES) -> Figure:
        with np.errstate(all="raise", under="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error")  # among them: a letter that the font does not have
            fig = draw()
            picture, texts = drawn(fig)
            assert picture == png(draw())
        assert len(picture) < most
        for text in words:
            assert text in alt_text(fig), alt_text(fig)
        assert " -" not in alt_text(fig)  # a true minus
        problems = [*overlapping(texts), *outside(texts, fig), *badly_set(texts)]
        assert not problems, "\n".join(problems)
        return fig

    return look


def drawn(fig: Figure) -> tuple[bytes, list[Text]]:
    """Draw a figure; return it with all texts that are really written: a tick beyond the ends of its axis is not."""
    found: list[Text] = []
    draw = Text.draw

    def note(text: Text, renderer: RendererBase, *rest: object, **more: object) -> None:
        if text.get_visible() and text.get_text().strip():
            found.append(text)
        draw(text, renderer, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", note)
        return png(fig), found


def overlapping(texts: Sequence[Text]) -> list[str]:
    """Name each two texts that are written over one another."""
    boxes = [(text, text.get_window_extent()) for text in texts if not text.get_rotation() % 90]
    found = []
    for (one, box), (other, place) in itertools.combinations(boxes, 2):
        wide = min(box.x1, place.x1) - max(box.x0, place.x0)
        high = min(box.y1, place.y1) - max(box.y0, place.y0)
        if wide > MAY_TOUCH and high > MAY_TOUCH:
            found.append(f"{one.get_text()!r} and {other.get_text()!r} overlap by {wide:.0f} × {high:.0f} pixels")
    return found


def outside(texts: Sequence[Text], fig: Figure) -> list[str]:
    """Name each text that runs out of the picture."""
    found = []
    for text in texts:
        box = text.get_window_extent()
        beyond = max(-box.x0, -box.y0, box.x1 - fig.bbox.x1, box.y1 - fig.bbox.y1)
        if beyond > MAY_STICK_OUT:
            found.append(f"{text.get_text()!r} runs out of the picture by {beyond:.0f} pixels")
    return found


def badly_set(texts: Sequence[Text]) -> list[str]:
    """Name each text that is too small, or set in another font than the one that comes with matplotlib."""
    found = []
    for text in texts:
        if text.get_fontsize() < SMALLEST:
            found.append(f"{text.get_text()!r} is set in {text.get_fontsize():.1f} points")
        font = Path(font_manager.findfont(text.get_fontproperties())).name
        if not font.startswith("DejaVuSans"):
            found.append(f"{text.get_text()!r} is set in {font}")
    return found
