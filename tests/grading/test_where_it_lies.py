"""Wherever clone and environment lie, grading gives the same: nothing that Python needs is covered in the sandbox."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.classroom import ROOT, WRONG, fill, fresh, hand_in, solutions

_HEAVY = ("tensorflow", "nvidia", "playwright", "clang", "scipy", "sklearn", "keras", "babel", "jupyterlab", "grpc")
_NOT_COPIED = shutil.ignore_patterns(*(f"{name}*" for name in _HEAVY), "*mypyc*")
_LATE = "import decimal, sqlite3\nnp.random.default_rng(0), np.fft.fft(np.ones(4)), np.polynomial.Polynomial([1])\n"


@pytest.fixture(scope="module")
def submissions(tmp_path_factory):
    """One solved chapter, with an answer that needs what NumPy imports late, and one that is wrong."""
    folder = tmp_path_factory.mktemp("submissions")
    answers = {**solutions(), "relu_backward": _LATE + solutions()["relu_backward"]}
    hand_in(folder, "anna", fill(fresh(), answers))
    hand_in(folder, "ben", fill(fresh(), WRONG))
    return folder


def settle(place: Path, inside: bool, ignored: Callable[..., set[str]] = _NOT_COPIED) -> Path:
    """Put the course at a place, with an environment in the clone or beside it; return the environment's Python."""
    clone, venv = place / "course", place / "course" / ".venv" if inside else place / "env"
    for name in ("bookutils", "notebooks", "chapters"):
        shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
    here = Path(sys.prefix)
    library = Path(sysconfig.get_paths()["purelib"]).relative_to(here)
    (venv / "bin").mkdir(parents=True)
    shutil.copy(here / "pyvenv.cfg", venv)
    for name in ("python", "python3"):
        (venv / "bin" / name).symlink_to(Path(sys.executable).resolve())
    shutil.copytree(here / library, venv / library, ignore=ignored, copy_function=_link_or_copy)
    for path in (venv / library).glob("*bookutils*"):  # what says where this clone lies
        path.unlink() if path.is_file() else shutil.rmtree(path)
    return venv / "bin" / "python"


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def grade_at(python: Path, submissions: Path, out: Path, sandbox: str, home: Path | None = None) -> list[list[str]]:
    """Grade with the course at that place; the rows of the table without the sentences."""
    around = python.parents[2]
    clone = around if (around / "bookutils").is_dir() else around / "course"
    done = subprocess.run(
        [python, "-m", "bookutils.cli", "grade", submissions, "--out", out, "--sandbox", sandbox, "--workers", "1"],
        cwd=clone, capture_output=True, text=True, env={**os.environ, **({"HOME": str(home)} if home else {})},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row[:6] for row in csv.reader(file)]


@pytest.fixture(scope="module")
def expected(submissions, tmp_path_factory, sandbox):
    """What this clone gives."""
    rows = grade_at(Path(sys.executable), submissions, tmp_path_factory.mktemp("out") / "here", "single")
    assert sum(int(row[4]) for row in rows[1:] if row[0] == "anna") == 11
    assert sum(int(row[4]) for row in rows[1:] if row[0] == "ben") == 0
    return rows


PLACES = ("below /tmp", "a home", "with blanks", "shared memory", "through links", "the environment is the clone's own")


@pytest.fixture(scope="module", params=PLACES)
def settled(request, sandbox, tmp_path_factory):
    """The course at another place: its Python, and the home of whoever grades."""
    name = request.param
    base = Path("/dev/shm") if name == "shared memory" else Path("/tmp")
    if not os.access(base, os.W_OK):
        pytest.skip(f"{base} cannot be written here")
    with tempfile.TemporaryDirectory(prefix="two words é " if name == "with blanks" else "course-", dir=base) as folder:
        place = Path(folder)
        place.chmod(0o755)
        python = settle(place / "deep" / "down", inside=name in ("a home", "the environment is the clone's own"))
        if name == "through links":
            (place / "link").symlink_to(place / "deep")
            python = place / "link" / python.relative_to(place / "deep")
        yield python, place if name == "a home" else None


@pytest.mark.parametrize("kind", ["warm", "single"])
def test_grading_gives_the_same_everywhere(settled, kind, expected, submissions, tmp_path, sandbox):
    """Are points and verdicts those of this clone, in each kind of sandbox?"""
    if kind == "warm" and not sandbox.nests:
        pytest.skip(f"no namespaces inside a sandbox here: {sandbox.said}")
    python, home = settled
    assert grade_at(python, submissions, tmp_path / "out", kind, home) == expected


@pytest.mark.parametrize("kind", ["warm", "single"])
def test_grading_gives_the_same_on_a_mount_of_its_own(kind, expected, submissions, tmp_path, sandbox):
    """Does a course that is mounted below /tmp, or over a folder of the system's, grade as it does here?"""
    if os.getuid() or (kind == "warm" and not sandbox.nests):
        pytest.skip("only root can mount here" if os.getuid() else sandbox.said)
    place, out = tmp_path / "mounted here", tmp_path / "out"
    place.mkdir()
    python = place / ".venv" / "bin" / "python"
    script = 'mount --bind "$1" "$2" && cd "$2" && exec "$3" -m bookutils.cli grade "$4" --out "$5" --sandbox "$6"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", ROOT, place, python, submissions, out, kind],
        capture_output=True, text=True,
    )  # fmt: skip
    if not (place / ".venv").exists() and not (ROOT / ".venv").exists():
        pytest.skip("the environment is not in the clone here")
    assert done.returncode == 0, done.stdout + done.stderr
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[:6] for row in csv.reader(file)] == expected


@pytest.mark.tensorflow
def test_the_doctor_says_the_same_below_tmp(sandbox, tmp_path):
    """Do answers with NumPy and with TensorFlow pass through warm and single sandboxes where all lies below /tmp?"""
    with tempfile.TemporaryDirectory(prefix="course-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        python = settle(Path(folder), inside=True, ignored=shutil.ignore_patterns("playwright*", "babel*"))
        done = subprocess.run(
            [python, "-m", "bookutils.cli", "doctor", "--grading", "--json"], cwd=python.parents[2],
            capture_output=True, text=True,
        )  # fmt: skip
    findings = {finding["about"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 0, done.stdout + done.stderr
    assert findings["answers with NumPy"]["state"] == findings["answers with TensorFlow"]["state"] == "ok"
