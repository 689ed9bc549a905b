"""Is each sentence of chapter 04 that a reader could doubt borne out, over many draws of the weights?"""

import math

import numpy as np
import pytest

from bookutils.numerics.activations.functions import ACTIVATIONS
from bookutils.numerics.depth import experiments as e
from bookutils.numerics.depth import stacks as d
from tests.claims.quotation import says

SEEDS = range(8)
HE = math.sqrt(2 / 100)
PRE = {"normalised": True, "residual": True}
POST = {"residual": True, "post_norm": True}


def profiles(name="relu", std=HE, depth=50, **switches):
    return [e.deep_profile(name, std, depth, seed=seed, **switches) for seed in SEEDS]


def typical(values):
    """The geometric mean."""
    return math.exp(np.mean(np.log(values)))


def backward(*args, **switches):
    return [profile.backward for profile in profiles(*args, **switches)]


@says(
    "04-depth",
    "Numbers with more than forty digits, which do not fit into 32 bits.",
    "With N(0, 1) the numbers do not fit",
)
def test_fifty_layers_overflow_a_float32():
    """Is the standard deviation at the top above what a float32 holds, with at least forty digits before the point?"""
    for profile in profiles(std=1.0):
        top = math.sqrt(profile.activations[-1])
        assert top > max(1e40, float(np.finfo(np.float32).max))


@says("04-depth", "Fifty ReLU layers multiply fifty times the same factor", "a straight line is a factor")
def test_each_layer_multiplies_by_the_same_factor():
    """Is the logarithm of the variance a straight line, for each of the three ways to begin?"""
    for std in (1.0, 0.01, HE):
        logs = np.mean([np.log(profile.activations[1:]) for profile in profiles(std=std)], axis=0)
        line = np.polyval(np.polyfit(np.arange(50), logs, 1), np.arange(50))
        assert np.abs(logs - line).max() < 1.0, std
        assert np.polyfit(np.arange(50), logs, 1)[0] == pytest.approx(math.log(50 * std**2), abs=0.06)


@says("04-depth", "it is exactly a half on average", "Each later one does half of that")
def test_relu_halves_the_mean_square():
    """Is E[max(0, z)²] half of E[z²], and does a later layer multiply by half of n·Var(w)?"""
    z = np.random.default_rng(0).standard_normal(400_000)
    assert np.mean(np.maximum(0, z) ** 2) / np.mean(z**2) == pytest.approx(0.5, abs=0.01)
    assert typical([p.forward for p in profiles(std=0.1)]) ** (1 / 50) == pytest.approx(0.5, abs=0.04)


@says("04-depth", "which is $n_{\\text{out}}/n_{\\text{in}}$ with He's weights")
def test_hes_weights_keep_the_gradient_only_in_square_layers():
    """Is a gradient's variance multiplied by n_out / n_in through a layer with ReLU and He's weights?"""
    rng = np.random.default_rng(0)
    for fan_in, fan_out in ((400, 100), (100, 400), (200, 200)):
        weights = d.he_init(rng.standard_normal((fan_in, fan_out)))
        x, upstream = rng.standard_normal((200, fan_in)), rng.standard_normal((200, fan_out))
        down = (upstream * (x @ weights > 0)) @ weights.T
        assert down.var() / upstream.var() == pytest.approx(fan_out / fan_in, rel=0.06)


@says("04-depth", "The limit of a uniform is 1.73 standard deviations, not one", "That is where the 6 comes from")
def test_a_uniform_has_a_third_of_its_squared_limit():
    """Is the variance of numbers between −l and l a third of l²?"""
    draws = np.random.default_rng(0).uniform(-1, 1, 400_000)
    assert draws.var() == pytest.approx(1 / 3, rel=0.01)
    assert 1 / draws.std() == pytest.approx(1.73, abs=0.01)


@says("04-depth", "and the loss goes from 1.07 to 1.05", "Equal weights stay equal")
def test_what_equal_starts_learn():
    """Do zeros end at 1.05, and does any common weight leave one unit?"""
    zero = e.train_from(np.zeros((2, 8)), np.zeros(8))
    assert (round(zero.loss[0], 2), round(zero.loss[-1], 2)) == (1.07, 1.05)
    for common in np.linspace(-1, 1, 8):
        assert e.train_from(np.full((2, 8), common), np.full(8, common)).different_units == 1


