"""What chapter 01 says that a reader could doubt, each with a computation that would fail if it were false."""

import math

import numpy as np
import pytest

from bookutils.numerics.activations import experiments as e
from bookutils.numerics.activations import functions as f
from bookutils.numerics.activations.units import dense, sample_layer
from tests.claims.quotation import says

SEEDS = range(8)
START = np.array([0.5, -0.5])


def trained(name, seed, steps=5000):
    return e.train_unit(*e.teacher_data(seed=seed), START, -4.0, name, steps=steps)


@says("01-activations", "A product of matrices is a matrix. Without a bend, a hundred layers can do no more than one.")
def test_a_hundred_layers_without_a_bend_are_one():
    """Is there one matrix that does what a hundred do, and none once ReLUs stand between them?"""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        x, matrices = rng.normal(size=(7, 5)), rng.normal(size=(100, 5, 5)) / math.sqrt(5)
        plain = x
        for matrix in matrices:
            plain = dense(plain, matrix)
        one = np.linalg.lstsq(x, plain, rcond=None)[0]
        np.testing.assert_allclose(x @ one, plain, atol=1e-9 * np.abs(plain).max())
        bent = np.maximum(0, dense(x, matrices[0]))
        assert np.abs(x @ np.linalg.lstsq(x, bent, rcond=None)[0] - bent).max() > 0.01


@says("01-activations", "Far right, sigmoid and tanh go flat; the others do not")
def test_what_the_figure_of_five_activations_says():
    """At 4 and beyond, is the slope of two below 0.02, and that of the other three within a hundredth of 1?"""
    far = np.linspace(4, 30, 200)
    for name in ("sigmoid", "tanh"):
        assert f.ACTIVATIONS[name].grad(far).max() < 0.02
    for name in ("relu", "leaky_relu", "gelu"):
        assert np.abs(f.ACTIVATIONS[name].grad(far) - 1).max() < 0.01


@says("01-activations", "at most ¼", "at most 1 |")
def test_the_largest_slopes_of_sigmoid_and_tanh():
    """Are ¼ and 1 reached at 0, and nowhere exceeded?"""
    z = np.linspace(-20, 20, 4001)
    assert f.sigmoid_grad(z).max() == f.sigmoid_grad([0.0])[0] == 0.25
    assert f.tanh_grad(z).max() == f.tanh_grad([0.0])[0] == 1.0


