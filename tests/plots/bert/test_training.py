"""Do the pictures of chapter 11 show what they are given, with words for those who do not see them?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.plots.bert import training as bert
from bookutils.plots.figure import alt_text, png

RATES = np.r_[np.linspace(0, 1e-4, 11), np.linspace(1e-4, 0, 91)[1:]]
FIGURES = {
    "padding": (lambda: bert.padding_bars({"fixed": 0.82, "sorted": 0.09}), ["fixed: 82%"]),
    "steps": (lambda: bert.step_sizes(1 / np.arange(1, 101) ** 0.5), ["begins at 1.00", "falls to 0.10 within 100"]),
    "schedule": (lambda: bert.schedule(RATES, 10), ["1.0e-04 at step 10"]),
    "run": (
        lambda: bert.training_curves(np.linspace(0.7, 0.1, 100), RATES[1:], [50, 100], [0.7, 0.9], 100),
        ["70%", "90%"],
    ),
    "run, not begun": (lambda: bert.training_curves([], [], [], [], 120), []),
    "answers": (lambda: bert.probability_bars(["good", "dull", "so so"], [0.9, 0.2, 0.52]), ["good", "90%"]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(*FIGURES[name])


def test_bars_of_padding_add_up():
    """Do words and padding fill each bar, and does the alt text name each share?"""
    figure = bert.padding_bars({"fixed": 0.82, "sorted": 0.09})
    widths = [patch.get_width() for patch in figure.axes[0].patches]
    assert widths == pytest.approx([0.18, 0.91, 0.82, 0.09])
    assert "fixed: 82%" in alt_text(figure)


def test_the_schedule_names_its_peak():
    """Does the alt text say where the peak is, for whatever schedule it gets?"""
    figure = bert.schedule([0.0, 0.5, 1.0, 0.5, 0.0], warmup_steps=2)
    assert "from 0 to 1.0e+00 at step 2" in alt_text(figure)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60), st.integers(1, 30))
def test_smoothing_is_a_mean_of_the_last(values, window):
    """Is each smoothed value the mean of the last `window` values?"""
    smoothed = bert.smooth(values, window)
    for place in range(len(values)):
        expected = np.mean(values[max(0, place + 1 - window) : place + 1])
        assert smoothed[place] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("steps", "ends", "accuracies"), [(0, [], []), (1, [], []), (30, [], []), (100, [40, 80], [0.7, 0.9])]
)
def test_a_run_can_be_drawn_at_any_time(steps, ends, accuracies):
    """Can a run be drawn before its first step, in the middle and later, with its accuracies in words?"""
    figure = bert.training_curves(np.linspace(0.7, 0.1, steps), np.linspace(0, 1e-5, steps), ends, accuracies, 120)
    assert png(figure).startswith(b"\x89PNG")
    assert len(figure.axes) == 3
    assert all(f"{accuracy:.0%}" in alt_text(figure) for accuracy in accuracies)
    assert ("90%" in figure.get_suptitle()) == bool(accuracies)


def test_bars_lean_to_the_right_side():
    """Does a bar start in the middle and end at its probability, and does the alt text give whole sentences?"""
    long = "a film so long that its title does not fit beside the bar that stands for it"
    figure = bert.probability_bars([long, "dull", "so so"], [0.9, 0.2, 0.52])
    ends = [patch.get_x() + patch.get_width() for patch in figure.axes[0].patches]
    assert ends == pytest.approx([0.9, 0.2, 0.52])
    assert long in alt_text(figure)
    assert figure.axes[0].get_yticklabels()[0].get_text().endswith("…")