@says("04-depth", "more than ten thousand times shorter than the last layer's")
def test_how_short_the_first_layers_gradient_is():
    """Through 30 layers with Glorot's weights and ReLU: is it shorter by more than 10⁴ for every draw?"""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        stack = [d.glorot_uniform(rng.uniform(size=(200, 200))) for _layer in range(30)]
        kept, x = [], rng.standard_normal((50, 200))
        for matrix in stack:
            kept.append(x @ matrix)
            x = np.maximum(0, kept[-1])
        norms = d.gradient_norms(kept, stack, rng.standard_normal((50, 200)))
        assert norms[-1] > 1e4 * norms[0]


@says(
    "04-depth",
    "keeps it within a factor of a hundred, or makes its variance larger by 35 powers of ten",
    "the villain of the three sentences, comes closest to keeping the gradient",
)
def test_the_same_tanh_does_all_three():
    """Does tanh lose, keep and blow up its gradient, and does the sigmoid come closest with N(0, 1)?"""
    assert max(backward("tanh", 0.01)) < 1e-50
    assert all(1e-2 < factor < 1e2 for factor in backward("tanh", 0.1))
    assert math.log10(typical(backward("tanh", 1.0))) == pytest.approx(35, abs=1.5)
    far = {name: abs(math.log(typical(backward(name, 1.0)))) for name in ("sigmoid", "tanh", "relu", "gelu")}
    assert min(far, key=far.__getitem__) == "sigmoid"


@says(
    "04-depth",
    "Each activation has a scale at which the gradient survives",
    "so it needs $n\\operatorname{Var}(w) \\ge 16$",
)
def test_each_activation_has_a_scale():
    """Does the factor cross 1 for ReLU, tanh and the sigmoid, the sigmoid's only above n·Var(w) = 16?"""
    for name in ("relu", "tanh", "sigmoid"):
        assert typical(backward(name, 0.02)) < 1 < typical(backward(name, 2.0)), name
    slopes = ACTIVATIONS["sigmoid"].grad(np.linspace(-9, 9, 1001))
    assert slopes.max() ** 2 == pytest.approx(1 / 16)
    assert max(backward("sigmoid", 0.4)) < 1


@says("04-depth", "ReLU and He's weights an eighth or so is left", "its outputs are nearly the same for every example")
def test_how_much_tells_examples_apart():
    """Over thirty draws: is the median near an eighth for ReLU, above 0.9 for tanh, below 2 % for the sigmoid?"""

    def share(name, std):
        stacks = [e.deep_profile(name, std, seed=seed) for seed in range(30)]
        return float(np.median([one.examples[-1] / one.activations[-1] for one in stacks]))

    assert share("relu", HE) == pytest.approx(1 / 8, abs=0.03)
    assert share("tanh", 0.1) > 0.9
    assert share("sigmoid", 1.0) < 0.02


@says(
    "04-depth",
    "each layer nearly triples the variance. The gradient nearly triples too",
    "a transposed matrix stretches just as much",
    "Activations and gradients grow by many powers of ten.",
)
def test_residuals_alone_explode_both_ways():
    """Is the factor a layer between 2.5 and 3 both ways, and do both come from one matrix and its transpose?"""
    stacks = profiles(residual=True)
    assert 2.5 < typical([one.forward for one in stacks]) ** (1 / 50) < 3
    assert 2.5 < typical([one.backward for one in stacks]) ** (1 / 50) < 3
    x, _upstream, draws = e._draws(50, 100, 32, 0)
    value, jacobian = x[:1], np.eye(100)
    for matrix in draws:
        step = np.eye(100) + HE * matrix * (value @ matrix > 0)
        value, jacobian = value + np.maximum(0, HE * value @ matrix), jacobian @ step
    np.testing.assert_allclose(x[:1] @ jacobian, value)  # what the way up does is that matrix
    stretch = np.linalg.svd(jacobian, compute_uv=False)[0] ** 2
    assert 2.5 < stretch ** (1 / 50) < 3


