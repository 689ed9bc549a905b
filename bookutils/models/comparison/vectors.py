"""Frozen sentence vectors: an encoder read as it is, without training, and its answers remembered.

The vectors of 6,920 sentences take an encoder of six layers half a minute or more, and they never change. So they are
kept under a key made of the encoder's checksum and of the sentences themselves. Taught in chapter 13.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bookutils.core.errors import UsageError
from bookutils.core.files import write_atomically
from bookutils.core.messages import _
from bookutils.core.progress import progress_bar, say
from bookutils.core.settings import cache_dir, is_quick
from bookutils.data.checks import as_texts
from bookutils.models.classifier.batching import batch_dataset, plan_batches
from bookutils.models.encoder.layers import INPUTS

if TYPE_CHECKING:
    from bookutils.data.dataset import Dataset
    from bookutils.models.sources.names import LoadedEncoder

QUICK_TRAIN, QUICK_DEV = 256, 128


def vectors_dir() -> Path:
    """Where vectors are kept; it may not exist yet, and may be deleted at any time."""
    return cache_dir() / "vectors"


def whole_or_slice(train: Dataset, dev: Dataset) -> tuple[Dataset, Dataset]:
    """Return both sets whole; in a test (``BOOKUTILS_QUICK``) their first 256 and 128 sentences.

    Notes
    -----
    The note of each set says which slice it is. Taught in chapter 13.
    """
    return (train.take(QUICK_TRAIN), dev.take(QUICK_DEV)) if is_quick() else (train, dev)


class SentenceEncoder:
    """Sentences in, one vector each out: the mean of the encoder's token vectors, padding left out.

    Parameters
    ----------
    loaded : what `load_encoder` returns; it is not trained

    Notes
    -----
    As in sentence-transformers, less the final normalisation (Reimers and Gurevych 2019). Taught in chapter 13.
    """

    def __init__(self, loaded: LoadedEncoder) -> None:
        import tensorflow as tf

        from bookutils.models.classifier.model import MaskedMean

        self.loaded = loaded
        mean = MaskedMean()

        def forward(inputs: dict[str, Any]) -> Any:
            vectors = loaded.encoder(inputs, training=False)["sequence_output"]  # (batch, tokens, hidden)
            return tf.cast(mean(vectors, inputs["input_mask"]), tf.float32)

        signature = [{name: tf.TensorSpec((None, None), tf.int32) for name in INPUTS}]
        self._forward = tf.function(forward, input_signature=signature)

    def __call__(
        self, sentences: Sequence[str], *, batch_size: int = 64, progress: bool = False
    ) -> NDArray[np.float32]:
        """Return the vectors, shape (sentences, hidden), in the order in which the sentences came.

        Parameters
        ----------
        sentences : list of str
        batch_size : sentences of like length that are read together
        progress : whether a bar shows how far it is

        Raises
        ------
        UsageError
            When it gets one string instead of a list.
        """
        if isinstance(sentences, str):
            raise UsageError(_("It got one string."), _("Give it a list of sentences: [sentence]."))
        sentences = as_texts(sentences, name="sentences")
        result = np.zeros((len(sentences), self.loaded.config.hidden_size), np.float32)
        if not sentences:
            return result
        if len(sentences) <= batch_size:  # one batch: to set up tf.data takes longer than to compute
            return np.asarray(self._forward(dict(self.loaded.tokenizer(sentences))))
        plan = plan_batches(self.loaded.tokenizer.lengths(sentences), batch_size=batch_size)
        batches = batch_dataset(sentences, None, plan, self.loaded.tokenizer)
        with progress_bar(len(sentences), _("Reading sentences"), unit="sentence", show=progress) as bar:
            for chosen, (inputs, _labels) in zip(plan, batches, strict=True):
                result[chosen] = self._forward(inputs).numpy()
                bar.update(len(chosen))
        return result


def vectors_key(loaded: LoadedEncoder, sentences: Sequence[str]) -> str:
    """Return the name that the vectors of these sentences, by this encoder, are kept under."""
    digest = hashlib.sha256(f"mean {loaded.sha256} {loaded.tokenizer.max_length}\n".encode())
    for sentence in as_texts(sentences, name="sentences"):
        digest.update(sentence.encode() + b"\n")
    return digest.hexdigest()[:16]


def recall_vectors(path: Path, shape: tuple[int, int]) -> NDArray[np.float32] | None:
    """Return vectors that were kept; None when there are none, or not whole ones of this shape."""
    try:
        content = path.read_bytes()
        digest, body = content[:32], content[32:]
        if hashlib.sha256(body).digest() != digest:
            return None
        vectors = np.load(io.BytesIO(body), allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return vectors if vectors.shape == shape and vectors.dtype == np.float32 else None


def remembered_vectors(
    loaded: LoadedEncoder, sentences: Sequence[str], *, encode: SentenceEncoder | None = None
) -> NDArray[np.float32]:
    """Return the vectors of sentences: remembered ones when there are some, otherwise computed and remembered.

    Parameters
    ----------
    loaded : what `load_encoder` returns
    sentences : list of str
    encode : made from `loaded`, when there is one already

    Returns
    -------
    array of float32, shape (sentences, hidden)

    Notes
    -----
    A damaged file counts as none and is replaced. Taught in chapter 13.
    """
    path = vectors_dir() / f"{vectors_key(loaded, sentences)}.npy"
    shape = (len(sentences), loaded.config.hidden_size)
    kept = recall_vectors(path, shape)
    if kept is not None:
        return kept
    if not is_quick() and len(sentences) > 1000:
        say(
            _("Reading {count:,} sentences with {name}; this is remembered.").format(
                count=len(sentences), name=loaded.name
            )
        )
    vectors = (encode or SentenceEncoder(loaded))(sentences, progress=True)
    stream = io.BytesIO()
    np.save(stream, vectors, allow_pickle=False)
    write_atomically(path, hashlib.sha256(stream.getvalue()).digest() + stream.getvalue())
    return vectors
