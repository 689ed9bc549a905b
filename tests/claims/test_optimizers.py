"""Is each sentence of chapter 05 that a reader could doubt borne out, over many seeds where chance plays a part?"""

import numpy as np
import pytest

from bookutils.numerics.optimizers import experiments as e
from bookutils.numerics.optimizers import steps as book
from bookutils.numerics.optimizers.loop import training_loop
from bookutils.numerics.optimizers.paths import descend
from bookutils.numerics.optimizers.schedules import warmup_linear
from tests.claims.quotation import says

SEEDS = range(8)
RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0]


@pytest.fixture(scope="module")
def ends():
    """The fair race, as the chapter runs it."""
    return e.rate_sweep(["sgd", "momentum", "rmsprop", "adam"], RATES, seeds=12)


def best(losses):
    """The place of the lowest mean."""
    return int(losses.mean(axis=1).argmin())


@says(
    "05-optimizers",
    "Up to 2/c the steps close in; beyond, each lands further out",
    "which is $$0 < \\alpha < \\frac{2}{c}",
)
def test_the_limit_of_a_parabola():
    """Does descent close in just below 2/c and move out just above, for curvatures from 0.1 to 100?"""
    for curvature in (0.1, 1.0, 4.0, 100.0):
        for share, closes_in in ((0.5, True), (1.99, True), (2.01, False), (2.5, False)):
            theta = 1.0
            for _step in range(50):
                theta = theta - share / curvature * curvature * theta
            assert (abs(theta) < 1) is closes_in


@says("05-optimizers", "At 0.04 the flat direction keeps 96% of its distance", "the limit on the rate is set across it")
def test_the_steep_direction_sets_the_limit():
    """In the ravine: does 0.0399 arrive and 0.0401 run off?"""
    assert not descend("ravine", "sgd", 0.0399, steps=2000).ran_off
    assert descend("ravine", "sgd", 0.0404, steps=4000).ran_off


@says(
    "05-optimizers",
    "At one learning rate, momentum needs a quarter of the steps",
    "agreement makes steps 3.3 times as long, and disagreement makes them 0.59 times as long",
)
def test_what_momentum_buys():
    """Does momentum reach a loss of 0.01 in about a quarter of the steps, and do its two sums come to 3.3 and 0.59?"""
    plain, fast = (descend("ravine", name, 0.035, 0.7, 200).steps_to(0.01) for name in ("sgd", "momentum"))
    assert fast / plain == pytest.approx(0.25, abs=0.04)
    for sign, length in ((1, 3.3), (-1, 0.59)):
        velocity, gradient = np.zeros(1), np.ones(1)
        for _step in range(60):
            gradient = gradient * sign
            _theta, velocity = book.momentum_step(np.zeros(1), gradient, velocity, 1.0, 0.7)
        assert abs(velocity[0]) == pytest.approx(length, abs=0.04)


@says(
    "05-optimizers",
    "The noise of a mean falls with the root of the number",
    "\\frac{\\text{noise of one example}}{\\sqrt{B}}",
)
def test_noise_falls_with_the_root():
    """From 16 to 256 examples: is the noise a quarter, for each of eight seeds?"""
    for seed in SEEDS:
        sixteen, many = e.batch_noise([16, 256], draws=2000, seed=seed)
        assert many / sixteen == pytest.approx(0.25, rel=0.08)