@says("04-depth", "The gradient still grows, by about 1.5 in each layer", "\\pi/(\\pi - 1) \\approx 1.47")
def test_normalisation_alone_multiplies_the_gradient():
    """Is it π / (π − 1) a layer, with any scale of the weights, while the activations stay?"""
    for std in (0.05, HE, 1.0):
        # At the two ends the scale of the weights does not cancel, and what enters has no mean to take away.
        between = [one.gradients[1] / one.gradients[-2] for one in profiles(std=std, normalised=True)]
        assert typical(between) ** (1 / 48) == pytest.approx(1.47, abs=0.05)
    assert 0.3 < typical([one.forward for one in profiles(normalised=True)]) < 3


@says(
    "04-depth",
    "Each remedy alone still multiplies; together they add",
    "a line, not a power",
    "Weights that differ by a factor of a hundred all leave a gradient that can be used",
)
def test_pre_norm_adds():
    """Does the variance grow by about the same in each layer, and the gradient stay below 10⁵ from 0.01 to 1?"""
    grown = np.mean([one.activations for one in profiles(std=0.1, **PRE)], axis=0)
    assert (grown[50] - grown[25]) / (grown[25] - grown[0]) == pytest.approx(1, abs=0.5)
    for std in (0.01, 0.1, HE, 1.0):
        assert all(0.9 < factor < 1e5 for factor in backward(std=std, **PRE))
    hundred, fifty = (typical(backward(std=1.0, depth=depth, **PRE)) for depth in (100, 50))
    assert hundred / fifty < 5


@says(
    "04-depth", "twice the depth, twice the exponent", "post-norm does no harm", "Post-norm, which BERT has, does not"
)
def test_post_norm_is_a_power_of_depth():
    """Does doubling the depth double the exponent, at std 1 and at He's, while 0.01 leaves the gradient alone?"""
    for std in (1.0, HE):
        exponents = [math.log(typical(backward(std=std, depth=depth, **POST))) for depth in (25, 50, 100)]
        assert exponents[1] / exponents[0] == pytest.approx(2, abs=0.35)
        assert exponents[2] / exponents[1] == pytest.approx(2, abs=0.35)
    assert all(1 < factor < 1.5 for factor in backward(std=0.01, **POST))
    assert min(backward(std=1.0, **POST)) > 1e3 * max(backward(std=1.0, **PRE))


@says("04-depth", "with 768 inputs He's would be 0.051")
def test_hes_scale_for_bert():
    """Is √(2 / 768) 0.051?"""
    assert round(d.SCHEMES["he"].std(768, 768), 3) == 0.051


@says("04-depth", "nobody notices a factor of eight in the variance")
def test_glorots_weights_lose_an_eighth_in_three_layers():
    """Do three square ReLU layers with Glorot's weights leave about an eighth of the variance?"""
    left = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        stack = [d.glorot_uniform(rng.uniform(size=(100, 100))) for _layer in range(4)]
        variances = d.variance_profile(rng.standard_normal((64, 100)), stack)
        left.append(variances[3] / variances[0])
    assert typical(left) == pytest.approx(1 / 8, rel=0.25)


@says("04-depth", "mend a listing whose deep networks hear nothing")
def test_the_listing_makes_a_network_deaf_and_the_mended_one_does_not():
    """Ten layers: is less than 10⁻¹² of the variance left with the listing, and between 0.1 and 10 when mended?"""
    for seed in SEEDS:
        x = np.random.default_rng([seed, 1]).standard_normal((64, 100))
        mended = [weights for weights, _bias in d.he_layers([100] * 11, seed)]
        printed = [weights * HE for weights in mended]  # rng.normal(0, 0.02) in place of rng.normal(0, √0.02)
        lost, kept = (d.variance_profile(x, stack) for stack in (printed, mended))
        assert lost[-1] / lost[0] < 1e-12
        assert 0.1 < kept[-1] / kept[0] < 10
