"""The lines of a listing that articles print, mended, and a pair of sentences. Taught in chapter 11."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

CLS_ID, SEP_ID = 101, 102


def rows_of(pieces: Sequence[str], vocabulary: Sequence[str]) -> list[int]:
    """Return the place of each piece in the vocabulary, that of ``[UNK]`` for a piece that it lacks.

    >>> rows_of(["film", "zzz"], ["[PAD]", "[UNK]", "film"])
    [2, 1]
    """
    return [vocabulary.index(piece if piece in vocabulary else "[UNK]") for piece in pieces]


def cut(ids: Sequence[int], length: int) -> list[int]:
    """Return at most `length` ids, the first and the last of them kept.

    >>> cut([101, 7, 8, 9, 102], 4)
    [101, 7, 8, 102]
    """
    return list(ids) if len(ids) <= length else [*ids[: length - 1], ids[-1]]


def fill(ids: Sequence[int], length: int) -> list[int]:
    """Return `length` ids, zeros at the end.

    >>> fill([101, 102], 4)
    [101, 102, 0, 0]
    """
    return [*ids, *[0] * (length - len(ids))]


def mask_of(ids: Sequence[int]) -> list[int]:
    """Return 1 for each id that is not padding.

    >>> mask_of([101, 102, 0])
    [1, 1, 0]
    """
    return [int(number != 0) for number in ids]


def inputs_of(ids: Sequence[int], mask: Sequence[int], segments: Sequence[int]) -> dict[str, Any]:
    """Return the three arrays by the names that TensorFlow Hub's encoders know."""
    return {"input_word_ids": ids, "input_mask": mask, "input_type_ids": segments}


def held_out(examples: Sequence[Any], order: Sequence[int]) -> list[Any]:
    """Return the examples at the first tenth of a shuffled order.

    >>> held_out("abcdefghij", [3, 1, 2, 0, 4, 5, 6, 7, 8, 9])
    ['d']
    """
    return [examples[place] for place in order[: len(order) // 10]]


def loss_of(z: float, label: int) -> float:
    """Return the cross-entropy of a logit for a label of 0 or 1: log(1 + e^z) − z·label, without overflow.

    >>> loss_of(-1000.0, 1)
    1000.0
    """
    return float(np.logaddexp(0, z) - label * z)


def repair_listing() -> dict[str, Callable[..., Any]]:
    """Return the seven mended lines by name."""
    return {
        "ids": rows_of,
        "cut": cut,
        "fill": fill,
        "mask": mask_of,
        "inputs": inputs_of,
        "held out": held_out,
        "loss": loss_of,
    }


def pair_inputs(first: Sequence[int], second: Sequence[int], length: int) -> tuple[list[int], list[int], list[int]]:
    """Pack two sentences into one sequence, as BERT reads pairs (Devlin et al. 2019).

    Parameters
    ----------
    first, second : ids without special tokens
    length : places, at least 3; the longer sentence is cut first, the second where both are equally long

    Returns
    -------
    (ids, mask, segments), each of `length` numbers

    Examples
    --------
    >>> pair_inputs([7, 8], [9], 7)
    ([101, 7, 8, 102, 9, 102, 0], [1, 1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 1, 1, 0])
    """
    one, two = list(first), list(second)
    while len(one) + len(two) > length - 3:
        (one if len(one) > len(two) else two).pop()
    ids = [CLS_ID, *one, SEP_ID, *two, SEP_ID]
    segments = [0] * (len(one) + 2) + [1] * (len(two) + 1)
    rest = [0] * (length - len(ids))
    return ids + rest, [1] * len(ids) + rest, segments + rest
