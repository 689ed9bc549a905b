"""Fine-tuning: the loop, its settings, and the record of what happened. It shows nothing; it reports.

The live curves stand outside, in `widgets/bert.py`: the loop calls `report` after each step with what there is to
know. Taught in chapter 11.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.bert.batching import MakeMask, Plan, batch_dataset, plan_batches
from bookutils.bert.classifier import SentenceClassifier
from bookutils.bert.encoder import INPUTS
from bookutils.core.errors import DataError
from bookutils.core.messages import _
from bookutils.core.settings import is_quick
from bookutils.numerics.optimizers import warmup_linear

Schedule = Callable[[int, float, int, int], Any]
Report = Callable[["Progress"], None]


@dataclass(frozen=True)
class Settings:
    """What can be chosen about a training run.

    Parameters
    ----------
    epochs, batch_size, learning_rate, weight_decay, clip_norm, seed : as everywhere
    warmup_share : share of all steps in which the learning rate rises
    validation_share : share of the training examples that is held out, and chooses the best epoch
    examples : how many training examples are used; None means all

    Notes
    -----
    5e-5 and three epochs are within the range of Devlin et al. 2019 (appendix A.3); a small encoder wants the upper
    end. Taught in chapter 11.
    """

    epochs: int = 3
    batch_size: int = 32
    learning_rate: float = 5e-5
    warmup_share: float = 0.1
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    validation_share: float = 0.1
    examples: int | None = None
    window: int = 50
    multiple: int = 4
    seed: int = 0

    def for_this_run(self) -> Settings:
        """These settings; in a test (``BOOKUTILS_QUICK``) one epoch on a slice."""
        return replace(self, epochs=1, examples=256) if is_quick() else self


@dataclass(frozen=True)
class Progress:
    """Where a training run stands after a step. `accuracy` is only there after an epoch, on the held-out examples."""

    step: int
    total_steps: int
    epoch: int
    loss: float
    learning_rate: float
    examples_per_second: float
    seconds_left: float
    accuracy: float | None = None


@dataclass
class History:
    """What happened in a run: one entry per step, one accuracy per epoch."""

    total_steps: int = 0
    losses: list[float] = field(default_factory=list)
    learning_rates: list[float] = field(default_factory=list)
    epoch_ends: list[int] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    best_epoch: int | None = None
    interrupted: bool = False
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return asdict(self)

    def sentence(self) -> str:
        """What there is now, in one or two sentences."""
        done, total = len(self.losses), self.total_steps
        if self.interrupted:
            return _(
                "Stopped after step {done} of {total}. The model keeps what it has learnt up to there; "
                "run the cell again to train from the start."
            ).format(done=done, total=total)
        if self.best_epoch is None:
            return _("Trained {total} steps.").format(total=total)
        return _(
            "Trained {total} steps in {epochs} epochs. Kept: epoch {best}, with {accuracy:.0%} right on the held-out "
            "part of the training sentences."
        ).format(total=total, epochs=len(self.epoch_ends), best=self.best_epoch,
                 accuracy=self.accuracies[self.best_epoch - 1])  # fmt: skip


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


def make_optimizer(model: Any, settings: Settings) -> Any:
    """AdamW for fine-tuning, its decay kept from biases, layer normalisation and embeddings.

    Notes
    -----
    Decay pulls weights to 0. A bias or a normalisation's scale has no reason to be small, and an embedding of a word
    that a batch does not contain would shrink without having been used (Loshchilov and Hutter 2019; Devlin et al.'s
    code exempts the first two). Taught in chapter 11.
    """
    import keras

    optimizer = keras.optimizers.AdamW(
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        global_clipnorm=settings.clip_norm,
        epsilon=1e-6,
    )
    optimizer.exclude_from_weight_decay(var_list=[v for v in model.trainable_variables if not is_decayed(v)])
    optimizer.build(model.trainable_variables)
    return optimizer


def is_decayed(variable: Any) -> bool:
    """Whether weight decay applies: to the matrices of dense layers alone."""
    path = variable.path.lower()
    return len(variable.shape) >= 2 and "embedding" not in path and "norm" not in path and "bias" not in path


def make_step(model: Any, optimizer: Any) -> Any:
    """Compile one training step for batches of every shape.

    Returns
    -------
    tf.function: (inputs, labels float32 (batch,)) -> mean binary cross-entropy of the batch

    Notes
    -----
    The signature says that both axes vary, so that a new width is not traced again. Taught in chapter 11.
    """
    import tensorflow as tf

    signature = [{name: tf.TensorSpec((None, None), tf.int32) for name in INPUTS}, tf.TensorSpec((None,), tf.float32)]

    @tf.function(input_signature=signature)
    def step(inputs: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model(inputs, training=True)[:, 0]  # (batch,)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))
        gradients = tape.gradient(loss, model.trainable_variables)
        # With the mean as pooling, the encoder's own pooler has no part in the loss: no gradient, no update.
        pairs = [(g, v) for g, v in zip(gradients, model.trainable_variables, strict=True) if g is not None]
        optimizer.apply(*zip(*pairs, strict=True))
        return loss

    return step


def fine_tune(
    classifier: SentenceClassifier,
    sentences: Sequence[str],
    labels: ArrayLike,
    settings: Settings | None = None,
    *,
    report: Report | None = None,
    schedule: Schedule = warmup_linear,
    make_mask: MakeMask | None = None,
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

    Returns
    -------
    History; the model holds the weights of the epoch that did best on the held-out examples, or, after an
    interruption (of the kernel, or through StopTraining), what was learnt up to there

    Raises
    ------
    DataError
        When there is nothing to train on, or not one label per sentence.

    Notes
    -----
    Taught in chapter 11.
    """
    settings = settings or Settings()
    answers = np.asarray(labels, dtype=np.float32)
    if answers.shape != (len(sentences),) or not len(answers):
        raise DataError(
            _("{sentences} sentences came with labels of the shape {shape}.").format(
                sentences=len(sentences), shape=answers.shape
            ),
            _("Give one label, 0 or 1, for each sentence."),
        )
    used = np.random.default_rng((settings.seed, 0)).permutation(len(sentences))[: settings.examples]
    train, held_out = (used[part] for part in split(len(used), settings.validation_share, settings.seed))
    texts, held_out_texts = [sentences[i] for i in train], [sentences[i] for i in held_out]
    plans = _plan_epochs(classifier.tokenizer.lengths(texts), settings)
    history = History(total_steps=sum(len(plan) for plan in plans))
    warmup_steps = round(settings.warmup_share * history.total_steps)
    model = classifier.model
    optimizer = make_optimizer(model, settings)
    step = make_step(model, optimizer)
    best: list[NDArray] | None = None
    clock = _Clock(history.total_steps)
    try:
        for epoch, plan in enumerate(plans, start=1):
            batches = batch_dataset(
                texts, answers[train], plan, classifier.tokenizer, multiple=settings.multiple, make_mask=make_mask
            )
            for number, (inputs, targets) in enumerate(batches, start=1):
                rate = float(schedule(len(history.losses), settings.learning_rate, warmup_steps, history.total_steps))
                optimizer.learning_rate.assign(rate)
                loss = float(step(inputs, targets))
                history.losses.append(loss)
                history.learning_rates.append(rate)
                clock.tick(len(targets))
                accuracy = None
                if number == len(plan):
                    history.epoch_ends.append(len(history.losses))
                    if held_out_texts:
                        accuracy = accuracy_of(classifier.logits(held_out_texts), answers[held_out])
                        history.accuracies.append(accuracy)
                        if accuracy >= max(history.accuracies):
                            history.best_epoch, best = epoch, model.get_weights()
                if report is not None:
                    report(Progress(
                        step=len(history.losses), total_steps=history.total_steps, epoch=epoch, loss=loss,
                        learning_rate=rate, examples_per_second=clock.speed, seconds_left=clock.left,
                        accuracy=accuracy,
                    ))  # fmt: skip
        if best is not None:
            model.set_weights(best)
    except (KeyboardInterrupt, StopTraining):
        history.interrupted = True
    history.seconds = clock.seconds
    return history


