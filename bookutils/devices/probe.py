"""Tries TensorFlow out in a process of its own, and says what was seen there."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookutils.devices import probe_program
from bookutils.devices.commands import Ran, Running

SECONDS = 120.0  # a first start on a slow disk, and a GPU's first kernels


@dataclass(frozen=True)
class Device:
    """A device that TensorFlow listed: a name so far, no more."""

    name: str
    kind: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the device calls itself."""
        return str(self.details.get("device_name") or self.name)

    @property
    def place(self) -> str:
        """The name by which operations are put there, such as /GPU:0."""
        return f"/{self.kind}:{self.name.rsplit(':', 1)[-1]}"

    @property
    def capability(self) -> tuple[int, int] | None:
        """The compute capability, where TensorFlow tells it."""
        value = self.details.get("compute_capability")
        return (int(value[0]), int(value[1])) if value else None


@dataclass(frozen=True)
class Trial:
    """One small computation on one device.

    Attributes
    ----------
    device : where it was asked to run, such as /GPU:0
    what : product, function, convolution, float16, bfloat16 or xla
    right : whether it ran there and NumPy agrees
    place : where TensorFlow says that it ran
    raised : the error, where there was one
    seconds : how long it took
    """

    device: str
    what: str
    right: bool
    place: str = ""
    raised: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Probe:
    """What was seen of TensorFlow.

    Attributes
    ----------
    version : TensorFlow's version; empty where it was never imported
    built : what it was built for, as TensorFlow says
    devices : what it listed
    trials : what was computed
    last : the last step that was begun
    finished : whether the program came to its end
    code : its exit code, negative for a signal, None when its time was up
    log : what it wrote on the error stream
    seconds : how long it took
    """

    version: str = ""
    built: dict[str, Any] = field(default_factory=dict)
    devices: tuple[Device, ...] = ()
    trials: tuple[Trial, ...] = ()
    last: str = ""
    finished: bool = False
    code: int | None = 0
    log: str = ""
    seconds: float = 0.0

    @property
    def gpus(self) -> tuple[Device, ...]:
        """The GPUs among the devices."""
        return tuple(device for device in self.devices if device.kind == "GPU")

    def of(self, *what: str, device: str = "") -> tuple[Trial, ...]:
        """Return the trials of these kinds, on one device or on all."""
        return tuple(trial for trial in self.trials if trial.what in what and trial.device.startswith(device))

    def ending(self) -> str:
        """Say in a few words how the program ended, when it did not finish."""
        if self.code is None:
            return f"{self.seconds:.0f} s"
        if self.code < 0:
            return signal.Signals(-self.code).name if -self.code in set(signal.Signals) else f"signal {-self.code}"
        return f"exit code {self.code}"


def start_probe() -> Running:
    """Start the program; it runs beside us."""
    program = Path(probe_program.__file__).read_text(encoding="utf-8")
    return Running([sys.executable, "-c", program])


def finish_probe(running: Running, seconds: float = SECONDS) -> Probe:
    """Wait for the program, at most `seconds` after its start, and read what it saw."""
    return read_probe(running.wait(seconds))


def read_probe(ran: Ran) -> Probe:
    """Read the lines of the program; whatever else stands on its output is no concern."""
    steps = list(_steps(ran.output.splitlines()))
    last = next((_describe(step) for step in reversed(steps)), "")
    by_name: dict[str, list[dict[str, Any]]] = {}
    for step in steps:
        by_name.setdefault(step.pop("step"), []).append(step)
    built = dict(by_name.get("built", [{}])[0])
    built.pop("seconds", None)
    return Probe(
        version=str(by_name.get("imported", [{}])[0].get("version", "")),
        built=built,
        devices=tuple(Device(d["name"], d["kind"], d.get("details") or {}) for d in by_name.get("listed", [])),
        trials=tuple(_trial(step) for step in by_name.get("tried", [])),
        last=last, finished="finished" in by_name, code=ran.code, log=ran.errors, seconds=ran.seconds,
    )  # fmt: skip


def _steps(lines: Sequence[str]) -> Any:
    for line in lines:
        if line.startswith(probe_program.MARK):
            try:
                step = json.loads(line[len(probe_program.MARK) :])
            except ValueError:  # cut off in the middle
                continue
            if isinstance(step, dict) and "step" in step:
                yield step


def _describe(step: dict[str, Any]) -> str:
    return " ".join(str(step[key]) for key in ("step", "what", "device") if key in step)


def _trial(step: dict[str, Any]) -> Trial:
    place = str(step.get("place", ""))
    there = step["device"].lstrip("/").lower() in place.lower()  # an operation may have moved to another device
    right = bool(step.get("right")) and there
    return Trial(
        step["device"], step["what"], right, place, str(step.get("raised", "")), float(step.get("took", 0.0))
    )  # fmt: skip
