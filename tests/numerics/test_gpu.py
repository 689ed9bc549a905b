"""Do the formulas of chapter 07 agree with counting, and with ml_dtypes?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import UsageError
from bookutils.numerics.gpu import formats as gpu_formats
from bookutils.numerics.gpu import memory as gpu_memory
from bookutils.numerics.gpu import rates as gpu
from bookutils.probes.gpu import time_fake_device

SIZES = st.integers(1, 60)


@given(SIZES, SIZES, SIZES)
def test_the_work_is_what_loops_count(m, k, n):
    """Does a product written as loops take 2·m·k·n operations, and touch as many numbers as the traffic says?"""
    operations = sum(2 * k for _row in range(m) for _column in range(n))
    assert gpu.matmul_work(m, k, n) == operations
    numbers = np.zeros((m, k)).size + np.zeros((k, n)).size + np.zeros((m, n)).size
    assert gpu.matmul_traffic(m, k, n, 8) == 8 * numbers


@given(SIZES, SIZES, SIZES, st.sampled_from([2, 4, 8]))
def test_the_roofline_is_the_slower_of_two_times(m, k, n, size):
    """Is the rate the work divided by the longer of computing and moving, and never above the peak?"""
    peak, bandwidth = 8.1e12, 320e9
    seconds = max(gpu.matmul_work(m, k, n) / peak, gpu.matmul_traffic(m, k, n, size) / bandwidth)
    rate = gpu.roofline(m, k, n, size, peak, bandwidth)
    assert rate == pytest.approx(gpu.matmul_work(m, k, n) / seconds)
    machine = gpu.Machine("x", peak, bandwidth, 0, "")
    intensity = gpu.matmul_work(m, k, n) / gpu.matmul_traffic(m, k, n, size)
    assert gpu.attainable(intensity, machine) == pytest.approx(rate)


def test_the_model_of_a_batch_is_the_roofline_without_overhead():
    """Do `step_seconds` and `roofline` agree, and does the overhead add?"""
    card = gpu.find_machine("A100", "float16")
    for batch in (1, 7, 500):
        rate = gpu.roofline(batch, 512, 256, 2, card.peak, card.bandwidth)
        expected = gpu.matmul_work(batch, 512, 256) / rate
        assert gpu.step_seconds(batch, 512, 256, card, bytes_each=2, overhead=0) == pytest.approx(expected)
        assert gpu.step_seconds(batch, 512, 256, card, bytes_each=2, overhead=1) == pytest.approx(1 + expected)


def test_the_data_sheets_numbers_are_what_the_chapter_prints():
    """Are the four promises those of the sheets, and is an unknown card refused?"""
    found = {
        (name, dtype): gpu.find_machine(name, dtype) for name in ("T4", "A100") for dtype in ("float32", "float16")
    }
    assert [one.peak / 1e12 for one in found.values()] == [8.1, 65, 19.5, 312]
    assert {one.bandwidth / 1e9 for one in found.values()} == {320, 1555}
    with pytest.raises(UsageError, match="Nothing is known"):
        gpu.find_machine("T4", "int8")


def test_the_fake_device_works_on_while_its_caller_goes_on():
    """Does an order take the time of a launch, a first run compile, and waiting take what is left?"""
    device = gpu.FakeDevice(work=500, compiling=4000, launch=10)
    start = device.clock()
    device.run()
    assert device.clock() - start == 10
    device.wait()
    assert device.clock() - start == 4500
    device.wait()
    assert device.clock() - start == 4500
    device.run()
    device.run()
    device.wait()
    assert device.clock() - start == 4500 + 2 * 500


@given(st.integers(1, 30), st.integers(1, 10**6), st.integers(0, 10**9))
def test_a_fair_measurement_does_not_depend_on_repeats_and_compiling(repeats, work, compiling):
    """Is the rate the device's own, whatever else happens?"""
    rate = time_fake_device(gpu.matmul_flops, 3, 4, 5, repeats, [work, compiling, 0])
    assert rate == pytest.approx(120 / (work * 1e-9))


def test_the_memory_adds_up():
    """Is the total of the purposes the formula's, for every optimizer and format?"""
    for optimizer, moments in gpu_memory.MOMENTS.items():
        for bits in (32, 16):
            step = gpu_memory.step_memory(1000, 70, 9, optimizer=optimizer, bits=bits)
            assert step.total == gpu_memory.train_bytes(1000, 70, 9, bits, moments)
            held = [step.weights, step.gradients, step.moments, step.copy, step.activations]
            assert held == [4000, 4000, 4000 * moments, 2000 * (bits == 16), 70 * 9 * bits / 8]


@given(st.integers(10**3, 10**9), st.integers(1, 10**6), st.integers(1, 10**5), st.sampled_from([16, 32]))
def test_the_largest_batch_fits_and_one_more_does_not(memory, parameters, activations, bits):
    """Is it the largest one?"""
    batch = gpu_memory.largest_batch(memory, parameters, activations, bits)
    assert batch == 0 or gpu_memory.train_bytes(parameters, activations, batch, bits, 2) <= memory
    assert gpu_memory.train_bytes(parameters, activations, batch + 1, bits, 2) > memory


