import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from bookutils.numerics.tokenization import make_mask


@given(rows=st.lists(st.lists(st.integers(1, 30_521), min_size=1, max_size=12), min_size=1, max_size=6))
def test_counts_the_tokens_of_each_row(rows):
    """Does a row of the mask add up to the number of its real tokens, with all ones first?"""
    longest = max(map(len, rows))
    mask = make_mask([row + [0] * (longest - len(row)) for row in rows])
    assert mask.sum(axis=1).tolist() == [len(row) for row in rows]
    assert (np.diff(mask, axis=1) <= 0).all()


@given(ids=arrays(np.int32, array_shapes(min_dims=0, max_dims=3, min_side=0), elements=st.integers(0, 5)))
def test_marks_exactly_the_padding(ids):
    """Is it 0 where the padding's id stands and 1 everywhere else, whatever that id is?"""
    for pad_id in (0, 3):
        mask = make_mask(ids, pad_id)
        assert mask.shape == ids.shape
        assert mask.dtype == np.int32
        assert ((mask == 0) == (ids == pad_id)).all()
