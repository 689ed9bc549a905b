"""The real encoder's attention for a sentence, in NumPy, and a test of what it explains. Taught in chapter 09."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bookutils.core.settings import is_quick
from bookutils.models.transformer.arrays import encoder_arrays
from bookutils.numerics.arrays import Floats
from bookutils.numerics.attention.pooling import Pooling, fit_pooling, kendall_tau, shuffled_probabilities
from bookutils.numerics.transformer.maps import attention_maps

if TYPE_CHECKING:
    from bookutils.data.dataset import Dataset
    from bookutils.models.sources.names import LoadedEncoder

LONGEST = 20  # tokens of a sentence in the experiment
KINDS = ("words", "context")


class AttentionReader:
    """Computes the attention of a whole encoder for one sentence at a time, and keeps what it computed.

    Parameters
    ----------
    loaded : an encoder in plain Keras layers, with its tokenizer
    max_tokens : what is beyond is cut off, so that a picture stays readable
    """

    def __init__(self, loaded: LoadedEncoder, max_tokens: int = 32) -> None:
        self.loaded = loaded
        self.max_tokens = max_tokens
        self.weights = encoder_arrays(loaded.encoder)
        self.maps = lru_cache(maxsize=32)(self._maps)

    def _maps(self, sentence: str) -> tuple[tuple[str, ...], Floats]:
        """Return (word pieces, weights ``(layers, heads, tokens, tokens)``) of a sentence."""
        ids = _cut(self.loaded.tokenizer.encode(sentence), self.max_tokens)
        row = np.array([ids], np.int32)
        config: Any = self.loaded.config
        maps = attention_maps(
            self.weights,
            row,
            np.ones_like(row),
            np.zeros_like(row),
            config.num_heads,
            epsilon=config.layer_norm_epsilon,
            approximate=config.gelu != "erf",
        )
        return tuple(self.loaded.tokenizer.words(ids)), np.concatenate(maps)


def _cut(ids: list[int], longest: int) -> list[int]:
    return ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]]


@dataclass(frozen=True)
class Reading:
    """One sentence, as one classifier reads it.

    Attributes
    ----------
    pieces : its word pieces, ``[CLS]`` and ``[SEP]`` included
    weights : array ``(pieces,)``, the attention weights
    effects : array ``(pieces − 2,)``, by how much the probability moves when a piece is left out of the sentence
    probability : of a positive review
    shuffled : array ``(draws,)``, the probability with the weights dealt anew
    """

    pieces: tuple[str, ...]
    weights: Floats
    effects: Floats
    probability: float
    shuffled: Floats

    @property
    def tau(self) -> float:
        """How far the order of the weights agrees with the order of the effects; see `kendall_tau`."""
        return kendall_tau(self.weights[1:-1], np.abs(self.effects))

    @property
    def moved(self) -> float:
        """The middle distance between the probability and those with the weights dealt anew."""
        return float(np.median(np.abs(self.shuffled - self.probability)))


@dataclass(frozen=True)
class ExplanationExperiment:
    """Two classifiers with one query each: over the word vectors, and over the encoder's last layer.

    Attributes
    ----------
    loaded : the encoder
    classifiers : "words" and "context" → the trained classifier
    accuracies : (kind, "attention" or "uniform") → share of held-out sentences that are right
    readings : kind → readings of held-out sentences
    """

    loaded: LoadedEncoder
    classifiers: dict[str, Pooling]
    accuracies: dict[tuple[str, str], float]
    readings: dict[str, list[Reading]]

    def read(self, sentence: str, kind: str = "context") -> Reading:
        """Read a sentence of one's own with one of the two classifiers."""
        return read_sentence(self.loaded, self.classifiers[kind], sentence, kind)


