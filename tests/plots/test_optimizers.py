"""Does each picture of chapter 05 show its data, say so in words, and stay small?"""

import numpy as np
import pytest

from bookutils.numerics.optimizers import experiments as e
from bookutils.numerics.optimizers.paths import descend
from bookutils.numerics.optimizers.schedules import warmup_linear
from bookutils.plots.figure import alt_text, png
from bookutils.plots.optimizers import experiments
from bookutils.plots.optimizers import paths as plots

SIZES = [1, 16, 256]
SCALES = np.array([0.01, 1.0, 10.0])
RATES = [0.01, 0.1, 1.0]
FIGURES = {
    "parabola": lambda: plots.parabola_steps([0.5, 1.8, 2.1]),
    "race": lambda: plots.race("ravine", {"descent": descend("ravine", "sgd", 0.035)}),
    "race, off": lambda: plots.race("rosenbrock", {"descent": descend("rosenbrock", "sgd", 1.0)}),
    "noise": lambda: plots.noise_by_batch(SIZES, e.batch_noise(SIZES)),
    "ways": lambda: plots.batch_ways({"8": e.train_with_batches(8), "256": e.train_with_batches(256, 6.4)}),
    "early": experiments.early_steps,
    "warm-up": lambda: experiments.warmup_without_correction(warmup_linear(np.arange(585), 1.0, 58, 585)),
    "decay": lambda: experiments.weights_left(SCALES, np.full(3, 0.37), np.array([0.0, 0.37, 0.9])),
    "clip": lambda: experiments.clipped_arrows((3.0, 0.8)),
    "floors": lambda: experiments.floors_of_noise({"constant": e.train_with_batches(4, 0.3)}),
    "curves": lambda: experiments.learning_curves(np.array([[0.5, 0.6], [0.2, 0.4], [0.1, 0.7]]), title="Enough"),
    "sweep": lambda: experiments.sweep(RATES, {"Adam": np.array([[0.2, 0.3], [0.04, 0.06], [0.1, np.inf]])}),
}
WORDS = {
    "parabola": ["with 2.1/c, θ is −1.77 after 6 steps"],
    "race": ["descent arrives in 94 steps"],
    "race, off": ["descent runs off"],
    "noise": ["2.05 (1), 0.51 (16) and 0.13 (256)"],
    "ways": ["128 steps", "4 steps"],
    "early": ["3.2 α in the first step", "6.6 α at most, in step 12"],
    "warm-up": ["up to 4.2, at step 58"],
    "decay": ["leaves 37% whatever", "90% where they are 10"],
    "clip": ["length 1.0, 15 degrees", "39 degrees"],
    "floors": ["constant: 0.0"],
    "curves": ["at its lowest, 0.40, after epoch 2"],
    "sweep": ["Adam 0.050 ± 0.010 at 0.1"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS[name])


def test_other_data_give_another_picture():
    """Does the picture depend on the data, and the words with it?"""
    one, other = (plots.race("saddle", {"Adam": descend("saddle", "adam", rate)}) for rate in (0.01, 0.1))
    assert png(one) != png(other)
    assert alt_text(one) != alt_text(other)
