"""What an answer of chapter 07 measures with a device whose clock is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bookutils.numerics.gpu.rates import FakeDevice


def time_fake_device(answer: Callable[..., Any], m: int, k: int, n: int, repeats: int, device: list[int]) -> Any:
    """Hand a fake device to an answer, and return the rate that it measures. The probe of the exercise.

    Parameters
    ----------
    answer : takes what `matmul_flops` takes
    m, k, n, repeats : see there
    device : nanoseconds of work, of compiling and of a launch

    Examples
    --------
    >>> from bookutils.numerics.gpu.rates import matmul_flops
    >>> round(time_fake_device(matmul_flops, 10, 10, 10, 5, [1000, 10**9, 10]))
    2000000000
    """
    work, compiling, launch = (int(number) for number in device)
    fake = FakeDevice(work, compiling, launch)
    return answer(fake.run, fake.wait, fake.clock, m, k, n, repeats)
