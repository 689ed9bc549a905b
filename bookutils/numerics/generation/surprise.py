"""Where a language model of characters is surprised: at which place of a word. Taught in chapter 14."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bookutils.core.errors import ShapeError
from bookutils.core.messages import _
from bookutils.numerics.arrays import Doubles


def word_places(text: str) -> NDArray[np.int64]:
    """Return the place of each character in its word, counted from 1; 0 for what is not a letter.

    Examples
    --------
    >>> word_places("a cat.").tolist()
    [1, 0, 1, 2, 3, 0]
    """
    places, here = [], 0
    for symbol in text:
        here = here + 1 if symbol.isalpha() else 0
        places.append(here)
    return np.array(places, np.int64)


def bits_by_place(text: str, bits: ArrayLike, last: int = 5) -> tuple[Doubles, Doubles, float]:
    """Sum up surprise by place in the word.

    Parameters
    ----------
    text : what was read
    bits : ``(characters,)``, -log₂ of the probability that each character was given
    last : this place stands for itself and all later ones

    Returns
    -------
    (mean bits of a letter at places 1 to `last`, the sums of which these are the means, mean bits of what is no letter)

    Raises
    ------
    ShapeError
        When there is not one number for each character.
    """
    heights = np.asarray(bits, float)
    if heights.shape != (len(text),):
        raise ShapeError(
            _("{numbers} numbers for {count} characters.").format(numbers=heights.size, count=len(text)),
            _("Give one for each character."),
        )
    places = np.minimum(word_places(text), last)
    sums = np.bincount(places, heights, minlength=last + 1).astype(np.float64)
    means = sums / np.maximum(np.bincount(places, minlength=last + 1), 1)
    return means[1:], sums[1:], float(means[0])
