"""What the numbers of a message say: which of two versions is the newer one, how much of a memory is free."""

from __future__ import annotations

import re

_BYTES = {"B": 1, "K": 2**10, "M": 2**20, "G": 2**30}


def read_version(words: str) -> tuple[int, ...]:
    """Read a version, cuDNN's in one number too.

    >>> read_version("8.0.4"), read_version("7301"), read_version("90100")
    ((8, 0, 4), (7, 3, 1), (9, 1, 0))
    """
    numbers = tuple(int(number) for number in words.split(".") if number)
    if len(numbers) == 1 and numbers[0] >= 1000:
        major, rest = divmod(numbers[0], 1000 if numbers[0] < 90000 else 10000)
        return major, *divmod(rest, 100)
    return numbers


def is_rising(match: re.Match[str]) -> bool:
    """Whether the second version of a message is the newer one."""
    return read_version(match[1]) < read_version(match[2])


def is_falling(match: re.Match[str]) -> bool:
    """Whether the first version of a message is the newer one."""
    return read_version(match[1]) > read_version(match[2])


def little_is_free(match: re.Match[str]) -> bool:
    """Whether less than a quarter is free: a message's total and free memory, each a number and a unit's first letter.

    >>> little_is_free(re.match(r"([\\d.]+)(.), ([\\d.]+)(.)", "7.9G, 190M"))
    True
    """
    total, free = (float(match[place]) * _BYTES[match[place + 1].upper()] for place in (1, 3))
    return 4 * free < total


def has_kernels_for_gpus_alone(match: re.Match[str]) -> bool:
    """Whether the list that follows, of the devices that an operation was written for, names GPUs and nothing else."""
    listed = match.string[match.end() : match.end() + 3000].split("\n\n")[0]
    return {name for name in re.findall(r"device='(\w+)'", listed) if not name.startswith("XLA")} == {"GPU"}
