import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import DataError
from bookutils.data.dataset import Dataset, read_tsv

LABELS = {"0": 0, "1": 1}
texts = st.text(st.characters(exclude_characters="\t\n\r", exclude_categories=("Cs",)), min_size=1).filter(str.strip)


@given(rows=st.lists(st.tuples(texts, st.sampled_from("01")), min_size=1), ending=st.sampled_from(["\n", "\r\n"]))
def test_reads_back_what_was_written(tmp_path_factory, rows, ending):
    """Does any text survive, whatever letters and quotes are in it and whichever way lines end?"""
    path = tmp_path_factory.mktemp("data") / "rows.tsv"
    path.write_bytes("".join(f"{text}\t{label}{ending}" for text, label in rows).encode())
    sentences, labels = read_tsv(path, LABELS, label_column=1)
    assert sentences == [text for text, _ in rows]
    assert labels.tolist() == [int(label) for _, label in rows]
    assert labels.dtype == np.int32


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("no label", "has 1 columns, not 2"),
        ("a\tb\t1", "has 3 columns, not 2"),
        ("a film\tgood", "has the label 'good'"),
        ("a film\t", "has the label ''"),
        ("  \t1", "has no text"),
        ("", "has 1 columns"),
    ],
)
def test_refuses_a_malformed_line_and_says_which(tmp_path, line, says):
    """Is the first bad line named by file and number?"""
    path = tmp_path / "rows.tsv"
    path.write_text(f"a fine film\t1\n{line}\nanother\t0\n")
    with pytest.raises(DataError) as caught:
        read_tsv(path, LABELS, label_column=1)
    assert caught.value.what.startswith(f"{path}:2 {says}")


def test_refuses_another_encoding(tmp_path):
    """Is a file in Latin-1 refused with the place of the first bad byte?"""
    path = tmp_path / "rows.tsv"
    path.write_bytes("caf\u00e9\t1\n".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8 text \\(byte 3\\)"):
        read_tsv(path, LABELS, label_column=1)


def test_takes_a_slice_and_says_so():
    """Does a slice keep sentences and labels together and tell that it is one?"""
    data = Dataset("x", "train", ["a", "b", "c"], np.array([1, 0, 1], np.int32), ("no", "yes"), "cache", "00", "X")
    part = data.take(2)
    assert (part.sentences, part.labels.tolist(), part.note) == (["a", "b"], [1, 0], "the first 2 rows of: X")
    assert data.take(3) is data
    assert repr(data) == "Dataset(x/train: 1 no, 2 yes; X)"
