"""Where a text surprises: are places counted by word, and do the sums add up?"""

import numpy as np
import pytest

from bookutils.core.errors import ShapeError
from bookutils.numerics.generation.surprise import bits_by_place, word_places


def test_places_begin_anew_after_what_is_no_letter() -> None:
    """Do digits, signs and line breaks end a word?"""
    assert word_places("it's\n2nd").tolist() == [1, 2, 0, 1, 0, 0, 1, 2]


def test_later_places_stand_together() -> None:
    """With `last` = 2, do the third letter and all after it count as the second?"""
    means, sums, between = bits_by_place("abc d", [4.0, 1.0, 2.0, 0.5, 2.0], last=2)
    np.testing.assert_allclose(means, [3.0, 1.5])
    np.testing.assert_allclose(sums, [6.0, 3.0])
    assert between == 0.5


@pytest.mark.parametrize("seed", range(8))
def test_no_bit_is_lost(seed) -> None:
    """Do the letters' sums and what stands between them make the whole?"""
    rng = np.random.default_rng(seed)
    text = "".join(rng.choice(list("abc .\n"), 60))
    bits = rng.exponential(size=60)
    _means, sums, between = bits_by_place(text, bits)
    assert sums.sum() + between * np.sum(word_places(text) == 0) == pytest.approx(bits.sum())


def test_one_number_for_each_character() -> None:
    """Is a wrong count refused?"""
    with pytest.raises(ShapeError):
        bits_by_place("abc", [1.0, 2.0])
