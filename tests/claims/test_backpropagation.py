"""What chapter 03 says that a reader could doubt, each with a computation that would fail if it were false."""

import sys

import numpy as np
import pytest

from bookutils.exercises.backpropagation.training import CLIMBING_HUNT
from bookutils.numerics.activations.functions import sigmoid
from bookutils.numerics.backpropagation import example, training
from bookutils.numerics.backpropagation.by_hand import backprop_211, dense_backward
from bookutils.numerics.backpropagation.engine import Value, backward, topological_order
from tests.claims.quotation import says

SEEDS = range(8)


def slopes_of(loss, parameters, step=1e-6):
    """The gradient of a loss of several numbers, by finite differences."""
    start = np.asarray(parameters, float)
    return [(loss(start + step * one) - loss(start - step * one)) / (2 * step) for one in np.eye(len(start))]


@says(
    "03-backpropagation",
    "$-0.5 \\cdot 0.3 = -0.15$",
    "$-1 \\cdot 1 = -1$, $-1 \\cdot 2 = -2$",
    "The gradients of all five parameters are negative",
)
def test_the_table_of_gradients():
    """Are the five gradients of the table those that are measured?"""

    def loss(p):
        return np.logaddexp(0, -(p[3] * max(0.0, p[0] * 1.0 + p[1] * 2.0 + p[2]) + p[4]))

    np.testing.assert_allclose(slopes_of(loss, [0.6, -0.2, 0.1, 2.0, -0.6]), [-1, -2, -1, -0.15, -0.5], atol=1e-8)


@says("03-backpropagation", "*the gradient at the logit is the prediction minus the label*")
def test_the_gradient_at_the_logit():
    """Is it p − y for both labels and any logit?"""
    for y in (0, 1):
        for z in np.linspace(-4, 4, 17):
            (slope,) = slopes_of(lambda v, y=y: np.logaddexp(0, v[0]) - y * v[0], [z])
            assert slope == pytest.approx(sigmoid([z])[0] - y, abs=1e-8)


@says(
    "03-backpropagation",
    "$w_{ij}$ leads from input $i$ to unit $j$, so $w_{21}$ is the weight of the second input to the first hidden unit",
)
def test_one_order_of_indices():
    """In the graph, does w₂₁ multiply x₂ on the way to z₁; and in a layer, does row i belong to input i?"""
    graph = example.worked_example()
    slopes = dict(zip(graph["z₁"].parents, graph["z₁"].slopes, strict=True))
    assert slopes["w₂₁"] == graph["x₂"].value and slopes["x₂"] == graph["w₂₁"].value
    gradient = dense_backward([[0.0, 1.0, 0.0]], np.zeros((3, 2)), [[0.0, 1.0]])["weights"]
    assert np.argwhere(gradient).tolist() == [[1, 1]]


@says("03-backpropagation", "With $a = 0$ the gradient at $w_2$ is 0, too", "Only $b_2$ still learns.")
def test_what_still_learns_behind_a_silent_unit():
    """With the hidden unit silent, does only the output bias move?"""
    new = backprop_211([1.0, 2.0], 1.0, [0.6, -0.2], -1.0, 2.0, -0.6, 0.1)
    assert new["w1"].tolist() == [0.6, -0.2]
    assert (new["b1"], new["w2"]) == (-1.0, 2.0)
    assert new["b2"] > -0.6


@says(
    "03-backpropagation",
    "To minimise $y - p$ is to make $p$ as large as possible.",
    "It drives p towards 1, whatever the label says.",
)
def test_the_difference_is_no_loss():
    """With either label, does descent on y − p drive p beyond 0.98, and y − p below its value at p = y?"""
    for y in (0.0, 1.0):
        logit = 0.0
        for _step in range(1000):
            p = 1 / (1 + np.exp(-logit))
            logit += 0.1 * p * (1 - p)
        assert p > 0.98
        assert y - p < (0.0 if y == 0 else 0.02)


