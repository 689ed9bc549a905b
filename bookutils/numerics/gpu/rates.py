"""How fast a machine can multiply: work, traffic, the roofline, and a clock that is read fairly. Chapter 07."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles


@dataclass(frozen=True)
class Machine:
    """What a device can do at best.

    Attributes
    ----------
    name : what it is called
    peak : floating-point operations a second
    bandwidth : bytes a second between its memory and its arithmetic units
    memory : bytes of its memory
    source : who says so
    """

    name: str
    peak: float
    bandwidth: float
    memory: float
    source: str

    @property
    def ridge(self) -> float:
        """Operations per byte at which the two limits meet: the roofline's corner."""
        return self.peak / self.bandwidth


_T4 = "NVIDIA T4 data sheet"
_A100 = "NVIDIA A100 40GB data sheet"
# The peak depends on the format: tensor cores multiply 16-bit numbers. Makers count 1 GB as 10⁹ bytes here.
MACHINES: dict[str, dict[str, Machine]] = {
    "T4": {
        "float32": Machine("T4", 8.1e12, 320e9, 16e9, _T4),
        "float16": Machine("T4", 65e12, 320e9, 16e9, _T4),
    },
    "A100": {
        "float32": Machine("A100 40GB", 19.5e12, 1555e9, 40e9, _A100),
        "float16": Machine("A100 40GB", 312e12, 1555e9, 40e9, _A100),
    },
}


def find_machine(name: str, dtype: str = "float32") -> Machine:
    """Return what the maker promises for a device and a format of numbers.

    Parameters
    ----------
    name : "T4" or "A100"
    dtype : "float32" or "float16"

    Raises
    ------
    UsageError
        When nothing is known about it.

    Examples
    --------
    >>> round(find_machine("T4").ridge, 1)
    25.3
    """
    try:
        return MACHINES[name][dtype]
    except KeyError:
        raise UsageError(
            _("Nothing is known about {name!r} with {dtype!r}.").format(name=name, dtype=dtype),
            _("Known are {names}, each with float32 and float16.").format(names=", ".join(MACHINES)),
        ) from None


def matmul_work(m: float, k: float, n: float) -> float:
    """Floating-point operations of the product of an (m, k) and a (k, n) matrix.

    Each of the m·n entries is a sum of k products: k multiplications and k additions (the first one starts from 0).
    Taught in chapter 07.

    >>> matmul_work(2, 3, 4)
    48
    """
    return 2 * m * k * n


def matmul_traffic(m: float, k: float, n: float, bytes_each: float) -> float:
    """Bytes that the product of an (m, k) and a (k, n) matrix moves at the least: two read, one written, once each.

    Taught in chapter 07.

    >>> matmul_traffic(2, 3, 4, 4)
    104
    """
    return bytes_each * (m * k + k * n + m * n)


def roofline(m: int, k: int, n: int, bytes_each: float, peak: float, bandwidth: float) -> float:
    """Return the rate, in operations a second, that a matrix product can reach on a machine.

    Parameters
    ----------
    m, k, n : an (m, k) matrix is multiplied by a (k, n) matrix
    bytes_each : bytes of one number
    peak : operations a second of the arithmetic units
    bandwidth : bytes a second between memory and arithmetic units

    Returns
    -------
    operations a second

    Notes
    -----
    Williams, Waterman and Patterson 2009: the lower of two limits. Each matrix travels once. Taught in chapter 07.

    Examples
    --------
    >>> roofline(1, 1000, 1000, 4, peak=8e12, bandwidth=320e9) < 0.03 * 8e12
    True
    >>> roofline(1000, 1000, 1000, 4, peak=8e12, bandwidth=320e9) == 8e12
    True
    """
    operations = 2 * m * k * n
    moved = bytes_each * (m * k + k * n + m * n)
    return min(peak, operations / moved * bandwidth)


def attainable(intensity: ArrayLike, machine: Machine) -> Doubles:
    """The roofline itself: the lower of peak and intensity · bandwidth.

    Parameters
    ----------
    intensity : operations per byte, any shape
    machine : its two limits

    Returns
    -------
    array of float, the shape of `intensity`, operations a second

    Examples
    --------
    >>> attainable([1.0, 1000.0], find_machine("T4")) / 1e12
    array([0.32, 8.1 ])
    """
    return np.minimum(machine.peak, np.asarray(intensity, np.float64) * machine.bandwidth)


