"""Train the small language model of characters: shown live, remembered, stopped without loss. Taught in chapter 14."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bookutils.core.errors import DataError, UsageError
from bookutils.core.messages import _
from bookutils.core.settings import is_quick
from bookutils.core.version import __version__
from bookutils.data.checks import as_text
from bookutils.models.encoder.config import BertConfig
from bookutils.models.generation.decoder import CharacterModel, Characters, text_checksum
from bookutils.models.training.checkpoints import Checkpoint
from bookutils.models.training.history import History
from bookutils.models.training.optimizer import make_optimizer
from bookutils.models.training.remembered import recall_or_train
from bookutils.models.training.run import Looks, Report, TrainingRun
from bookutils.models.training.settings import Settings
from bookutils.numerics.optimizers.schedules import warmup_linear

Ids = NDArray[np.integer]


@dataclass(frozen=True)
class CharacterSettings:
    """What can be chosen about the model and its training.

    Parameters
    ----------
    context : how many characters it reads at once
    hidden_size, num_layers, num_heads, dropout : as in `BertConfig`
    steps, batch_size : how many steps, each on so many windows of the text
    learning_rate, warmup_share, weight_decay : of AdamW, as in `bookutils.models.training.settings.Settings`
    check_every : steps between two looks at the validation text
    seed : of the weights, the windows and the dropout
    """

    context: int = 64
    hidden_size: int = 96
    num_layers: int = 3
    num_heads: int = 4
    dropout: float = 0.1
    steps: int = 2000
    batch_size: int = 16
    learning_rate: float = 4e-3
    warmup_share: float = 0.1
    weight_decay: float = 0.1
    check_every: int = 100
    seed: int = 0

    def for_this_run(self) -> CharacterSettings:
        """These settings; in a test (``BOOKUTILS_QUICK``) sixteen steps on a few windows."""
        return replace(self, steps=16, batch_size=6, check_every=8) if is_quick() else self

    def config(self, vocabulary: int) -> BertConfig:
        """The architecture, for a vocabulary of this size."""
        return BertConfig(
            vocabulary,
            self.hidden_size,
            self.num_layers,
            self.num_heads,
            4 * self.hidden_size,
            self.context,
            num_segments=1,
            gelu="tanh",
            dropout=self.dropout,
        )


@dataclass(frozen=True)
class Texts:
    """A text in three parts: to learn from, to watch the training by, and to judge it by once."""

    train: str
    validation: str
    test: str


def split_lines(text: str) -> Texts:
    """Put every tenth line aside for the test, and every tenth for validation.

    Examples
    --------
    >>> parts = split_lines("".join(f"{number}\\n" for number in range(12)))
    >>> parts.test.split(), parts.validation.split()
    (['0', '10'], ['5'])
    """
    lines = as_text(text).splitlines(keepends=True)
    parts: dict[str, list[str]] = {"train": [], "validation": [], "test": []}
    for number, line in enumerate(lines):
        parts[{0: "test", 5: "validation"}.get(number % 10, "train")].append(line)
    return Texts(*("".join(parts[name]) for name in ("train", "validation", "test")))


def windows(ids: Ids, length: int) -> Ids:
    """Cut a text into stretches of `length` + 1 ids that share their ends: each id but the first is a target once.

    Returns
    -------
    array of int, ``(count, length + 1)``; what does not fill the last window is left out

    Examples
    --------
    >>> windows(np.arange(8), 3).tolist()
    [[0, 1, 2, 3], [3, 4, 5, 6]]
    """
    count = (len(ids) - 1) // length
    if count < 1:
        raise DataError(
            _("The text has {count} characters.").format(count=len(ids)),
            _("Give at least {least}.").format(least=length + 1),
        )
    return np.stack([ids[start * length : start * length + length + 1] for start in range(count)])


def probabilities_of(model: CharacterModel, ids: Ids, context: int, seen: int = 0) -> NDArray[np.float64]:
    """Return the probability that a model gave to each character of a text, ``(windows, context − seen)``.

    Parameters
    ----------
    model, ids : the model and the text
    context : how many characters a window has; at the beginning of each the model has little to go by
    seen : so many characters at the beginning of each window are only read; the windows overlap by as many
    """
    if not 0 <= seen < context:
        raise UsageError(
            _("{seen} of {context} characters are only read.").format(seen=seen, context=context),
            _("Leave at least one to be judged: `seen` is 0 or more and less than `context`."),
        )
    starts = range(0, len(windows(ids, context)) * context - seen, context - seen)
    cut = np.stack([ids[start : start + context + 1] for start in starts if start + context < len(ids)])
    logits = np.concatenate([np.asarray(model(part[:, :-1])) for part in np.array_split(cut, -(-len(cut) // 32))])
    logits = logits[:, seen:].astype(np.float64)
    logits -= logits.max(axis=-1, keepdims=True)
    shares = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    return np.asarray(np.take_along_axis(shares, cut[:, seen + 1 :, np.newaxis], axis=-1)[..., 0])


def train_characters(
    texts: Texts,
    characters: Characters,
    settings: CharacterSettings | None = None,
    *,
    report: Report | None = None,
    again: bool = False,
) -> tuple[CharacterModel, History, bool]:
    """Train a character model, or bring back the run that is remembered.

    Parameters
    ----------
    texts : only `train` and `validation` are looked at
    characters : the vocabulary
    settings : the defaults when None
    report : called after each step; it may raise StopTraining
    again : train even when there is a remembered run

    Returns
    -------
    (model, History, whether it was remembered). The model holds the weights that did best on the validation text, or,
        after an interruption, what was learnt up to there; the same call then goes on. Losses are in nats.

    Notes
    -----
    The key of a remembered run is made of both texts, the settings and the version of this package. A test's slice
    leaves nothing behind.
    """
    import keras

    settings = settings or CharacterSettings()
    about = {
        "model": "characters",
        "symbols": characters.symbols,
        "data": text_checksum(texts.train + texts.validation),
        "settings": asdict(settings),
        "version": __version__,
    }
    keras.utils.set_random_seed(settings.seed)
    model = CharacterModel(settings.config(len(characters.symbols)))
    model.build()

    def train(checkpoint: Checkpoint | None) -> History:
        return _make_run(model, texts, characters, settings, checkpoint).train(report)

    history, remembered = recall_or_train(about, model, train, again=again)
    return model, history, remembered


def _make_run(
    model: CharacterModel,
    texts: Texts,
    characters: Characters,
    settings: CharacterSettings,
    checkpoint: Checkpoint | None = None,
) -> TrainingRun[Ids]:
    """Make a run that keeps the weights that did best on the validation text."""
    context, steps = settings.context, settings.steps
    train, validation = characters.ids(texts.train), characters.ids(texts.validation)
    watched = validation[: 2 * context + 1] if is_quick() else validation
    common = Settings(learning_rate=settings.learning_rate, weight_decay=settings.weight_decay)
    optimizer = make_optimizer(model, common)
    step = make_step(model, optimizer)
    warmup_steps = round(settings.warmup_share * steps)
    looks = range(settings.check_every, steps + 1, settings.check_every)
    return TrainingRun(
        model,
        optimizer,
        steps,
        batches=lambda done: (_draw_windows(train, settings, number) for number in range(done, steps)),
        take_step=lambda batch: (float(step(batch)), batch[:, 1:].size),
        rate=lambda done: float(warmup_linear(done, settings.learning_rate, warmup_steps, steps)),
        looks=Looks(looks, lambda: float(-np.log(probabilities_of(model, watched, context)).mean()), "held_out", min),
        checkpoint=checkpoint,
    )


def _draw_windows(ids: Ids, settings: CharacterSettings, number: int) -> Ids:
    # A generator of its own for each step: a run that was stopped and taken up draws the same windows.
    starts = np.random.default_rng((settings.seed, number)).integers(
        0, len(ids) - settings.context, settings.batch_size
    )
    return ids[starts[:, np.newaxis] + np.arange(settings.context + 1)]


def make_step(model: CharacterModel, optimizer: Any) -> Callable[[Ids], Any]:
    """Compile one training step: ids ``(batch, tokens + 1)`` → mean cross-entropy of the next id, in nats."""
    import tensorflow as tf

    @tf.function
    def step(ids: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model(ids[:, :-1], training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(ids[:, 1:], logits))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    return lambda ids: step(tf.constant(ids, tf.int32))


def compare_masks(texts: Texts, characters: Characters, steps: int = 250) -> dict[bool, list[float]]:
    """Train a tiny model twice from one start, with and without the causal mask.

    Returns
    -------
    whether there was a mask -> the loss after each step, in nats. In a test (``BOOKUTILS_QUICK``) eight steps.
    """
    import keras

    settings = CharacterSettings(
        context=16,
        hidden_size=48,
        num_layers=1,
        num_heads=2,
        dropout=0.0,
        batch_size=32,
        warmup_share=0.1,
        steps=8 if is_quick() else steps,
        learning_rate=5e-3,
        check_every=10**9,
    )
    losses = {}
    for causal in (True, False):
        keras.utils.set_random_seed(settings.seed)
        model = CharacterModel(settings.config(len(characters.symbols)), causal=causal)
        model.build()
        run = _make_run(model, texts, characters, settings)
        run.go()
        losses[causal] = run.history.losses
    return losses
