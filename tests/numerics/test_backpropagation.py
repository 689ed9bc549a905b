"""Are the gradients of chapter 03 what finite differences and TensorFlow say, on any graph?"""

import itertools
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.numerics.backpropagation import by_hand as b
from bookutils.numerics.backpropagation import engine as e
from bookutils.numerics.backpropagation import example
from bookutils.numerics.backpropagation import training as t
from bookutils.probes.backpropagation import gradients_of, order_of_graph, order_report

numbers = st.floats(-2, 2, allow_subnormal=False)


@st.composite
def graphs(draw, names=("+", "-", "*", "tanh")):
    """Leaves and operations; any value may be used any number of times."""
    leaves = draw(st.lists(numbers, min_size=1, max_size=4))
    operations = []
    for place in range(len(leaves), len(leaves) + draw(st.integers(1, 7))):
        at = st.integers(0, place - 1)
        operations.append((draw(st.sampled_from(names)), draw(at), draw(at)))
    return leaves, operations


@given(graphs())
def test_any_graph_has_the_gradients_that_a_small_step_shows(graph):
    """Does the engine agree with central differences, whatever the graph?"""
    leaves, operations = graph
    step = 1e-6
    found = gradients_of(e.backward, leaves, operations)[: len(leaves)]
    for place, gradient in enumerate(found):
        up, down = list(leaves), list(leaves)
        up[place] += step
        down[place] -= step
        above, below = (e.build_graph(values, operations)[-1].data for values in (up, down))
        size = max(1.0, abs(above), abs(gradient))
        assert (above - below) / (2 * step) == pytest.approx(gradient, rel=1e-4, abs=1e-5 * size)


@pytest.mark.tensorflow
@given(graphs(("+", "-", "*", "tanh", "relu")))
def test_any_graph_has_the_gradients_of_tensorflow(graph):
    """Does the engine agree with tf.GradientTape, whatever the graph?"""
    tf = pytest.importorskip("tensorflow")
    leaves, operations = graph
    variables = [tf.constant(leaf, tf.float64) for leaf in leaves]
    with tf.GradientTape() as tape:
        tape.watch(variables)
        nodes = list(variables)
        for name, one, other in operations:
            x, y = nodes[one], nodes[other]
            results = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}
            unary = {"tanh": tf.tanh, "relu": tf.nn.relu}
            nodes.append(results[name](x, y) if name in results else unary[name](x))
    expected = [float(g) for g in tape.gradient(nodes[-1], variables, unconnected_gradients="zero")]
    found = gradients_of(e.backward, leaves, operations)[: len(leaves)]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_a_long_chain_needs_no_stack():
    """Does a sum of 50,000 terms have a gradient, and does a second pass give the same?"""
    operations = [("+", 0, 0), *(("+", 0, place) for place in range(1, 50_000))]
    assert gradients_of(e.backward, [1.0], operations, passes=2)[0] == 50_001


@given(st.tuples(*[numbers] * 6), st.sampled_from([0.0, 1.0]), st.floats(0.01, 1))
def test_a_step_by_hand_is_the_step_of_small_differences(values, y, rate):
    """Is every changed parameter the old one less the rate times the measured gradient?"""
    x, start = np.array(values[:2]), np.array([*values[2:], 0.3])

    def loss(v):
        z = v[3] * max(x @ v[:2] + v[2], 0) + v[4]
        return np.logaddexp(0, z) - y * z

    if abs(x @ start[:2] + start[2]) < 1e-3:
        return  # at the kink there is no slope to measure
    new = b.backprop_211(x, y, start[:2], start[2], start[3], start[4], rate)
    measured = [(loss(start + 1e-6 * one) - loss(start - 1e-6 * one)) / 2e-6 for one in np.eye(5)]
    got = np.array([*new["w1"], new["b1"], new["w2"], new["b2"]])
    np.testing.assert_allclose(got, start - rate * np.array(measured), atol=1e-7)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(0, 99))
