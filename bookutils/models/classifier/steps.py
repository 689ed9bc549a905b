"""One step of fine-tuning: the graph that computes loss, gradients and update. Taught in chapter 11."""

from __future__ import annotations

from typing import Any

from bookutils.core.errors import BookError
from bookutils.core.messages import _
from bookutils.core.progress import say
from bookutils.models.encoder.layers import INPUTS


def make_step(model: Any, optimizer: Any, *, jit: bool = False) -> Any:
    """Compile one training step for batches of every shape.

    Parameters
    ----------
    model : as `build_model` makes it
    optimizer : as `make_optimizer` makes it
    jit : compile with XLA, which does so once for each shape

    Returns
    -------
    tf.function: (inputs, labels float32 (batch,)) -> mean binary cross-entropy of the batch

    Notes
    -----
    The signature says that both axes vary, so that a new width is not traced again. Taught in chapter 11.
    """
    import tensorflow as tf

    signature = [{name: tf.TensorSpec((None, None), tf.int32) for name in INPUTS}, tf.TensorSpec((None,), tf.float32)]

    @tf.function(input_signature=signature, jit_compile=jit)
    def step(inputs: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model(inputs, training=True)[:, 0]  # (batch,)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))
            scaled = optimizer.scale_loss(loss)  # the loss itself, but with float16
        gradients = tape.gradient(scaled, model.trainable_variables)
        # With the mean as pooling, the encoder's own pooler has no part in the loss: no gradient, no update.
        pairs = [(g, v) for g, v in zip(gradients, model.trainable_variables, strict=True) if g is not None]
        optimizer.apply(*zip(*pairs, strict=True))
        return loss

    return step


class TrainingStep:
    """A step that falls back from XLA where XLA does not run, and explains when memory ends.

    XLA needs parts of CUDA that are not everywhere (`libdevice not found` is the usual complaint), and knows fewer
    operations than TensorFlow. A first step that fails there has changed nothing, so it is done again without.

    Parameters
    ----------
    model, optimizer, jit : as in `make_step`
    """

    def __init__(self, model: Any, optimizer: Any, *, jit: bool = False) -> None:
        self.model, self.optimizer, self.jit = model, optimizer, jit
        self.tried = False
        self._step = make_step(model, optimizer, jit=jit)

    def __call__(self, inputs: Any, labels: Any) -> float:
        """Update the model from one batch and return the batch's loss.

        Raises
        ------
        BookError
            When the batch does not fit into the memory.
        """
        import tensorflow as tf

        try:
            loss = float(self._step(inputs, labels))
        except tf.errors.ResourceExhaustedError as error:
            raise BookError(
                _("A batch of {examples} sentences with {tokens} tokens does not fit into the memory.").format(
                    examples=labels.shape[0], tokens=inputs[INPUTS[0]].shape[1]
                ),
                _("Halve batch_size in the settings, or close other notebooks that use the GPU."),
            ) from error
        except tf.errors.OpError as error:
            if not self.jit or self.tried:
                raise
            say(_("XLA does not run here ({reason}); training goes on without it.").format(reason=_first_line(error)))
            self.jit = False
            self._step = make_step(self.model, self.optimizer)
            loss = float(self._step(inputs, labels))
        self.tried = True
        return loss


def _first_line(error: Any) -> str:
    lines = [line.strip() for line in str(error.message).splitlines() if line.strip()]
    return lines[0][:120] if lines else type(error).__name__
