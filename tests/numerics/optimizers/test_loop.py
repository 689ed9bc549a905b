"""Does the training loop do what its parts say?"""

import numpy as np

from bookutils.numerics.optimizers import experiments as e
from bookutils.numerics.optimizers.loop import batch_epoch, training_loop


def _halves():
    x, labels = e.scattered_moons()
    return (x[:41], labels[:41]), (x[41:], labels[41:])


def test_one_batch_of_all_is_gradient_descent():
    """Are epochs with one batch of everything the steps of plain descent, whatever the order?"""
    train, held = _halves()
    rng = np.random.default_rng(0)
    theta, losses = training_loop(e.moon_network(), train, held, [rng.permutation(41) for _epoch in range(3)], 41, 0.5)
    plain = e.moon_network()
    for _step in range(3):
        plain = plain - 0.5 * e.moon_loss(plain, *train)[1]
    np.testing.assert_allclose(theta, plain)
    np.testing.assert_allclose(losses[-1], [e.moon_loss(plain, *points)[0] for points in (train, held)])


def test_held_out_examples_move_nothing():
    """Do other held-out examples give the same parameters?"""
    train, (x, labels) = _halves()
    orders = [np.arange(41)] * 2
    first, _losses = training_loop(e.moon_network(), train, (x, labels), orders, 8, 0.5)
    second, _losses = training_loop(e.moon_network(), train, (x[:5], 1 - labels[:5]), orders, 8, 0.5)
    np.testing.assert_array_equal(first, second)


def test_an_epoch_of_batches_takes_the_mean_gradient_of_each_batch():
    """With whole batches and a short last one, is each step that of the mean over its own batch?"""
    rng = np.random.default_rng(3)
    x, y, w, order = rng.normal(size=(7, 3)), rng.normal(size=7), rng.normal(size=3), rng.permutation(7)
    expected = w.copy()
    for rows in (order[:3], order[3:6], order[6:]):
        slopes = [
            (np.mean((x[rows] @ (expected + h) - y[rows]) ** 2) - np.mean((x[rows] @ (expected - h) - y[rows]) ** 2))
            / 4e-5
            for h in 1e-5 * np.eye(3)
        ]
        expected = expected - 0.1 * np.array(slopes)
    np.testing.assert_allclose(batch_epoch(w, x, y, order, 3, 0.1), expected, rtol=1e-6)
