"""Does the schedule follow what is dragged?"""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from bookutils.plots.figure import alt_text
from bookutils.widgets.bert.schedule import schedule_explorer


@pytest.fixture
def live(monkeypatch):
    monkeypatch.delenv("BOOKUTILS_STATIC", raising=False)
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


def test_the_schedule_follows_its_three_controls(live):
    """Is the peak where warm-up ends, for what is dragged, and does the learner's own schedule get drawn?"""
    explorer = schedule_explorer(steps_per_epoch=100)
    assert "5.0e-05 at step 30" in alt_text(explorer.figure())
    explorer.controls["peak"].value = 10
    explorer.controls["warmup"].value = 20
    explorer.controls["epochs"].value = 5
    assert "1.0e-04 at step 100" in explorer.picture.value
    flat = schedule_explorer(schedule=lambda step, peak, warmup_steps, total_steps: peak)
    assert "to 5.0e-05 at step 585" in alt_text(flat.figure())
