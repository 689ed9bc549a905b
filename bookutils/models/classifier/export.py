"""A classifier as one SavedModel, from text to probability, with its tokenizer inside.

What is exported needs neither this package nor Keras to run: TensorFlow and TensorFlow Text load it. Taught in
chapter 11.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bookutils.core.errors import DataError, UsageError
from bookutils.core.files import explain_os_error
from bookutils.core.messages import _
from bookutils.data.checks import as_texts

if TYPE_CHECKING:
    from bookutils.models.classifier.model import SentenceClassifier

INPUT, OUTPUT = "sentences", "probability"


def export_savedmodel(classifier: SentenceClassifier, folder: str | Path) -> Path:
    """Write a classifier as a SavedModel that takes strings.

    Parameters
    ----------
    classifier : its tokenizer and its model as they stand are written; dropout is off
    folder : a new folder; it appears under this name only when it is whole

    Returns
    -------
    Path of the folder. Its signature ``serving_default`` maps ``sentences``, strings of the shape (batch,), to
    ``probability``, float32 (batch,)

    Raises
    ------
    UsageError
        When the folder exists already; nothing is overwritten.
    BookError
        When it cannot be written.

    Notes
    -----
    Tokenizing, padding, masking, encoder and sigmoid are one graph, so whoever serves it cannot make another mask or
    take another vocabulary. Load it with `load_savedmodel`, or with ``tf.saved_model.load`` after
    ``import tensorflow_text``, whose operations it contains. Taught in chapter 11.
    """
    import tensorflow as tf

    target = Path(folder)
    if target.exists():
        raise UsageError(
            _("{folder} exists already.").format(folder=target), _("Choose a new folder, or delete this one.")
        )
    module = tf.Module()
    module.model = classifier.model  # variables are tracked through attributes
    module.wordpiece = classifier.tokenizer._wordpiece  # and so is the vocabulary

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string, name=INPUT)])
    def serve(sentences: Any) -> dict[str, Any]:
        logits = classifier.model(classifier.tokenizer(sentences), training=False)[:, 0]  # (batch,)
        return {OUTPUT: tf.sigmoid(logits)}

    module.serve = serve
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
            whole = Path(beside) / "model"
            with without_log_lines(tf.get_logger()):
                tf.saved_model.save(module, str(whole), signatures={"serving_default": serve})
            whole.rename(target)
    except (OSError, tf.errors.OpError) as error:
        raise explain_os_error(error if isinstance(error, OSError) else OSError(str(error)), target) from error
    return target


@contextlib.contextmanager
def without_log_lines(logger: logging.Logger) -> Iterator[None]:
    """Leave out where the files of a half-made folder lie; warnings still come through."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


class SavedClassifier:
    """An exported classifier: sentences in, probabilities out.

    Parameters
    ----------
    folder : what `export_savedmodel` wrote

    Raises
    ------
    DataError
        When there is no such SavedModel.

    Notes
    -----
    Taught in chapter 11.
    """

    def __init__(self, folder: str | Path) -> None:
        import tensorflow as tf
        import tensorflow_text  # noqa: F401  (brings the operations that the graph contains)

        try:
            self._loaded = tf.saved_model.load(str(folder))
            self._serve = self._loaded.signatures["serving_default"]
        except (OSError, KeyError, ValueError) as error:
            raise DataError(
                _("{folder} holds no exported classifier.").format(folder=folder),
                _("Write one with export_savedmodel(classifier, folder)."),
            ) from error

    def predict_proba(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return the probability that each sentence is positive, float32 (sentences,).

        Raises
        ------
        UsageError
            When it gets one string instead of a list.
        """
        import tensorflow as tf

        if isinstance(sentences, str):
            raise UsageError(_("It got one string."), _("Give it a list of sentences: [sentence]."))
        given = tf.constant(as_texts(sentences, name="sentences"), tf.string, shape=(len(sentences),))
        return np.asarray(self._serve(**{INPUT: given})[OUTPUT].numpy(), np.float32)


def load_savedmodel(folder: str | Path) -> SavedClassifier:
    """Load what `export_savedmodel` wrote; see `SavedClassifier`."""
    return SavedClassifier(folder)
