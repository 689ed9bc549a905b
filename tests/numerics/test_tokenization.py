import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from bookutils.core.errors import UsageError
from bookutils.numerics.tokenization import (
    CUTS,
    cut_pair,
    encode_batch,
    make_mask,
    pack_pair,
    padding_cost,
    row_operations,
)


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


IDS = st.lists(st.integers(1996, 30_521), max_size=12)


def truncate_reference(first, second, room):
    """`_truncate_seq_pair` of google-research/bert, on copies."""
    first, second = list(first), list(second)
    while len(first) + len(second) > room:
        if len(first) > len(second):
            first.pop()
        else:
            second.pop()
    return first, second


@given(first=IDS, second=IDS, room=st.integers(0, 30))
def test_a_pair_is_cut_as_in_the_reference(first, second, room):
    """Is the longer text cut first, as BERT's own code does it?"""
    assert cut_pair(first, second, room) == truncate_reference(first, second, room)


@given(first=IDS, second=IDS, room=st.integers(0, 30), strategy=st.sampled_from(CUTS))
def test_every_cut_keeps_beginnings_and_fits(first, second, room, strategy):
    """Does each way to cut keep the beginning of both texts, and use the room, and no more?"""
    one, other = cut_pair(first, second, room, strategy)
    assert one == first[: len(one)]
    assert other == second[: len(other)]
    assert len(one) + len(other) <= room
    if strategy != "halves":
        assert len(one) + len(other) == min(room, len(first) + len(second))


def test_an_unknown_cut_is_refused():
    """Is a way to cut that does not exist named, with those that do?"""
    with pytest.raises(UsageError, match=r"middle.*\n?.*longest"):
        cut_pair([1], [2], 1, "middle")


@given(first=IDS, second=IDS, length=st.integers(3, 30))
def test_a_packed_pair_can_be_taken_apart(first, second, length):
    """Are both texts found again between the special tokens, and are segments and padding where they belong?"""
    ids, segments = pack_pair(first, second, length)
    one, other = truncate_reference(first, second, length - 3)
    used = len(one) + len(other) + 3
    assert len(ids) == len(segments) == length
    assert ids[:used] == [101, *one, 102, *other, 102]
    assert ids[used:] == [0] * (length - used)
    assert segments == [0] * (len(one) + 2) + [1] * (len(other) + 1) + [0] * (length - used)


@given(rows=st.lists(IDS, min_size=1, max_size=5), limit=st.integers(2, 16))
def test_a_batch_holds_every_text(rows, limit):
    """Is each text there from the left, cut at its end, with [CLS] and [SEP], and no column empty?"""
    batch = encode_batch(rows, limit)
    ids, mask, types = (batch[name] for name in ("input_word_ids", "input_mask", "input_type_ids"))
    assert ids.shape == mask.shape == types.shape
    assert ids.shape[1] == min(max(map(len, rows)) + 2, limit)
    for row, line, real in zip(rows, ids, mask, strict=True):
        assert line[real == 1].tolist() == [101, *row[: limit - 2], 102]
        assert (np.diff(real) <= 0).all()
    assert not types.any()


def test_operations_are_those_of_the_matrices():
    """Are as many operations counted as the matrix products of a layer need, written out one by one?"""
    tokens, hidden = 7, 12
    products = [(tokens, hidden, hidden)] * 4 + [(tokens, hidden, 4 * hidden), (tokens, 4 * hidden, hidden)]
    products += [(tokens, hidden, tokens), (tokens, tokens, hidden)]  # scores, and the weighted means
    expected = sum(2 * rows * inner * columns for rows, inner, columns in products)
    assert row_operations(tokens, hidden, layers=3) == 3 * expected


@given(lengths=st.lists(st.integers(2, 60), min_size=1, max_size=20), limit=st.integers(2, 70), size=st.integers(1, 9))
def test_padding_is_counted_as_by_hand(lengths, limit, size):
    """Do padding, cut texts and lost tokens agree with a count over the rows, for both ways to pad?"""
    kept = [min(length, limit) for length in lengths]
    batches = [kept[start : start + size] for start in range(0, len(kept), size)]
    for fixed in (True, False):
        places = sum(len(batch) * (limit if fixed else max(batch)) for batch in batches)
        cost = padding_cost(lengths, limit, size, fixed=fixed)
        assert cost.padding == pytest.approx(1 - sum(kept) / places, abs=1e-12)
        assert cost.cut == pytest.approx(np.mean([length > limit for length in lengths]))
        assert cost.lost == pytest.approx(1 - sum(kept) / sum(lengths))
    whole = padding_cost(lengths, max(lengths), 1)
    assert (whole.padding, whole.work) == (0, pytest.approx(1))
