"""Arithmetic on token ids. NumPy only; text itself is the business of `bookutils.text`."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


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
    Taught in chapters 08 and 11.

    Examples
    --------
    >>> make_mask([[101, 2204, 102, 0], [101, 100, 2143, 102]])
    array([[1, 1, 1, 0],
           [1, 1, 1, 1]], dtype=int32)
    """
    return (np.asarray(ids) != pad_id).astype(np.int32)
