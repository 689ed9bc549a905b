"""Do the surfaces, the batches and the small network behave as chapter 05 says?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.numerics.optimizers import experiments as e
from bookutils.numerics.optimizers import paths as p


@pytest.mark.parametrize("surface", p.SURFACES.values(), ids=lambda surface: surface.name)
def test_each_gradient_is_what_a_small_step_shows(surface):
    """Does each surface's gradient equal its central difference, and is it 0 at the minima?"""
    rng = np.random.default_rng(0)
    for theta in rng.uniform(-2, 2, (20, 2)):
        measured = [(surface.loss(theta + 1e-6 * one) - surface.loss(theta - 1e-6 * one)) / 2e-6 for one in np.eye(2)]
        np.testing.assert_allclose(surface.gradient(theta), measured, rtol=1e-5, atol=1e-5)
    for minimum in surface.minima:
        np.testing.assert_allclose(surface.gradient(np.array(minimum)), 0, atol=1e-12)


@given(st.floats(0.02, 0.98), st.floats(0.0, 0.9))
def test_the_largest_stable_rate_is_as_derived(share, momentum):
    """Does descent arrive below 2(1 + μ)/c and run off above?"""
    limit = 2 * (1 + momentum) / 50
    inside = p.descend("ravine", "momentum", (0.5 + 0.48 * share) * limit, momentum, steps=1500)
    outside = p.descend("ravine", "momentum", (1.02 + share) * limit, momentum, steps=1500)
    assert not inside.ran_off
    assert outside.ran_off


def test_unknown_names_are_refused():
    """Does the message list what there is?"""
    with pytest.raises(UsageError, match="rosenbrock"):
        p.descend("valley", "sgd", 0.1)
    with pytest.raises(UsageError, match="rmsprop"):
        p.descend("ravine", "lion", 0.1)
    with pytest.raises(UsageError, match="batch"):
        e.train_with_batches(0)


def test_steps_to_counts_from_where_it_stays():
    """Is a way that comes, leaves and comes again counted from the last time?"""
    path = p.Path(np.zeros((5, 2)), np.array([3.0, 0.1, 2.0, 0.1, 0.05]))
    assert path.steps_to(0.2) == 3
    assert path.steps_to(0.01) is None
    assert path.steps_to(5.0) == 0
    assert p.Path(np.zeros((2, 2)), np.array([1.0, np.nan])).ran_off


def test_noise_falls_with_the_root():
    """Is the noise of a batch that of one example over the root of its size, within a few per cent?"""
    sizes = np.array([1, 4, 25, 100])
    noise = e.batch_noise(sizes)
    np.testing.assert_allclose(noise * np.sqrt(sizes), noise[0], rtol=0.06)


def test_equal_work_is_equal():
    """Does every batch size look at the same number of examples?"""
    assert {int(e.train_with_batches(size).seen[-1]) for size in (1, 7, 32, 256)} == {1024}


@given(st.integers(1, 400), st.floats(0.1, 0.95))
def test_the_early_factor_is_what_adam_does(t, beta1):
    """Does Adam without correction take steps that are too long by that factor, for a constant gradient?"""
    m = v = 0.0
    for _step in range(t):
        m, v = beta1 * m + (1 - beta1) * 3.0, 0.999 * v + 0.001 * 9.0
    assert m / np.sqrt(v) == pytest.approx(float(e.early_factor(t, beta1)), rel=1e-9)


def test_the_early_factor_has_its_peak_at_twelve():
    """Is it 3.2 at first and 6.6 at most, at t = 12?"""
    factor = e.early_factor(np.arange(1, 2000))
    assert factor[0] == pytest.approx(3.162, abs=1e-3)
    assert int(factor.argmax()) + 1 == 12
    assert factor.max() == pytest.approx(6.57, abs=0.01)


def test_adam_without_correction_takes_longer_first_steps():
    """Is the first step of the uncorrected optimizer 3.2 times as long?"""
    ways = [p.descend("ravine", name, 0.01, steps=1).theta for name in ("adam", "adam_uncorrected")]
    lengths = [np.abs(way[1] - way[0]) for way in ways]
    np.testing.assert_allclose(lengths[1] / lengths[0], 3.162, rtol=1e-3)


def test_decoupled_decay_does_not_see_the_gradients():
    """Does AdamW leave (1 − αλ)ⁿ of every weight, and decay inside the gradient more where gradients are large?"""
    scales = np.array([0.1, 1.0, 10.0])
    even = e.shrink_by_decay(scales, decoupled=True)
    np.testing.assert_allclose(even, (1 - 0.01 * 0.1) ** 1000, rtol=1e-6)
    inside = e.shrink_by_decay(scales, decoupled=False)
    assert inside[0] < 0.05 < inside[1] < 0.8 < inside[2]


def test_the_networks_gradient_is_what_a_small_step_shows():
    """Does backpropagation on two moons equal finite differences?"""
    x, labels = e.scattered_moons()
    theta = e.moon_network(1)
    _loss, gradient = e.moon_loss(theta, x, labels)
    for place in range(0, 65, 4):
        one = np.eye(65)[place] * 1e-6
        measured = (e.moon_loss(theta + one, x, labels)[0] - e.moon_loss(theta - one, x, labels)[0]) / 2e-6
        assert gradient[place] == pytest.approx(measured, rel=1e-4, abs=1e-8)


def test_a_sweep_is_finite_or_infinite():
    """Is a training that runs off told by a large or infinite loss, not by nan?"""
    ends = e.rate_sweep(["sgd", "momentum"], [0.3, 1e6], seeds=2)
    assert all(not np.isnan(losses).any() and losses[0].max() < 0.5 < losses[1].min() for losses in ends.values())


def _train_alone(name, rate, seed):
    x, labels = e.scattered_moons()
    rng, theta = np.random.default_rng([seed, 1]), e.moon_network(seed)
    state = p.OPTIMIZERS[name].start(theta)
    for t in range(1, 21):
        rows = rng.integers(len(x), size=32)
        theta, state = p.OPTIMIZERS[name].step(theta, e.moon_loss(theta, x[rows], labels[rows])[1], state, t, rate, 0.9)
    return e.moon_loss(theta, x, labels)[0]


@pytest.mark.parametrize("name", p.OPTIMIZERS)
def test_trainings_side_by_side_are_those_one_by_one(name):
    """Does each row of a sweep equal the training of that rate and seed alone?"""
    ends = e.rate_sweep([name], [0.03, 0.1], seeds=2, steps=20)[name]
    alone = [[_train_alone(name, rate, seed) for seed in range(2)] for rate in (0.03, 0.1)]
    np.testing.assert_allclose(ends, alone, rtol=1e-6)
