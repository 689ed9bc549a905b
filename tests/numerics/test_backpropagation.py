"""Are the gradients of chapter 03 what finite differences and TensorFlow say, on any graph?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.numerics import backpropagation as b
from bookutils.numerics import backpropagation_engine as e

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
    found = e.gradients_of(e.backward, leaves, operations)[: len(leaves)]
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
    found = e.gradients_of(e.backward, leaves, operations)[: len(leaves)]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_a_long_chain_needs_no_stack():
    """Does a sum of 50,000 terms have a gradient, and does a second pass give the same?"""
    operations = [("+", 0, 0), *(("+", 0, place) for place in range(1, 50_000))]
    assert e.gradients_of(e.backward, [1.0], operations, passes=2)[0] == 50_001


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
