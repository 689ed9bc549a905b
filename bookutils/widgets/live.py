"""A training run to look at while it goes on: its curves, a bar, a line that says where it stands."""

from __future__ import annotations

import html
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from bookutils.core.messages import _
from bookutils.core.settings import is_static
from bookutils.widgets.controls import picture_html

if TYPE_CHECKING:
    from bookutils.models.training.history import History, Progress
    from bookutils.models.training.run import Report

REDRAW_SECONDS = 1.0


@contextmanager
def live_view(curves: Callable[[History], Figure], words: Callable[[Progress], str]) -> Iterator[Report | None]:
    """Show curves and a bar while the block trains; they are gone when it ends, however it ends.

    They appear with the first step, so that a remembered run shows none of them. There is no button to stop: a click
    reaches Python when the cell is done. Interrupting works everywhere.

    Parameters
    ----------
    curves : draws what has happened so far
    words : says where the run stands, in a line

    Yields
    ------
    what the run is to call after each step; None while notebooks are built, where only the last picture is shown
    """
    if is_static():
        yield None
        return
    view = _View(curves, words)
    try:
        yield view.report
    finally:
        view.close()


class _View:
    """What `live_view` shows."""

    def __init__(self, curves: Callable[[History], Figure], words: Callable[[Progress], str]) -> None:
        self.curves, self.say = curves, words
        self.box: Any = None
        self.drawn = -math.inf

    def report(self, progress: Progress) -> None:
        """Draw again, at most once a second."""
        if time.monotonic() - self.drawn >= REDRAW_SECONDS or progress.step == progress.total_steps:
            self._draw(progress)
            self.drawn = time.monotonic()

    def _draw(self, progress: Progress) -> None:
        if self.box is None:
            self._open(progress)
        self.bar.value = progress.step
        self.words.value = f'<div aria-live="off">{html.escape(self.say(progress))}</div>'
        self.picture.value = picture_html(self.curves(progress.history))

    def _open(self, progress: Progress) -> None:
        import ipywidgets as widgets
        from IPython.display import display

        self.bar = widgets.IntProgress(
            min=0, max=progress.total_steps, description=_("Training"), layout={"width": "320px"}
        )
        self.words = widgets.HTML()
        self.picture = widgets.HTML()
        self.box = widgets.VBox([self.bar, self.words, self.picture])
        self.handle = display(self.box, display_id=True)

    def close(self) -> None:
        """Take the live view out of the cell: stored, it would be an error after a restart."""
        if self.box is None:
            return
        if self.handle is not None:
            self.handle.update({"text/plain": ""}, raw=True)
        for part in (*self.box.children, self.box):
            part.close()
        self.box = None


def status_line(progress: Progress, where: str, speed: str) -> str:
    """Put together the line that says where a run stands.

    Parameters
    ----------
    progress : of the run
    where : a sentence with the step
    speed : a sentence with the place ``{speed}``; left out, as the time is, while it is not known
    """
    line = where
    if progress.examples_per_second > 0:
        line += " " + speed.format(speed=progress.examples_per_second)
    if math.isfinite(progress.seconds_left) and progress.step < progress.total_steps:
        line += " " + _("Left: {time}.").format(time=in_words(progress.seconds_left))
    return line + " " + _("Interrupt the kernel (■) to stop; the cell goes on from there when it is run again.")


def in_words(seconds: float) -> str:
    """Say a time as roughly as it is known.

    >>> in_words(312), in_words(61), in_words(42)
    ('about 5 minutes', 'about a minute', 'less than a minute')
    """
    minutes = round(seconds / 60)
    if minutes > 1:
        return _("about {minutes} minutes").format(minutes=minutes)
    return _("about a minute") if seconds >= 60 else _("less than a minute")
