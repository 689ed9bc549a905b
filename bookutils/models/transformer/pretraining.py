"""Pre-training in the small: an encoder that learns to name hidden words of a short text. Taught in chapter 10.

A step is: draw a batch, hide words, compare, move the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from bookutils.core.progress import progress_bar
from bookutils.core.settings import is_quick
from bookutils.models.encoder.config import BertConfig
from bookutils.models.encoder.layers import BertEncoder
from bookutils.models.training.run import Looks, TrainingRun
from bookutils.numerics.arrays import Ints
from bookutils.numerics.optimizers.schedules import warmup_linear
from bookutils.numerics.transformer.masking import mask_tokens, unigram_entropy
from bookutils.text.words import FIRST_WORD, MASK, PAD, Corpus, special_places

MaskTokens = Callable[..., dict[str, Any]]

NEVER = -1e9  # the logit of a special token: none of them is ever the answer


@dataclass(frozen=True)
class PretrainingSettings:
    """What decides a run.

    Parameters
    ----------
    layers, hidden, heads : of the encoder; its feed-forward part is four times as wide as `hidden`
    steps, batch_size, learning_rate : the rate's peak, after a tenth of the steps
    dropout : inside the encoder
    seed : of weights, batches and masks
    evaluate_every : steps between two looks at the held-out rows
    """

    layers: int = 2
    hidden: int = 64
    heads: int = 4
    steps: int = 1000
    batch_size: int = 32
    learning_rate: float = 3e-3
    dropout: float = 0.1
    seed: int = 0
    evaluate_every: int = 50

    def for_this_run(self) -> PretrainingSettings:
        """Return a slice of the run in tests (``BOOKUTILS_QUICK``): 40 steps."""
        return replace(self, steps=40, evaluate_every=20) if is_quick() else self


class MaskedLanguageModel(keras.Model):
    """An encoder, and a head that names words: dense layer, GELU, normalisation, product with the table of words.

    Called with ids ``(batch, tokens)``; returns logits ``(batch, tokens, vocabulary)``.

    Notes
    -----
    The head of Devlin et al. 2019: the table that turns ids into vectors turns vectors into words again, and only a
    bias for each word is new.
    """

    def __init__(self, config: BertConfig, word_bias: NDArray[np.float32]) -> None:
        super().__init__(name="masked_language_model")
        self.encoder = BertEncoder(config)
        self.encoder.build()
        self.transform = keras.layers.Dense(config.hidden_size, "gelu", name="transform")
        self.norm = keras.layers.LayerNormalization(name="norm")
        self.word_bias = self.add_weight(
            shape=word_bias.shape, initializer=keras.initializers.Constant(word_bias), name="word_bias"
        )
        self.transform.build((None, config.hidden_size))
        self.norm.build((None, config.hidden_size))
        self.built = True

    def call(self, ids: Any, training: bool | None = None) -> Any:
        """Return a logit for each word at each place."""
        inputs = {
            "input_word_ids": ids,
            "input_mask": ops.cast(ids != PAD, "int32"),
            "input_type_ids": ops.zeros_like(ids),
        }
        vectors = self.encoder(inputs, training=training)["sequence_output"]
        table = self.encoder.embeddings.word.embeddings  # (vocabulary, hidden)
        return ops.matmul(self.norm(self.transform(vectors)), ops.transpose(table)) + self.word_bias


@dataclass
class Pretraining:
    """A model, and how its losses went.

    Attributes
    ----------
    model, corpus, settings : what was trained, on what, how
    steps, train, held_out : when the held-out rows were looked at; mean loss since then; loss on them, in nats
    unigram, uniform : the loss of whoever knows the words' frequencies, and of whoever knows nothing
    """

    model: MaskedLanguageModel
    corpus: Corpus
    settings: PretrainingSettings
    unigram: float
    uniform: float
    steps: list[int]
    train: list[float]
    held_out: list[float]

    def guess(self, line: str, count: int = 5) -> list[tuple[str, float]]:
        """Return the likeliest words for the first gap, written ``___``, with their probabilities."""
        ids = self.corpus.encode(line)
        place = int(np.flatnonzero(ids[0] == MASK)[0])
        logits = np.asarray(self.model(ids, training=False))[0, place]
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        best = np.argsort(-shares, kind="stable")[:count]
        return [(self.corpus.vocabulary[number], float(shares[number])) for number in best]


def hide_words(ids: Ints, vocabulary_size: int, rng: np.random.Generator, hide: MaskTokens = mask_tokens) -> Any:
    """Draw the random numbers that `mask_tokens` needs, and call it: (what is read, what is asked)."""
    hidden = hide(
        ids,
        special_places(ids),
        rng.random(ids.shape),
        rng.random(ids.shape),
        rng.integers(FIRST_WORD, vocabulary_size, ids.shape),
        MASK,
    )
    return np.asarray(hidden["inputs"], np.int32), np.asarray(hidden["targets"], np.int32)


def _mean_loss(model: MaskedLanguageModel, inputs: Any, targets: Any, training: bool) -> Any:
    """The mean of −log p(word) over the places that are asked."""
    logits = model(inputs, training=training)
    asked = tf.cast(targets >= 0, tf.float32)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.maximum(targets, 0), logits=logits)
    return tf.reduce_sum(losses * asked) / tf.maximum(tf.reduce_sum(asked), 1.0)


def pretrain(
    corpus: Corpus, settings: PretrainingSettings | None = None, *, hide: MaskTokens = mask_tokens
) -> Pretraining:
    """Train an encoder to name hidden words. Interrupting the kernel stops it and keeps what was learnt.

    Parameters
    ----------
    corpus : the rows
    settings : in a test (``BOOKUTILS_QUICK``) 40 steps of them
    hide : hides words; see `bookutils.numerics.transformer.masking.mask_tokens`

    Returns
    -------
    Pretraining

    Notes
    -----
    AdamW (chapter 05) with warm-up (chapter 11). The held-out rows are hidden four times, once and for all, so that
    each look sees the same question. Taught in chapter 10.
    """
    settings = (settings or PretrainingSettings()).for_this_run()
    size = len(corpus.vocabulary)
    keras.utils.set_random_seed(settings.seed)
    config = BertConfig(
        vocabulary_size=size,
        hidden_size=settings.hidden,
        num_layers=settings.layers,
        num_heads=settings.heads,
        intermediate_size=4 * settings.hidden,
        max_positions=corpus.width,
        dropout=settings.dropout,
    )
    bias = np.where(np.arange(size) < FIRST_WORD, NEVER, 0.0).astype(np.float32)
    model = MaskedLanguageModel(config, bias)
    used = [variable for variable in model.trainable_variables if "pooler" not in variable.path]
    optimizer = keras.optimizers.AdamW(settings.learning_rate, weight_decay=0.01, beta_2=0.98, global_clipnorm=1.0)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    optimizer.build(used)

    @tf.function(reduce_retracing=True)
    def step(inputs: Any, targets: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = _mean_loss(model, inputs, targets, training=True)
        optimizer.apply(tape.gradient(loss, [variable.value for variable in used]), used)
        return loss

    look = tf.function(lambda inputs, targets: _mean_loss(model, inputs, targets, training=False))
    counts = np.bincount(corpus.train.ravel(), minlength=size)[FIRST_WORD:]
    question = hide_words(np.tile(corpus.held_out, (4, 1)), size, np.random.default_rng(settings.seed + 1))
    asked = question[1][question[1] >= 0] - FIRST_WORD
    rng = np.random.default_rng(settings.seed)  # one for all steps: this run is not taken up in its middle

    def batches(done: int) -> Iterator[Ints]:
        for _number in range(done, settings.steps):
            yield corpus.train[rng.integers(0, len(corpus.train), settings.batch_size)]

    def rate(done: int) -> float:
        return float(warmup_linear(done, settings.learning_rate, settings.steps // 10, settings.steps))

    every = settings.evaluate_every
    looks = [done for done in range(1, settings.steps + 1) if done in (1, settings.steps) or done % every == 0]
    run = TrainingRun(
        model,
        optimizer,
        settings.steps,
        batches=batches,
        rate=rate,
        take_step=lambda rows: (float(step(*hide_words(rows, size, rng, hide))), len(rows)),
        looks=Looks(looks, lambda: float(look(*question)), "held_out", best=None),
    )
    with progress_bar(settings.steps, "Training", unit="step") as bar:
        history = run.train(lambda progress: bar.update(1))
    return Pretraining(
        model,
        corpus,
        settings,
        unigram_entropy(counts, asked),
        float(np.log(size - FIRST_WORD)),
        history.epoch_ends,
        _means_between(history.losses, history.epoch_ends),
        history.held_out,
    )


def _means_between(losses: Sequence[float], ends: Sequence[int]) -> list[float]:
    """The mean of the losses up to each end, from the end before on."""
    return [float(np.mean(losses[start:end])) for start, end in pairwise([0, *ends])]
