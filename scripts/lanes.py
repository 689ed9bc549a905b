"""Runs commands side by side in a few lanes; what each printed is kept until it ends, so that nothing is mixed up."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_TICK = 0.1
_NEWS = 60.0  # seconds from one sign of life to the next
_GRACE = 10.0  # seconds in which what is stopped may put its things away; a second signal would break that off


@dataclass(frozen=True)
class Command:
    """What is run: its name for people, its words and its whole environment."""

    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Parameters
    ----------
    name, returncode : which one, and how
    seconds : on the wall
    processor_seconds : of it and of all whose end it waited for; None where the system does not count them
    printed : stdout and stderr as they came; "" where they went to the screen at once
    """

    name: str
    returncode: int
    seconds: float
    processor_seconds: float | None
    printed: str


class _Running:
    """A command on its lane. It shares our process group, so that Ctrl-C and whoever ends the group reach it, too."""

    def __init__(self, command: Command, group: int, folder: Path, to_screen: bool) -> None:
        self.name, self.group, self._began = command.name, group, time.monotonic()
        self._processor_seconds: float | None = None
        number, name = tempfile.mkstemp(prefix="bookutils-lane-")
        self._said = Path(name)
        try:
            self._process = subprocess.Popen(
                command.words, cwd=folder, env=dict(command.environment), stdin=subprocess.DEVNULL,
                stdout=None if to_screen else number, stderr=None if to_screen else subprocess.STDOUT,
            )  # fmt: skip
        finally:
            os.close(number)

    def ended(self) -> Ended | None:
        """How it ended; None while it runs."""
        if not self._is_over():
            return None
        printed = self.printed()
        self.forget()
        seconds = time.monotonic() - self._began
        return Ended(self.name, self._process.returncode, seconds, self._processor_seconds, printed)

    def printed(self) -> str:
        """What it has printed so far."""
        return self._said.read_text(encoding="utf-8", errors="replace")

    def forget(self) -> None:
        """Remove what it has printed."""
        self._said.unlink(missing_ok=True)

    def _is_over(self) -> bool:
        if self._process.returncode is not None or not hasattr(os, "wait4"):
            return self._process.poll() is not None
        number, status, used = os.wait4(self._process.pid, os.WNOHANG)
        if number:
            self._process.returncode = os.waitstatus_to_exitcode(status)
            self._processor_seconds = used.ru_utime + used.ru_stime
        return bool(number)

    def send(self, number: int) -> None:
        """Send a signal to it."""
        self._process.send_signal(number)


def side_by_side(
    groups: Sequence[tuple[int, Sequence[Command]]], folder: Path, begins: Callable[[str], None],
    news: Callable[[str, str], None] = lambda _name, _printed: None, to_screen: bool = False,
) -> Iterator[Ended]:  # fmt: skip
    """Run commands, each on the first lane of its group that is free, and yield them as they end.

    Parameters
    ----------
    groups : each with its number of lanes, and its commands in the order in which they begin
    folder : where they run
    begins : is told the name of what begins
    news : is told now and then what each has printed so far: (name, text)
    to_screen : let through what they print, as it comes; for one lane

    Notes
    -----
    Whoever closes this generator, or is interrupted in it, stops all that runs.
    """
    waiting = [deque(commands) for _lanes, commands in groups]
    running = list[_Running]()
    told = time.monotonic()
    try:
        while any(waiting) or running:
            for group, ((lanes, _commands), commands) in enumerate(zip(groups, waiting, strict=True)):
                while commands and sum(one.group == group for one in running) < lanes:
                    begins(commands[0].name)
                    running.append(_Running(commands.popleft(), group, folder, to_screen))
            time.sleep(_TICK)
            if time.monotonic() - told > _NEWS:
                told = time.monotonic()
                for one in running:
                    news(one.name, one.printed())
            for one in list(running):
                if ended := one.ended():
                    running.remove(one)
                    yield ended
    except KeyboardInterrupt:  # has reached them all, as a rule
        for one in running:
            news(one.name, one.printed())
        _stop(running, (signal.SIGINT, signal.SIGTERM))
        raise
    finally:
        for one in running:
            one.send(signal.SIGINT)
        _stop(running, (signal.SIGTERM,))
        for one in running:
            one.forget()


def _stop(running: list[_Running], signals: tuple[int, ...]) -> None:
    """Wait for what is about to end, and send a signal to what does not."""
    for number in signals:
        latest = time.monotonic() + _GRACE
        while running and time.monotonic() < latest:
            running[:] = [one for one in running if one.ended() is None]
            time.sleep(_TICK)
        for one in running:
            one.send(number)
