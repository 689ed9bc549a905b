"""Outside the sandbox: what a process and all that it started have had of the processor since they were asked.

Limits count that, since a neighbour or a busy machine takes none of it. The clock on the wall is a second limit, a wide
one, for what sleeps: time in which the process that was asked stands in line for a processor is not held against it.
What stands in line behind it, it has started itself.
"""

from __future__ import annotations

import time

from bookutils.grading.sandbox.watch import Seen, processor_seconds_of, waited_seconds_of

TIME, WALL = "time", "wall"
_ASLEEP = 2.0  # times the limit that something may take without a processor, and without waiting for one
_ASLEEP_ALONE = 1.0
_ON_THE_WALL = 10.0  # times the limit, whatever the reason
_CROWDED = 0.5  # of the time was spent in line: then the machine is to blame


class Meter:
    """Measures one request after the other.

    Parameters
    ----------
    pid : the process that is asked; None where its number is not known
    alone : nothing else is graded at the same time
    """

    def __init__(self, pid: int | None, alone: bool) -> None:
        self._pid, self._alone = pid, alone
        self._others = 0.0  # processor time of all but the process itself, when it was seen last
        self._own = 0.0
        self._used_before = self._waited_before = 0.0
        self._began = time.monotonic()
        self.used, self.waited = 0.0, 0.0

    def start(self) -> None:
        """Begin to measure a request."""
        self._own = processor_seconds_of(self._pid) if self._pid else 0.0
        self._used_before = self._own + self._others
        self._waited_before = waited_seconds_of(self._pid) if self._pid else 0.0
        self._began = time.monotonic()
        self.used = self.waited = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds on the wall since the request."""
        return time.monotonic() - self._began

    def read(self, seen: Seen) -> None:
        """Measure `used` and `waited` anew."""
        all_of_it, own = seen.processor_seconds(), processor_seconds_of(self._pid) if self._pid else 0.0
        self._others = max(all_of_it - own, self._others)
        self.used = max(all_of_it - self._used_before, self.used)
        if self._pid:
            self.waited = max(waited_seconds_of(self._pid) - self._waited_before, self.waited)

    def reached(self, seconds: float) -> str | None:
        """Name the limit that is reached, TIME or WALL, or None.

        Parameters
        ----------
        seconds : of processor time
        """
        if self.used >= seconds:
            return TIME
        awake = _ASLEEP_ALONE if self._alone else _ASLEEP
        asleep = self.elapsed - self.waited >= awake * seconds
        return WALL if asleep or self.elapsed >= _ON_THE_WALL * seconds else None

    @property
    def crowded(self) -> bool:
        """Whether others had the processor most of the time."""
        return self.waited > _CROWDED * self.elapsed
