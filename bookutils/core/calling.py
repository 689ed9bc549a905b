"""Call an answer on inputs and write down what happened, as plain data.

This is the half of judging that runs where the answer lives: in the learner's kernel or in a sandbox. It knows no
case, seed, mistake or expected value beyond the inputs that it is handed.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import sysconfig
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from bookutils.core.alarms import IsHeard, TimeUp, time_limit
from bookutils.core.plain import Plain, copy_plain, to_plain

MAX_PRINTED = 8 * 2**20  # characters; then it is a loop that prints
_BOOK = str(Path(__file__).parent.parent)
_LIBRARY = sysconfig.get_paths()["stdlib"]


@dataclass(frozen=True)
class Raised:
    """An exception of the answer: its type, its text, and the answer's own line where it happened."""

    kind: str
    text: str
    line_number: int | None = None
    line: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one call did.

    Parameters
    ----------
    status : "returned", "raised", "timeout", "flooded" when it printed without end, "interrupted", or "skipped" after
        one of the last three
    value : what came back, as plain data
    inputs : the arguments as they were after the call
    error : what was raised
    """

    status: str
    value: Plain = None
    inputs: tuple[Plain, ...] = ()
    error: Raised | None = None


class TooMuchPrinted(BaseException):
    """Raised in code that prints without end; no `except Exception` catches it."""


class Sink(io.TextIOBase):
    """Takes what code prints, forgets it, and stops who prints without end."""

    def __init__(self, limit: int = MAX_PRINTED) -> None:
        self.left = limit

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Count, and raise when it is too much."""
        self.left -= len(text)
        if self.left < 0:
            raise TooMuchPrinted
        return len(text)


def run_calls(
    answer: Any, inputs: Sequence[tuple[Plain, ...]], seconds: float, probe: Callable[..., Any] | None = None,
    limit: Callable[[float, IsHeard], contextlib.AbstractContextManager[None]] = time_limit,
) -> list[Outcome]:  # fmt: skip
    """Call `answer` once for each tuple of inputs.

    Parameters
    ----------
    answer : what the learner wrote
    inputs : the arguments of each call; each call gets a copy
    seconds : limit for all calls together
    probe : called as ``probe(answer, *arguments)`` in the place of the answer
    limit : keeps the limit, see `bookutils.core.alarms`

    Returns
    -------
    one Outcome a call. Nothing that the answer does is raised here: not an exception, not `sys.exit`, not an endless
    loop or recursion. Python code is interrupted at the limit; a long C call is reported when it returns.
    """
    outcomes: list[Outcome] = []
    with _silence(), limit(seconds, _inside_answer):
        for arguments in inputs:
            if outcomes and outcomes[-1].status in {"timeout", "flooded", "interrupted", "skipped"}:
                outcomes.append(Outcome("skipped"))
            else:
                outcomes.append(_one_call(answer, tuple(copy_plain(item) for item in arguments), probe))
    return outcomes


def _one_call(answer: Any, arguments: tuple[Plain, ...], probe: Callable[..., Any] | None) -> Outcome:
    try:
        value = _invoke(answer if probe is None else probe, arguments if probe is None else (answer, *arguments))
    except TimeUp:
        return Outcome("timeout")
    except TooMuchPrinted:
        return Outcome("flooded")
    except KeyboardInterrupt:
        return Outcome("interrupted")
    except BaseException as error:
        return Outcome("raised", error=describe_error(error))
    return Outcome("returned", value, tuple(to_plain(item) for item in arguments))


def _invoke(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Plain:
    # Generators and lazy arrays do their work in to_plain, so it belongs under the limit too.
    return to_plain(function(*arguments))


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep prints and warnings out of the way, and the learner's NumPy error settings out of the result."""
    sink = Sink()
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stdout(sink))
        stack.enter_context(contextlib.redirect_stderr(sink))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(np.errstate(all="ignore"))
        yield


def _inside_answer(frame: FrameType | None) -> bool:
    """Whether an alarm would go off in what the answer does, and not in our own bookkeeping."""
    while frame is not None:
        if frame.f_code is _invoke.__code__:
            return True
        frame = frame.f_back
    return False


def describe_error(error: BaseException) -> Raised:
    """Write down an exception as plain data: its type, its text, and the learner's own line where it was raised."""
    try:
        text = str(error)[:300]
    except Exception:
        text = ""
    number, line = _own_line(error.__traceback__)
    return Raised(type(error).__name__[:60], text, number, line)


def _own_line(trace: TracebackType | None) -> tuple[int | None, str]:
    """Find the last line of the learner's own code in a traceback: not the book's, not a library's."""
    found: tuple[int | None, str] = (None, "")
    for frame, number in traceback.walk_tb(trace):
        name = frame.f_code.co_filename
        if not name.startswith((_BOOK, _LIBRARY, "<frozen", "<__array_function__")) and "site-packages" not in name:
            found = (number, linecache.getline(name, number).strip()[:120])
    return found