@says(
    "01-activations",
    "Nothing: no weight moves.",
    "Every gradient carries the factor relu′(z) = 0, so each step adds exactly 0.",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_silent_relu_unit_never_moves(seed):
    """Is its distance from the start exactly 0 after 100 steps, and after 5,000?"""
    history = trained("relu", seed)
    assert history.largest[0] < 0
    assert history.distance_moved.max() == 0


@says(
    "01-activations",
    "Leaky ReLU comes back late; GELU drifts further down",
    "After 100 steps the loss has hardly changed;",
    "it takes more than a thousand steps until the first example gets through.",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_leaky_relu_comes_back_after_a_thousand_steps(seed):
    """Does its largest pre-activation pass 0 after 1,000 to 5,000 steps, and is the loss gone by then?"""
    history = trained("leaky_relu", seed)
    free = int(np.argmax(history.largest > 0))
    assert history.largest[0] < 0
    assert 1000 < free < 5000
    assert history.loss[100] > 0.99 * history.loss[0]
    assert history.loss[-1] < 0.001 * history.loss[0]


@says(
    "01-activations",
    "GELU moves too, and it moves the wrong way. To the left of −0.75 its slope is *negative*: −0.085 at −2",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_gelu_walks_away(seed):
    """Does its largest pre-activation only fall, with bias and loss where they were, or lower?"""
    history = trained("gelu", seed)
    assert np.all(np.diff(history.largest) < 0)
    assert history.bias[-1] < history.bias[0] - 0.1
    assert history.loss[-1] > 0.99 * history.loss[0]
    assert f.gelu_grad([-2.0])[0] == pytest.approx(-0.085, abs=5e-4)


@says("01-activations", "closer to 0 further down", "where the slope is smaller still")
def test_the_slope_of_gelu_left_of_its_lowest_point():
    """Is it negative from there on, and does it come closer to 0 beyond −√2?"""
    assert f.gelu_grad(np.linspace(-8, -0.76, 500)).max() < 0
    assert f.gelu_grad([-0.74])[0] > 0
    assert np.all(np.diff(f.gelu_grad(np.linspace(-8, -math.sqrt(2), 500))) < 0)


@says(
    "01-activations",
    "in seven of the eight above about a quarter of the layer or more, in one none",
    "One step too large, and units die for good",
)
def test_how_many_units_a_large_step_kills():
    """With eight starts: are units dead in seven, a fifth or more, for good, and none at the smaller rate?"""
    rough = [e.train_layer(0.2, seed=seed) for seed in SEEDS]
    shares = sorted(float(history.dead[-1]) for history in rough)
    assert shares[0] == 0 and shares[1] > 0.23
    for history in rough:
        assert np.all(np.diff(history.dead) >= 0)
        assert history.loss.max() > 10 * history.loss[0] > history.loss[-1]
    assert all(e.train_layer(0.1, seed=seed).dead.max() == 0 for seed in SEEDS)


@says("01-activations", "Between −1 and −4 the layer goes from wide awake to nearly gone.")
def test_biases_from_minus_one_to_minus_four():
    """Is no unit silent at −1, and are more than nine in ten at −4?"""
    for seed in SEEDS:
        assert f.dead_fraction(sample_layer(-1.0, seed=seed)) == 0
        assert f.dead_fraction(sample_layer(-4.0, seed=seed)) > 0.9


@says(
    "01-activations",
    "Set its bias to 0.",
    "About half of the examples are above 0 then.",
    "Half of the input's share makes the largest pre-activation −3.2.",
    "At −2.4 GELU's slope is negative",
)
def test_what_wakes_a_silent_unit():
    """Of the five changes, does only the last lower the loss in its next step?"""
    x, targets = e.teacher_data()

    def fall(inputs, bias, name="relu", rate=0.1, steps=1):
        loss = e.train_unit(inputs, targets, START, bias, name, learning_rate=rate, steps=steps)
        return loss.loss[0] - loss.loss[-1], loss

    assert fall(x, -4.0, steps=1000)[0] == fall(x, -4.0, rate=10.0)[0] == 0
    drop, gelu = fall(x, -4.0, "gelu")
    assert gelu.largest[1] < gelu.largest[0] and drop < 1e-4
    halved, history = fall(x / 2, -4.0)
    assert halved == 0 and history.largest[0] == pytest.approx(-3.2, abs=0.05)
    assert fall(x, 0.0)[0] > 0.01
    assert 0.4 < np.mean(x @ START > 0) < 0.6


@says(
    "01-activations",
    "it still loses a factor of about 60 in twenty units",
    "after twenty units it leaves 4.5 · 10⁻⁵, about 360 times less",
    "¼ to the power of ten is less than one in a million",
)
def test_what_twenty_units_leave_of_a_gradient():
    """1/60 with tanh, 4.5 · 10⁻⁵ with GELU, and below ¼ to the power of the depth with the sigmoid?"""
    left = {name: float(e.chain_gradient(name, 20)[1][-1]) for name in f.ACTIVATIONS}
    assert 1 / left["tanh"] == pytest.approx(62, abs=1)
    assert left["gelu"] == pytest.approx(4.5e-5, rel=0.01)
    assert left["tanh"] / left["gelu"] == pytest.approx(360, rel=0.02)
    assert left["sigmoid"] < 0.25**20 < 0.25**10 < 1e-6
    assert left["relu"] == left["leaky_relu"] == 1


@says(
    "01-activations", "GELU, the activation of BERT, starts above 1 and then falls behind tanh", "near 0 its slope is ½"
)
def test_gelu_in_the_chain_falls_behind_tanh():
    """Is it ahead of tanh after five units and behind after twelve, with halves near 0?"""
    gelu, tanh = (e.chain_gradient(name, 20)[1] for name in ("gelu", "tanh"))
    assert gelu[1] > 1 and gelu[5] > tanh[5] and gelu[12] < tanh[12]
    assert f.gelu([0.01])[0] / 0.01 == pytest.approx(0.5, abs=0.01)


@says("01-activations", "Make the weight negative, and the first unit is silent: the gradient is exactly 0, for good.")
def test_a_negative_weight_silences_the_first_unit():
    """Is the first output 0, and are the gradients 1, 0, 0 …?"""
    values, gradients = e.chain_gradient("relu", 5, weight=-1.0)
    assert values[1] == 0
    assert gradients.tolist() == [1, 0, 0, 0, 0, 0]


@says(
    "01-activations",
    "both weights the same way",
    "With all examples the zig-zag is gone",
    "several times steeper across than along",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_zigzag_belongs_to_small_batches_and_the_valley_to_the_mean(seed):
    """Is each single step one-way with positive inputs, none with all examples; and is the valley 4 times as steep?"""
    single, whole = (e.two_weight_path(1.0, batch_size=size, seed=seed) for size in (1, None))
    assert single.same_sign == 1 and single.detour > 2
    assert whole.same_sign == 0 and whole.detour < 1.1
    assert whole.condition > 4 * e.two_weight_path(0.0, seed=seed).condition


@says("01-activations", "The learning rate that comes to rest with centred inputs runs away here.")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_rate_that_settles_with_centred_inputs_runs_away(seed):
    """At learning rate 1, is the loss gone with inputs around 0, and does it grow with inputs around 1?"""
    centred, shifted = (e.two_weight_path(mean, batch_size=None, learning_rate=1.0, seed=seed) for mean in (0.0, 1.0))
    assert centred.loss[-1] < 1e-6
    assert shifted.loss[-1] > 100 * shifted.loss[0]


@says(
    "01-activations",
    "subtracts the mean over the *features* of one example, and that does not centre an input over the examples",
)
def test_layer_normalisation_does_not_centre_over_the_examples():
    """With features that have means of their own, are the columns' means far from 0 after it, and 0 after the other?"""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(500, 32)) + 2 * rng.normal(size=32)
        by_layer = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
        by_batch = (x - x.mean(axis=0)) / x.std(axis=0)
        assert np.sqrt(np.mean(by_layer.mean(axis=0) ** 2)) > 0.5
        assert np.abs(by_batch.mean(axis=0)).max() < 1e-9


@says(
    "01-activations",
    "fall off this cliff near −89 already",
    "moves the cliff from −89 to −104 and no further",
    "Taken in two steps, the logarithm falls off a cliff",
)
def test_where_the_cliffs_are_in_32_bits():
    """Is the expression finite at −88 and not at −89; a safe sigmoid's at −103 and not at −105; one step always?"""

    def as_it_stands(z):
        with np.errstate(over="ignore", divide="ignore"):
            return np.log(1 / (1 + np.exp(-np.float32(z))))

    def of_safe_sigmoid(z):
        with np.errstate(divide="ignore"):
            return np.log(f.sigmoid(np.float32([z]))[0])

    assert np.isfinite(as_it_stands(-88)) and as_it_stands(-89) == -np.inf
    assert np.isfinite(of_safe_sigmoid(-103)) and of_safe_sigmoid(-105) == -np.inf
    np.testing.assert_allclose(f.log_sigmoid(np.float32([-89, -105, -1e6])), [-89, -105, -1e6])


@says("01-activations", "Less than half a thousandth.", "At the lowest point, near −0.75, the slope is 0.")
def test_the_two_forms_of_gelu_and_its_lowest_point():
    """Are the two forms 4 to 5 parts in 10,000 apart at most, and is the lowest point at −0.75?"""
    grid = np.linspace(-8, 8, 32001)
    assert 4e-4 < np.abs(f.gelu(grid) - f.gelu(grid, approximate=True)).max() < 5e-4
    assert grid[np.argmin(f.gelu(grid))] == pytest.approx(-0.75, abs=0.005)


@says("01-activations", "The sign is wrong and so is the size: with these steps the loss would grow.")
def test_the_printed_listing_climbs():
    """Does a small step by the listing raise the loss, and one by the mended listing lower it?"""
    w, x = np.array([0.5, 0.75]), np.array([1.0, 2.0])
    z = w @ x
    a = f.sigmoid(z)
    printed, mended = a * z * (1 - z) * x, a * a * (1 - a) * x

    def loss(w):
        return 0.5 * f.sigmoid(w @ x) ** 2

    assert loss(w - 0.01 * printed) > loss(w) > loss(w - 0.01 * mended)
