"""Measures what this machine can do: products of matrices, its memory, batches, and what a training step holds.

While notebooks are built, what one machine did is shown, with its name: no two machines measure the same.
"""

from __future__ import annotations

import importlib.util
import json
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bookutils.core.files import write_atomically
from bookutils.core.messages import _
from bookutils.core.settings import is_quick, is_static
from bookutils.numerics.gpu.memory import new_state, train_step
from bookutils.numerics.gpu.rates import Machine, matmul_flops, matmul_traffic, matmul_work

RECORDED = Path(__file__).parent / "recorded_machine.json"
SIZES = (64, 128, 256, 512, 1024)
BATCHES = (1, 4, 16, 64, 256)
WIDTH = 4096  # its weights, 64 MB, fit into no cache
SECONDS = 0.03  # of multiplying, for each size and each try
TRIES = 3
ENOUGH = 0.12  # seconds for all tries of a size, on a machine that is busy with other things
_READ = 64 * 2**20  # bytes; more than a cache holds

Rate = Callable[..., float]
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Measured:
    """What a machine did.

    Attributes
    ----------
    sizes : n of the (n, n) matrices
    rates : who multiplied → operations a second, one for each size
    peak, bandwidth : the best rate seen, and bytes a second between memory and arithmetic
    batches : examples in a batch
    seconds : who multiplied → seconds of a dense layer of `WIDTH` by `WIDTH`, one for each batch
    how : what was measured, where
    """

    sizes: list[int]
    rates: dict[str, list[float]]
    peak: float
    bandwidth: float
    batches: list[int]
    seconds: dict[str, list[float]]
    how: str

    @property
    def machine(self) -> Machine:
        """Its two limits, as the roofline wants them."""
        return Machine(_("this machine"), self.peak, self.bandwidth, 0.0, self.how)


@dataclass(frozen=True)
class Multiplier:
    """Somebody who multiplies: `product` makes run and wait for an (m, k) times a (k, n) matrix of float32.

    Attributes
    ----------
    name : who it is
    product : m, k, n → (run, wait)
    read : bytes → (run, wait) of a pass that reads so many from memory
    """

    name: str
    product: Callable[[int, int, int], tuple[Callable[[], Any], Callable[[], Any]]]
    read: Callable[[int], tuple[Callable[[], Any], Callable[[], Any]]]


def measure_machine(rate: Rate = matmul_flops, *, tries: int = TRIES) -> Measured:
    """Measure this machine with NumPy, and with TensorFlow where it is installed; about four seconds.

    Parameters
    ----------
    rate : measures one product, as the exercise `matmul_flops` asks
    tries : of each size; fewer where the machine is busy

    Returns
    -------
    Measured; while notebooks are built, the measurement that ships with the course

    Notes
    -----
    The best try counts: whatever else the machine does can only slow it down. Taught in chapter 07.
    """
    if is_static():
        return load_recorded()
    multipliers = [numpy_multiplier(), *tensorflow_multipliers()]
    rates = {one.name: [_best_rate(one, rate, n, n, n, tries) for n in SIZES] for one in multipliers}
    seconds = {one.name: [_batch_seconds(one, rate, batch, tries) for batch in BATCHES] for one in multipliers}
    reading = max(measure_bandwidth(one, tries) for one in multipliers)
    return Measured(
        list(SIZES), rates, *best_limits(rates, seconds, reading), list(BATCHES), seconds, _("Measured on this machine")
    )


def best_limits(
    rates: dict[str, list[float]], seconds: dict[str, list[float]], reading: float
) -> tuple[float, float]:  # fmt: skip
    """Return the best rate and the best bandwidth that were seen, whatever showed them.

    Parameters
    ----------
    rates, seconds : see `Measured`
    reading : bytes a second in a pass through an array; a product may read its weights quicker still
    """
    layers = [(batch, time) for times in seconds.values() for batch, time in zip(BATCHES, times, strict=True)]
    peak = max([rate for row in rates.values() for rate in row] + [matmul_work(b, WIDTH, WIDTH) / t for b, t in layers])
    return peak, max([reading] + [matmul_traffic(b, WIDTH, WIDTH, 4) / t for b, t in layers])


