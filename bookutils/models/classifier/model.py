"""A sentence classifier on top of an encoder: pool the tokens' vectors, drop some of them, one logit.

A plain Keras 3 model: every layer has a name, can be looked at and replaced. Taught in chapter 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.data.checks import as_texts
from bookutils.models.classifier.batching import batch_dataset, plan_batches
from bookutils.models.encoder.layers import INPUTS

if TYPE_CHECKING:
    from bookutils.models.sources.names import LoadedEncoder

POOLINGS = ("mean", "cls")


@keras.saving.register_keras_serializable("bookutils")
class MaskedMean(keras.layers.Layer):
    """The mean of a sentence's token vectors; padding does not count.

    Notes
    -----
    ``vectors`` has the shape (batch, tokens, hidden), ``mask`` (batch, tokens) with 1 for a real token. A sentence
    without any token gives zeros. As in sentence-transformers (Reimers and Gurevych 2019). Taught in chapter 11.
    """

    def call(self, vectors: Any, mask: Any) -> Any:
        """Return the means, shape (batch, hidden)."""
        weights = ops.cast(mask, vectors.dtype)[:, :, None]  # (batch, tokens, 1)
        return ops.sum(vectors * weights, axis=1) / ops.maximum(ops.sum(weights, axis=1), 1.0)

    def compute_output_shape(self, vectors_shape: Any, mask_shape: Any = None) -> Any:
        """Drop the axis of the tokens."""
        return (vectors_shape[0], vectors_shape[2])


@keras.saving.register_keras_serializable("bookutils")
class FirstToken(keras.layers.Layer):
    """The vector of the first token, [CLS].

    Notes
    -----
    As in BERT's own fine-tuning (Devlin et al. 2019, section 3.2), less its pooler. Taught in chapter 11.
    """

    def call(self, vectors: Any) -> Any:
        """Return the first vectors, shape (batch, hidden)."""
        return vectors[:, 0, :]


def build_model(
    encoder: keras.layers.Layer, *, pooling: str = "mean", dropout: float = 0.3, seed: int = 0
) -> keras.Model:
    """Put a classification head on an encoder.

    Parameters
    ----------
    encoder : a layer with the signature of TF Hub's BERT encoders; it is trained along
    pooling : "mean" of all real tokens, or the vector of the first one, "cls"
    dropout : share of the pooled features that are set to 0 in a training step
    seed : of the head's first weights and of the dropout

    Returns
    -------
    keras.Model: dict of int32 (batch, tokens) -> logit, float32 (batch, 1); above 0 means positive

    Raises
    ------
    UsageError
        When `pooling` is not known.

    Notes
    -----
    Taught in chapter 11.
    """
    if pooling not in POOLINGS:
        raise UsageError(_("There is no pooling {name!r}.").format(name=pooling), _('Use "mean" or "cls".'))
    inputs = {name: keras.Input((None,), dtype="int32", name=name) for name in INPUTS}
    vectors = encoder(inputs)["sequence_output"]
    if pooling == "mean":
        pooled = MaskedMean(name="mean_of_tokens")(vectors, inputs["input_mask"])
    else:
        pooled = FirstToken(name="first_token")(vectors)
    dropped = keras.layers.Dropout(dropout, seed=seed, name="dropout")(pooled)
    start = keras.initializers.GlorotUniform(seed=seed)
    logit = keras.layers.Dense(1, kernel_initializer=start, name="logit")(dropped)
    return keras.Model(inputs, logit, name="sentence_classifier")


class SentenceClassifier:
    """Text in, probability out: a tokenizer and a model that belong together.

    Parameters
    ----------
    loaded : what `load_encoder` returns; its encoder is trained along
    pooling, dropout, seed : see `build_model`

    Attributes
    ----------
    model : the Keras model
    tokenizer : makes its inputs
    identity : what the model started from, as plain data; part of a remembered run's key

    Notes
    -----
    Taught in chapter 11.
    """

    def __init__(self, loaded: LoadedEncoder, *, pooling: str = "mean", dropout: float = 0.3, seed: int = 0) -> None:
        self.model = build_model(loaded.encoder, pooling=pooling, dropout=dropout, seed=seed)
        self.tokenizer = loaded.tokenizer
        self.identity = {
            "encoder": loaded.name,
            "sha256": loaded.sha256,
            "config": loaded.config.as_dict(),
            "max_length": loaded.tokenizer.max_length,
            "pooling": pooling,
            "dropout": dropout,
            "seed": seed,
        }
        if loaded.encoder.compute_dtype != "float32":
            self.identity["precision"] = loaded.encoder.dtype_policy.name
        self._forward: Any = None
        self._forward_from_text: Any = None

    def logits(self, sentences: Sequence[str], *, batch_size: int = 64) -> NDArray[np.float32]:
        """Return one logit per sentence, shape (sentences,), in the order in which they came.

        Inside, sentences of like length share a batch; padding changes no logit by more than rounding does.
        """
        if isinstance(sentences, str):
            raise UsageError(_("It got one string."), _("Give it a list of sentences: [sentence]."))
        sentences = as_texts(sentences, name="sentences")
        logits = np.zeros(len(sentences), np.float32)
        if not sentences:
            return logits
        if len(sentences) <= batch_size:  # one batch: to set up tf.data takes longer than to compute
            return self._compiled_from_text()(sentences).numpy()
        forward = self._compiled()
        plan = plan_batches(self.tokenizer.lengths(sentences), batch_size=batch_size)
        for chosen, (inputs, _labels) in zip(plan, batch_dataset(sentences, None, plan, self.tokenizer), strict=True):
            logits[chosen] = forward(inputs).numpy()[:, 0]
        return logits

    def predict_proba(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return the probability that each sentence is positive.

        Parameters
        ----------
        sentences : list of str

        Returns
        -------
        array of float32, shape (sentences,), in [0, 1]

        Raises
        ------
        UsageError
            When it gets one string instead of a list.
        """
        return np.asarray(ops.sigmoid(self.logits(sentences)), dtype=np.float32)

    def _compiled(self) -> Any:
        """The model as one graph for all shapes, without dropout; made once."""
        if self._forward is None:
            import tensorflow as tf

            signature = [{name: tf.TensorSpec((None, None), tf.int32) for name in INPUTS}]
            self._forward = tf.function(lambda inputs: self.model(inputs, training=False), input_signature=signature)
        return self._forward

    def _compiled_from_text(self) -> Any:
        """Tokenizer and model as one graph: (sentences,) of strings -> (sentences,) of logits; made once."""
        if self._forward_from_text is None:
            import tensorflow as tf

            self._forward_from_text = tf.function(
                lambda texts: tf.cast(self.model(self.tokenizer(texts), training=False)[:, 0], tf.float32),
                input_signature=[tf.TensorSpec((None,), tf.string)],
            )
        return self._forward_from_text
