"""A run that is shown while it goes on: its view leaves with the run, however the run ends."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.plots.figure import new_figure, set_alt
from bookutils.widgets import live
from bookutils.widgets.live import live_view, status_line


@dataclass(frozen=True)
class Place:
    """Where a run stands, as far as a view asks."""

    step: int
    total_steps: int = 10
    examples_per_second: float = 0.0
    seconds_left: float = float("nan")
    history: tuple[float, ...] = ()


def curves(history):
    figure, _axes = new_figure("A curve")
    return set_alt(figure, f"A curve through {len(history)} points.")


@pytest.fixture
def shell(monkeypatch):
    """A notebook's shell, and no static mode."""
    monkeypatch.delenv("BOOKUTILS_STATIC", raising=False)
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_the_view_leaves_with_the_run(shell, error, monkeypatch):
    """Are its widgets closed at the run's end, after an error, and after an interruption?"""
    views = []
    opened = live._View._open
    monkeypatch.setattr(live._View, "_open", lambda self, progress: (opened(self, progress), views.append(self.box))[0])

    def train(report):
        report(Place(1))
        if error is not None:
            raise error

    with capture_output():
        try:
            with live_view(curves, lambda progress: f"step {progress.step}") as report:
                train(report)
        except (ValueError, KeyboardInterrupt) as caught:
            assert type(caught) is error
    (box,) = views
    assert box.comm is None, "it is still open"


def test_a_run_without_steps_shows_nothing(shell):
    """Where a run is remembered, and nothing is reported, does nothing appear?"""
    with capture_output() as captured, live_view(curves, str):
        pass
    assert not captured.outputs


def test_while_notebooks_are_built_there_is_no_view(shell, monkeypatch):
    """In static mode, is there nothing to report to?"""
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with live_view(curves, str) as report:
        assert report is None


def test_it_is_drawn_at_most_once_a_second_and_at_the_end(shell, monkeypatch):
    """Are steps between two drawings skipped, and is the last step drawn in any case?"""
    clock = [0.0]
    monkeypatch.setattr(live.time, "monotonic", lambda: clock[0])
    drawn = []
    with capture_output(), live_view(curves, lambda progress: drawn.append(progress.step) or "") as report:
        for step in range(1, 11):
            report(Place(step, history=(0.0,) * step))
            clock[0] += 0.4
    assert drawn == [1, 4, 7, 10]


def test_what_is_not_known_is_left_out_of_the_line():
    """Does the line leave out a speed and a time that are not known yet, and the time at the end?"""
    speed = "{speed:.0f} sentences a second."
    first = status_line(Place(1), "Step 1 of 10.", speed)
    later = status_line(Place(5, 10, 48.2, 330.0), "Step 5 of 10.", speed)
    last = status_line(Place(10, 10, 48.2, 0.0), "Step 10 of 10.", speed)
    assert first.startswith("Step 1 of 10. Interrupt the kernel")
    assert later.startswith("Step 5 of 10. 48 sentences a second. Left: about 6 minutes. Interrupt")
    assert "Left" not in last
