"""Exercises of chapter 07: a rate that is measured fairly, and the rate that a machine allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from bookutils.core.messages import _
from bookutils.judging.model import Case, Exercise, Part, Rng, Tolerance, case, edge
from bookutils.judging.switches import Switches, combiner, mistakes_of, switched
from bookutils.numerics.gpu import rates as book
from bookutils.probes.gpu import time_fake_device


def _device(rng: Rng) -> list[int]:
    work = int(rng.integers(200_000, 900_000))
    return [work, int(work * rng.uniform(40, 90)), int(work * rng.uniform(0.02, 0.06))]


def _sizes(rng: Rng) -> list[int]:
    """Three sizes that differ by at least a third."""
    return [int(size) for size in rng.permutation([int(rng.integers(50, 90)), int(rng.integers(130, 220)), 320])]


def _squares(rng: Rng) -> Iterable[Case]:
    for repeats in (3, 6):
        n = int(rng.integers(60, 400))
        yield case(n, n, n, repeats, _device(rng))
    yield edge(1, 1, 1, 1, [1000, 5000, 20])


def _oblongs(rng: Rng) -> Iterable[Case]:
    for repeats in (2, 4, 5, 10):
        yield case(*_sizes(rng), repeats, _device(rng))


def _buggy_matmul_flops(
    bugs: Switches,
    run: Callable[[], Any],
    wait: Callable[[], Any],
    clock: Callable[[], float],
    m: int,
    k: int,
    n: int,
    repeats: int,
    *,
    unit: float = 1.0,
    warm: bool = False,
) -> float:
    if "compiling_timed" not in bugs or warm:
        run()
        if not warm:
            wait()
    start = clock()
    for _unused in range(repeats):
        run()
    if "no_waiting" not in bugs:
        wait()
    elapsed = clock() - start
    seconds = elapsed * unit if "units" in bugs else elapsed / 1e9
    if "squares_assumed" in bugs:
        k = n = m
    operations = m * k * n if "half_the_work" in bugs else 2 * m * k * n
    return repeats * operations / seconds


MATMUL_FLOPS = Exercise(
    id="matmul_flops",
    answer="matmul_flops",
    asks=_("The rate of a matrix product, from a device that works on its own and a clock."),
    reference=book.matmul_flops,
    probe=time_fake_device,
    parts=(Part(_("square matrices"), 2, _squares), Part(_("oblong matrices"), 2, _oblongs)),
    tolerance=Tolerance(rtol=1e-4),
    mistakes=mistakes_of(
        _buggy_matmul_flops,
        (
            "half_the_work",
            _("Your rate is half of the right one for every size."),
            _("An entry of the result adds up k products. How many operations are that, multiplying and adding?"),
            _("Count 2·m·k·n operations for one product: a multiplication and an addition each."),
        ),
        (
            "compiling_timed",
            _("Your rate is far too low, and less so the more repeats there are."),
            _("What does the device do in its first run that it never does again? Is it over when your clock starts?"),
            _("Before the clock is read for the first time: `run()`, then `wait()`."),
        ),
        (
            "no_waiting",
            _("Your rate is higher than anything this device can do."),
            _("`run` returns at once. Who says that the device has finished when you read the clock?"),
            _("Call `wait()` after the loop, before the clock is read for the second time."),
        ),
        (
            "units",
            _("Your rate is wrong by the same power of ten every time."),
            _("The clock counts nanoseconds. How many of them make a second?"),
            _("Divide the difference of the two readings by 1e9."),
        ),
        (
            "squares_assumed",
            _("Square matrices come out right, oblong ones do not."),
            _("Which of m, k and n does your count of operations leave out?"),
            _("Count 2·m·k·n operations: all three sizes, once each."),
        ),
        also={
            "compiling_timed": (switched(_buggy_matmul_flops, "compiling_timed", warm=True),),
            "units": (
                switched(_buggy_matmul_flops, "units", unit=1e-3),
                switched(_buggy_matmul_flops, "units", unit=1e-6),
            ),
        },
    ),
    combine=combiner(_buggy_matmul_flops),
    hints=(
        _(
            "Five steps: one run that does not count, the clock, `repeats` runs, the clock, the division. Where must "
            "the device be waited for?"
        ),
        _(
            "Wait after the first run, or its compiling is still going on when the clock starts; and wait after the "
            "last, or you time how quickly work can be ordered."
        ),
        _("The rate is repeats · 2·m·k·n operations divided by the seconds, and seconds are nanoseconds / 1e9."),
    ),
)


def _limits(rng: Rng) -> tuple[float, float]:
    """Peak and bandwidth of a machine whose corner lies between 20 and 30 operations per byte."""
    bandwidth = float(np.round(rng.uniform(100e9, 2000e9), -9))
    return float(np.round(bandwidth * rng.uniform(20, 30), -9)), bandwidth


def _thin(rng: Rng) -> Iterable[Case]:
    """A few rows against a wide layer: the memory is the limit."""
    for rows, bytes_each in ((1, 4), (2, 2), (3, 4), (4, 4)):
        yield case(rows, int(rng.integers(900, 1500)), int(rng.integers(2000, 4000)), bytes_each, *_limits(rng))
    yield edge(1, 1, 1, 4, 1e12, 1e11)


def _thick(rng: Rng) -> Iterable[Case]:
    """Large matrices: the arithmetic is the limit."""
    for bytes_each in (4, 2, 4):
        yield case(*(int(size) for size in rng.integers(2000, 4000, 3)), bytes_each, *_limits(rng))
    yield edge(4096, 4096, 4096, 2, 65e12, 320e9)


def _buggy_roofline(bugs: Switches, m: int, k: int, n: int, bytes_each: float, peak: float, bandwidth: float) -> float:
    operations = m * k * n if "half_the_work" in bugs else 2 * m * k * n
    numbers = m * k + k * n if "result_forgotten" in bugs else m * k + k * n + m * n
    moved = numbers if "numbers_for_bytes" in bugs else bytes_each * numbers
    intensity = moved / operations if "upside_down" in bugs else operations / moved
    if "no_peak" in bugs:
        return intensity * bandwidth
    return min(peak, intensity * bandwidth)


ROOFLINE = Exercise(
    id="roofline",
    answer="roofline",
    asks=_("The rate that a matrix product can reach on a machine with two limits."),
    reference=book.roofline,
    parts=(
        Part(_("thin matrices, which wait for the memory"), 2, _thin),
        Part(_("large matrices, which wait for the arithmetic"), 1, _thick, alone=False),  # always `peak`
    ),
    tolerance=Tolerance(rtol=1e-5),
    mistakes=mistakes_of(
        _buggy_roofline,
        (
            "half_the_work",
            _("Thin matrices come out at half of the right rate."),
            _("How many operations does one product of two numbers, added to a sum, take?"),
            _("Count 2·m·k·n operations."),
        ),
        (
            "result_forgotten",
            _("Thin matrices come out a little too fast, as if less had to be moved."),
            _("Two matrices are read. What has to be written?"),
            _("Add the m·n numbers of the result to what is moved."),
        ),
        (
            "numbers_for_bytes",
            _("Your result does not depend on `bytes_each`."),
            _("Bandwidth is counted in bytes a second. In what do you count what is moved?"),
            _("Multiply the numbers that are moved by `bytes_each`."),
        ),
        (
            "upside_down",
            _("Your rates are tiny, a few bytes where operations should be."),
            _("Bytes per second times what gives operations per second?"),
            _("The intensity is operations divided by bytes."),
        ),
        (
            "no_peak",
            _("For large matrices your rate is above the machine's peak."),
            _("Two things limit the rate. Which one is missing?"),
            _("Take the smaller of `peak` and intensity · `bandwidth`."),
        ),
    ),
    combine=combiner(_buggy_roofline),
    hints=(
        _("Two questions: how many operations, and how many bytes have to travel for them?"),
        _("2·m·k·n operations; m·k + k·n + m·n numbers of `bytes_each` bytes. Their quotient is the intensity."),
        _(
            "If only the memory counted, the rate would be intensity · `bandwidth`. It never exceeds `peak`: "
            "`min(peak, …)`."
        ),
    ),
)
