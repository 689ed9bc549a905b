"""Native Windows lacks some of what POSIX has: does what a learner runs get along without it?

Its own run is in .github/workflows/test.yml. Here those parts are taken away from a Python on this system.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TAKE_AWAY = """
import os, signal, sys
import asyncio, ctypes, multiprocessing, platform, subprocess, tempfile
import IPython, matplotlib, numpy, typer  # they know by themselves which system they are on

for name in ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"):
    sys.modules[name] = None
for name in ("keras", "sklearn", "tensorflow", "tensorflow_hub", "tensorflow_text", "tf_keras"):
    sys.modules[name] = None  # the base install
for name in ("fork", "geteuid", "getuid", "killpg", "mkfifo", "sched_getaffinity", "setsid", "sysconf"):
    vars(os).pop(name, None)
for name in [*vars(signal)]:
    there = ("SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM")
    if name.startswith(("SIG", "ITIMER")) and name not in there:
        delattr(signal, name)
for name in ("alarm", "getitimer", "pthread_sigmask", "setitimer"):
    vars(signal).pop(name, None)
"""

IMPORT_ALL = """
import importlib, pkgutil
import bookutils

for module in pkgutil.walk_packages(bookutils.__path__, "bookutils.", onerror=lambda name: None):
    if not module.name.endswith("__main__"):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            print(module.name, error.name)
"""

LEARN = """
from bookutils import check, progress
from bookutils.core.calling import run_calls
from bookutils.core.locks import try_lock
from bookutils.core.files import write_atomically
from pathlib import Path

def endless(x):
    while True:
        pass

print([outcome.status for outcome in run_calls(endless, [(1,), (2,)], 0.2)])
with try_lock(Path(sys.argv[1]) / ".lock") as lock:
    print(lock is not None)
print(write_atomically(Path(sys.argv[1]) / "note", "whole").read_text(encoding="utf-8"))
print(check("relu_backward", {"relu_backward": lambda x, upstream: numpy.where(x > 0, upstream, 0.0)}).verdict.status)
"""


def run(program: str, *words: str) -> str:
    """Run a program in a Python without what Windows lacks; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", TAKE_AWAY + program, *words], cwd=ROOT, env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_but_the_sandbox_can_be_imported() -> None:
    """Does nothing outside the sandbox need POSIX, and nothing but its own floors TensorFlow?"""
    missing = dict(line.split() for line in run(IMPORT_ALL).splitlines())
    heavy = {"keras", "sklearn", "tensorflow", "tensorflow_hub", "tensorflow_text", "tf_keras"}
    posix = {module: name for module, name in missing.items() if name not in heavy}
    assert all(module.startswith("bookutils.grading.sandbox.") for module in posix), posix


def test_an_answer_is_judged_stopped_and_kept(tmp_path: Path) -> None:
    """Are a loop without end, a lock, a file and a right answer what they are elsewhere?"""
    timeout, locked, content, status = run(LEARN, str(tmp_path)).splitlines()[:4]
    assert timeout == "['timeout', 'skipped']"
    assert (locked, content, status) == ("True", "whole", "passed")


@pytest.mark.parametrize("code", ["", 'with open("a.txt") as file:\n    file.read()\n'])
def test_every_file_that_is_opened_names_its_encoding(code: str) -> None:
    """Is no text read or written as the system likes best, which is no UTF-8 on Windows, and would it be noticed?"""
    ruff = [sys.executable, "-m", "ruff", "check", "--preview", "--select", "PLW1514"]
    what = ["-"] if code else ["bookutils", "scripts"]
    done = subprocess.run([*ruff, *what], cwd=ROOT, input=code, capture_output=True, text=True, check=False)
    assert done.returncode == bool(code), done.stdout + done.stderr
