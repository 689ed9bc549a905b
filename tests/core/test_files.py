import errno
import hashlib
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.errors import BookError
from bookutils.core.files import (
    atomic_write,
    explain_os_error,
    has_sha256,
    need_folder,
    need_space,
    sha256_of,
    write_atomically,
    write_if_changed,
)


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


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_private_file_is_for_its_owner_alone(tmp_path):
    """May anybody else read a private file, be it while it is being written?"""
    with atomic_write(tmp_path / "ours", private=True) as file:
        (beside,) = tmp_path.iterdir()
        modes = [beside.stat().st_mode]
        file.write(b"secret")
    modes.append((tmp_path / "ours").stat().st_mode)
    assert [stat.S_IMODE(mode) for mode in modes] == [0o600, 0o600]


def test_a_file_that_is_the_same_is_not_written(tmp_path):
    """Is a file written where it is missing or different, and left alone where it is the same?"""
    path = tmp_path / "file"
    assert [write_if_changed(path, content) for content in (b"one", b"one", b"two")] == [True, False, True]
    assert path.read_bytes() == b"two"


def test_a_missing_file_has_no_checksum(tmp_path):
    """Is a file that is not there, or a folder, never taken for the right one?"""
    assert not has_sha256(tmp_path / "nothing", hashlib.sha256(b"").hexdigest())
    assert not has_sha256(tmp_path, hashlib.sha256(b"").hexdigest())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_rights_follow_the_umask(tmp_path):
    """Does a person who keeps files from others get private ones from us too?"""
    before = os.umask(0o077)
    try:
        path = write_atomically(tmp_path / "ours", "")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path):
    """Where a folder's name is taken by a file, is that file named, at every depth?"""
    (tmp_path / "taken").write_text("")
    for place in ("taken/file", "taken/deeper/file"):
        with pytest.raises(BookError) as refused:
            write_atomically(tmp_path / place, "")
        assert str(tmp_path / "taken") + " is a file and no folder." in str(refused.value)
    with pytest.raises(BookError, match="is a file and no folder"):
        need_folder(tmp_path / "taken")


def test_what_to_do_names_the_variable_of_the_place(tmp_path, monkeypatch):
    """Is the variable named that leads to the folder: the cache's, the home's, none?"""
    for variable in ("BOOKUTILS_CACHE_DIR", "BOOKUTILS_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
        refused = explain_os_error(PermissionError(errno.EACCES, ""), tmp_path / variable / "a" / "b")
        assert f"Set {variable} to a folder" in str(refused)
    assert "Choose another folder" in str(explain_os_error(PermissionError(errno.EACCES, ""), tmp_path / "b"))


def test_what_would_fill_the_disk_is_not_begun(tmp_path):
    """Is more than the disk holds refused beforehand, for a folder that is not there yet too?"""
    need_space(tmp_path / "a" / "b", 1)
    with pytest.raises(BookError, match="no space left"):
        need_space(tmp_path / "a" / "b", 10**18)
