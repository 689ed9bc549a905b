"""A folder that is hostile itself: links, pipes, names, zips; and nobody takes another learner's place in it."""

from __future__ import annotations

import os
import stat
import struct
import time
import zipfile
from pathlib import Path

import pytest

from tests.classroom import CHAPTER, grade, hand_in
from tests.hostile.conftest import LIMITS, control

FILE = f"{CHAPTER}.ipynb"
_BYTES = b"mallory\xff\xfe"


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def _links(folder: Path, secret: Path) -> None:
    eve = folder / "eve links"
    eve.mkdir()
    (eve / FILE).symlink_to(folder / "anna" / FILE)
    (eve / "11-bert.ipynb").symlink_to(secret)
    (eve / "more").symlink_to("/")
    (folder / "eve folder").symlink_to(folder / "anna")
    (folder / "eve hard").mkdir()
    (folder / "eve hard" / FILE).hardlink_to(secret)
    (folder / "eve loop").mkdir()
    (folder / "eve loop" / "again").symlink_to(folder / "eve loop")


def _no_files(folder: Path) -> None:
    (folder / "eve pipe").mkdir()
    os.mkfifo(folder / "eve pipe" / FILE)
    (folder / "eve directory" / FILE).mkdir(parents=True)
    (folder / "eve device").mkdir()
    try:
        os.mknod(folder / "eve device" / FILE, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        os.mkfifo(folder / "eve device" / FILE)


def _names(folder: Path, notebook: bytes) -> None:
    for name in (
        b"<b>eve",
        b"eve\x1b[31m",
        "eve \u202e".encode(),
        b"eve\t'\"&",
        b"-rf",
        b"e" * 255,
        _BYTES,
        b"~",
        b"$(x)",
    ):
        place = folder / os.fsdecode(name)
        place.mkdir()
        (place / FILE).write_bytes(notebook)


def _deep(folder: Path) -> None:
    """Folders inside one another, for whoever follows them by calling itself."""
    here = os.open(folder, os.O_RDONLY)
    os.mkdir("eve deep", dir_fd=here)
    inner = os.open("eve deep", os.O_RDONLY, dir_fd=here)
    os.close(here)
    for _depth in range(400):
        os.mkdir("a", dir_fd=inner)
        inner, outer = os.open("a", os.O_RDONLY, dir_fd=inner), inner
        os.close(outer)
    os.close(inner)


def _zips(folder: Path, notebook: bytes) -> None:
    zipped(folder / "eve out.zip", {
        f"../../{FILE}": notebook, f"/tmp/escape/{FILE}": notebook, f"..\\..\\escape\\{FILE}": notebook,
        f"C:/escape/{FILE}": notebook, f"a/../../escape/{FILE}": notebook,
    })  # fmt: skip
    zipped(folder / "eve bomb.zip", {FILE: b"[" * 40_000_000})
    zipped(
        folder / "eve names.zip", {"a/" * 20_000 + FILE: b"x", "b" * 60_000 + f"/{FILE}": b"{}", "\x00/" + FILE: b""}
    )
    with zipfile.ZipFile(zipped(folder / "eve link.zip", {}), "a") as archive:
        link = zipfile.ZipInfo(FILE)
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with zipfile.ZipFile(folder / "eve twice.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(FILE, notebook)
        archive.writestr(FILE, b"{}")
    lies = zipped(folder / "eve lies.zip", {FILE: b"0" * 3_000_000})
    data = lies.read_bytes()  # the directory says ten bytes
    lies.write_bytes(data.replace(struct.pack("<L", 3_000_000), struct.pack("<L", 10)))
    inside = zipped(folder / "inside.zip", {FILE: notebook})
    zipped(folder / "eve nested.zip", {"inside.zip": inside.read_bytes()})
    inside.unlink()
    (folder / "eve broken.zip").write_bytes(data[: len(data) // 2])


def _impostors(folder: Path, notebook: bytes) -> None:
    """Files that claim to be Anna's, in folders and zips of others; some come first by their names."""
    hand_in(folder / "0 eve", "anna", notebook)
    (folder / "0 eve" / f"anna__{FILE}").write_bytes(notebook)
    zipped(folder / "0.zip", {f"anna/{FILE}": notebook, f"anna__{FILE}": notebook, f"x/anna/{FILE}": notebook})
    theirs = folder / "Eve_12_assignsubmission_file_"
    zipped(theirs / "0.zip", {f"anna/{FILE}": notebook, f"anna_13_assignsubmission_file_/{FILE}": notebook})
    (theirs / f"anna__{FILE}").write_bytes(notebook)


@pytest.fixture(scope="module")
def folder(sandbox, tmp_path_factory):
    """Anna's honest notebook among all of that, graded once: (what came of it, of Anna alone, seconds, the folder)."""
    root = tmp_path_factory.mktemp("folder")
    secret = root / "secret.txt"
    secret.write_text("canary-of-the-folder")
    hand_in(root / "alone", "anna", control("half"))
    hand_in(root / "in", "anna", control("half"))
    empty = b'{"cells": [], "metadata": {}, "nbformat": 4}'
    _links(root / "in", secret)
    _no_files(root / "in")
    _names(root / "in", empty)
    _deep(root / "in")
    _zips(root / "in", empty)
    _impostors(root / "in", empty)
    alone = grade(root / "alone", root / "out of alone", limits=LIMITS)
    before = sorted(path.name for path in root.iterdir())
    begin = time.monotonic()
    graded = grade(root / "in", root / "out", limits=LIMITS)
    seconds = time.monotonic() - begin
    assert sorted(path.name for path in root.iterdir()) == sorted([*before, "out"])
    return graded, alone, seconds, root


def test_an_honest_learner_among_them_gets_what_is_theirs(folder):
    """Are Anna's rows those that she has alone, whoever claims to be her?"""
    graded, alone, seconds, _root = folder
    assert graded.of("anna") == alone.of("anna")
    assert seconds < 60


def test_everything_else_has_a_line_with_its_reason(folder):
    """Is each link, pipe, bomb and lie a line that says why, and nothing put down to the grader?"""
    graded, _alone, _seconds, root = folder
    lines = (root / "out" / "results.json").read_text(encoding="utf-8")
    for words in ("It is a link", "no ordinary file", "more than 20 folders", "leads out", "times its size", "twice",
                  "is no JSON", "damaged", "is a .zip file"):  # fmt: skip
        assert words in lines, words
    assert not [row for row in graded.rows if row["status"] == "not graded"]


def test_nothing_is_told_or_unpacked(folder):
    """Is what a link or a hard link leads to in no report, and did no zip write anything?"""
    _graded, _alone, _seconds, root = folder
    for path in (root / "out").rglob("*"):
        assert not path.is_file() or b"canary-of-the-folder" not in path.read_bytes(), path
    assert not Path("/tmp/escape").exists()
    assert not [path for place in (root, root / "in") for path in place.iterdir() if path.name == "escape"]


def test_names_come_out_as_text(folder):
    """Is no name markup, a formula or a control character in the tables and on the class page?"""
    graded, _alone, _seconds, root = folder
    page, table = ((root / "out" / name).read_text(encoding="utf-8") for name in ("index.html", "results.csv"))
    assert "<b>eve" not in page and "&lt;b&gt;eve" in page
    assert not {"\x1b", "\u202e", "\x00"} & set(page + table)
    assert not [row for row in graded.rows if row["learner"].startswith("-")]
    assert all(ord(letter) < 0xD800 or ord(letter) > 0xDFFF for letter in page + table)
