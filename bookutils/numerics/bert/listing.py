"""The lines of a listing that articles print, mended, and a pair of sentences. Taught in chapter 11."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

CLS_ID, SEP_ID = 101, 102


def repair_listing() -> dict[str, Callable[..., Any]]:
    """Return the seven mended lines by name: "ids", "cut", "fill", "mask", "inputs", "held out", "loss".

    Examples
    --------
    >>> lines = repair_listing()
    >>> lines["ids"](["film", "zzz"], ["[PAD]", "[UNK]", "film"])
    [2, 1]
    >>> lines["cut"]([101, 7, 8, 9, 102], 4), lines["fill"]([101, 102], 4)
    ([101, 7, 8, 102], [101, 102, 0, 0])
    >>> lines["mask"]([101, 102, 0]), lines["loss"](-1000.0, 1)
    ([1, 1, 0], 1000.0)
    """

    def ids_of(pieces: Sequence[str], vocabulary: Sequence[str]) -> list[int]:
        return [vocabulary.index(piece if piece in vocabulary else "[UNK]") for piece in pieces]

    def cut(ids: list[int], length: int) -> list[int]:
        return ids if len(ids) <= length else [*ids[: length - 1], ids[-1]]

    def fill(ids: list[int], length: int) -> list[int]:
        return [*ids, *[0] * (length - len(ids))]

    def mask_of(ids: list[int]) -> list[int]:
        return [int(number != 0) for number in ids]

    def inputs_of(ids: list[int], mask: list[int], segments: list[int]) -> dict[str, list[int]]:
        return {"input_word_ids": ids, "input_mask": mask, "input_type_ids": segments}

    def held_out(examples: Sequence[Any], order: Sequence[int]) -> list[Any]:
        return [examples[place] for place in order[: len(order) // 10]]

    def loss_of(z: float, label: int) -> float:
        return float(np.logaddexp(0, z) - label * z)

    return {
        "ids": ids_of,
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
