"""A contest between processes: each side is started once and takes its turns while the others wait.

TensorFlow and PyTorch never share a process, so that neither the memory nor the threads of one are the other's. A side
reads one request a line, JSON, from its standard input, and answers each with one line. Sides take turns in an order
that rotates from round to round; what counts is the median over the rounds of the ratio within a round, so that a
machine that is slower for a minute is slower for all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TextIO

from benchmarks import report

ROOT = Path(__file__).resolve().parent.parent
THREADS = 2
Answer = dict[str, Any]
Handler = Callable[[Answer], Answer]


class MissingEnvironmentError(SystemExit):
    """The other side's Python is not there."""


def bench_python(given: str | None = None) -> Path:
    """The Python that has PyTorch: what was given, ``BENCH_PYTHON``, or the one that ``make bench-setup`` makes."""
    chosen = given or os.environ.get("BENCH_PYTHON") or str(ROOT / ".venv-bench" / "bin" / "python")
    path = Path(chosen).expanduser().absolute()
    if not path.is_file():
        raise MissingEnvironmentError(
            f"There is no Python with PyTorch at {path}: type `make bench-setup`, or name one with --torch-python."
        )
    return path


@dataclass(frozen=True)
class PairedRow(report.Row):
    """A row whose ratio is the median of ratios, one a round.

    Parameters
    ----------
    rounds : ours divided by theirs, round by round
    """

    rounds: tuple[float, ...] = ()

    @property
    def ratio(self) -> float | None:
        """The median over the rounds."""
        return median(self.rounds)


def paired_row(
    name: str, ours: Sequence[float], theirs: Sequence[float], unit: str, *, target: float | None = None,
    higher_is_better: bool = False,
) -> PairedRow:  # fmt: skip
    """Compare two sides that took turns; the values shown are each side's median."""
    ratios = tuple(mine / other for mine, other in zip(ours, theirs, strict=True))
    spread = f" ({min(ratios):.2f} to {max(ratios):.2f})"
    return PairedRow(name + spread, median(ours), unit, target, median(theirs), higher_is_better, ratios)


class Side:
    """One contestant: a process that answers requests.

    Parameters
    ----------
    name : what it is called in the table
    command : what starts it
    log : where its standard error goes
    """

    def __init__(self, name: str, command: Sequence[str | Path], log: TextIO | None = None) -> None:
        self.name = name
        limits = {"OMP_NUM_THREADS": str(THREADS), "TF_CPP_MIN_LOG_LEVEL": "2", "HF_HUB_OFFLINE": "1"}
        self._process = subprocess.Popen(
            [str(part) for part in command], cwd=ROOT, env={**os.environ, **limits}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip

    def ask(self, **request: Any) -> Answer:
        """Send a request and wait for its answer; RuntimeError when the process ended instead."""
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise RuntimeError(f"{self.name} ended with the code {self._process.wait()}; its messages stand above.")
        return json.loads(line)

    def close(self) -> None:
        """Close its input, which ends it."""
        assert self._process.stdin and self._process.stdout
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


@contextmanager
def sides(commands: Mapping[str, Sequence[str | Path]]) -> Iterator[dict[str, Side]]:
    """Start all sides, and end them."""
    with ExitStack() as stack:
        started = {}
        for name, command in commands.items():
            started[name] = Side(name, command)
            stack.callback(started[name].close)
        yield started


def compete(contestants: Mapping[str, Side], rounds: int, **request: Any) -> dict[str, list[Answer]]:
    """Ask each side once a round, in an order that rotates; the answers of each, round by round."""
    names = list(contestants)
    answers: dict[str, list[Answer]] = {name: [] for name in names}
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            answers[name].append(contestants[name].ask(**request))
        print(f"round {turn + 1} of {rounds}", file=sys.stderr, flush=True)
    return answers


class Requests:
    """The contestant's end of the pipes. Whatever else is printed goes to standard error."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # prints of libraries, C++ ones too, must not mix with answers

    def next(self) -> Answer | None:
        """Wait for a request; None when there are no more."""
        line = sys.stdin.readline()
        return json.loads(line) if line else None

    def answer(self, **values: Any) -> None:
        """Answer the last request."""
        self._out.write(json.dumps(values) + "\n")
        self._out.flush()

    def serve(self, handlers: Mapping[str, Handler]) -> None:
        """Answer until there are no more requests: each is handled by the one that its ``what`` names."""
        while (request := self.next()) is not None:
            self.answer(**handlers[request["what"]](request))


class Predictor:
    """A side of the contest in prediction: knows its sentences, and how to ask for some of them at once.

    Parameters
    ----------
    sentences : all that are to be predicted
    predict : sentences -> their probabilities
    lengths : sentences -> what they are sorted by, so that like lengths share a batch
    """

    batch_size = 64

    def __init__(
        self, sentences: Sequence[str], predict: Callable[[list[str]], Sequence[float]],
        lengths: Callable[[list[str]], Sequence[int]],
    ) -> None:  # fmt: skip
        self.sentences, self.predict, self.lengths = list(sentences), predict, lengths

    def all(self) -> list[float]:
        """Probabilities of all sentences, in batches of like length."""
        lengths = self.lengths(self.sentences)
        order = sorted(range(len(lengths)), key=lengths.__getitem__)
        results = [0.0] * len(order)
        for start in range(0, len(order), self.batch_size):
            chosen = order[start : start + self.batch_size]
            for i, p in zip(chosen, self.predict([self.sentences[i] for i in chosen]), strict=True):
                results[i] = float(p)
        return results

    def time_all(self, request: Answer) -> Answer:
        """Sentences per second."""
        begin = time.perf_counter()
        self.all()
        return {"rate": len(self.sentences) / (time.perf_counter() - begin)}

    def time_one(self, request: Answer) -> Answer:
        """Milliseconds for each of the first sentences, one by one."""
        sentences = iter(self.sentences * 2)
        return {"times": report.milliseconds(lambda: self.predict([next(sentences)]), request["times"], warm_up=0)}


def peak_memory() -> Answer:
    """The most memory that this process has held at once, in MB, and how much of it is its own.

    The first is Linux's high-water mark of the resident set. It counts the pages of library files that were touched,
    which the system can drop at any time; the second is without them.
    """
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    if "VmHWM" not in fields:
        raise OSError("This system does not tell a process's peak memory.")
    peak, files = (int(fields[name].split()[0]) * 1024 / 1e6 for name in ("VmHWM", "RssFile"))
    return {"megabytes": peak, "own_megabytes": peak - files}
