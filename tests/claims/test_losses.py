"""What chapter 02 says that a reader could doubt, each with a computation that would fail if it were false."""

import math

import numpy as np
import pytest

from bookutils.numerics.activations.functions import sigmoid, softplus
from bookutils.numerics.losses import classification as c
from bookutils.numerics.losses import experiments as e
from bookutils.numerics.losses.regression import fit_line, huber, mean_absolute_error, mean_squared_error
from tests.claims.quotation import says

SEEDS = range(8)


def measured(loss, z, step=1e-5):
    """The gradient of a loss of an array, by finite differences."""
    z = np.asarray(z, float)
    slopes = np.zeros_like(z)
    for place in np.ndindex(z.shape):
        move = np.zeros_like(z)
        move[place] = step
        slopes[place] = (loss(z + move) - loss(z - move)) / (2 * step)
    return slopes


@says(
    "02-losses",
    "One point turns the line of squared error",
    "Squared error's line turns downhill; the other two hardly move.",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_one_point_turns_the_line_of_squared_error(seed):
    """Is its slope negative with the point at −20, and are the other two within 0.12 of what they were?"""
    before, after = (e.points_with_one_moved(9.0, y, seed=seed) for y in (5.5, -20.0))
    slopes = {
        loss: (fit_line(*before, loss)[1], fit_line(*after, loss)[1]) for loss in ("squared", "absolute", "huber")
    }
    assert slopes["squared"][1] < -0.2 < 0.4 < slopes["squared"][0]
    for loss in ("absolute", "huber"):
        assert abs(slopes[loss][1] - slopes[loss][0]) < 0.12


@says("02-losses", "at the *mean*. Those of MAE cancel where as many points lie above as below: at the *median*.")
def test_squares_estimate_the_mean_and_absolute_errors_the_median():
    """Is each loss smallest there, for eight sets of five numbers?"""
    for seed in SEEDS:
        values = np.random.default_rng(seed).exponential(10, 5)
        grid = np.linspace(0, 60, 6001)
        squared = [mean_squared_error(np.full(5, one), values) for one in grid]
        absolute = [mean_absolute_error(np.full(5, one), values) for one in grid]
        assert grid[np.argmin(squared)] == pytest.approx(values.mean(), abs=0.011)
        assert grid[np.argmin(absolute)] == pytest.approx(np.median(values), abs=0.011)


@says("02-losses", "A line that continues from there, without a jump and without a kink, is")
def test_hubers_loss_has_neither_a_jump_nor_a_kink():
    """Are value and slope just inside δ and just outside the same?"""
    for delta in (0.3, 1.0, 4.0):
        inside, at, outside = (huber(np.array([delta + h]), np.zeros(1), delta) for h in (-1e-6, 0.0, 1e-6))
        assert at == pytest.approx(0.5 * delta**2)
        assert (at - inside) / 1e-6 == pytest.approx((outside - at) / 1e-6, rel=1e-4)


@says("02-losses", "Squared error leaves a sure mistake where it is", "with squared error it stays close to −8")
def test_a_sure_mistake_stays_with_squared_error():
    """After 100 steps from −8: above 0 by cross-entropy, and not a twentieth moved by squared error?"""
    assert e.escape_path("cross-entropy")[-1] > 0
    assert -8 <= e.escape_path("squared")[-1] < -7.9


@says("02-losses", "a logit twice as far on the wrong side costs about twice as much", "so far out it is flat")
def test_what_a_mistake_costs_far_out():
    """Is the ratio of two costs close to 2 by cross-entropy, and to 1 by squared error?"""
    for z in (5.0, 10.0, 50.0):
        assert softplus([2 * z])[0] / softplus([z])[0] == pytest.approx(2, abs=0.01)
        assert sigmoid([2 * z])[0] ** 2 / sigmoid([z])[0] ** 2 == pytest.approx(1, abs=0.02)


@says(
    "02-losses",
    "So the predictions with the smallest MSE are those with the largest likelihood under normal noise.",
    "the same step gives the absolute error",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_squared_error_is_normal_noise_and_absolute_error_laplace(seed):
    """Do −log density and loss differ by a constant and a factor only, for ten predictions of thirty numbers?"""
    rng = np.random.default_rng(seed)
    y, guesses, std = rng.normal(size=30), rng.normal(size=(10, 30)), rng.uniform(0.5, 2)
    normal = [-np.log(np.exp(-((y - g) ** 2) / (2 * std**2)) / (std * math.sqrt(2 * math.pi))).sum() for g in guesses]
    laplace = [-np.log(0.5 * np.exp(-np.abs(y - g))).sum() for g in guesses]
    squared, absolute = ([loss(g, y) for g in guesses] for loss in (mean_squared_error, mean_absolute_error))
    np.testing.assert_allclose(np.array(normal) - normal[0], (np.array(squared) - squared[0]) * 30 / (2 * std**2))
    np.testing.assert_allclose(np.array(laplace) - laplace[0], (np.array(absolute) - absolute[0]) * 30)


@says("02-losses", "What the model pays above it is the *Kullback-Leibler divergence*, and it is never negative.")
def test_cross_entropy_is_entropy_and_divergence():
    """Is the excess the divergence, above 0 everywhere but at q = r?"""
    q = np.linspace(0.01, 0.99, 99)
    for r in np.linspace(0.05, 0.95, 10):
        paid = e.expected_loss("log", float(r), q)
        entropy = -r * np.log(r) - (1 - r) * np.log(1 - r)
        divergence = r * np.log(r / q) + (1 - r) * np.log((1 - r) / (1 - q))
        np.testing.assert_allclose(paid - entropy, divergence, atol=1e-12)
        assert np.all(divergence > -1e-15) and np.all(divergence[np.abs(q - r) > 0.005] > 0)


@says("02-losses", "Nothing overflows, and nothing is clipped.", "even for a million")
def test_cross_entropy_from_logits_survives_a_million():
    """Is the loss right for huge logits, and are there gradients?"""
    assert c.bce_logits([1e6], [0]) == pytest.approx(1e6)
    assert c.bce_logits([1e6], [1]) == 0
    assert measured(lambda z: c.bce_logits(z, [0]), [1000.0])[0] == pytest.approx(1, abs=1e-5)


@says("02-losses", "A model that knows nothing gives $1/K$ to each class and pays $\\log K$", "far above 10.3")
def test_knowing_nothing_costs_log_k():
    """Is the loss log K for equal logits, whatever the label, and 10.3 for 30,522 classes?"""
    for classes in (2, 10, 30522):
        assert c.softmax_ce(np.zeros((1, classes)), [classes // 2]) == pytest.approx(math.log(classes))
    assert math.log(30522) == pytest.approx(10.3, abs=0.05)


@says(
    "02-losses",
    "The plain formula loses the loss at both ends",
    "Subtracting $m$ saves the softmax, but a right class with $p_y = e^{-800}$ is rounded to 0",
)
def test_both_steps_are_needed():
    """Does the plain formula fail at ±150 in 32 bits, and log of a safe softmax at −800, while log-sum-exp holds?"""
    row = np.float32([2, 1, -1])
    with np.errstate(all="ignore"):
        for shift in (-150, 150):
            powers = np.exp(row + np.float32(shift))
            assert not np.isfinite(-np.log(powers[2] / powers.sum()))
        assert np.log(c.softmax(np.array([0.0, -800.0])))[1] == -np.inf
    assert c.softmax_ce([[0.0, -800.0]], [1]) == pytest.approx(800)


@says(
    "02-losses",
    "what the model said, minus what was true",
    "The entries sum to $1 - 1 = 0$",
    "so no example can push harder",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_p_minus_y(seed):
    """Does it equal a finite difference, sum to 0 in each row, and lie between −1 and 1?"""
    rng = np.random.default_rng(seed)
    logits, labels = 3 * rng.normal(size=(4, 5)), rng.integers(0, 5, 4)
    gradient = c.ce_grad(logits, labels)
    np.testing.assert_allclose(gradient, measured(lambda z: c.softmax_ce(z, labels), logits), atol=1e-8)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-12)
    assert np.abs(4 * gradient).max() <= 1
    assert np.all(gradient[range(4), labels] < 0)


@says(
    "02-losses",
    "Hinge stops as soon as every margin is at least 1.",
    "Cross-entropy makes the weight larger for as long as you let it run",
    "Hinge is satisfied at the margin; cross-entropy never is",
)
def test_hinge_stops_and_cross_entropy_goes_on():
    """Is the weight the same after 1,000 and 5,000 steps by hinge, and larger by cross-entropy?"""
    for seed in SEEDS:
        x = np.random.default_rng(seed).uniform(0.5, 2, 6)
        signs = np.array([1, -1, 1, -1, 1, -1])
        x = signs * x
        weights = {}
        by_hinge = by_log = 0.0
        for number in range(1, 5001):
            by_hinge += 0.1 * np.mean((signs * x * by_hinge < 1) * signs * x)
            by_log += 0.1 * np.mean(sigmoid(-signs * x * by_log) * signs * x)
            weights[number] = by_hinge, by_log
        assert weights[5000][0] == weights[1000][0] and np.all(signs * x * by_hinge >= 1)
        assert weights[5000][1] > weights[1000][1] + 0.5


@says(
    "02-losses",
    "Honesty pays with cross-entropy and squared error only",
    "so it pays to round every probability to 0 or 1",
)
def test_which_losses_are_proper():
    """For nine truths: is the cheapest report the truth for two losses, 0 or 1 for one, and σ(±1) for hinge?"""
    for truth in (0.1, 0.2, 0.3, 0.4, 0.45, 0.6, 0.7, 0.8, 0.9):
        for loss in ("log", "squared"):
            assert e.best_reports(loss, truth) == pytest.approx((truth, truth), abs=0.0011)
        end = float(truth > 0.5)
        assert e.best_reports("absolute", truth) == (end, end)
        assert e.best_reports("hinge", truth)[0] == pytest.approx(sigmoid([2 * end - 1.0])[0], abs=0.0011)


@says("02-losses", "The order never changes, so neither does the accuracy.", "the differences shrink")
def test_temperature_keeps_the_order():
    """At eight temperatures, is the order the same, and the largest probability smaller the hotter it is?"""
    for seed in SEEDS:
        logits = np.random.default_rng(seed).normal(size=(1, 6))
        rows = [c.soften(logits, temperature)[0] for temperature in (0.2, 0.5, 0.8, 1, 1.5, 2, 5, 10)]
        assert all(np.array_equal(np.argsort(row), np.argsort(logits[0])) for row in rows)
        assert np.all(np.diff([row.max() for row in rows]) < 0)


def train(formula, inputs, labels, steps):
    weights = np.zeros(2)
    for _step in range(steps):
        weights = weights - 0.5 * measured(lambda w: formula(sigmoid(w[0] * inputs + w[1]), labels), weights)
    p = sigmoid(weights[0] * inputs + weights[1])
    return formula(p, labels), np.mean((p > 0.5) == labels), p[labels == 0].mean()


@says(
    "02-losses",
    "Without its second half the loss falls to 0.007, and yet the unit is right only about as often as a label is 1",
    "it says 1 to nearly everything",
    "Without the bracket the loss falls below 0, and the unit ends in the same place.",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_training_with_the_misprints_does(seed):
    """Do both say 1 to nearly everything, with a loss near 0 and one below, where the right formula learns?"""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, 200)
    inputs = rng.normal(size=200) + 2 * labels - 1
    loss, right, zeros = train(lambda p, y: np.mean(-y * np.log(p)), inputs, labels, 300)
    assert loss == pytest.approx(0.007, abs=0.0006) and abs(right - labels.mean()) < 0.06 and zeros > 0.75
    loss, right, zeros = train(lambda p, y: np.mean(-y * np.log(p) + (1 - y) * np.log(1 - p)), inputs, labels, 20)
    assert loss < -1 and abs(right - labels.mean()) < 0.12 and zeros > 0.9
    loss, right, zeros = train(c.binary_cross_entropy, inputs, labels, 300)
    assert right > 0.75 and zeros < 0.35


@says("02-losses", "Both misprints fall while the model becomes surer of its mistakes.")
def test_both_misprints_reward_sure_mistakes():
    """With two mistakes made surer, do both printed losses fall and cross-entropy rise?"""
    z, y = np.array([2.0, 3.0, 1.0]), np.array([0, 0, 1])
    before, after = sigmoid(z), sigmoid(z + 2)
    for formula in (lambda p: np.mean(-y * np.log(p)), lambda p: np.mean(-y * np.log(p) + (1 - y) * np.log(1 - p))):
        assert formula(after) < formula(before)
    assert c.binary_cross_entropy(after, y) > c.binary_cross_entropy(before, y)
