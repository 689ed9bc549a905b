"""Does each picture of chapter 01 show its data, say so in words, and stay small?"""

import pytest

from bookutils.numerics.activations import experiments as e
from bookutils.numerics.activations.functions import ACTIVATIONS
from bookutils.numerics.activations.units import sample_layer
from bookutils.plots.activations import experiments
from bookutils.plots.activations import functions as plots
from bookutils.plots.figure import alt_text, png

UNIT = e.train_unit(*e.teacher_data(), [0.5, 0.5], -10.0)
FIGURES = {
    **{f"slope {name}": lambda name=name: plots.activation_and_slope(name) for name in ACTIVATIONS},
    "compare": plots.compare_activations,
    "unit": lambda: plots.unit_and_layer(sample_layer(-3)),
    "histories": lambda: experiments.unit_histories({"silent": UNIT}),
    "dead": lambda: experiments.dead_layers({"0.05": e.train_layer(0.05), "0.5": e.train_layer(0.5)}),
    "paths": lambda: experiments.two_weight_paths({"0": e.two_weight_path(0), "1": e.two_weight_path(1)}),
    "depth": experiments.gradient_through_depth,
    "depth, all gone": lambda: experiments.gradient_through_depth(["relu"], x=-1.0),
    "log": experiments.log_sigmoid_two_ways,
}
WORDS = {
    "slope sigmoid": ["between 0.00 and 0.25", "below −6.9 and above 6.9"],
    "slope leaky_relu": ["flat nowhere"],
    "unit": ["75% of 100 units with ReLU are silent"],
    "histories": ["largest pre-activation from −"],
    "dead": ["0% of the units dead", "not a number"],
    "paths": ["100% of the steps"],
    "depth": ["ReLU 1,", "sigmoid 9.1 · 10⁻¹⁴"],
    "depth, all gone": ["ReLU 0."],
    "log": ["−89", "−104"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure(name, look):
    """Is it drawn without a warning, the same twice, small, legible, and with its key values in words?"""
    look(FIGURES[name], WORDS.get(name, []))


def test_other_data_give_another_picture():
    """Does the picture depend on the data, and the words with it?"""
    one, other = plots.unit_and_layer(sample_layer(-3)), plots.unit_and_layer(sample_layer(0))
    assert png(one) != png(other)
    assert alt_text(one) != alt_text(other)
