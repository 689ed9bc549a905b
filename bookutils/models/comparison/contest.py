"""Small and large models on the same sentences: what each gets right, what it has learnt, what it costs.

Taught in chapter 13.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bookutils.core.messages import _
from bookutils.core.settings import is_quick, is_static
from bookutils.data.seeds import load_seeds
from bookutils.data.sst2 import SST2
from bookutils.numerics.evaluation.classification import standard_error
from bookutils.numerics.scaling.compute import encoder_operations
from bookutils.text import classical

if TYPE_CHECKING:
    from bookutils.data.dataset import Dataset
    from bookutils.models.comparison.vectors import SentenceEncoder
    from bookutils.models.sources.names import LoadedEncoder
    from bookutils.models.training.settings import Settings

FROZEN, TUNED = "frozen vectors + logistic regression", "fine-tuned encoder"
Predict = Callable[[list[str]], Any]


@dataclass(frozen=True)
class Contender:
    """A fitted model and what can be counted about it without a clock, beside the seconds that fitting took.

    Attributes
    ----------
    name : what it is called
    predict : sentences in, answers out; what is timed
    right : for each dev sentence, whether it is right; None where nobody has trained it on these data
    parameters : numbers it has learnt, here or before
    operations : arithmetic for one sentence, the mean over dev
    megabytes : as a file
    fit_seconds : of fitting; None where it was not fitted here
    estimate : passes through the network for each training sentence, where `fit_seconds` is None or too little
    sentences : it was, or would be, trained on
    model : the fitted model, where there is one
    """

    name: str
    predict: Predict
    right: NDArray[np.bool_] | None
    parameters: int
    operations: float
    megabytes: float
    fit_seconds: float | None
    estimate: float = 0.0
    sentences: int = 0
    model: Any = None

    @property
    def accuracy(self) -> float | None:
        """The share of dev sentences that it gets right; None where that is not known."""
        return None if self.right is None else float(self.right.mean())

    @property
    def error(self) -> float | None:
        """The standard error of the accuracy; None where that is not known."""
        return None if self.right is None else standard_error(float(self.right.mean()), len(self.right))


def classical_contenders(train: Dataset, dev: Dataset) -> list[Contender]:
    """Fit naive Bayes, logistic regression, a linear SVM and a decision tree on TF-IDF.

    Notes
    -----
    Taught in chapter 13.
    """
    made = []
    for name in (classical.BAYES, classical.LOGISTIC, classical.SVM, classical.TREE):
        pipeline = classical.make_classical(name)
        begin = time.perf_counter()
        pipeline.fit(train.sentences, train.labels)
        seconds = time.perf_counter() - begin
        made.append(
            Contender(
                name,
                pipeline.predict,
                classical.right_ones(pipeline, dev.sentences, dev.labels),
                parameters=classical.learnt_numbers(pipeline),
                operations=classical.operations(pipeline, dev.sentences),
                megabytes=classical.megabytes(pipeline),
                fit_seconds=seconds,
                model=pipeline,
            )
        )
    return made


def operations_of(loaded: LoadedEncoder, sentences: Sequence[str]) -> float:
    """Count an encoder's arithmetic for one sentence, the mean over `sentences`."""
    config = loaded.config
    lengths = loaded.tokenizer.lengths(list(sentences))
    inner = getattr(config, "intermediate_size", 4 * config.hidden_size)  # a module from Hub does not say it
    return encoder_operations(config.hidden_size, config.num_layers, inner, lengths)


def frozen_contender(encode: SentenceEncoder, train: Dataset, dev: Dataset) -> Contender:
    """Fit a logistic regression on the frozen vectors of an encoder; the vectors are remembered.

    Notes
    -----
    Taught in chapter 13.
    """
    from bookutils.models.comparison.vectors import remembered_vectors

    loaded = encode.loaded
    inputs = remembered_vectors(loaded, train.sentences, encode=encode)
    dev_inputs = remembered_vectors(loaded, dev.sentences, encode=encode)
    head = classical.make_head()
    begin = time.perf_counter()
    head.fit(inputs, train.labels)
    seconds = time.perf_counter() - begin
    size = loaded.config.parameter_count
    return Contender(
        FROZEN,
        lambda sentences: head.predict(encode(sentences)),
        classical.right_ones(head, dev_inputs, dev.labels),
        parameters=size + classical.learnt_numbers(head),
        operations=operations_of(loaded, dev.sentences) + 4 * loaded.config.hidden_size,
        megabytes=size * 4 / 1e6 + classical.megabytes(head),
        fit_seconds=seconds,
        estimate=1.0,
        sentences=len(train),
        model=head,
    )


