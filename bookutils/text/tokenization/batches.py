"""From texts to what an encoder reads, in plain Python. Taught in chapter 08."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bookutils.numerics.tokenization import encode_batch
from bookutils.text.tokenization.wordpiece import normalise_and_split, wordpiece


def encode_texts(texts: Sequence[str], vocabulary: Sequence[str], limit: int) -> dict[str, NDArray[np.int32]]:
    """Cut texts into pieces, look up their ids, and make an encoder's three inputs.

    Parameters
    ----------
    texts : without invisible characters
    vocabulary : of an uncased encoder; a piece's id is its index, with [PAD] 0, [UNK] 100, [CLS] 101 and [SEP] 102
    limit : the most tokens of a row, ``[CLS]`` and ``[SEP]`` included; longer texts lose their end

    Returns
    -------
    dict of int32 arrays ``(batch, tokens)``: ``input_word_ids``, ``input_mask``, ``input_type_ids``

    Notes
    -----
    Three functions of chapter 08 in a row, with its mended listing in mind.

    Examples
    --------
    >>> vocabulary = ["[PAD]", *["-"] * 99, "[UNK]", "[CLS]", "[SEP]", "film", "##s", "!"]
    >>> encode_texts(["Films!", "zx"], vocabulary, limit=128)["input_word_ids"]
    array([[101, 103, 104, 105, 102],
           [101, 100, 102,   0,   0]], dtype=int32)
    """
    ids = {piece: index for index, piece in enumerate(vocabulary)}
    rows = [[ids[piece] for word in normalise_and_split(text) for piece in wordpiece(word, ids)] for text in texts]
    return encode_batch(rows, limit)