def run_explanation_experiment(
    loaded: LoadedEncoder, train: Dataset, held_out: Dataset, *, sentences: int = 320, read: int = 24
) -> ExplanationExperiment:
    """Train both classifiers on short sentences, and read held-out ones with each.

    Parameters
    ----------
    loaded : an encoder in plain Keras layers
    train, held_out : labelled sentences; only those of at most 20 tokens are taken
    sentences : to train on; a third as many are held out
    read : held-out sentences whose pieces are left out one by one

    Notes
    -----
    After Jain and Wallace 2019, *Attention is not explanation*. In a test (``BOOKUTILS_QUICK``) a slice is taken.
    """
    if is_quick():
        sentences, read = 48, 3
    texts, labels = _short(loaded, train, sentences)
    others, truth = _short(loaded, held_out, sentences // 3)
    known, new = _vectors(loaded, texts), _vectors(loaded, others)
    classifiers, accuracies = {}, {}
    for kind in KINDS:
        for name in ("uniform", "attention"):
            fitted = fit_pooling(known[kind], known["mask"], labels, uniform=name == "uniform")
            right = (fitted.probabilities(new[kind], new["mask"]) > 0.5) == (truth == 1)
            accuracies[kind, name] = float(right.mean())
        classifiers[kind] = fitted
    readings = {
        kind: [read_sentence(loaded, classifiers[kind], text, kind) for text in others[:read]] for kind in KINDS
    }
    return ExplanationExperiment(loaded, classifiers, accuracies, readings)


def _short(loaded: LoadedEncoder, data: Dataset, count: int) -> tuple[list[str], NDArray[Any]]:
    lengths = loaded.tokenizer.lengths(data.sentences)
    chosen = [place for place, length in enumerate(lengths) if 4 < length <= LONGEST][:count]
    return [data.sentences[place] for place in chosen], np.asarray(data.labels)[chosen]


def _vectors(loaded: LoadedEncoder, texts: Sequence[str]) -> dict[str, Any]:
    inputs = {name: np.array(tensor) for name, tensor in loaded.tokenizer(list(texts), length=LONGEST).items()}
    return _encode(loaded, inputs)


def _encode(loaded: LoadedEncoder, inputs: dict[str, Any], batch: int = 64) -> dict[str, Any]:
    ids = inputs["input_word_ids"]
    encoder: Any = loaded.encoder
    context = [
        np.array(encoder({name: rows[start : start + batch] for name, rows in inputs.items()})["sequence_output"])
        for start in range(0, len(ids), batch)
    ]
    words = np.array(encoder.embeddings.word(ids))
    return {"context": np.concatenate(context), "words": words, "mask": inputs["input_mask"]}


@lru_cache(maxsize=64)
def _with_and_without(loaded: LoadedEncoder, ids: tuple[int, ...]) -> dict[str, Any]:
    """Vectors of a sentence in row 0, and of the sentence without each piece after it, padded to one length."""
    inner = range(1, len(ids) - 1)
    rows = np.array([ids, *([*ids[:place], *ids[place + 1 :], 0] for place in inner)], np.int32)
    mask = np.ones_like(rows)
    mask[1:, -1] = 0
    return _encode(loaded, {"input_word_ids": rows, "input_mask": mask, "input_type_ids": np.zeros_like(rows)})


def read_sentence(loaded: LoadedEncoder, classifier: Pooling, sentence: str, kind: str) -> Reading:
    """Weigh a sentence's pieces with a classifier, leave each out in turn, and deal the weights anew.

    Parameters
    ----------
    kind : "words" or "context": which vectors the classifier was trained on
    """
    ids = _cut(loaded.tokenizer.encode(sentence), LONGEST)
    vectors = _with_and_without(loaded, tuple(ids))
    weights, evidence = classifier.read(vectors[kind][:1], vectors["mask"][:1])
    probabilities = classifier.probabilities(vectors[kind], vectors["mask"])
    return Reading(
        tuple(loaded.tokenizer.words(ids)),
        weights[0],
        probabilities[0] - probabilities[1:],
        float(probabilities[0]),
        shuffled_probabilities(weights[0], evidence[0]),
    )
