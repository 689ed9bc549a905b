"""What is opened is what was listed: no link, pipe or device, no crowd of members, and one digest of what was read."""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.grading.model import Submission, Unreadable
from bookutils.grading.opening import MAX_MEMBERS
from bookutils.grading.submissions import digest_of, read_bytes, read_with_digest, survey

CHAPTERS = ("01-activations", "11-bert")
FILE = "01-activations.ipynb"


def one_in(folder) -> Submission:
    (item,) = (item for item in survey(folder, CHAPTERS).found if isinstance(item, Submission))
    return item


@pytest.fixture
def eves(tmp_path):
    """Eve's file as it was listed, beside Anna's secret."""
    (tmp_path / "in" / "eve").mkdir(parents=True)
    (tmp_path / "annas").write_text("secret")
    (tmp_path / "in" / "eve" / FILE).write_text("eve's")
    return one_in(tmp_path / "in"), tmp_path


EXCHANGES = {
    "a link": lambda path, root: path.symlink_to(root / "annas"),
    "a pipe": lambda path, root: os.mkfifo(path),
    "a folder": lambda path, root: path.mkdir(),
    "nothing": lambda path, root: None,
}


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
@pytest.mark.parametrize("kind", EXCHANGES)
def test_a_file_that_was_exchanged_is_an_error(eves, kind):
    """Is what stands in a listed file's place neither followed nor waited for?"""
    item, root = eves
    item.container.unlink()
    EXCHANGES[kind](item.container, root)
    with pytest.raises(OSError):
        read_bytes(item)
    assert digest_of(item, "salt") == ""


def test_a_zip_that_was_exchanged_is_an_error(tmp_path):
    """Is a link in the place of a listed zip not followed?"""
    for name in ("eve", "anna"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr(FILE, name)
    item = next(i for i in survey(tmp_path, CHAPTERS).found if isinstance(i, Submission) and i.learner == "eve")
    (tmp_path / "eve.zip").unlink()
    (tmp_path / "eve.zip").symlink_to(tmp_path / "anna.zip")
    with pytest.raises(OSError):
        read_bytes(item)


@given(st.binary(max_size=100), st.text(max_size=5))
def test_a_digest_is_of_the_bytes_that_were_read(tmp_path_factory, data, salt):
    """Are the digest of a file, of what was read of it, and of salt and bytes the same?"""
    folder = tmp_path_factory.mktemp("digest")
    salt = salt.encode("utf-8", "ignore").decode()
    (folder / "anna").mkdir()
    (folder / "anna" / FILE).write_bytes(data)
    item = one_in(folder)
    assert read_with_digest(item, salt) == (data, digest_of(item, salt))
    assert digest_of(item, salt) == hashlib.sha256(salt.encode() + data).hexdigest()


def directory(count: int, told: int, *, zip64: bool = False) -> bytes:
    """A zip whose directory has so many members, and whose last record tells another number."""
    member = b"PK\x01\x02" + b"\0" * 24 + struct.pack("<HHH", 1, 0, 0) + b"\0" * 12 + b"x"
    middle = member * count
    end = b""
    if zip64:
        end = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, told, told, len(middle), 0)
        end += b"PK\x06\x07" + struct.pack("<LQL", 0, len(middle), 1)
    size = 0xFFFFFFFF if zip64 else len(middle)
    few = 0xFFFF if zip64 else told & 0xFFFF
    return middle + end + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, few, few, size, 0xFFFFFFFF if zip64 else 0, 0)


@pytest.mark.parametrize("zip64", [False, True])
@pytest.mark.parametrize("told", [3, MAX_MEMBERS + 10])
def test_members_are_counted_before_they_are_read(tmp_path, monkeypatch, zip64, told):
    """Is a zip with too many members a line, whatever number it tells, without its directory being taken apart?"""
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / FILE).write_text("x")
    (tmp_path / "eve.zip").write_bytes(directory(MAX_MEMBERS + 10, told, zip64=zip64))
    monkeypatch.setattr(zipfile.ZipFile, "__init__", lambda *_: pytest.fail("the directory was read"))
    (line,) = (item for item in survey(tmp_path, CHAPTERS).found if isinstance(item, Unreadable))
    assert line.learner == "eve" and f"more than {MAX_MEMBERS} files" in line.reason


def test_long_names_are_lines_and_cost_nothing(tmp_path):
    """Is a name that no disk can hold refused, and is every name looked at a fixed number of times?"""
    with zipfile.ZipFile(tmp_path / "eve.zip", "w") as archive:
        for letter in "abc":
            archive.writestr(letter + "-1" * 30_000 + ".ipynb", "x")
        archive.writestr(FILE, "fine")
    found = survey(tmp_path, CHAPTERS).found
    assert [item.learner for item in found if isinstance(item, Submission)] == ["eve"]
    assert len([item for item in found if isinstance(item, Unreadable) and "more than 255 letters" in item.reason]) == 3
