"""Fine-tuning: encoder and head are trained together on labelled sentences, and a run is remembered.

It shows nothing; it reports. The live curves stand outside, in `widgets/live.py`. Taught in chapter 11.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import DataError
from bookutils.core.messages import _
from bookutils.core.version import __version__
from bookutils.data.checks import as_labels, as_texts
from bookutils.data.dataset import Dataset
from bookutils.models.classifier.batching import MakeMask, Plan, batch_dataset, plan_batches
from bookutils.models.classifier.evaluation import accuracy_of
from bookutils.models.classifier.model import SentenceClassifier
from bookutils.models.classifier.steps import TrainingStep
from bookutils.models.encoder.acceleration import this_machine
from bookutils.models.training.checkpoints import Checkpoint
from bookutils.models.training.history import History
from bookutils.models.training.optimizer import make_optimizer
from bookutils.models.training.remembered import recall_or_train
from bookutils.models.training.run import Looks, Report, TrainingRun
from bookutils.models.training.settings import Settings
from bookutils.numerics.optimizers.schedules import warmup_linear

Schedule = Callable[[int, float, int, int], Any]

# XLA compiles once for each shape, so there are to be few: widths in multiples of 16.
_XLA_MULTIPLE = 16


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


def rows_of_run(count: int, settings: Settings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of `count` examples a run learns from, and which it holds out."""
    used = np.random.default_rng((settings.seed, 0)).permutation(count)[: settings.examples]
    train, held_out = split(len(used), settings.validation_share, settings.seed)
    return used[train], used[held_out]


def held_out_of(data: Dataset, settings: Settings) -> Dataset:
    """Return the sentences that a run with these settings holds out.

    Nothing is learnt from them; they have chosen the epoch whose weights were kept, and may choose more.

    Notes
    -----
    In a test (``BOOKUTILS_QUICK``) those of the slice, as in `bookutils.widgets.bert.training.train_live`. Taught in
    chapter 12.
    """
    _learnt, rows = rows_of_run(len(data), settings.for_this_run())
    sentences = [data.sentences[row] for row in rows]
    return replace(data, split="held out", sentences=sentences, labels=data.labels[rows])


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
    examples = _Examples(classifier, texts, answers, settings, make_mask)
    jit = this_machine().jit if jit is None else jit
    multiple = max(settings.multiple, _XLA_MULTIPLE) if jit else settings.multiple
    optimizer = make_optimizer(classifier.model, settings)
    step = TrainingStep(classifier.model, optimizer, jit=jit)
    warmup_steps = round(settings.warmup_share * examples.total_steps)
    return TrainingRun(
        classifier.model,
        optimizer,
        examples.total_steps,
        batches=lambda done: examples.batches(done, multiple),
        take_step=lambda batch: (step(*batch), len(batch[1])),
        rate=lambda done: float(schedule(done, settings.learning_rate, warmup_steps, examples.total_steps)),
        looks=Looks(examples.ends, examples.accuracy, "accuracies", max),
        checkpoint=checkpoint,
    ).train(report)


class _Examples:
    """The examples of a run: those to train on, in their batches, and those held out."""

    def __init__(
        self,
        classifier: SentenceClassifier,
        sentences: list[str],
        answers: NDArray[np.float32],
        settings: Settings,
        make_mask: MakeMask | None,
    ) -> None:
        train, held_out = rows_of_run(len(sentences), settings)
        self.classifier, self.make_mask = classifier, make_mask
        self.texts, self.answers = [sentences[i] for i in train], answers[train]
        self.held_out, self.held_out_answers = [sentences[i] for i in held_out], answers[held_out]
        self.plans = plan_epochs(classifier.tokenizer.lengths(self.texts), settings)
        self.ends = list(accumulate(len(plan) for plan in self.plans))
        self.total_steps = sum(len(plan) for plan in self.plans)

    def batches(self, done: int, multiple: int) -> Iterator[tuple[Any, Any]]:
        """Yield the batches behind the first `done`, each epoch's when its turn comes."""
        for plan, end in zip(self.plans, self.ends, strict=True):
            left = plan[max(len(plan) - (end - done), 0) :]
            if left:
                yield from batch_dataset(
                    self.texts,
                    self.answers,
                    left,
                    self.classifier.tokenizer,
                    multiple=multiple,
                    make_mask=self.make_mask,
                )

    def accuracy(self) -> float | None:
        """The share of held-out examples that are right now; None when none are held out."""
        return accuracy_of(self.classifier.logits(self.held_out), self.held_out_answers) if self.held_out else None


def plan_epochs(lengths: ArrayLike, settings: Settings) -> list[Plan]:
    """Return the batches of each epoch of a run, from the lengths of its training examples."""
    return [
        plan_batches(lengths, batch_size=settings.batch_size, window=settings.window, seed=settings.seed, epoch=epoch)
        for epoch in range(settings.epochs)
    ]


def data_checksum(sentences: Sequence[str], labels: ArrayLike) -> str:
    """Return a SHA-256 of sentences and labels, in their order."""
    digest = hashlib.sha256()
    texts = as_texts(sentences, name="sentences")
    for sentence, label in zip(texts, as_labels(labels, len(texts)).tolist(), strict=True):
        digest.update(f"{label}\t{sentence}\n".encode())
    return digest.hexdigest()


def describe(
    classifier: SentenceClassifier, sentences: Sequence[str], labels: ArrayLike, settings: Settings
) -> dict[str, Any]:
    """Return, as plain data, everything that decides the result of a run."""
    return {
        "model": classifier.identity,
        "data": data_checksum(sentences, labels),
        "settings": asdict(settings),
        "version": __version__,
    }


def fine_tune_or_recall(
    classifier: SentenceClassifier,
    sentences: Sequence[str],
    labels: ArrayLike,
    settings: Settings | None = None,
    *,
    again: bool = False,
    report: Report | None = None,
    schedule: Schedule = warmup_linear,
    make_mask: MakeMask | None = None,
) -> tuple[History, bool]:
    """Take the remembered run when there is one; otherwise train, and remember the result.

    Parameters
    ----------
    classifier, sentences, labels, settings, report, schedule, make_mask : as in `fine_tune`
    again : train even when there is a remembered run, which is then replaced

    Returns
    -------
    (History, whether it was remembered)

    Notes
    -----
    Interrupted runs and slices: see `recall_or_train`. `schedule` and `make_mask` are not part of the key: a learner's
    functions come here when they pass, and so give what the book's give. Taught in chapter 11.
    """
    settings = settings or Settings()

    def train(checkpoint: Checkpoint | None) -> History:
        return fine_tune(
            classifier,
            sentences,
            labels,
            settings,
            report=report,
            schedule=schedule,
            make_mask=make_mask,
            checkpoint=checkpoint,
        )

    return recall_or_train(describe(classifier, sentences, labels, settings), classifier.model, train, again=again)
