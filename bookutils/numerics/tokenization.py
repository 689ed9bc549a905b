"""Arithmetic on token ids. NumPy only; text itself is the business of `bookutils.text`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles, Ints
from bookutils.numerics.transformer.costs import Sizes, flop_parts

PAD_ID, UNK_ID, CLS_ID, SEP_ID = 0, 100, 101, 102  # in the vocabulary of every uncased BERT encoder
CUTS = ("longest", "second", "first", "halves")


def make_mask(ids: ArrayLike, pad_id: int = 0) -> NDArray[np.int32]:
    """Return the attention mask of padded token ids: 1 for every real token, 0 for padding.

    ``[CLS]``, ``[SEP]`` and ``[UNK]`` are real tokens: the encoder reads them.

    Parameters
    ----------
    ids : array of int, any shape; usually ``(batch, tokens)``
    pad_id : the id of ``[PAD]``

    Returns
    -------
    int32 array, the shape of `ids`

    Notes
    -----
    Taught in chapter 08.

    Examples
    --------
    >>> make_mask([[101, 2204, 102, 0], [101, 100, 2143, 102]])
    array([[1, 1, 1, 0],
           [1, 1, 1, 1]], dtype=int32)
    """
    return (np.asarray(ids) != pad_id).astype(np.int32)


def token_mask(word_ids: Ints, type_ids: Ints) -> Ints:
    """Return 1 for every place that holds a token, 0 for padding; the segments have no say in it.

    Notes
    -----
    `make_mask` with the two arguments that a learner gets; the tests hold the two
    together. Taught in chapter 08.

    Examples
    --------
    >>> token_mask(np.array([[101, 2204, 102, 0]]), np.zeros((1, 4), np.int32))
    array([[1, 1, 1, 0]], dtype=int32)
    """
    return np.where(np.asarray(word_ids) == 0, 0, 1).astype(np.int32)


def padding_waste(lengths: Ints, batch_size: int) -> float:
    """Return the share of places that is padding when sentences are batched in the order in which they come.

    Notes
    -----
    `bookutils.models.classifier.batching.padding_share` for the plain order; the tests hold the two together.
    Taught in chapter 08.

    Examples
    --------
    >>> padding_waste(np.array([4, 8, 8, 8]), batch_size=2)
    0.125
    """
    places = 0
    for start in range(0, len(lengths), batch_size):
        batch = lengths[start : start + batch_size]
        places += len(batch) * int(np.max(batch))
    return float(1 - np.sum(lengths) / places) if places else 0.0


def cut_pair(
    first: Sequence[int], second: Sequence[int], room: int, strategy: str = "longest"
) -> tuple[list[int], list[int]]:
    """Cut two lists of ids until both fit into `room` places.

    Parameters
    ----------
    first, second : ids without special tokens; they are left as they are
    room : places for both together
    strategy : who gives

        - ``"longest"``: the longer one, piece by piece; of two that are equally long, the second
        - ``"second"``: the second one, and the first only when nothing of the second is left
        - ``"first"``: the other way round
        - ``"halves"``: each gets half of the room, and a place more for the first when the room is odd

    Raises
    ------
    UsageError
        When the strategy is not known.

    Notes
    -----
    "longest" is `_truncate_seq_pair` of the reference implementation (Devlin et al. 2019). Taught in chapter 08.

    Examples
    --------
    >>> cut_pair([1, 2, 3, 4, 5], [6, 7], 5)
    ([1, 2, 3], [6, 7])
    >>> cut_pair([1, 2, 3, 4, 5], [6, 7], 5, "halves")
    ([1, 2, 3], [6, 7])
    >>> cut_pair([1, 2, 3, 4, 5], [6, 7], 5, "second")
    ([1, 2, 3, 4, 5], [])
    """
    one, other, room = len(first), len(second), max(room, 0)
    if strategy == "longest":
        while one + other > room:
            one, other = (one - 1, other) if one > other else (one, other - 1)
    elif strategy == "second":
        one = min(one, room)
        other = min(other, room - one)
    elif strategy == "first":
        other = min(other, room)
        one = min(one, room - other)
    elif strategy == "halves":
        one, other = min(one, room - room // 2), min(other, room // 2)
    else:
        known = ", ".join(CUTS)
        raise UsageError(
            _("There is no way to cut named {name!r}.").format(name=strategy), _("Known: {names}.").format(names=known)
        )
    return list(first[:one]), list(second[:other])


def pack_pair(first: Sequence[int], second: Sequence[int], length: int) -> tuple[list[int], list[int]]:
    """Put two texts into one row: ``[CLS] first [SEP] second [SEP]``, and padding up to `length`.

    Parameters
    ----------
    first, second : ids without special tokens; they are left as they are
    length : places of the row, at least 3. What is too long loses pieces from the end of the longer text; of two
        that are equally long, from the second.

    Returns
    -------
    ids, segments : lists of `length` numbers. Segment 1 is the second text with its ``[SEP]``; all else is 0.

    Notes
    -----
    The special ids are those of BERT's uncased vocabularies. Devlin et al. 2019, section 3. Taught in chapter 08.

    Examples
    --------
    >>> pack_pair([7, 8, 9], [5], length=8)
    ([101, 7, 8, 9, 102, 5, 102, 0], [0, 0, 0, 0, 0, 1, 1, 0])
    """
    first, second = list(first), list(second)
    while len(first) + len(second) > length - 3:
        longer = first if len(first) > len(second) else second
        longer.pop()
    ids = [CLS_ID, *first, SEP_ID, *second, SEP_ID]
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    padding = [0] * (length - len(ids))
    return ids + padding, segments + padding


def encode_batch(rows: Sequence[Sequence[int]], limit: int) -> dict[str, NDArray[np.int32]]:
    """Make an encoder's three inputs of a batch of texts, as wide as the longest of them, and no wider than `limit`.

    Parameters
    ----------
    rows : for each text its ids, without special tokens
    limit : the most places, ``[CLS]`` and ``[SEP]`` included; longer texts lose their end

    Returns
    -------
    dict of int32 arrays ``(batch, tokens)``: ``input_word_ids``, ``input_mask``, ``input_type_ids``

    Notes
    -----
    The names are those of the encoders on TensorFlow Hub. Taught in chapter 08.

    Examples
    --------
    >>> encode_batch([[7, 8, 9], [5]], limit=128)["input_word_ids"]
    array([[101,   7,   8,   9, 102],
           [101,   5, 102,   0,   0]], dtype=int32)
    """
    texts = [[CLS_ID, *row[: limit - 2], SEP_ID] for row in rows]
    width = max(len(text) for text in texts)
    word_ids = np.zeros((len(texts), width), np.int32)
    for place, text in enumerate(texts):
        word_ids[place, : len(text)] = text
    return {
        "input_word_ids": word_ids,
        "input_mask": make_mask(word_ids),
        "input_type_ids": np.zeros_like(word_ids),
    }


def row_operations(tokens: ArrayLike, hidden: int = 384, layers: int = 6) -> Doubles:
    """Return the multiplications and additions of one pass through a BERT encoder, for rows of `tokens` places.

    Parameters
    ----------
    tokens : places of a row, padding included; any shape
    hidden, layers : of the encoder; MiniLM's by default

    Notes
    -----
    Only matrix products are counted, two operations for each multiplication. A layer multiplies each token with 12
    hidden² weights (4 in attention, 8 in the feed-forward part), and compares each token with each other one, twice:
    24 T H² + 4 T² H. Derived in chapters 08 and 09.

    Examples
    --------
    >>> round(float(row_operations(256) / row_operations(128)), 3)
    2.105
    """
    return sum(flop_parts(Sizes(layers, hidden), np.asarray(tokens, dtype=np.float64)).values())


@dataclass(frozen=True)
class PaddingCost:
    """What a limit and a size of batches cost.

    Attributes
    ----------
    padding : share of all computed places that is padding
    cut : share of the texts that lose something
    lost : share of all tokens that are cut off
    work : operations, relative to rows that are as long as their text and not cut
    """

    padding: float
    cut: float
    lost: float
    work: float


def padding_cost(lengths: ArrayLike, limit: int, batch_size: int = 32, *, fixed: bool = False) -> PaddingCost:
    """Count what becomes of texts that are cut at `limit` and padded, in batches in the order in which they come.

    Parameters
    ----------
    lengths : int array ``(texts,)``, special tokens included, at least one text
    limit : the most places
    batch_size : texts in a batch
    fixed : True pads each row to `limit`; False to the longest row of its batch

    Notes
    -----
    Taught in chapter 08.

    Examples
    --------
    >>> cost = padding_cost([10, 20, 40], limit=20, batch_size=3, fixed=True)
    >>> round(cost.padding, 3), round(cost.cut, 3), round(cost.lost, 3)
    (0.167, 0.333, 0.286)
    """
    whole = np.asarray(lengths)
    kept = np.minimum(whole, limit)
    if fixed:
        widths = np.full(len(kept), limit)
    else:
        starts = np.arange(0, len(kept), batch_size)
        widths = np.repeat(np.maximum.reduceat(kept, starts), batch_size)[: len(kept)]
    return PaddingCost(
        padding=float(1 - kept.sum() / widths.sum()),
        cut=float(np.mean(whole > limit)),
        lost=float(1 - kept.sum() / whole.sum()),
        work=float(row_operations(widths).sum() / row_operations(whole).sum()),
    )
