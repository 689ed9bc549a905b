"""Does each picture of chapter 03 show its data, say so in words, and stay small?"""

import numpy as np
import pytest

from bookutils.numerics.backpropagation.example import STEPS, hand_on
from bookutils.numerics.backpropagation.training import train_network, two_moons
from bookutils.plots.backpropagation import graph as plots
from bookutils.plots.backpropagation import training
from bookutils.plots.figure import alt_text, png

X, Y = two_moons()
HISTORIES = {rate: train_network(X, Y, rate, 60) for rate in (0.01, 2.0, 20.0)}
FIGURES = {
    **{f"step {step}": lambda step=step: plots.computation_graph(step) for step in range(STEPS + 1)},
    **{
        f"shut, step {step}": lambda step=step: plots.computation_graph(step, y=0, b1=-1.0, w2=-2.9) for step in (9, 10)
    },
    "shapes": plots.shapes_of_backward,
    "orders": lambda: plots.two_orders(hand_on(), hand_on(("ℓ", "u", "v"))),
    "boundary": lambda: training.moving_boundary(X, Y, HISTORIES[2.0], (0, 10, 50)),
    "losses": lambda: training.loss_curves({f"learning rate {rate:g}": one for rate, one in HISTORIES.items()}),
    "widget": lambda: training.boundary_and_loss(X, Y, HISTORIES[2.0], 20, 2.0),
    "widget, too large": lambda: training.boundary_and_loss(X, Y, HISTORIES[20.0], 2, 20.0),
}
WORDS = {
    "step 0": ["Before the first step"],
    "step 5": ["ℓ = −log p = 0.693"],
    "step 7": ["p − y = −0.5", "z₂ −0.5"],
    "step 10": ["w₂₁ −2", "w₂ −0.15"],
    "shut, step 9": ["ReLU is shut"],
    "shut, step 10": ["w₁₁ 0, "],
    "shapes": ["(inputs, batch) times upstream (batch, units)"],
    "orders": ["x gets 135", "x gets 81"],
    "boundary": ["after 0 steps 56%"],
    "losses": ["learning rate 20: on average no better than a guess"],
    "widget": ["88% right"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    fig = look(FIGURES[name], WORDS.get(name, []))
    for legend in fig.legends:
        assert fig.bbox.x0 < legend.get_window_extent().x0 < legend.get_window_extent().x1 < fig.bbox.x1


def test_a_network_that_ran_away_is_still_drawn():
    """With losses and weights that are no numbers any more, is there a picture that says so?"""
    network = {name: np.full_like(array, np.nan) for name, array in HISTORIES[2.0].networks[0].items()}
    history = type(HISTORIES[2.0])((network,), np.array([np.nan]), np.array([0.5]))
    fig = training.boundary_and_loss(X, Y, history, 0, 20.0)
    assert "no number any more" in alt_text(fig)
    assert png(fig)
