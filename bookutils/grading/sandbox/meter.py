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
        self._lives: dict[tuple[int, bytes], float] = {}  # processes that were seen -> their own processor time
        self._all = 0.0  # processor time of all of them together, when they were looked at last
        self._own = 0.0  # that of the process itself, then
        self._in_line = self._behind_others = 0.0
        self._before = self._behind_before = 0.0
        self._began, self._ended = time.monotonic(), 0.0
        self.used, self.waited = 0.0, 0.0

    def start(self) -> None:
        """Begin to measure a request."""
        self._read_own()
        self._before, self._behind_before = self._all, self._behind_others
        self._began, self._ended = time.monotonic(), 0.0
        self.used = self.waited = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds on the wall since the request, until it was finished."""
        return (self._ended or time.monotonic()) - self._began

    def read(self, seen: Seen, busy: int) -> None:
        """Measure `used` and `waited` anew.

        Parameters
        ----------
        seen : the process and all that it started
        busy : how many threads of theirs want a processor; where that is more than one, they stand in each other's way

        Notes
        -----
        What has ended is counted by whoever waited for it, or, where nobody did, as it was seen last.
        """
        times = seen.times()
        self._lives |= {life: own for life, (own, _whole) in times.items()}
        living = sum(whole for _own, whole in times.values())
        self._all = max(self._all, living, sum(self._lives.values()))
        self._own = next((own for (pid, _began), (own, _whole) in times.items() if pid == self._pid), self._own)
        self._stand_in_line(own_fault=busy > 1)
        self._tell()

    def finish(self) -> None:
        """Measure a request that has ended, as far as the process itself is concerned."""
        self._read_own()
        self._tell()
        self._ended = time.monotonic()

    def _read_own(self) -> None:
        if self._pid:
            own, whole = processor_seconds_of(self._pid)
            self._all = max(self._all + max(own - self._own, 0.0), whole)
            self._own = max(own, self._own)
            self._stand_in_line(own_fault=False)

    def _stand_in_line(self, own_fault: bool) -> None:
        waited = waited_seconds_of(self._pid) if self._pid else 0.0
        if not own_fault:
            self._behind_others += max(waited - self._in_line, 0.0)
        self._in_line = max(waited, self._in_line)

    def _tell(self) -> None:
        self.used = max(self._all - self._before, self.used)
        self.waited = max(self._behind_others - self._behind_before, self.waited)

    @property
    def awake(self) -> float:
        """Seconds on the wall since the request, without those in which it stood in line."""
        return max(self.elapsed - self.waited, 0.0)

    def reached(self, seconds: float) -> str | None:
        """Name the limit that is reached, TIME or WALL, or None.

        Parameters
        ----------
        seconds : of processor time
        """
        if self.used >= seconds:
            return TIME
        awake = _ASLEEP_ALONE if self._alone else _ASLEEP
        asleep = self.awake >= awake * seconds
        return WALL if asleep or self.elapsed >= _ON_THE_WALL * seconds else None

    @property
    def crowded(self) -> bool:
        """Whether others had the processor most of the time."""
        return self.waited > _CROWDED * self.elapsed