@says(
    "03-backpropagation",
    "once for each example, with the slope 1: add up the column",
    "It enters once, at the logit: $(p - y)/B$.",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_batch_is_the_sum_of_its_examples(seed):
    """Are the gradients of a layer the sums over single examples, and, with 1/B at the logit, those of the mean?"""
    rng = np.random.default_rng(seed)
    x, w, b, y = rng.normal(size=(5, 3)), rng.normal(size=(3, 1)), rng.normal(), rng.integers(0, 2, (5, 1))
    upstream = (sigmoid(x @ w + b) - y) / 5
    found = dense_backward(x, w, upstream)
    for name in ("weights", "bias"):
        singles = [dense_backward(x[[r]], w, upstream[[r]])[name] for r in range(5)]
        np.testing.assert_allclose(found[name], sum(singles))

    def mean_loss(p):
        z = x @ p[:3, None] + p[3]
        return np.mean(np.logaddexp(0, z) - y * z)

    expected = slopes_of(mean_loss, [*w[:, 0], b])
    np.testing.assert_allclose([*found["weights"][:, 0], found["bias"][0]], expected, atol=1e-8)


@says("03-backpropagation", "= (2x + 1)\\,\\Delta x.", "keeps one of the three and loses the rest")
def test_gradients_that_meet_are_added():
    """Is the gradient of x·x + x 2x + 1, and what one assignment keeps only one of x, x and 1?"""
    for value in (3.0, -0.7, 10.0):
        x = Value(value)
        product = x * x
        loss = product + x
        backward(loss)
        assert x.grad == 2 * value + 1
        for node in (loss, product):
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad = slope  # the gradient above is 1
        assert x.grad == value


@says(
    "03-backpropagation",
    "so the gradient at 3 is $4 \\cdot 27 + 3 \\cdot 9 = 135$. The other order gives 81",
    "A value that passes on too early loses what arrives later",
)
def test_two_orders_of_the_way_back():
    """Is the slope of x⁴ + x³ at 3 measured as 135, and does the other order give 81?"""
    assert slopes_of(lambda p: p[0] ** 4 + p[0] ** 3, [3.0])[0] == pytest.approx(135, abs=1e-4)
    assert example.hand_on(("ℓ", "v", "u")).gradients["x"] == 135
    assert example.hand_on(("ℓ", "u", "v")).gradients["x"] == 81


@says(
    "03-backpropagation",
    "by default it has room for about a thousand of them",
    "a sum of 5000 terms is 5000 numbers deep",
    "A list has room for millions",
)
def test_a_long_sum_is_too_deep_for_calls():
    """Does a recursion fail on a sum of 5,000 terms, where the stack of one's own goes through 10,001 values?"""

    def by_calls(node, order, seen):
        if id(node) not in seen:
            seen.add(id(node))
            for parent in node.parents:
                by_calls(parent, order, seen)
            order.append(node)

    total = Value(0.0)
    for _unused in range(5000):
        total = total + Value(1.0)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        with pytest.raises(RecursionError):
            by_calls(total, [], set())
    finally:
        sys.setrecursionlimit(before)
    assert len(topological_order(total)) == 10001


def engine_loss(x, y, w1, b1, w2, b2):
    """The mean cross-entropy of a network with one hidden layer, number by number."""
    total = Value(0.0)
    for row, label in zip(x, y, strict=True):
        z = b2
        for j in range(len(b1)):
            z = z + w2[j] * (w1[0][j] * Value(row[0]) + w1[1][j] * Value(row[1]) + b1[j]).relu()
        above = np.exp(z.data)
        exp = Value(above, (z,), (above,))
        inside = Value(1.0) + exp
        total = total + Value(np.log(inside.data), (inside,), (1 / inside.data,)) - Value(label) * z
    return total * Value(1 / len(x))


@says(
    "03-backpropagation",
    "Two programs that share no line of the way back end at the same numbers.",
    "A few seconds for 33 parameters: the engine has trained a network.",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_trains_as_the_layers_do(seed):
    """From eight starts: after 20 steps of both, are all 33 parameters the same to ten digits, and the loss lower?"""
    x, y = training.two_moons(20, seed=seed)
    start = training.start_network(8, seed=seed)
    w1 = [[Value(one) for one in row] for row in start["w1"]]
    b1, w2 = ([Value(one) for one in start[name].ravel()] for name in ("b1", "w2"))
    b2 = Value(float(start["b2"][0]))
    parameters = [*w1[0], *w1[1], *b1, *w2, b2]
    assert len(parameters) == 33
    losses = []
    for _step in range(20):
        loss = engine_loss(x, y[:, 0], w1, b1, w2, b2)
        losses.append(loss.data)
        backward(loss)
        for parameter in parameters:
            parameter.data -= 2.0 * parameter.grad
    end = training.train_network(x, y, 2.0, 20, hidden=8, seed=seed).networks[-1]
    by_layers = np.concatenate([end["w1"].ravel(), end["b1"], end["w2"].ravel(), end["b2"]])
    np.testing.assert_allclose([parameter.data for parameter in parameters], by_layers, atol=1e-10)
    assert losses[-1] < losses[0]


@says(
    "03-backpropagation",
    "The second number is the honest one, and it is usually the smaller one.",
    "Two moons are two classes that no straight line can separate.",
)
def test_accuracy_on_new_moons():
    """Over eight trainings: above 95 % on new examples, and lower than on the training's own in most?"""
    lower = 0
    for seed in SEEDS:
        history = training.train_network(*training.two_moons(seed=seed), 2.0, 300, seed=seed)
        x, y = training.two_moons(1000, seed=100 + seed)
        new = np.mean((training.network_logits(x, history.networks[-1]) > 0) == (y == 1))
        assert new > 0.95
        lower += new < history.accuracy[-1]
        line = np.linalg.lstsq(np.column_stack([x, np.ones(1000)]), 2 * y - 1, rcond=None)[0]
        assert np.mean((np.column_stack([x, np.ones(1000)]) @ line > 0) == (y == 1)) < 0.92
    assert lower >= 5


@says(
    "03-backpropagation",
    "The loss leaps up in the first steps, and after 300 steps it is still far higher than with 2.",
    "most hidden units are thrown to where no example reaches them",
    "Too small crawls, too large does not arrive",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_three_learning_rates(seed):
    """At 20: a leap, more than half of the units silent, and a loss three times that at 2; at 0.01: slow?"""
    x, y = training.two_moons(seed=seed)
    slow, right, wild = (training.train_network(x, y, rate, 300, seed=seed) for rate in (0.01, 2.0, 20.0))
    last = wild.networks[-1]
    assert wild.loss[:10].max() > 5 * wild.loss[0]
    assert np.mean(np.all(x @ last["w1"] + last["b1"] <= 0, axis=0)) > 0.5
    assert wild.loss[-50:].mean() > 3 * right.loss[-1]
    assert right.loss[-1] < 0.1 < 0.3 < slow.loss[-1] < slow.loss[0]


@says("03-backpropagation", "The label is 1, and the output falls. And `w3` never moves.")
def test_the_printed_step_climbs_and_forgets_a_weight():
    """With both slips, does each step raise the loss and leave w3; and mended, does each lower it and move w3?"""
    slips = CLIMBING_HUNT.combine(frozenset({"climbs", "w3_forgotten"}))
    for step, falls in ((slips, False), (CLIMBING_HUNT.reference, True)):
        now = {"w1": 0.6, "w2": -0.2, "b1": 0.1, "w3": 2.0, "b2": -0.6}
        losses = []
        for _step in range(10):
            a1 = max(0.0, now["w1"] + 2 * now["w2"] + now["b1"])
            losses.append(np.logaddexp(0, -(now["w3"] * a1 + now["b2"])))
            now = step(1.0, 2.0, 1.0, **now, rate=0.05)
        assert np.all(np.diff(losses) < 0) == falls and np.all(np.diff(losses) > 0) != falls
        assert (now["w3"] != 2.0) == falls


@says("03-backpropagation", "measure each gradient once, with a finite difference")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_mended_step_is_what_a_finite_difference_measures(seed):
    """For both labels and an open or silent unit, is each parameter moved by rate times its measured gradient?"""
    rng = np.random.default_rng(seed)
    for y in (0.0, 1.0):
        x1, x2, w1, w2, b1, w3, b2 = rng.normal(size=7)
        if abs(w1 * x1 + w2 * x2 + b1) < 1e-3:
            continue  # too close to the kink

        def loss(p, x1=x1, x2=x2, y=y):
            z = p[3] * max(0.0, p[0] * x1 + p[1] * x2 + p[2]) + p[4]
            return np.logaddexp(0, z) - y * z

        start = np.array([w1, w2, b1, w3, b2])
        new = CLIMBING_HUNT.reference(x1, x2, y, w1, w2, b1, w3, b2, 1.0)
        np.testing.assert_allclose(start - np.array([*new.values()]), slopes_of(loss, start), atol=1e-7)
