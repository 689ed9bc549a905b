"""The record of a training run: where it stands after each step, and what has happened up to there."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from bookutils.core.messages import _


@dataclass
class History:
    """What happened in a run: one entry per step, one accuracy per epoch.

    Attributes
    ----------
    total_steps : how many the run has when it is whole
    losses, learning_rates : one per step
    epoch_ends, accuracies : after how many steps each epoch ended, and the share of held-out examples then right
    held_out : the mean loss on held-out text, where a run looks at that instead (chapter 14)
    best_epoch : the epoch whose weights were kept, counted from 1
    interrupted : whether it was stopped before its end
    resumable : whether the same call goes on from here
    resumed_at : the steps after which the run was taken up again
    seconds : how long it took, all its parts together
    """

    total_steps: int = 0
    losses: list[float] = field(default_factory=list)
    learning_rates: list[float] = field(default_factory=list)
    epoch_ends: list[int] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    held_out: list[float] = field(default_factory=list)
    best_epoch: int | None = None
    interrupted: bool = False
    resumable: bool = False
    resumed_at: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return asdict(self)

    def sentence(self) -> str:
        """What there is now, in one or two sentences."""
        done, total = len(self.losses), self.total_steps
        if self.interrupted:
            stopped = _("Stopped after step {done} of {total}. The model keeps what it has learnt up to there; ")
            again = _("run the cell again to go on.") if self.resumable else _("run the cell again to start anew.")
            return stopped.format(done=done, total=total) + again
        if self.best_epoch is None or not self.accuracies:
            return _("Trained {total} steps.").format(total=total)
        return _(
            "Trained {total} steps in {epochs} epochs. Kept: epoch {best}, with {accuracy:.0%} right on the held-out "
            "part of the training sentences."
        ).format(
            total=total,
            epochs=len(self.epoch_ends),
            best=self.best_epoch,
            accuracy=self.accuracies[self.best_epoch - 1],
        )


@dataclass(frozen=True)
class Progress:
    """Where a training run stands after a step.

    Attributes
    ----------
    epoch : counted from 1; each look at held-out data ends one
    accuracy : only after an epoch, on the held-out examples
    history : all that has happened up to here, also before an interruption; it goes on growing
    """

    step: int
    total_steps: int
    epoch: int
    loss: float
    learning_rate: float
    examples_per_second: float
    seconds_left: float
    accuracy: float | None = None
    history: History = field(default_factory=History, repr=False, compare=False)


class Clock:
    """Measures a run's speed without its first steps, which compile."""

    def __init__(self, total_steps: int, done: int = 0, seconds: float = 0.0) -> None:
        self.total, self.done = total_steps, done
        self.start = time.monotonic() - seconds
        self.marks: list[tuple[float, int]] = []

    def tick(self, examples: int) -> None:
        """Count a step with this many examples."""
        before = self.marks[-1][1] if self.marks else 0
        self.marks.append((time.monotonic(), before + examples))
        self.done += 1

    def _recent(self) -> tuple[float, int, int]:
        first = max(0, len(self.marks) - 50) if len(self.marks) > 1 else 0
        (t0, n0), (t1, n1) = self.marks[first], self.marks[-1]
        return t1 - t0, n1 - n0, len(self.marks) - 1 - first

    @property
    def speed(self) -> float:
        """Examples a second, lately; 0.0 while that is not known."""
        seconds, examples, _steps = self._recent()
        return examples / seconds if seconds > 0 else 0.0

    @property
    def left(self) -> float:
        """Seconds to the end at this speed; NaN while that is not known."""
        seconds, _examples, steps = self._recent()
        return (self.total - self.done) * seconds / steps if steps else float("nan")

    @property
    def seconds(self) -> float:
        """Seconds since the start, earlier parts of the run included."""
        return time.monotonic() - self.start
