"""Ends code that takes too long, whatever it catches: by the clock on the wall, or by the processor time that it uses.

An alarm may go off at any moment, so also in the code around what it is to end. Whoever sets one says, looking at the
running frame, where it may be heard; elsewhere it does nothing, and comes again soon.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

IsHeard = Callable[[FrameType | None], bool]
_OVER_AND_OVER = 0.05  # seconds between alarms, for code that catches everything


class TimeUp(BaseException):
    """Raised in code when its time is over; no `except Exception` catches it."""


@contextlib.contextmanager
def time_limit(seconds: float, is_heard: IsHeard) -> Iterator[None]:
    """Raise `TimeUp` in the block after so many seconds on the wall; a long C call hears of it when it returns."""
    if hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread():
        with _alarm(signal.SIGALRM, signal.ITIMER_REAL, seconds, is_heard):
            yield
    else:
        with _watchdog(seconds, is_heard):
            yield


@contextlib.contextmanager
def processor_limit(seconds: float, is_heard: IsHeard) -> Iterator[None]:
    """Raise `TimeUp` in the block after so many seconds of processor time, or at a SIGALRM that somebody else sends."""
    with (
        _alarm(signal.SIGPROF, signal.ITIMER_PROF, seconds, is_heard),
        _alarm(signal.SIGALRM, signal.ITIMER_REAL, 0, is_heard),
    ):
        yield


@contextlib.contextmanager
def _alarm(number: int, timer: int, seconds: float, is_heard: IsHeard) -> Iterator[None]:
    """Let a signal end what the block does; after so many seconds of a timer it comes by itself, with 0 never."""

    def ring(signum: int, frame: FrameType | None) -> None:
        if is_heard(frame):
            raise TimeUp

    before = signal.signal(number, ring)
    signal.setitimer(timer, seconds, _OVER_AND_OVER)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)


@contextlib.contextmanager
def _watchdog(seconds: float, is_heard: IsHeard) -> Iterator[None]:
    """Do the same where there is no SIGALRM (Windows) or no main thread: a second thread raises in the first."""
    caller, over = threading.get_ident(), threading.Event()

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            if is_heard(sys._current_frames().get(caller)):
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(caller), ctypes.py_object(TimeUp))
            wait = _OVER_AND_OVER * 4

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        try:
            yield
        finally:
            over.set()
            thread.join()
    except TimeUp:  # it arrived after the block had ended
        pass