def numpy_multiplier() -> Multiplier:
    """NumPy on the CPU."""
    rng = np.random.default_rng(0)

    def product(m: int, k: int, n: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
        left, right = rng.standard_normal((m, k), np.float32), rng.standard_normal((k, n), np.float32)
        result = np.empty((m, n), np.float32)
        return lambda: np.matmul(left, right, out=result), lambda: None

    def read(size: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
        source = np.ones(size // 4, np.float32)
        return lambda: np.dot(source, source), lambda: None

    return Multiplier("NumPy", product, read)


def tensorflow_multipliers() -> list[Multiplier]:
    """TensorFlow on its first GPU, or on the CPU without one; nobody where TensorFlow is not installed."""
    if importlib.util.find_spec("tensorflow") is None:
        return []
    from bookutils.core.tensorflow import start_tensorflow

    start_tensorflow()
    import tensorflow as tf

    has_gpu = bool(tf.config.list_physical_devices("GPU"))
    return [tensorflow_multiplier("GPU:0" if has_gpu else "CPU:0")]


def tensorflow_multiplier(device: str) -> Multiplier:
    """TensorFlow on one device, such as "GPU:0"."""
    import tensorflow as tf

    wait = tf.test.experimental.sync_devices

    def on_device(operation: Callable[..., Any], *shapes: tuple[int, ...]) -> Callable[[], Any]:
        with tf.device(device):
            inputs = [tf.random.normal(shape, seed=0) for shape in shapes]

        def run() -> None:
            with tf.device(device):
                operation(*inputs)

        return run

    def product(m: int, k: int, n: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
        return on_device(tf.linalg.matmul, (m, k), (k, n)), wait

    def read(size: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
        return on_device(tf.reduce_sum, (size // 4,)), wait

    return Multiplier(_("TensorFlow on {device}").format(device=device), product, read)


def _best_rate(one: Multiplier, rate: Rate, m: int, k: int, n: int, tries: int) -> float:
    run, wait = one.product(m, k, n)
    started = time.perf_counter()
    best = matmul_flops(run, wait, time.perf_counter_ns, m, k, n, 1)
    repeats = max(1, min(2000, round((SECONDS / 4 if is_quick() else SECONDS) * best / (2 * m * k * n))))
    for _unused in range(tries):
        best = max(best, rate(run, wait, time.perf_counter_ns, m, k, n, repeats))
        if time.perf_counter() - started > ENOUGH * tries / TRIES:
            break
    return best


def _batch_seconds(one: Multiplier, rate: Rate, batch: int, tries: int) -> float:
    return 2 * batch * WIDTH * WIDTH / _best_rate(one, rate, batch, WIDTH, WIDTH, tries)


def measure_bandwidth(one: Multiplier, tries: int = TRIES) -> float:
    """Bytes a second that arrive from memory in a pass through a large array; the best try counts."""
    run, wait = one.read(_READ)
    best = 0.0
    for _unused in range(1 + tries):  # the first one also warms up
        start = time.perf_counter_ns()
        run()
        wait()
        best = max(best, _READ / ((time.perf_counter_ns() - start) / 1e9))
    return best


def load_recorded(path: Path = RECORDED) -> Measured:
    """Return the measurement that ships with the course."""
    return Measured(**json.loads(path.read_text(encoding="utf-8")))


def keep_recorded(measured: Measured, path: Path = RECORDED) -> Path:
    """Keep a measurement, rounded to three digits; the file is replaced.

    `python -m bookutils.devices.measure` measures this machine and keeps that.
    """

    def rounded(value: Any) -> Any:
        if isinstance(value, float):
            return float(f"{value:.3g}")
        if isinstance(value, list):
            return [rounded(item) for item in value]
        if isinstance(value, dict):
            return {name: rounded(item) for name, item in value.items()}
        return value

    return write_atomically(path, json.dumps(rounded(asdict(measured)), indent=1) + "\n")


def measure_step_memory(
    batches: Sequence[int], inputs: int = 256, hidden: int = 512, layers: int = 4
) -> list[float]:  # fmt: skip
    """Measure what one training step of a NumPy network holds at its fullest.

    Parameters
    ----------
    batches : examples in a step
    inputs, hidden, layers : of the network, see `numerics.gpu.memory.new_state`

    Returns
    -------
    bytes for each batch, rounded to thousands; the batch itself is not counted

    Notes
    -----
    NumPy reports each array to Python's tracemalloc, so this is counted and not estimated, and the same on every
    machine. Taught in chapter 07.
    """
    rng = np.random.default_rng(0)
    held = []
    for batch in batches:
        x = rng.standard_normal((batch, inputs), np.float32)
        y = x[:, :1].copy()
        held.append(round(_fullest(x, y, (inputs, hidden, layers)) / 1e3) * 1e3)
    return held


def peak_bytes(call: Callable[[], Any]) -> int:
    """Return the most bytes that a call holds at any moment, beyond what was there before.

    Notes
    -----
    Counted by Python's tracemalloc, to which NumPy reports its arrays. Taught in chapter 07.

    Examples
    --------
    >>> 8_000_000 <= peak_bytes(lambda: np.ones(1_000_000).sum()) < 8_100_000
    True
    """
    was_on = tracemalloc.is_tracing()
    if not was_on:
        tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not was_on:
            tracemalloc.stop()


def _fullest(x: Array, y: Array, sizes: tuple[int, int, int]) -> int:
    """Return the bytes of the arrays that a step holds at its fullest, beyond those that were there before."""
    seen: list[int] = []
    was_on = tracemalloc.is_tracing()
    if not was_on:
        tracemalloc.start()
    before = _array_bytes()
    try:
        train_step(new_state(*sizes), x, y, 1, look=lambda: seen.append(_array_bytes()))
    finally:
        if not was_on:
            tracemalloc.stop()
    return seen[0] - before


def _array_bytes() -> int:
    """Return the bytes of all arrays that NumPy has made since tracing began: Python's own objects are left out."""
    arrays = tracemalloc.DomainFilter(True, np.lib.tracemalloc_domain)
    return sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces([arrays]).traces)


def keras_step_bytes(inputs: int = 256, hidden: int = 512, layers: int = 4, policy: str = "float32") -> dict[str, Any]:
    """Ask Keras what it keeps for the same network with Adam; an empty dict where TensorFlow is not installed.

    Parameters
    ----------
    inputs, hidden, layers : of the network
    policy : "float32", "mixed_float16" or "mixed_bfloat16"

    Returns
    -------
    dict: "weights" and "optimizer" in bytes, the formats in which the first layer keeps its weights ("kept in") and
    computes ("computes in"), and of the gradients ("gradients in")

    Notes
    -----
    Taught in chapter 07.
    """
    if importlib.util.find_spec("tensorflow") is None:
        return {}
    from bookutils.core.tensorflow import start_tensorflow

    start_tensorflow()
    import keras
    import tensorflow as tf

    chosen = keras.DTypePolicy(policy)
    stack = [keras.layers.Dense(hidden, activation="relu", dtype=chosen) for _unused in range(layers)]
    model = keras.Sequential([keras.Input((inputs,)), *stack, keras.layers.Dense(1, dtype=chosen)])
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.cast(model(tf.ones((2, inputs))), tf.float32) ** 2)
    gradients = tape.gradient(loss, [variable.value for variable in model.trainable_variables])
    return {
        "weights": _bytes_of(model.trainable_variables),
        "optimizer": _bytes_of(optimizer.variables),
        "kept in": str(stack[0].kernel.dtype),
        "computes in": str(stack[0].compute_dtype),
        "gradients in": str(gradients[0].dtype.name),
    }


def _bytes_of(variables: Sequence[Any]) -> int:
    return sum(int(np.prod(variable.shape)) * np.dtype(variable.dtype).itemsize for variable in variables)


if __name__ == "__main__":
    print(keep_recorded(measure_machine()))
