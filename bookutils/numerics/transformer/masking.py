"""Masked language modelling: which places are hidden, what stands there instead, and what is asked. Chapter 10."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _

SHARE = 0.15  # of the places is chosen
NOT_ASKED = -1  # the target of a place that is not chosen


def mask_tokens(
    ids: ArrayLike, special: ArrayLike, draws: ArrayLike, kinds: ArrayLike, random_ids: ArrayLike, mask_id: int
) -> dict[str, NDArray[np.int32]]:
    """Hide some tokens of a batch, by BERT's rule of 15 % and 80/10/10.

    Parameters
    ----------
    ids : array of int, ``(batch, tokens)``
    special : array of 0 and 1, the same shape; 1 for ``[CLS]``, ``[SEP]``, ``[PAD]`` and whatever is never chosen
    draws : random numbers in [0, 1), the same shape; a place is chosen where its number is below 0.15
    kinds : random numbers in [0, 1), the same shape; of the chosen places those below 0.8 get `mask_id`, those from
        0.8 to below 0.9 their entry of `random_ids`; the others stay as they are
    random_ids : array of int, the same shape
    mask_id : the id of ``[MASK]``

    Returns
    -------
    dict of int32 arrays: "inputs", what the encoder reads; "targets", the original id at each chosen place and -1
    elsewhere

    Raises
    ------
    ShapeError
        When the arrays have different shapes.

    Notes
    -----
    Devlin et al. 2019, section 3.1. Taught in chapter 10.

    Examples
    --------
    >>> out = mask_tokens([[7, 8, 9]], [[0, 0, 0]], [[0.1, 0.9, 0.1]], [[0.5, 0.5, 0.85]], [[1, 2, 3]], mask_id=4)
    >>> out["inputs"], out["targets"]
    (array([[4, 8, 3]], dtype=int32), array([[ 7, -1,  9]], dtype=int32))
    """
    ids, special, random_ids = (np.asarray(array) for array in (ids, special, random_ids))
    draws, kinds = np.asarray(draws), np.asarray(kinds)
    if not ids.shape == special.shape == draws.shape == kinds.shape == random_ids.shape:
        raise ShapeError(
            _("The five arrays have the shapes {shapes}.").format(
                shapes=", ".join(str(array.shape) for array in (ids, special, draws, kinds, random_ids))
            ),
            _("Give five arrays of one shape, (batch, tokens)."),
        )
    chosen = (draws < SHARE) & (special == 0)
    inputs = np.where(chosen & (kinds < 0.8), mask_id, ids)
    inputs = np.where(chosen & (kinds >= 0.8) & (kinds < 0.9), random_ids, inputs)
    return {"inputs": inputs.astype(np.int32), "targets": np.where(chosen, ids, NOT_ASKED).astype(np.int32)}


def unigram_entropy(counts: ArrayLike, held_out: ArrayLike, extra: float = 0.5) -> float:
    """Return the mean loss of whoever knows how often each word occurs, and nothing of the words around.

    Parameters
    ----------
    counts : array, ``(words,)``, how often each word stands in the text that was learnt from
    held_out : array of int, the words that are guessed, as places in `counts`
    extra : added to each count, so that a word that never occurred gets some probability

    Returns
    -------
    float, in nats: the mean of −log p(word)

    Examples
    --------
    >>> round(unigram_entropy([3.0, 1.0], [0, 0, 0, 1], extra=0.0), 4)
    0.5623
    """
    smoothed = np.asarray(counts, float) + extra
    return float(-np.mean(np.log(smoothed / smoothed.sum())[np.asarray(held_out)]))
