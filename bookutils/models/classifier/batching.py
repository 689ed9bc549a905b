"""Batches by length: sentences of like length share a batch, so that little of it is padding.

What is computed for a padded position is thrown away. With every sentence padded to 128 tokens that would be four
fifths of the work on the Stanford Sentiment Treebank. Here the order is planned first, with NumPy alone, so that it
can be looked at, counted and repeated; tf.data then follows the plan. Taught in chapter 11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import ShapeError, UsageError
from bookutils.core.messages import _
from bookutils.data.checks import as_labels, as_texts
from bookutils.numerics import tokenization
from bookutils.numerics.arrays import Ints

if TYPE_CHECKING:
    from bookutils.text.tokenizer import Tokenizer

Plan = list[Ints]
MakeMask = Callable[[Any, Any], Any]


def plan_batches(
    lengths: ArrayLike, *, batch_size: int = 32, window: int = 50, seed: int | None = None, epoch: int = 0
) -> Plan:
    """Decide which examples share a batch, and in which order the batches come.

    Parameters
    ----------
    lengths : array of int, shape (examples,)
        How many tokens each example has.
    batch_size : examples in a batch; the last one may be smaller
    window : how many batches are sorted together
        1 means no sorting. With as many as there are, short sentences would always meet the same short sentences.
    seed : the same seed and epoch give the same order; None means one sorted window and no shuffling
    epoch : each epoch has an order of its own

    Returns
    -------
    list of integer arrays: the examples of each batch; each example stands in exactly one

    Raises
    ------
    ShapeError
        When `lengths` is not one-dimensional.
    UsageError
        When `batch_size` or `window` is not positive.

    Notes
    -----
    The examples are shuffled, cut into windows, and sorted by length within a window; the batches of all windows are
    shuffled again, so that a long batch does not always follow a short one. Taught in chapter 11.

    Examples
    --------
    >>> plan_batches([5, 9, 2, 7], batch_size=2)
    [array([2, 0]), array([3, 1])]
    """
    sizes = np.asarray(lengths)
    if sizes.ndim != 1:
        raise ShapeError(
            _("Lengths have the shape {shape}.").format(shape=sizes.shape), _("Give one number per example.")
        )
    if batch_size < 1 or window < 1:
        raise UsageError(
            _("A batch of {batch} in windows of {window} is impossible.").format(batch=batch_size, window=window),
            _("Use 1 or more."),
        )
    if seed is None:
        return _cut(np.argsort(sizes, kind="stable"), batch_size)
    rng = np.random.default_rng((seed, epoch))
    plan: Plan = []
    for chosen in _cut(rng.permutation(len(sizes)), batch_size * window):
        if window > 1:
            chosen = chosen[np.argsort(sizes[chosen], kind="stable")]
        plan += _cut(chosen, batch_size)
    return [plan[i] for i in rng.permutation(len(plan))]


def _cut(order: Ints, size: int) -> Plan:
    return [order[start : start + size] for start in range(0, len(order), size)]


def round_up(length: int, multiple: int) -> int:
    """The smallest multiple of `multiple` that is not below `length`.

    >>> round_up(22, 4), round_up(24, 4)
    (24, 24)
    """
    return -(-length // multiple) * multiple


def padding_share(
    lengths: ArrayLike, plan: Sequence[ArrayLike], *, multiple: int = 4, width: int | None = None
) -> float:
    """Which share of all positions is padding when a plan is followed.

    Parameters
    ----------
    lengths : array of int, shape (examples,)
    plan : the examples of each batch, as `plan_batches` returns them
    multiple : each batch is as wide as its longest example, rounded up to a multiple of this
    width : a fixed width instead, the same for every batch

    Returns
    -------
    float in [0, 1); 0.0 when there is nothing to batch

    Notes
    -----
    Taught in chapter 11.

    Examples
    --------
    >>> padding_share([4, 4, 8, 8], [[0, 1], [2, 3]])
    0.0
    >>> padding_share([4, 4, 8, 8], [[0, 2], [1, 3]])
    0.25
    """
    sizes = np.asarray(lengths)
    positions = 0
    for batch in plan:
        chosen = sizes[np.asarray(batch, dtype=np.int64)]
        positions += len(chosen) * (width or round_up(int(chosen.max(initial=0)), multiple))
    used = sum(int(np.minimum(sizes[np.asarray(batch, dtype=np.int64)], width or np.inf).sum()) for batch in plan)
    return 1 - used / positions if positions else 0.0


def batch_dataset(
    sentences: Sequence[str],
    labels: ArrayLike | None,
    plan: Plan,
    tokenizer: Tokenizer,
    *,
    multiple: int = 4,
    make_mask: MakeMask | None = None,
) -> Any:
    """Follow a plan with tf.data: gather the sentences, tokenize, pad, mask.

    Parameters
    ----------
    sentences : list of str
    labels : array, shape (sentences,), or None
    plan : the examples of each batch
    tokenizer : runs inside tf.data, so that a batch is prepared while the one before is computed
    multiple : a batch's width is rounded up to a multiple of this
    make_mask : a function of (word_ids, type_ids), NumPy arrays, that returns the mask; the book's when None

    Returns
    -------
    tf.data.Dataset of (dict of input_word_ids, input_mask, input_type_ids: int32 (batch, tokens);
    labels: float32 (batch,), zeros when there are none)

    Notes
    -----
    The dict is the input of TF Hub's BERT encoders. Taught in chapter 11.
    """
    import tensorflow as tf

    texts = tf.constant(as_texts(sentences, name="sentences"), tf.string, shape=(len(sentences),))
    answers = tf.constant(np.zeros(len(sentences)) if labels is None else as_labels(labels, len(sentences)), tf.float32)

    def mask_of(word_ids: NDArray, type_ids: NDArray) -> NDArray[np.int32]:
        if make_mask is None:
            return tokenization.make_mask(word_ids, tokenizer.pad_id)
        return np.asarray(make_mask(word_ids, type_ids), dtype=np.int32)

    def masked(word_ids: Any, type_ids: Any) -> Any:
        return tf.ensure_shape(tf.numpy_function(mask_of, [word_ids, type_ids], tf.int32), (None, None))

    def assemble(chosen: Any) -> tuple[dict[str, Any], Any]:
        word_ids = tokenizer.ragged(tf.gather(texts, chosen)).to_tensor(tokenizer.pad_id)  # (batch, longest)
        missing = -tf.shape(word_ids)[1] % multiple
        word_ids = tf.pad(word_ids, [[0, 0], [0, missing]], constant_values=tokenizer.pad_id)  # (batch, tokens)
        type_ids = tf.zeros_like(word_ids)  # one sentence: all of it is segment 0
        inputs = {"input_word_ids": word_ids, "input_mask": masked(word_ids, type_ids), "input_type_ids": type_ids}
        return inputs, tf.gather(answers, chosen)

    chosen = np.concatenate([*plan, np.zeros(0, np.int64)])
    batches = tf.RaggedTensor.from_row_lengths(chosen, [len(batch) for batch in plan])
    return tf.data.Dataset.from_tensor_slices(batches).map(assemble).prefetch(2)