def tuned_contender(
    train: Dataset,
    dev: Dataset,
    *,
    train_now: bool = False,
    name: str = "minilm",
    settings: Settings | None = None,
    loaded: LoadedEncoder | None = None,
) -> Contender:
    """Take chapter 11's fine-tuned encoder, when it was trained here; train it only when it is asked for.

    Parameters
    ----------
    train, dev : the sentences
    train_now : train where no run is remembered; several minutes on a CPU
    name : of the encoder; loaded anew, since training changes it
    settings : of the run; chapter 11's when None
    loaded : an encoder of its own, instead of `name`

    Returns
    -------
    Contender; where nothing is remembered and nothing may be trained, its accuracy is that of the run that ships with
    the book (seed 0, whole SST-2), and on other sentences it has none. Its speed and size do not depend on training.

    Notes
    -----
    Taught in chapter 13.
    """
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.training import describe, fine_tune_or_recall
    from bookutils.models.sources.names import load_encoder
    from bookutils.models.training.remembered import recall
    from bookutils.models.training.settings import Settings

    settings = settings or Settings()
    loaded = loaded or load_encoder(name)
    classifier = SentenceClassifier(loaded)
    history = recall(describe(classifier, train.sentences, train.labels, settings), classifier.model)
    if history is None and train_now:
        history, _remembered = fine_tune_or_recall(classifier, train.sentences, train.labels, settings)
    right: NDArray[np.bool_] | None = None
    if history is not None:
        right = (classifier.logits(dev.sentences) > 0) == (np.asarray(dev.labels) == 1)
    elif dev.sha256 == SST2.files["dev"].sha256:
        right = load_seeds().right[0][: len(dev)]
    size = loaded.config.parameter_count + loaded.config.hidden_size + 1
    return Contender(
        TUNED,
        classifier.logits,
        right,
        parameters=size,
        operations=operations_of(loaded, dev.sentences) + 2 * loaded.config.hidden_size,
        megabytes=size * 4 / 1e6,
        fit_seconds=None if history is None else history.seconds,
        estimate=3.0 * settings.epochs * (1 - settings.validation_share),
        sentences=len(train),
        model=classifier if history else None,
    )


@dataclass(frozen=True)
class Times:
    """What a clock says about a contender, on this machine, now.

    Attributes
    ----------
    training : seconds
    measured : whether `training` was measured; otherwise it is passes through the network times their duration
    one, thousand : seconds for one sentence, and for a thousand
    """

    training: float
    measured: bool
    one: float
    thousand: float


def measure_times(contenders: Sequence[Contender], sentences: Sequence[str]) -> dict[str, Times]:
    """Time each contender on one sentence (the median of some) and on a thousand; in a test, or while a notebook is
    built, on 64, counted up.

    Notes
    -----
    The first call is left out: it compiles. Taught in chapter 13.
    """
    count = 64 if is_quick() or is_static() else 1000
    many = [sentences[i % len(sentences)] for i in range(count)]
    found = {}
    for contender in contenders:
        contender.predict(many[:1])
        contender.predict(many[: min(count, 65)])
        one = statistics.median(_seconds(contender.predict, [sentence]) for sentence in many[:15])
        thousand = _seconds(contender.predict, many) * 1000 / count
        passes = contender.estimate * contender.sentences * thousand / 1000
        if contender.name == TUNED:
            training = passes if contender.fit_seconds is None else contender.fit_seconds
        else:
            training = passes + (contender.fit_seconds or 0.0)
        found[contender.name] = Times(training, contender.fit_seconds is not None, one, thousand)
    return found


def _seconds(predict: Predict, sentences: list[str]) -> float:
    begin = time.perf_counter()
    predict(sentences)
    return time.perf_counter() - begin


def accuracy_words(contender: Contender) -> str:
    """Say a contender's accuracy with its standard error.

    >>> accuracy_words(Contender("x", len, np.array([True, True, True, False]), 1, 1.0, 1.0, None))
    '75.0 ± 21.7 %'
    """
    if contender.accuracy is None or contender.error is None:
        return _("not trained")
    return f"{100 * contender.accuracy:.1f} ± {100 * contender.error:.1f} %"