def step_seconds(
    batch: ArrayLike, inputs: int, units: int, machine: Machine, *, bytes_each: float = 4, overhead: float = 20e-6
) -> Doubles:
    """Model of the time that a dense layer takes for a batch: a fixed overhead, then the slower of two limits.

    Parameters
    ----------
    batch : examples at once, any shape
    inputs, units : of the layer; the product is (batch, inputs) · (inputs, units)
    machine : its two limits
    bytes_each : bytes of one number
    overhead : seconds to start the work, whatever its size

    Returns
    -------
    array of float, the shape of `batch`, seconds

    Notes
    -----
    A model, not a measurement: no product reaches the roofline. Taught in chapter 07.

    Examples
    --------
    >>> times = step_seconds([1, 16], 1024, 1024, find_machine("T4"))
    >>> bool(times[1] < 1.05 * times[0])
    True
    """
    batch = np.asarray(batch, np.float64)
    work = matmul_work(batch, inputs, units)  # type: ignore[arg-type]
    moved = matmul_traffic(batch, inputs, units, bytes_each)  # type: ignore[arg-type]
    return overhead + np.maximum(work / machine.peak, moved / machine.bandwidth)


def turning_batch(machine: Machine, inputs: int, units: int, bytes_each: float) -> float:
    """Return the batch from which the arithmetic, not the memory, sets the time of a dense layer.

    Parameters
    ----------
    machine : its two limits
    inputs, units : of the layer
    bytes_each : bytes of one number

    Returns
    -------
    float; infinity where the layer is so narrow that the batch's own way to and fro always takes longer

    Notes
    -----
    2·B·k·n / P = b·(B·k + k·n + B·n) / M, solved for B. Taught in chapter 07.

    Examples
    --------
    >>> round(turning_batch(find_machine("T4"), 1024, 1024, 4))
    56
    >>> turning_batch(find_machine("T4"), 16, 16, 4)
    inf
    """
    left = 2 * machine.bandwidth - bytes_each * machine.peak * (1 / inputs + 1 / units)
    return bytes_each * machine.peak / left if left > 0 else float("inf")


def matmul_flops(
    run: Callable[[], Any], wait: Callable[[], Any], clock: Callable[[], float], m: int, k: int, n: int, repeats: int
) -> float:
    """Measure how many floating-point operations a second a matrix product reaches.

    Parameters
    ----------
    run : starts one product of an (m, k) and a (k, n) matrix; the device may still be at work when it returns, and
        the first call also compiles
    wait : returns when the device has done everything that was started
    clock : the time in nanoseconds, as `time.perf_counter_ns`
    m, k, n : sizes of the matrices
    repeats : how many products are timed

    Returns
    -------
    operations a second

    Notes
    -----
    Taught in chapter 07.

    Examples
    --------
    >>> device = FakeDevice(work=1000, compiling=10**9, launch=10)
    >>> round(matmul_flops(device.run, device.wait, device.clock, 10, 10, 10, repeats=5))
    2000000000
    """
    run()
    wait()
    start = clock()
    for _unused in range(repeats):
        run()
    wait()
    seconds = (clock() - start) / 1e9
    return repeats * 2 * m * k * n / seconds


class FakeDevice:
    """A device with a clock of its own: it works on while the caller goes on, and compiles at its first call.

    Parameters
    ----------
    work : nanoseconds that the device needs for one run
    compiling : nanoseconds that the first run takes before that
    launch : nanoseconds until `run` returns, in which the device has already begun

    Notes
    -----
    It behaves as TensorFlow does on a GPU, and is the same on every machine. Taught in chapter 07.
    """

    def __init__(self, work: int, compiling: int, launch: int) -> None:
        self._work, self._compiling, self._launch = int(work), int(compiling), int(launch)
        self._now = self._free = 1_000_000
        self._is_compiled = False

    def run(self) -> None:
        """Start one product."""
        self._free = max(self._now, self._free) + self._work
        if not self._is_compiled:
            self._free += self._compiling
            self._is_compiled = True
        self._now += self._launch

    def wait(self) -> None:
        """Wait until all is done."""
        self._now = max(self._now, self._free)

    def clock(self) -> int:
        """The time, in nanoseconds."""
        return self._now
