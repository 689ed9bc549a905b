"""What `make colab-test` makes its environment from, and with which Python."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import colab, environment
from tests.project.test_environment import PROJECT

VERSIONS = {
    canonicalize_name(line.partition("==")[0]): line.partition("==")[2].strip()
    for line in colab.VERSIONS.read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
}


def test_what_colab_has_is_enough() -> None:
    """Does Colab's list meet what the base install and TensorFlow's extra ask for, so that --no-deps leaves no gap?"""
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["tensorflow"]]:
        requirement = Requirement(line)
        found = VERSIONS.get(canonicalize_name(requirement.name))
        assert found and requirement.specifier.contains(found), f"{line}: Colab has {found}"


def test_each_line_is_one_version() -> None:
    """Is nothing left to the day on which the environment is made?"""
    assert all(VERSIONS.values()) and "bookutils" not in VERSIONS
    assert {"tensorflow": "2.20.0", "ipywidgets": "7.7.1", "ipython": "7.34.0"}.items() <= VERSIONS.items()


def test_colabs_python_is_taken_where_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    """Is Python 3.13 preferred, and said what is used where there is none?"""
    monkeypatch.setattr(colab, "version_of", lambda python: (3, 13) if "elsewhere" in str(python) else (3, 11))
    monkeypatch.setattr(colab.shutil, "which", lambda name: f"/elsewhere/{name}")
    assert colab.find_python() == "/elsewhere/python3.13"
    monkeypatch.setattr(colab.shutil, "which", lambda name: None)
    monkeypatch.setattr(colab.Path, "home", lambda: Path("/nowhere"))
    capsys.readouterr()
    assert colab.find_python() == sys.executable
    assert "Colab has 3.13, which was not found here" in capsys.readouterr().out


def test_a_python_that_does_not_start_has_no_version(tmp_path: Path) -> None:
    """Is a stub on the PATH, or none at all, passed over?"""
    assert colab.version_of(tmp_path / "none") == ()
    assert colab.version_of(sys.executable) == sys.version_info[:2]


def test_an_environment_that_is_there_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is it made once, and again only when a version changes?"""
    commands: list[tuple[str, ...]] = []
    versions = tmp_path / "versions.txt"
    versions.write_text("numpy==2.1.3\n")
    monkeypatch.setattr(colab, "VERSIONS", versions)
    monkeypatch.setattr(colab, "VENV", tmp_path / "venv")
    monkeypatch.setattr(colab, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(environment, "run", lambda *words, **_: commands.append(tuple(map(str, words))))
    monkeypatch.setattr(environment, "find_uv", lambda: Path("uv"))
    monkeypatch.setattr(environment, "check_disk", lambda **_: None)
    monkeypatch.setattr(environment, "python_works", lambda python: True)
    colab.ensure()
    assert [command[1:3] for command in commands] == [("-m", "venv"), ("pip", "install")]
    colab.ensure()
    assert len(commands) == 2
    versions.write_text("numpy==2.1.4\n")
    colab.ensure()
    assert len(commands) == 4