def _plan_epochs(lengths: ArrayLike, settings: Settings) -> list[Plan]:
    return [
        plan_batches(lengths, batch_size=settings.batch_size, window=settings.window, seed=settings.seed, epoch=epoch)
        for epoch in range(settings.epochs)
    ]


def accuracy_of(logits: ArrayLike, labels: ArrayLike) -> float:
    """The share of examples on the right side of 0.

    >>> accuracy_of([2.0, -1.0, 0.5, -3.0], [1, 0, 0, 0])
    0.75
    """
    return float(np.mean((np.asarray(logits) > 0) == (np.asarray(labels) > 0.5)))


@dataclass(frozen=True)
class Score:
    """An accuracy with its uncertainty."""

    accuracy: float
    examples: int

    @property
    def standard_error(self) -> float:
        """√(p(1 − p)/n), that of a share p among n examples.

        >>> round(Score(0.88, 872).standard_error, 3)
        0.011
        """
        return float(np.sqrt(self.accuracy * (1 - self.accuracy) / self.examples))

    def __str__(self) -> str:
        return _("{accuracy:.0%} of {examples} sentences right, give or take {error:.0%}").format(
            accuracy=self.accuracy, examples=self.examples, error=self.standard_error
        )


def evaluate(classifier: SentenceClassifier, sentences: Sequence[str], labels: ArrayLike) -> Score:
    """Count how many sentences the classifier puts on the right side.

    Notes
    -----
    For the dev set, at the end, once: whatever is chosen by looking at it is no longer measured by it.
    Taught in chapter 11.
    """
    return Score(accuracy_of(classifier.logits(sentences), labels), len(sentences))


class _Clock:
    """Measures speed without the first steps, which compile."""

    def __init__(self, total_steps: int) -> None:
        self.total = total_steps
        self.start = time.monotonic()
        self.marks: list[tuple[float, int]] = []

    def tick(self, examples: int) -> None:
        before = self.marks[-1][1] if self.marks else 0
        self.marks.append((time.monotonic(), before + examples))

    def _recent(self) -> tuple[float, int, int]:
        first = max(0, len(self.marks) - 50) if len(self.marks) > 1 else 0
        (t0, n0), (t1, n1) = self.marks[first], self.marks[-1]
        return t1 - t0, n1 - n0, len(self.marks) - 1 - first

    @property
    def speed(self) -> float:
        seconds, examples, _steps = self._recent()
        return examples / seconds if seconds > 0 else 0.0

    @property
    def left(self) -> float:
        seconds, _examples, steps = self._recent()
        return (self.total - len(self.marks)) * seconds / steps if steps else float("nan")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.start
