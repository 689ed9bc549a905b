"""Fine-tuning: the loop. It shows nothing; it reports.

The live curves stand outside, in `widgets/bert.py`: the loop calls `report` after each step with what there is to
know. Taught in chapter 11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import DataError
from bookutils.core.interrupts import interrupts_held
from bookutils.core.messages import _
from bookutils.data.checks import as_labels, as_texts
from bookutils.models.classifier.batching import MakeMask, Plan, batch_dataset, plan_batches
from bookutils.models.classifier.evaluation import accuracy_of
from bookutils.models.classifier.model import SentenceClassifier
from bookutils.models.encoder.acceleration import this_machine
from bookutils.models.training.checkpoints import Arrays, Checkpoint
from bookutils.models.training.history import Clock, History, Progress
from bookutils.models.training.settings import Settings
from bookutils.models.training.steps import TrainingStep, make_optimizer
from bookutils.numerics.optimizers.schedules import warmup_linear

Schedule = Callable[[int, float, int, int], Any]
Report = Callable[[Progress], None]

# XLA compiles once for each shape, so there are to be few: widths in multiples of 16.
_XLA_MULTIPLE = 16


class StopTraining(Exception):
    """Raised by a report to end a run early, as an interruption of the kernel does."""


def split(count: int, share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Hold out a share of `count` examples, drawn by the seed.

    Returns
    -------
    (examples to train on, examples held out), both sorted, together all of them

    Examples
    --------
    >>> [part.tolist() for part in split(5, 0.2, seed=0)]
    [[0, 2, 3, 4], [1]]
    """
    order = np.random.default_rng((seed, 1)).permutation(count)
    held_out = round(count * share)
    return np.sort(order[held_out:]), np.sort(order[:held_out])


def fine_tune(
    classifier: SentenceClassifier,
    sentences: Sequence[str],
    labels: ArrayLike,
    settings: Settings | None = None,
    *,
    report: Report | None = None,
    schedule: Schedule = warmup_linear,
    make_mask: MakeMask | None = None,
    checkpoint: Checkpoint | None = None,
    jit: bool | None = None,
) -> History:
    """Train the classifier's model in place, encoder and head together.

    Parameters
    ----------
    classifier : its model is changed
    sentences, labels : the training examples; labels are 0 or 1
    settings : the defaults when None
    report : called after each step; it may raise StopTraining
    schedule : (step, peak, warmup_steps, total_steps) -> learning rate, as `warmup_linear`
    make_mask : (word_ids, type_ids) -> mask; the book's when None
    checkpoint : where the state is kept while the run goes on and after an interruption. A state that is there is
        taken up; the file is removed when the run is whole.
    jit : whether steps are compiled with XLA; None means where there is a GPU

    Returns
    -------
    History; the model holds the weights of the epoch that did best on the held-out examples, or, after an
    interruption (of the kernel, or through StopTraining), what was learnt up to there

    Raises
    ------
    DataError
        When there is nothing to train on, not one label per sentence, or a label that is neither 0 nor 1.
    BookError
        When a batch does not fit into the memory.

    Notes
    -----
    A run that was interrupted and taken up takes the same steps as one that was not. Taught in chapter 11.
    """
    settings = settings or Settings()
    texts = as_texts(sentences, name="sentences")
    if not texts:
        raise DataError(_("There are no sentences to train on."), _("Give some, each with a label, 0 or 1."))
    answers = as_labels(labels, len(texts)).astype(np.float32)
    run = _Run(classifier, texts, answers, settings, schedule, make_mask, checkpoint, jit)
    run.take_up()
    try:
        run.go(report or (lambda progress: None))
    except (KeyboardInterrupt, StopTraining):
        run.stop()
    run.history.seconds = run.clock.seconds
    return run.history


