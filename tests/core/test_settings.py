"""Where things are kept on accounts of every kind, and how the command is typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookutils.core import settings
from bookutils.core.commands import to_type


@pytest.mark.skipif(os.name != "posix", reason="Windows knows homes in another way")
def test_an_account_without_a_home_has_its_folders_among_the_temporary_ones(monkeypatch):
    """A container may run under a number that nobody has: is there a place for files all the same?"""

    def expanduser(self):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", expanduser)
    for name in ("BOOKUTILS_HOME", "BOOKUTILS_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert settings.home_dir().is_absolute() and settings.home_dir().name == ".bookutils"
    assert settings.cache_dir().is_absolute() and settings.cache_dir() != settings.home_dir()


def test_the_command_is_named_as_it_works_in_this_shell(tmp_path, monkeypatch):
    """Does what a sentence tells one to type start the command, on PATH or not?"""
    own = Path(sys.executable).with_name("bookutils")
    if not own.exists():
        pytest.skip("bookutils is not installed as a command here")
    monkeypatch.setenv("PATH", f"{own.parent}{os.pathsep}{os.defpath}")
    assert to_type("fetch") == "bookutils fetch"
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.chdir(tmp_path)
    done = subprocess.run(to_type("--help"), shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "doctor" in done.stdout