@says("05-optimizers", "At one rate, neither the smallest nor the largest batch wins")
def test_batches_of_eight_win_at_one_rate():
    """At a rate of 0.1 and equal work: are batches of 8 lower at the end than of 1 and 256, over eight orders?"""

    def end(size):
        paths = [e.train_with_batches(size, 0.1, seed=seed).excess for seed in SEEDS]
        return np.mean([path[-max(1, len(path) // 4) :].mean() for path in paths])

    assert end(8) < min(end(1), end(256))


@says("05-optimizers", "four times the batch, four times the rate, and the same work buys about the same loss")
def test_the_rate_grows_with_the_batch():
    """Are batches of 1, 4 and 16 within a third of each other at rates in proportion, on the mean of 24 orders?"""
    means = []
    for size in (1, 4, 16):
        paths = [e.train_with_batches(size, 0.025 * size, seed=seed).excess for seed in range(24)]
        means.append(np.mean([path[-(len(path) // 4) :].mean() for path in paths]))
    assert max(means) < 4 / 3 * min(means)
    assert e.train_with_batches(256, 6.4).excess[-1] > 1


@says(
    "05-optimizers",
    "Adam cannot be thrown out of the ravine as the others are",
    "With a rate of 1 or more and little momentum it may end higher than it began",
    "stays within a few steps of the lowest point",
)
def test_when_adam_is_thrown_out():
    """Over the widget's grid: does it end higher only so, and in at most ten steps' distance, where descent is gone?"""
    higher = []
    for momentum in np.arange(0, 0.981, 0.06):
        for power in np.arange(-2, 0.501, 0.1):
            path = descend("ravine", "adam", 10**power, momentum, 200)
            if path.ran_off:
                higher.append((momentum, power))
            assert np.abs(path.theta[-50:]).max() < max(10 * 10**power, 4.1)
    assert higher
    assert all(momentum < 0.5 and power > -0.01 for momentum, power in higher)
    assert descend("ravine", "sgd", 0.05, 0, 200).loss[-1] > 1e9


@says(
    "05-optimizers",
    "Momentum 0.9 comes through with a rate near $10^{-2.6}$",
    "needs rates near 1, and there it arrives by luck: one notch further it does not",
)
def test_who_comes_through_rosenbrocks_valley():
    """Does momentum arrive at four notches in a row, and Adam at a few alone, all of them between 0.8 and 2.5?"""
    powers = np.round(np.arange(-4, 0.501, 0.05), 2)

    def arrives(name):
        return [descend("rosenbrock", name, 10**power, 0.9, 200).steps_to(0.01) is not None for power in powers]

    momentum, adam = arrives("momentum"), arrives("adam")
    assert all(momentum[place] for place, power in enumerate(powers) if -2.66 < power < -2.49)
    rates = 10 ** powers[np.array(adam)]
    assert 0 < len(rates) < 8
    assert 0.8 < rates.min() < rates.max() < 2.5
    alone = [place for place in range(1, len(powers) - 1) if adam[place] and not adam[place + 1]]
    assert len(alone) >= 3  # again and again the next notch fails


@says(
    "05-optimizers",
    "A tiny gradient holds descent on the saddle, not Adam",
    "Gradient descent runs to the middle of the saddle",
)
def test_descent_lingers_on_the_saddle():
    """Is Adam near the lowest loss, −0.25, in a third of the steps that descent needs, which waits at 0?"""
    paths = {name: descend("saddle", name, 0.1, 0.9, 400) for name in ("sgd", "adam")}
    assert paths["adam"].steps_to(-0.2) < paths["sgd"].steps_to(-0.2) / 3
    assert (np.abs(paths["sgd"].loss[30:70]) < 0.01).all()


@says(
    "05-optimizers", "Without correction Adam’s early steps are too long, not too short", "are up to 6.6 times too long"
)
def test_early_steps_are_too_long():
    """With a gradient that stays the same: 3.2 times in step 1, 6.6 at most, never too short?"""
    factor = e.early_factor(np.arange(1, 20_000))
    assert factor[0] == pytest.approx(3.2, abs=0.05)
    assert factor.max() == pytest.approx(6.6, abs=0.05)
    assert factor.min() >= 1


@says("05-optimizers", "and the step is 0.71 of what it should be", "BERT's own code does the same, with $10^{-6}$")
def test_where_epsilon_counts():
    """For a gradient of 0.0001: 0.71 with epsilon inside the root, 0.97 in Keras' form, 0.76 with BERT's constant?"""
    g = 1e-4
    assert g / np.sqrt(g**2 + 1e-8) == pytest.approx(0.71, abs=0.005)
    assert np.sqrt(0.001) * g / (np.sqrt(0.001) * g + 1e-7) == pytest.approx(0.969, abs=0.001)
    assert np.sqrt(0.001) * g / (np.sqrt(0.001) * g + 1e-6) == pytest.approx(0.760, abs=0.001)


@says(
    "05-optimizers",
    "Without correction a short warm-up peaks four times too high",
    "peaks at four times what its author asked for, and on average it is 2.7 times as large",
)
def test_the_rate_that_acts_in_a_fine_tuning():
    """In 585 steps with 58 of warm-up: 4.2 at the peak, 2.7 on average, and 2 half-way?"""
    plan = warmup_linear(np.arange(585), peak=1.0, warmup_steps=58, total_steps=585)
    acting = plan * e.early_factor(np.arange(1, 586))
    assert acting.max() == pytest.approx(4.2, abs=0.05)
    assert acting.sum() / plan.sum() == pytest.approx(2.7, abs=0.05)
    assert acting[292] / plan[292] == pytest.approx(2.0, abs=0.05)


@says(
    "05-optimizers",
    "Inside the gradient, decay spares weights with large gradients",
    "A weight with large gradients keeps 90%, one with small gradients loses everything",
)
def test_which_weights_decay_spares():
    """Over eight seeds: AdamW 37 % everywhere; inside the gradient 90 % at size 10, nothing at 0.1?"""
    scales = np.array([0.1, 1.0, 10.0])
    for seed in SEEDS:
        np.testing.assert_allclose(e.shrink_by_decay(scales, decoupled=True, seed=seed), 0.37, atol=0.005)
        inside = e.shrink_by_decay(scales, decoupled=False, seed=seed)
        assert inside[2] == pytest.approx(0.9, abs=0.02)
        assert abs(inside[0]) < 0.05


@says("05-optimizers", "One factor for all keeps the direction; cutting entries turns it")
def test_clipping_by_one_factor_keeps_the_direction():
    """For random gradients: is the angle 0 with one factor, and not 0 when entries are cut?"""
    for seed in SEEDS:
        gradient = np.random.default_rng(seed).standard_normal(6) * 4
        clipped = np.concatenate(book.clip_global([gradient[:2], gradient[2:]], 1.0))
        cut = np.clip(gradient, -1, 1)
        cosines = [gradient @ one / np.linalg.norm(gradient) / np.linalg.norm(one) for one in (clipped, cut)]
        assert cosines[0] == pytest.approx(1)
        assert cosines[1] < 0.999


@says(
    "05-optimizers",
    "One bad gradient carries Adam 32 α away, most of it in the first dozen steps",
    "makes the next thousands of steps short",
)
def test_what_one_bad_gradient_does_to_adam():
    """Over eight seeds: 12 steps longer than α, 32 α in all within 1, and a third of a step still 3,000 steps later?"""
    rng = np.random.default_rng(0)
    theta, m, v = (np.zeros(len(SEEDS)) for _memory in range(3))
    steps = []
    for t in range(1, 13_301):
        grad = np.full(len(SEEDS), 1000.0) if t == 10_001 else rng.choice([-1.0, 1.0], size=len(SEEDS))
        moved, m, v = book.adam_step(theta, grad, m, v, t, 1.0)
        steps.append(theta - moved)
        theta = moved
    steps = np.array(steps)
    assert (np.abs(np.abs(steps[10_000:10_100] > 1).sum(axis=0) - 12) <= 1).all()
    np.testing.assert_allclose(steps[10_000:10_060].sum(axis=0), 32, atol=1)
    assert (steps[10_000:10_012].sum(axis=0) > 16).all()
    before, after = (np.sqrt(np.mean(steps[first : first + 300] ** 2)) for first in (9_700, 13_000))
    assert after < before / 3


@says(
    "05-optimizers", "A constant rate stops at a floor of noise; a falling one goes below", "The falling rate has both"
)
def test_a_falling_rate_goes_below_the_floor():
    """On the mean of sixteen orders: does the falling rate end below both constant ones?"""

    def end(rate):
        return np.mean([e.train_with_batches(4, rate, epochs=16, seed=s).excess[-26:].mean() for s in range(16)])

    falling = end(lambda step: warmup_linear(step, peak=0.3, warmup_steps=0, total_steps=1024))
    assert falling < min(end(0.3), end(0.03))
    assert end(0.3) > 5 * falling


@says(
    "05-optimizers",
    "The training loss goes on falling while the held-out loss turns",
    "then gets worse: it learns the forty by heart",
)
def test_forty_examples_are_overfitted():
    """For each of eight seeds: does the training loss fall to the end, and the held-out loss end above its lowest?"""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        x, labels = e.scattered_moons(400, noise=0.3)
        order = rng.permutation(400)
        x, labels = x[order], labels[order]
        orders = [rng.permutation(40) for _epoch in range(500)]
        train, held = (x[:40], labels[:40]), (x[40:], labels[40:])
        _theta, losses = training_loop(e.moon_network(seed), train, held, orders, 10, 0.5)
        assert losses[-1, 0] < losses[250, 0] < losses[50, 0]
        assert losses[-1, 1] > 1.15 * losses[:, 1].min()


@says(
    "05-optimizers",
    "At their best rates momentum, RMSProp and Adam end level",
    "there is no difference that twelve seeds could show",
    "descent is a little behind momentum and Adam",
)
def test_the_fair_race(ends):
    """Seed by seed: are momentum and Adam ahead of descent by two standard errors, and the three level?"""

    def distance(first, second):
        gaps = ends[first][best(ends[first])] - ends[second][best(ends[second])]
        return gaps.mean() / (gaps.std(ddof=1) / np.sqrt(len(gaps)))

    assert distance("sgd", "momentum") > 2
    assert distance("sgd", "adam") > 2
    for first, second in (("momentum", "rmsprop"), ("momentum", "adam"), ("rmsprop", "adam")):
        assert abs(distance(first, second)) < 2, (first, second)


@says(
    "05-optimizers",
    "Look at a rate of 0.03: RMSProp and Adam win by far. Look at 3: gradient descent wins",
    "about 0.1 for Adam, five times that for momentum, twenty times that for descent",
    "at 0.001, which is the default in Keras, Adam has hardly begun on this network",
)
def test_one_rate_decides_the_winner(ends):
    """Do the winners change with the rate, and do the best rates lie where the chapter says?"""
    mean = {name: losses.mean(axis=1) for name, losses in ends.items()}
    at = {rate: {name: mean[name][RATES.index(rate)] for name in mean} for rate in (0.001, 0.03, 3.0)}
    assert max(at[0.03]["adam"], at[0.03]["rmsprop"]) < 0.5 * min(at[0.03]["sgd"], at[0.03]["momentum"])
    assert min(at[3.0], key=at[3.0].__getitem__) == "sgd"
    assert [RATES[best(ends[name])] for name in ("adam", "momentum", "sgd")] == [0.1, 0.5, 2.0]
    assert at[0.001]["adam"] > 5 * mean["adam"].min()


@says("05-optimizers", "Smaller batches mean more steps, and should get further. These do not")
def test_the_listing_divides_by_too_many():
    """Divided by all examples: do all batch sizes end alike; and by the batch: do small ones end lower?"""
    x, y = e.line_data()

    def epoch(size, by_all):
        w = np.zeros(2)
        for first in range(0, 256, size):
            rows = slice(first, first + size)
            w = w - 0.1 * (x[rows] @ w - y[rows]) @ x[rows] / (256 if by_all else size)
        return np.mean((x @ w - y) ** 2) / 2

    printed, mended = ([epoch(size, by_all) for size in (256, 32, 1)] for by_all in (True, False))
    assert max(printed) - min(printed) < 0.02
    assert mended[0] - mended[1] > 0.3
    assert mended[1] - mended[2] > 0.1