class _Run:
    """The state of one training run, and what changes it."""

    def __init__(
        self,
        classifier: SentenceClassifier,
        sentences: list[str],
        answers: NDArray,
        settings: Settings,
        schedule: Schedule,
        make_mask: MakeMask | None,
        checkpoint: Checkpoint | None,
        jit: bool | None,
    ) -> None:
        jit = this_machine().jit if jit is None else jit
        used = np.random.default_rng((settings.seed, 0)).permutation(len(sentences))[: settings.examples]
        train, held_out = (used[part] for part in split(len(used), settings.validation_share, settings.seed))
        self.classifier, self.model, self.settings = classifier, classifier.model, settings
        self.schedule, self.make_mask, self.checkpoint = schedule, make_mask, checkpoint
        self.texts, self.answers = [sentences[i] for i in train], answers[train]
        self.held_out, self.held_out_answers = [sentences[i] for i in held_out], answers[held_out]
        self.plans = plan_epochs(classifier.tokenizer.lengths(self.texts), settings)
        self.optimizer = make_optimizer(self.model, settings)
        self.step = TrainingStep(self.model, self.optimizer, jit=jit)
        self.multiple = max(settings.multiple, _XLA_MULTIPLE) if jit else settings.multiple
        self.history = History(total_steps=sum(len(plan) for plan in self.plans))
        self.best: Arrays | None = None
        self.clock = Clock(self.history.total_steps)

    def take_up(self) -> None:
        """Go back to the kept state, if there is one."""
        kept = self.checkpoint.restore(self.model, self.optimizer) if self.checkpoint else None
        if kept is not None:
            self.history, self.best = kept
            self.history.resumed_at.append(len(self.history.losses))
        self.history.interrupted = self.history.resumable = False
        self.clock = Clock(self.history.total_steps, len(self.history.losses), self.history.seconds)

    def go(self, report: Report) -> None:
        """Take the steps that are left, and keep the best epoch's weights."""
        first = 0
        for epoch, plan in enumerate(self.plans, start=1):
            done = max(len(self.history.losses) - first, 0)
            first += len(plan)
            for inputs, targets in self._batches(plan[done:]):
                # What a step changes and what is written down about it belong together.
                with interrupts_held():
                    self._take_step(inputs, targets)
                ends = len(self.history.losses) == first
                if ends:
                    self._end_epoch(epoch)
                report(self._progress(epoch, self.history.accuracies[-1] if ends and self.held_out else None))
                if self.checkpoint and self.checkpoint.is_due:
                    self._keep()
            if len(self.history.epoch_ends) < epoch:  # interrupted after the epoch's last step
                self._end_epoch(epoch)
        if self.best is not None:
            self.model.set_weights(self.best)
        if self.checkpoint:
            self.checkpoint.discard()

    def stop(self) -> None:
        """Keep the state, so that the run can be taken up."""
        self.history.interrupted = True
        self.history.resumable = self._keep()

    def _batches(self, plan: Plan) -> Any:
        if not plan:
            return ()
        return batch_dataset(
            self.texts, self.answers, plan, self.classifier.tokenizer, multiple=self.multiple, make_mask=self.make_mask
        )

    def _take_step(self, inputs: Any, targets: Any) -> None:
        total, done = self.history.total_steps, len(self.history.losses)
        warmup_steps = round(self.settings.warmup_share * total)
        rate = float(self.schedule(done, self.settings.learning_rate, warmup_steps, total))
        self.optimizer.learning_rate.assign(rate)
        self.history.losses.append(self.step(inputs, targets))
        self.history.learning_rates.append(rate)
        self.clock.tick(len(targets))

    def _end_epoch(self, epoch: int) -> None:
        accuracy = accuracy_of(self.classifier.logits(self.held_out), self.held_out_answers) if self.held_out else None
        with interrupts_held():
            self.history.epoch_ends.append(len(self.history.losses))
            if accuracy is None:
                return
            self.history.accuracies.append(accuracy)
            if accuracy >= max(self.history.accuracies):
                self.history.best_epoch, self.best = epoch, self.model.get_weights()

    def _progress(self, epoch: int, accuracy: float | None) -> Progress:
        return Progress(
            step=len(self.history.losses),
            total_steps=self.history.total_steps,
            epoch=epoch,
            loss=self.history.losses[-1],
            learning_rate=self.history.learning_rates[-1],
            examples_per_second=self.clock.speed,
            seconds_left=self.clock.left,
            accuracy=accuracy,
            history=self.history,
        )

    def _keep(self) -> bool:
        self.history.seconds = self.clock.seconds
        return self.checkpoint is not None and self.checkpoint.save(self.model, self.optimizer, self.history, self.best)


def plan_epochs(lengths: ArrayLike, settings: Settings) -> list[Plan]:
    """Return the batches of each epoch of a run, from the lengths of its training examples."""
    return [
        plan_batches(lengths, batch_size=settings.batch_size, window=settings.window, seed=settings.seed, epoch=epoch)
        for epoch in range(settings.epochs)
    ]
