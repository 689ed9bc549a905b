"""What `make lab` and `make test` do before anything is installed, and what they say when something is missing."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import environment, lab, serve, stages, system

ROOT = Path(__file__).resolve().parents[2]


def find_python(path: Path | str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(ROOT / "scripts" / "find-python.sh")], capture_output=True, text=True, check=False,
        env={"PATH": str(path), **variables},
    )  # fmt: skip


def program(folder: Path, name: str, body: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def test_a_stub_that_only_prints_an_error_is_passed_over(tmp_path: Path) -> None:
    """Version managers leave stubs on the PATH: is one that fails left for the next Python that works?"""
    program(tmp_path, "python3.12", "echo not installed >&2; exit 127")
    program(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    assert find_python(tmp_path).stdout.strip() == "python3"


def test_without_a_python_the_first_line_says_what_to_type(tmp_path: Path) -> None:
    """What does a person see who has no Python that fits?"""
    program(tmp_path, "apt-cache", "exit 0")
    result = find_python(tmp_path)
    assert result.returncode != 0
    assert result.stderr.splitlines()[0].startswith("Type: sudo apt-get install python3.12 python3.12-venv")


def test_a_named_python_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    """Is PYTHON= taken at its word, and not replaced by another one?"""
    program(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    result = find_python(tmp_path, PYTHON="python2.7")
    assert result.returncode != 0
    assert result.stderr.startswith("Type: make lab PYTHON=")


@pytest.mark.parametrize(
    ("look", "begins"),
    [
        (lambda: environment.check_python((3, 14)), "Type: make lab PYTHON=python3.12"),
        (lambda: environment.check_venv_module(has_ensurepip=False), "Type: sudo apt-get install python3."),
        (lambda: environment.check_disk(free=10**9), "Free 3.5 GB of disk"),
        (lambda: environment.check_disk(10**9, environment.NEEDED_BY_CONTRIBUTORS), "Free 4.5 GB of disk"),
        (lambda: lab.port_from({"PORT": "eighty"}), "Type: make lab PORT=8888"),
        (lambda: lab.port_from({"PORT": "70000"}), "Type: make lab PORT=8888"),
    ],
)
def test_what_is_missing_is_said_in_the_first_line(look, begins: str) -> None:
    """Does the first line of each refusal say what to do?"""
    with pytest.raises(environment.SetupError) as refused:
        look()
    assert str(refused.value).startswith(begins)


def test_what_is_there_is_not_refused() -> None:
    """Do the same questions let a machine pass that has everything?"""
    environment.check_python((3, 12))
    environment.check_venv_module(has_ensurepip=True)
    environment.check_disk(free=10**11)
    assert lab.port_from({}) == 8888
    assert lab.port_from({"PORT": "9000"}) == 9000


def test_children_write_bytecode_and_use_their_own_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do variables that would slow the course down, or lead it to another Python, stay outside?"""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    child = environment.child_environment()
    assert not {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH"} & set(child)
    assert child["HTTPS_PROXY"] == "http://proxy:3128"


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_broken_stamp_means_nothing_is_installed(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is an installation that broke off begun again?"""
    stamp = tmp_path / "stamp.json"
    stamp.write_text(text)
    monkeypatch.setattr(environment, "STAMP", stamp)
    assert environment.read_stamp() == {}


def test_an_environment_that_was_moved_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commands hold the old path: is it seen that the folder, or the Python asked for, is another one?"""
    monkeypatch.delenv("PYTHON", raising=False)
    here = {"root": str(ROOT), "python": [3, 1]}
    assert not environment.is_stale(here)
    assert not environment.is_stale({})
    assert environment.is_stale({**here, "root": "elsewhere"})
    monkeypatch.setenv("PYTHON", sys.executable)
    assert environment.is_stale(here)


def test_a_busy_port_gives_way_to_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    """With the port taken, is another one chosen, and is that said?"""
    with socket.socket() as other:
        other.bind((serve.HOST, 0))
        other.listen()
        busy = other.getsockname()[1]
        chosen = serve.choose_port(busy)
    assert chosen > busy
    assert f"Port {busy} is busy" in capsys.readouterr().out


def test_no_browser_is_opened_where_nobody_would_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does BROWSER=no hold, and a machine without a display?"""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not serve.can_show_a_browser()
    monkeypatch.setenv("DISPLAY", ":0")
    assert serve.can_show_a_browser()
    monkeypatch.setenv("BROWSER", "no")
    assert not serve.can_show_a_browser()


def test_the_token_is_not_on_the_command_line(tmp_path: Path) -> None:
    """Would `ps` show another user of the machine how to get in?"""
    token = "a-secret"
    assert token not in " ".join(serve.command(tmp_path, 8888))
    assert serve.environment(token)["JUPYTER_TOKEN"] == token


def test_system_no_installs_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With SYSTEM=no, is nothing installed and the line to type printed?"""
    monkeypatch.setattr(system, "missing_parts", lambda: ["chromium"])
    monkeypatch.setattr(system, "install", lambda *_: pytest.fail("it installs"))
    monkeypatch.setenv("SYSTEM", "no")
    assert system.main() == 0
    assert system.line_to_type(["chromium"]) in capsys.readouterr().out


def test_a_run_that_breaks_off_counts_as_a_failure(tmp_path: Path) -> None:
    """Is a missing, broken or red report never taken for a pass?"""
    report = tmp_path / "report.xml"
    assert stages.count(report, 1).failed == 1
    report.write_text("<testsuites><testsuite")
    assert stages.count(report, 0).failed == 1
    report.write_text('<testsuites><testsuite tests="4" failures="1" errors="0" skipped="2"/></testsuites>')
    assert stages.count(report, 1) == stages.Counts(passed=1, failed=1, skipped=2)
    report.write_text('<testsuites><testsuite tests="4" failures="0" errors="0" skipped="0"/></testsuites>')
    assert stages.count(report, 2).failed == 1


def test_a_missing_part_skips_and_fails_in_ci(tmp_path: Path) -> None:
    """Without Chromium: is its test skipped with the line to type, and failed with CI=true?"""
    (tmp_path / "test_it.py").write_text("def test_it(chromium):\n    pass\n")
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "pytest", "-q", "-ra", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path)]
    for variables, said in (({"CI": ""}, "1 skipped"), ({"CI": "true"}, "1 error")):
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=ROOT,
            env={**os.environ, "CHROMIUM": "no-such-browser", "PYTHONPATH": str(ROOT), **variables},
        )  # fmt: skip
        assert said in result.stdout, result.stdout
        assert system.line_to_type(["chromium"]) in result.stdout


def test_lab_settings_are_kept_inside_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the news prompt turned off in .venv, and nowhere else?"""
    monkeypatch.setattr(environment, "VENV", tmp_path)
    environment.configure_lab()
    (page,) = tmp_path.rglob("page_config.json")
    assert json.loads(page.read_text())["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"] is True