def test_the_activations_of_an_encoder_are_those_of_an_encoder_that_runs():
    """Do the arrays of an encoder layer, listed one by one, add up to the formula?"""
    tokens, hidden, heads, layers = 6, 8, 2, 3
    wide = np.zeros((tokens, hidden))
    one_layer = {
        "input": wide, "query": wide, "key": wide, "value": wide, "weights": np.zeros((heads, tokens, tokens)),
        "weights after dropout": np.zeros((heads, tokens, tokens)),
        "attended": wide, "first sum": wide, "first normalised": wide, "before gelu": np.zeros((tokens, 4 * hidden)),
        "after gelu": np.zeros((tokens, 4 * hidden)), "second sum": wide,
    }  # fmt: skip
    counted = layers * sum(array.size for array in one_layer.values())
    assert gpu_memory.encoder_activations(tokens, layers, hidden, heads) == counted


def test_the_training_step_learns_and_its_gradient_is_right():
    """Does the loss fall, and does the first Adam step go against the sign of a measured slope?"""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((32, 6)).astype(np.float32)
    y = x[:, :1] * 0.5
    state = gpu_memory.new_state(6, 10, 2)
    losses = [gpu_memory.train_step(state, x, y, step, learning_rate=0.01) for step in range(1, 60)]
    assert losses[-1] < 0.2 * losses[0]

    def loss(weights):
        values = x.astype(float)
        for number in range(0, len(weights), 2):
            values = values @ weights[number] + weights[number + 1]
            values = np.maximum(values, 0) if number + 2 < len(weights) else values
        return np.mean((values - y) ** 2)

    state = gpu_memory.new_state(6, 10, 2)
    before = [np.array(w, float) for w in state[0]]
    gpu_memory.train_step(state, x, y, 1, learning_rate=0.001)
    for place, after in enumerate(state[0]):
        index = np.unravel_index(np.argmax(np.abs(state[1][place])), after.shape)
        nudged = [w.copy() for w in before]
        nudged[place][index] += 1e-5
        slope = (loss(nudged) - loss(before)) / 1e-5
        assert state[1][place][index] == pytest.approx(0.1 * slope, rel=1e-2)  # the first moment after one step
        assert before[place][index] - after[index] == pytest.approx(0.001 * np.sign(slope), rel=1e-2)


def test_parameters_are_counted_from_the_arrays():
    """Does `layer_sizes` count what `new_state` makes?"""
    weights, first, second = gpu_memory.new_state(7, 5, 3)
    assert sum(w.size for w in weights) == gpu_memory.layer_sizes(7, 5, 3)[0]
    assert [m.shape for m in first] == [v.shape for v in second] == [w.shape for w in weights]


@pytest.mark.parametrize("name", gpu_formats.FORMATS)
def test_formats_are_those_of_numpy_and_ml_dtypes(name):
    """Do the limits that follow from the bits agree with finfo?"""
    info = pytest.importorskip("ml_dtypes").finfo(name) if name == "bfloat16" else np.finfo(name)
    one = gpu_formats.FORMATS[name]
    assert one.bits == info.bits
    assert one.largest == float(info.max)
    assert one.smallest_normal == float(info.smallest_normal)
    assert one.smallest == float(info.smallest_subnormal)
    assert one.spacing == float(info.eps)


@given(st.lists(st.floats(width=32, allow_nan=True), min_size=0, max_size=20))
def test_rounding_to_bfloat16_is_that_of_ml_dtypes(values):
    """Are the same numbers left, infinities, ties and tiny ones included?"""
    ml_dtypes = pytest.importorskip("ml_dtypes")
    array = np.array(values, np.float32)
    np.testing.assert_array_equal(
        gpu_formats.round_to(array, "bfloat16"), array.astype(ml_dtypes.bfloat16).astype(np.float32)
    )


def test_rounding_keeps_shapes_and_refuses_unknown_formats():
    """Do scalars stay scalars, and is another name refused?"""
    for name in gpu_formats.FORMATS:
        assert gpu_formats.round_to(1.5, name).shape == ()
        assert gpu_formats.round_to([[1.5, 2.0]], name).shape == (1, 2)
    with pytest.raises(UsageError, match="float8"):
        gpu_formats.round_to(1.0, "float8")


def test_a_scale_loses_less_below_and_more_above():
    """Does a larger scale turn fewer gradients into 0 and more into infinity?"""
    gradients = gpu_formats.sample_gradients()
    shares = [gpu_formats.lost_share(gradients, "float16", 2.0**exponent) for exponent in range(0, 40, 5)]
    zero, infinite = zip(*shares, strict=True)
    assert list(zero) == sorted(zero, reverse=True)
    assert list(infinite) == sorted(infinite)
    assert zero[0] > 0.1 and infinite[-1] > 0.1 and min(map(sum, shares)) < 1e-3


def test_the_loss_scale_is_that_of_keras():
    """Over a training with overflows, are scale and count those of Keras' LossScaleOptimizer?"""
    keras = pytest.importorskip("keras")
    patience = 3
    optimizer = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.SGD(0.0), initial_scale=64.0, dynamic_growth_steps=patience
    )
    variable = keras.Variable(np.ones(2, np.float32))
    optimizer.build([variable])
    scale, good = 64.0, 0
    for value in [1, 1, np.inf, 1, 1, 1, 1, np.nan, 1, 1, 1, 1, 1, 1, np.inf]:
        gradient = np.array([1.0, value], np.float32)
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        scale, good = gpu_formats.next_loss_scale(scale, gradient, good, patience)
        assert math.isclose(scale, float(optimizer.dynamic_scale))
        assert good == int(optimizer.step_counter)
