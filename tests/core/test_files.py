import hashlib
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.files import atomic_write, has_sha256, sha256_of, write_atomically


@given(content=st.one_of(st.binary(), st.text(st.characters(exclude_categories=("Cs",)))))
def test_writes_any_content_whole(tmp_path_factory, content):
    """Are bytes and text read back as they were written, and is the checksum theirs?"""
    path = write_atomically(tmp_path_factory.mktemp("files") / "a" / "file", content)
    written = content.encode() if isinstance(content, str) else content
    assert path.read_bytes() == written
    assert sha256_of(path) == hashlib.sha256(written).hexdigest()
    assert has_sha256(path, sha256_of(path))
    assert not has_sha256(path, "0" * 64)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_interrupted_writer_changes_nothing(tmp_path, error):
    """When the writer fails or is interrupted, does the old content stay and nothing else?"""
    path = tmp_path / "file"
    path.write_text("old")

    def write():
        with atomic_write(path) as file:
            file.write(b"new, but only ha")
            raise error

    with pytest.raises(error):
        write()
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_file_has_ordinary_rights(tmp_path):
    """May others read the file as they may read any other?"""
    ordinary = tmp_path / "ordinary"
    ordinary.write_text("")
    path = write_atomically(tmp_path / "ours", "")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


def test_a_missing_file_has_no_checksum(tmp_path):
    """Is a file that is not there, or a folder, never taken for the right one?"""
    assert not has_sha256(tmp_path / "nothing", hashlib.sha256(b"").hexdigest())
    assert not has_sha256(tmp_path, hashlib.sha256(b"").hexdigest())