def test_a_layer_passes_back_what_small_differences_show(batch, inputs, units, seed):
    """Do x, weights and bias get the gradients of sum(upstream · output)?"""
    rng = np.random.default_rng(seed)
    values = {"x": rng.normal(size=(batch, inputs)), "weights": rng.normal(size=(inputs, units))}
    values["bias"] = rng.normal(size=units)
    upstream = rng.normal(size=(batch, units))
    found = b.dense_backward(values["x"], values["weights"], upstream)
    for name, array in values.items():
        for place in np.ndindex(array.shape):
            sums = []
            for step in (1e-5, -1e-5):
                moved = {**values, name: array.copy()}
                moved[name][place] += step
                sums.append(np.sum(upstream * (moved["x"] @ moved["weights"] + moved["bias"])))
            assert found[name][place] == pytest.approx((sums[0] - sums[1]) / 2e-5, abs=1e-6)


@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("b1", [-0.7, 0.1, 0.6])
@pytest.mark.parametrize("w2", [-1.5, 0.0, 2.0])
def test_the_worked_example_agrees_with_the_engine(y, b1, w2):
    """Has each parameter in the graph the gradient that one step by hand uses, and is ℓ the cross-entropy?"""
    graph = example.worked_example(y, b1, w2)
    new = b.backprop_211(example.X, y, example.W1, b1, w2, example.B2, 1.0)
    start = {"w₁₁": example.W1[0], "w₂₁": example.W1[1], "b₁": b1, "w₂": w2, "b₂": example.B2}
    moved = dict(zip(start, (*new["w1"], new["b1"], new["w2"], new["b2"]), strict=True))
    for name, value in start.items():
        assert value - moved[name] == pytest.approx(graph[name].gradient, abs=1e-12)
    p = graph["p"].value
    assert graph["ℓ"].value == pytest.approx(-np.log(p if y else 1 - p))
    for node in graph.values():  # each gradient is what its children send, slope by slope
        sent = [
            child.gradient * slope
            for child in graph.values()
            for parent, slope in zip(child.parents, child.slopes, strict=True)
            if parent == node.name
        ]
        if sent:
            assert node.gradient == pytest.approx(sum(sent), abs=1e-12)


def test_each_step_makes_more_known():
    """Does what is known only grow, until all values and all gradients are there?"""
    steps = [example.known_at(step) for step in range(example.STEPS + 1)]
    for before, after in itertools.pairwise(steps):
        assert before[0] <= after[0]
        assert before[1] <= after[1]
        assert before != after
    assert set(example.worked_example()) == steps[-1][0] == steps[-1][1] | {"y"}


def test_handing_on_too_early_is_wrong_and_in_order_is_right():
    """Is the counter-example's gradient 4x³ + 3x² in topological order, and less in the other?"""
    for x in (0.5, 2.0, 3.0):
        right = 4 * x**3 + 3 * x**2
        assert example.hand_on(("ℓ", "v", "u"), x).gradients["x"] == pytest.approx(right)
        assert example.hand_on(("ℓ", "u", "v"), x).gradients["x"] < right


def test_unknown_labels_steps_operations_and_sizes_are_refused():
    """Does wrong use say what to do?"""
    for wrong in (
        lambda: example.worked_example(y=0.5),
        lambda: example.known_at(11),
        lambda: e.local_slopes("%", 1.0, 2.0),
        lambda: t.two_moons(5),
        lambda: t.train_network([[0.0]], [[1.0]], 1.0, -1),
    ):
        with pytest.raises(UsageError):
            wrong()


@given(st.sampled_from("+-*/"), st.floats(-3, 3), st.floats(0.3, 3))
def test_local_slopes_are_what_small_differences_show(name, a, other):
    """Are the slopes of four operations those that can be measured?"""
    operation = {"+": float.__add__, "-": float.__sub__, "*": float.__mul__, "/": float.__truediv__}[name]
    measured = [
        (operation(a + 1e-5, other) - operation(a - 1e-5, other)) / 2e-5,
        (operation(a, other + 1e-5) - operation(a, other - 1e-5)) / 2e-5,
    ]
    np.testing.assert_allclose(e.local_slopes(name, a, other), measured, rtol=1e-4, atol=1e-6)


