"""What chapter 11 needs beside its cells: a module on disk, a slice for tests, a folder for a run, short trainings."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.files import explain_os_error
from bookutils.core.progress import progress_bar
from bookutils.core.settings import cache_dir, is_quick
from bookutils.data.checks import as_labels, as_texts
from bookutils.models.classifier.model import SentenceClassifier
from bookutils.models.classifier.training import fine_tune
from bookutils.models.encoder.layers import INPUTS
from bookutils.models.training.remembered import runs_dir
from bookutils.models.training.settings import Settings
from bookutils.models.transformer.twins import export_encoder

if TYPE_CHECKING:
    from bookutils.models.sources.names import LoadedEncoder

EXAMPLES = 960
LONGEST = 24  # tokens; short sentences make short steps
SLICE = 20  # examples, in tests


def hub_module(loaded: LoadedEncoder) -> str:
    """Return the handle of an encoder as TensorFlow Hub takes it: a SavedModel, written the first time.

    Parameters
    ----------
    loaded : an encoder of the course, as `load_encoder` returns it

    Returns
    -------
    path of the folder; the vocabulary stands in it as ``assets/vocab.txt``

    Raises
    ------
    BookError
        When it cannot be written.

    Notes
    -----
    With a network a handle of TensorFlow Hub or Kaggle goes in its place. Taught in chapter 11.
    """
    folder = cache_dir() / "modules" / f"{loaded.name}-{loaded.sha256[:12]}"
    if not (folder / "saved_model.pb").is_file():
        export_encoder(loaded.encoder, folder)
    vocabulary = folder / "assets" / "vocab.txt"
    try:
        vocabulary.parent.mkdir(exist_ok=True)
        vocabulary.write_text("\n".join(loaded.tokenizer.vocabulary), encoding="utf-8")
    except OSError as error:
        raise explain_os_error(error, vocabulary) from error
    return str(folder)


def old_module(folder: str | Path) -> str:
    """Write a tiny module in the format of TensorFlow 1, and return its path: what a handle of 2018 leads to.

    Parameters
    ----------
    folder : a new folder
    """
    import tensorflow as tf

    v1, logger = tf.compat.v1, tf.get_logger()
    level = logger.level
    logger.setLevel("ERROR")  # it warns that all of this is old, which is the point
    with tf.Graph().as_default(), v1.Session() as session:
        ids = v1.placeholder(tf.int32, (None, None), name="input_ids")
        table = v1.get_variable("word_embeddings", (100, 4))
        session.run(v1.global_variables_initializer())
        inputs, outputs = (v1.saved_model.build_tensor_info(t) for t in (ids, tf.gather(table, ids)))
        signature = v1.saved_model.build_signature_def({"input_ids": inputs}, {"vectors": outputs})
        builder = v1.saved_model.Builder(str(folder))
        builder.add_meta_graph_and_variables(session, [], signature_def_map={"tokens": signature})
        builder.save()
    logger.setLevel(level)
    return str(folder)


def for_this_run(order: NDArray[Any]) -> NDArray[Any]:
    """Return all that it gets; in a test (``BOOKUTILS_QUICK``) its first 20 entries."""
    return order[:SLICE] if is_quick() else order


def run_folder(name: str, *about: Any) -> Path:
    """Return the folder in which a run keeps its files; the same `about` gives the same folder, in a test a new one.

    Parameters
    ----------
    name : how the folder's name begins
    about : whatever decides the run's result: an array or a tensor counts with all its numbers, a Keras model with its
        layers, loss and optimizer, anything else with its `repr`
    """
    if is_quick():
        return Path(tempfile.mkdtemp(prefix=f"{name}-"))
    folder = runs_dir() / f"{name}-{hashlib.sha256(repr([_told(part) for part in about]).encode()).hexdigest()[:12]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, folder) from error
    return folder


def _told(part: Any) -> Any:
    """Say what decides a run's result, in plain data; names that Keras counts up are left out."""
    if hasattr(part, "layers") and hasattr(part, "optimizer"):
        layers = [
            (type(layer).__name__, getattr(layer, "rate", None), [tuple(w.shape) for w in layer.weights])
            for layer in part.layers
        ]
        optimizer = part.optimizer
        settings = [getattr(optimizer, name, None) for name in ("weight_decay", "clipnorm", "global_clipnorm")]
        return layers, type(optimizer).__name__, settings, getattr(part.loss, "name", str(part.loss))
    if hasattr(part, "numpy"):
        part = part.numpy()
    if isinstance(part, np.ndarray):
        return part.dtype.str, part.shape, hashlib.sha256(part.tobytes()).hexdigest()
    return repr(part)


def book_classifier(encoder: Any, learning_rate: Any) -> Any:
    """Build and compile the classifier of chapter 11: what runs there until the learner's own passes.

    Parameters
    ----------
    encoder : a Keras layer with the signature of TensorFlow Hub's BERT encoders
    learning_rate : a number, or a Keras schedule

    Returns
    -------
    compiled keras.Model: dict of int32 (batch, tokens) -> logit (batch, 1)

    Notes
    -----
    Taught in chapter 11.
    """
    import keras

    inputs = {name: keras.Input((None,), dtype="int32", name=name) for name in INPUTS}
    vectors = encoder(inputs)["sequence_output"]
    mean = keras.layers.GlobalAveragePooling1D(name="mean")(vectors, mask=inputs["input_mask"])
    logit = keras.layers.Dense(1, name="logit")(keras.layers.Dropout(0.3, name="dropout")(mean))
    model = keras.Model(inputs, logit)
    model.compile(
        keras.optimizers.AdamW(learning_rate, weight_decay=0.01, global_clipnorm=1.0),
        keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")],
    )
    return model


def compare_rates(
    loaded: LoadedEncoder,
    sentences: Sequence[str],
    labels: ArrayLike,
    rates: Mapping[str, tuple[float, float]],
    *,
    examples: int = EXAMPLES,
    batch_size: int = 32,
    seed: int = 0,
) -> dict[str, list[float]]:
    """Train one epoch on a few hundred short sentences for each learning rate, from the same start.

    Parameters
    ----------
    loaded : the encoder; it has its own weights again afterwards
    sentences, labels : examples to draw from; only those with at most 24 tokens are used
    rates : name -> (peak of the learning rate, share of the steps that warm up)
    examples : how many sentences; in a test (``BOOKUTILS_QUICK``) 64, and only the first and the last of the rates
    batch_size, seed : as in `Settings`; start, order and dropout are the same for each rate

    Returns
    -------
    name -> loss after each step. Infinite or not a number where a run has broken down.
    """
    every = as_texts(sentences, name="sentences")
    known = as_labels(labels, len(every))
    short = np.flatnonzero(loaded.tokenizer.lengths(every) <= LONGEST)
    chosen = np.random.default_rng(seed).permutation(short)[: 64 if is_quick() else examples]
    texts, answers = [every[i] for i in chosen], known[chosen]
    start = loaded.encoder.get_weights()
    common = Settings(epochs=1, batch_size=batch_size, validation_share=0.0, seed=seed)
    if is_quick():
        names = list(rates)
        rates = {name: rates[name] for name in (names[0], names[-1])}
    losses = {}
    with progress_bar(len(rates), "Training", unit="run") as bar:
        for name, (peak, warmup) in rates.items():
            settings = replace(common, learning_rate=peak, warmup_share=warmup)
            try:
                history = fine_tune(SentenceClassifier(loaded, seed=seed), texts, answers, settings)
            finally:
                loaded.encoder.set_weights(start)
            losses[name] = history.losses
            bar.update(1)
            if history.interrupted:
                break
    return losses
