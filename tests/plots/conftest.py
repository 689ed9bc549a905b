"""What is asked of every figure of a chapter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from matplotlib.figure import Figure

from bookutils.plots.figure import alt_text, png

Look = Callable[..., Figure]


@pytest.fixture
def look() -> Look:
    """Draw a figure twice and look at it.

    Called with what draws it, the words that its alt text has to hold, and its largest size in bytes; returns it.
    """

    def look(draw: Callable[[], Figure], words: Sequence[str], most: int) -> Figure:
        with np.errstate(all="raise", under="ignore"):
            fig = draw()
        picture = png(fig)
        assert picture == png(draw())
        assert len(picture) < most
        for text in words:
            assert text in alt_text(fig), alt_text(fig)
        title = fig._suptitle.get_window_extent()
        assert title.x1 < fig.bbox.x1, "the title runs out of the picture"
        assert " -" not in alt_text(fig)  # a true minus
        return fig

    return look