@given(graphs())
def test_the_order_has_each_needed_value_once_parents_first(graph):
    """Does the probe find nothing to report in the book's order, and the same values as a walk over the plan?"""
    leaves, operations = graph
    rows = [
        (len(leaves) + place, parent)
        for place, (name, one, other) in enumerate(operations)
        for parent in ([one] if name == "tanh" else [one, other])
    ]
    needed, waiting = set(), [len(leaves) + len(operations) - 1]
    while waiting:
        value = waiting.pop()
        needed.add(value)
        waiting += [parent for child, parent in rows if child == value]
    report = order_report(order_of_graph(e.topological_order, rows), rows)
    assert report["listed"] == ", ".join(map(str, sorted(needed)))
    assert (report["more than once"], report["before a parent"]) == ("none", "none")
    assert report["last"] == str(rows[-1][0])


def test_the_probe_of_the_order_sees_what_is_wrong():
    """Are doubles, early values, foreign values and a full stack reported, and is the stack's limit put back?"""
    rows = [(1, 0), (2, 1), (2, 0)]
    assert order_report(order_of_graph(lambda loss: [loss, *loss.parents, loss], rows), rows) == {
        "listed": "0, 1, 2", "more than once": "2", "before a parent": "1, 2", "last": "2",
    }  # fmt: skip
    with pytest.raises(TypeError):
        order_of_graph(lambda loss: [e.Value(0.0)], rows)
    before = sys.getrecursionlimit()

    def endless(node):
        return endless(node)

    assert order_report(order_of_graph(endless, rows), rows)["listed"] == "Python's stack was full"
    assert sys.getrecursionlimit() == before


def mean_cross_entropy(logits, labels):
    return float(np.mean(np.logaddexp(0, logits) - labels * logits))


@given(st.integers(1, 5), st.integers(1, 3), st.integers(1, 3), st.integers(0, 99))
def test_a_step_of_the_network_is_the_step_of_small_differences(batch, inputs, hidden, seed):
    """Is every parameter of the new network the old one less the rate times the measured gradient of the mean?"""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(batch, inputs)), rng.integers(0, 2, (batch, 1)).astype(float)
    network = t.start_network(hidden, inputs=inputs, seed=seed)
    network["b1"] = rng.normal(size=hidden)
    if np.abs(x @ network["w1"] + network["b1"]).min() < 1e-3:
        return  # at a kink there is no slope to measure
    new = t.network_step(x, y, network, 0.5)
    for name, array in network.items():
        for place in np.ndindex(array.shape):
            ends = []
            for step in (1e-5, -1e-5):
                moved = {**network, name: array.copy()}
                moved[name][place] += step
                ends.append(mean_cross_entropy(t.network_logits(x, moved), y))
            measured = (ends[0] - ends[1]) / 2e-5
            assert new[name][place] == pytest.approx(array[place] - 0.5 * measured, abs=1e-6)


def test_the_moons_are_learnt_at_a_good_rate_and_not_at_a_bad_one():
    """Do 300 steps part the moons at rate 2, hardly begin at 0.01, and fail at 20?"""
    x, y = t.two_moons()
    history = {rate: t.train_network(x, y, rate, 300) for rate in (0.01, 2.0, 20.0)}
    assert history[2.0].accuracy[-1] > 0.95
    assert 0.3 < history[0.01].loss[-1] < history[0.01].loss[0]
    assert history[20.0].loss[:10].max() > 5
    assert history[20.0].loss[-50:].mean() > 0.5
    assert np.isfinite(history[20.0].loss).all()


def test_the_moons_are_those_of_scikit_learn():
    """Without noise, are the two half circles scikit-learn's?"""
    datasets = pytest.importorskip("sklearn.datasets")
    theirs, labels = datasets.make_moons(40, shuffle=False, noise=None)
    x, y = t.two_moons(40, noise=0.0)
    np.testing.assert_allclose(x, theirs, atol=1e-9)
    np.testing.assert_array_equal(y[:, 0], labels)
