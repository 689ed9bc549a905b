"""What an answer of chapter 14 writes with a model whose scores are a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def table_scores(table: ArrayLike, text: Sequence[int]) -> Any:
    """Score what comes next by a table's row; which row it is depends on every id of the text.

    Parameters
    ----------
    table : array of float, ``(vocabulary, vocabulary)``
    text : ids
    """
    scores, ids = np.asarray(table), np.asarray(text, np.int64).ravel()
    return scores[(int(ids.sum()) + 2 * int(ids[-1])) % len(scores)].copy()


def write_with_table(
    answer: Callable[..., Any],
    prompt: ArrayLike,
    table: ArrayLike,
    temperature: float,
    stop: int,
    numbers: ArrayLike,
) -> list[int]:
    """Let an answer write with a model of a table, and return what it wrote. The probe of the exercise.

    Parameters
    ----------
    answer : takes what `bookutils.numerics.generation.writing.write_on` takes
    prompt, temperature, stop, numbers : see there
    table : see `table_scores`
    """
    prompt, numbers = np.asarray(prompt, np.int64).tolist(), np.asarray(numbers, float).tolist()
    written = answer(prompt, lambda text: table_scores(table, text), temperature, int(stop), numbers)
    return [int(token) for token in written]
