"""Are machines measured by the book's rule, memory counted to the byte, and recordings shown as such?"""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest

from bookutils.devices import measure
from bookutils.numerics.gpu.memory import layer_sizes, train_bytes
from bookutils.numerics.gpu.rates import matmul_flops


@pytest.fixture
def small(monkeypatch):
    """A measurement that is over at once."""
    monkeypatch.delenv("BOOKUTILS_STATIC", raising=False)
    monkeypatch.setattr(measure, "SIZES", (8, 16))
    monkeypatch.setattr(measure, "BATCHES", (1, 4))
    monkeypatch.setattr(measure, "WIDTH", 32)
    monkeypatch.setattr(measure, "SECONDS", 1e-4)
    monkeypatch.setattr(measure, "_READ", 4096)
    monkeypatch.setattr(measure, "tensorflow_multipliers", list)


def test_what_is_measured_lies_under_its_own_roof(small):
    """Is there a rate for each size, a time for each batch, and nothing above the limits?"""
    seen = measure.measure_machine()
    assert list(seen.rates) == list(seen.seconds) == ["NumPy"]
    assert len(seen.rates["NumPy"]) == len(seen.sizes) == len(seen.seconds["NumPy"]) == len(seen.batches) == 2
    assert max(seen.rates["NumPy"]) <= seen.peak
    assert seen.machine.bandwidth > 0
    assert "this machine" in seen.how


def test_the_learners_own_function_measures(small):
    """Is the function that is handed in the one that is called, with a clock in nanoseconds?"""
    clocks = set()

    def rate(run, wait, clock, m, k, n, repeats):
        clocks.add(clock)
        return matmul_flops(run, wait, clock, m, k, n, repeats)

    measure.measure_machine(rate)
    assert clocks == {time.perf_counter_ns}


def test_while_notebooks_are_built_a_recording_is_shown_and_says_so(monkeypatch):
    """Does the recording that ships name itself, and lie under its own roof?"""
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    seen = measure.measure_machine()
    assert "Recorded on another machine" in seen.how
    assert "no GPU" in seen.how
    assert seen == measure.load_recorded()
    assert max(map(max, seen.rates.values())) <= seen.peak
    peak, bandwidth = measure.best_limits(seen.rates, seen.seconds, 0.0)
    assert (peak, bandwidth) == pytest.approx((seen.peak, seen.bandwidth), rel=0.01)


def test_a_recording_is_kept_in_three_digits(tmp_path):
    """Does what was kept come back, rounded?"""
    seen = dataclasses.replace(measure.load_recorded(), peak=123456789.0)
    assert measure.load_recorded(measure.keep_recorded(seen, tmp_path / "kept.json")).peak == 1.23e8


def test_numpy_multiplies_and_reads_what_it_says():
    """Are the product's matrices of the sizes asked for?"""
    run, wait = measure.numpy_multiplier().product(3, 4, 5)
    assert run().shape == (3, 5)
    assert wait() is None
    run, _wait = measure.numpy_multiplier().read(400)
    assert run() == 100


def test_tensorflow_is_waited_for():
    """On the CPU: do a product and a reading run, and does waiting return?"""
    pytest.importorskip("tensorflow")
    one = measure.tensorflow_multiplier("CPU:0")
    for run, wait in (one.product(3, 4, 5), one.read(400)):
        run()
        wait()
    assert one.name == "TensorFlow on CPU:0"


def test_memory_is_predicted_but_for_the_gradient_on_its_way():
    """Is what was counted the formula's, plus one gradient of a layer's width, to two thousand bytes?"""
    parameters, activations = layer_sizes(64, 128, 3)
    batches = [256, 1024]
    for batch, held in zip(batches, measure.measure_step_memory(batches, 64, 128, 3), strict=True):
        predicted = train_bytes(parameters, activations - 64, batch, 32, 2) + 4 * 128 * batch
        assert held == pytest.approx(predicted, abs=2e3)
    assert measure.measure_step_memory(batches, 64, 128, 3) == measure.measure_step_memory(batches, 64, 128, 3)


@pytest.mark.parametrize("policy, computes", [("float32", "float32"), ("mixed_float16", "float16")])
def test_keras_keeps_what_the_chapter_says(policy, computes):
    """Are weights, gradients and moments float32 in both, and the layers' format the policy's?"""
    pytest.importorskip("tensorflow")
    kept = measure.keras_step_bytes(8, 16, 2, policy)
    parameters, _activations = layer_sizes(8, 16, 2)
    assert kept["weights"] == 4 * parameters
    assert kept["optimizer"] == pytest.approx(8 * parameters, abs=64)
    assert (kept["kept in"], kept["gradients in"], kept["computes in"]) == ("float32", "float32", computes)


def test_without_tensorflow_numpy_measures_alone(monkeypatch):
    """Is nothing imported and nothing claimed where TensorFlow is missing?"""
    monkeypatch.setattr(measure.importlib.util, "find_spec", lambda name: None)
    assert measure.tensorflow_multipliers() == []
    assert measure.keras_step_bytes() == {}
    assert np.isfinite(measure.measure_bandwidth(measure.numpy_multiplier(), 1))
