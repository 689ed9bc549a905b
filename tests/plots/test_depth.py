"""Does each picture of chapter 04 show its data, say so in words, and stay small?"""

import numpy as np
import pytest

from bookutils.numerics.depth.experiments import deep_profile, train_from
from bookutils.plots import depth as plots
from bookutils.plots.figure import alt_text, png

STDS = np.geomspace(0.05, 0.5, 6)
FIGURES = {
    "profiles": lambda: plots.deep_profiles(
        {"N(0, 1)": deep_profile("relu", 1.0), "small": deep_profile("relu", 0.01)}
    ),
    "single": lambda: plots.single_profile(deep_profile("tanh", 0.1), "tanh"),
    "single, gone": lambda: plots.single_profile(deep_profile("sigmoid", 0.0005, 60), "sigmoid"),
    "one layer": lambda: plots.single_profile(deep_profile("relu", 0.1, 1), "one"),
    "half": plots.half_of_the_squares,
    "uniform": lambda: plots.uniform_and_normal(0.1),
    "starts": lambda: plots.starts(
        {
            "equal": train_from(np.full((2, 8), 0.25), np.full(8, 0.25)),
            "zero": train_from(np.zeros((2, 8)), np.zeros(8)),
        }
    ),
    "survival": lambda: plots.survival(
        STDS,
        {"ReLU": np.array([deep_profile("relu", std).backward for std in STDS])},
        {"He": 0.14},
        title="One scale",
    ),
}
WORDS = {
    "profiles": ["N(0, 1): activations 10⁸⁶, gradient 10⁸⁶", "small: activations 10⁻¹¹⁴"],
    "single, gone": ["by the factor 0."],
    "half": ["one half of the mean square"],
    "uniform": ["±0.17", "1.73 times"],
    "starts": ["equal: loss from", "1 of 8 units different", "zero: loss from 1.07 to 1.05"],
    "survival": ["ReLU near 0.13"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS.get(name, []))


def test_other_data_give_another_picture():
    """Does the picture depend on the data, and the words with it?"""
    one, other = (plots.single_profile(deep_profile("relu", std), "ReLU") for std in (0.1, 0.2))
    assert png(one) != png(other)
    assert alt_text(one) != alt_text(other)
