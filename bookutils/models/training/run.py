"""One training run, whatever is trained: steps in a fixed order, looks at held-out data, an end without loss.

What is computed in a step and what is looked at, the user of a run gives; fine-tuning a classifier, training the
decoder and pre-training an encoder are three of them. A run shows nothing; it reports.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bookutils.core.interrupts import interrupts_held
from bookutils.models.training.checkpoints import Arrays, Checkpoint
from bookutils.models.training.history import Clock, History, Progress

Batch = TypeVar("Batch")
Report = Callable[[Progress], None]


class StopTraining(Exception):
    """Raised by a report to end a run early, as an interruption of the kernel does."""


@dataclass(frozen=True)
class Looks:
    """When a run looks at held-out data, at what, and which look is the best.

    Parameters
    ----------
    after : after how many steps, ascending; each look ends an epoch of `History`
    measure : looks, and returns a number; None where there is nothing held out
    series : the list of `History` that takes the number, "accuracies" or "held_out"
    best : picks the best of the numbers so far: the weights of that look are kept, and come back at the run's end.
        None where a run ends with its last weights
    """

    after: Sequence[int]
    measure: Callable[[], float | None]
    series: str
    best: Callable[[list[float]], float] | None


class TrainingRun(Generic[Batch]):
    """The state of one training run, and what changes it.

    Parameters
    ----------
    model, optimizer : what a step changes, and a checkpoint holds
    total_steps : how many the run has when it is whole
    batches : (steps already taken) -> the batches that are left. Each is decided by its place in the run alone, so that
        a run that was stopped and taken up sees the same ones
    take_step : batch -> (its loss, how many examples it had); it updates the model
    rate : (steps already taken) -> the learning rate of the next one
    looks : at held-out data
    checkpoint : where the state is kept while the run goes on and after an interruption. A state that is there is
        taken up; the file is removed when the run is whole.
    """

    def __init__(
        self,
        model: Any,
        optimizer: Any,
        total_steps: int,
        *,
        batches: Callable[[int], Iterable[Batch]],
        take_step: Callable[[Batch], tuple[float, int]],
        rate: Callable[[int], float],
        looks: Looks,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self.model, self.optimizer = model, optimizer
        self.batches, self.take_step, self.rate = batches, take_step, rate
        self.looks, self.checkpoint = looks, checkpoint
        self.history = History(total_steps=total_steps)
        self.best: Arrays | None = None
        self.clock = Clock(total_steps)

    def train(self, report: Report | None = None) -> History:
        """Go on from the kept state, if there is one, to the end of the run or until somebody stops it.

        Parameters
        ----------
        report : called after each step; it may raise StopTraining

        Returns
        -------
        History. The model holds the weights of the best look or, after an interruption (of the kernel, or through
        StopTraining), what was learnt up to there.
        """
        self._take_up()
        try:
            self.go(report)
        except (KeyboardInterrupt, StopTraining):
            self._stop()
        self.history.seconds = self.clock.seconds
        return self.history

    def go(self, report: Report | None = None) -> None:
        """Take the steps that are left; an interruption goes through to the caller."""
        self._look_where_due()  # interrupted between a step and the look that belongs to it
        for batch in self.batches(len(self.history.losses)):
            # What a step changes and what is written down about it belong together.
            with interrupts_held():
                self._take(batch)
            looked = self._look_where_due()
            if report is not None:
                report(self._progress(looked))
            if self.checkpoint and self.checkpoint.is_due:
                self._keep()
        if self.best is not None:
            self.model.set_weights(self.best)
        if self.checkpoint:
            self.checkpoint.discard()

    def _take_up(self) -> None:
        """Go back to the kept state, if there is one."""
        kept = self.checkpoint.restore(self.model, self.optimizer) if self.checkpoint else None
        if kept is not None:
            self.history, self.best = kept
            self.history.resumed_at.append(len(self.history.losses))
        self.history.interrupted = self.history.resumable = False
        self.clock = Clock(self.history.total_steps, len(self.history.losses), self.history.seconds)

    def _stop(self) -> None:
        """Keep the state, so that the run can be taken up."""
        self.history.interrupted = True
        self.history.resumable = self._keep()

    def _keep(self) -> bool:
        self.history.seconds = self.clock.seconds
        return self.checkpoint is not None and self.checkpoint.save(self.model, self.optimizer, self.history, self.best)

    def _take(self, batch: Batch) -> None:
        rate = self.rate(len(self.history.losses))
        self.optimizer.learning_rate.assign(rate)
        loss, examples = self.take_step(batch)
        self.history.losses.append(loss)
        self.history.learning_rates.append(rate)
        self.clock.tick(examples)

    def _look_where_due(self) -> bool:
        """Look as often as the steps so far ask for; whether it was at all."""
        before = len(self.history.epoch_ends)
        due = bisect_right(self.looks.after, len(self.history.losses))
        for _number in range(before, due):
            self._look()
        return due > before

    def _look(self) -> None:
        value = self.looks.measure()
        with interrupts_held():
            self.history.epoch_ends.append(len(self.history.losses))
            if value is None:
                return
            series: list[float] = getattr(self.history, self.looks.series)
            series.append(value)
            if self.looks.best is not None and value == self.looks.best(series):
                self.history.best_epoch, self.best = len(series), self.model.get_weights()

    def _progress(self, looked: bool) -> Progress:
        history = self.history
        return Progress(
            step=len(history.losses),
            total_steps=history.total_steps,
            epoch=1 + bisect_left(self.looks.after, len(history.losses)),
            loss=history.losses[-1],
            learning_rate=history.learning_rates[-1],
            examples_per_second=self.clock.speed,
            seconds_left=self.clock.left,
            accuracy=history.accuracies[-1] if looked and history.accuracies else None,
            history=history,
        )
