"""What the learner had and the grader has not, beside packages: files, the network, magics, devices, other versions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bookutils.grading.sandbox.servers import Servers
from tests.classroom import ROOT, code, fill, fresh, grade, hand_in, solutions

RELU = "def relu_backward(x, upstream):\n    return np.where(x > 0, upstream, 0.0)"
# Above a right answer, in its cell: none of it is here, and none of it is needed.
HARMLESS = {
    "a window": "%matplotlib widget",
    "magics of packages": "%load_ext nb_black\n%tensorboard --logdir x\n%lprun -f f f()",
    "a magic called by hand": "get_ipython().run_line_magic('matplotlib', 'widget')",
    "a file": "w = np.loadtxt('my_data.csv')\nprint(w.sum())",
    "a download": "import urllib.request\nurllib.request.urlretrieve('https://localhost/x', 'x')",
    "an installation": "import subprocess, sys\nsubprocess.check_call([sys.executable, '-m', 'pip', 'install', 'x'])",
    "a graphics card": "devices = []\ngpu = dict(enumerate(devices), name='GPU')[0]\nprint(gpu.name)",
    "an import by its name": "import importlib\ntorch = importlib.import_module('torch')",
}
# Right for the learner; it needs what is not here.
NEEDED = {
    "a file of their own": "def relu_backward(x, upstream):\n    return np.loadtxt('mine.csv') * upstream",
    "a newer Python": "import itertools\ndef relu_backward(x, upstream):\n    return itertools.batched(x, 1)",
    "an older NumPy": "def relu_backward(x, upstream):\n    return upstream * (x > 0).astype(np.float)",
    "a magic for the cell": f"%%cython\n{RELU}",
    "an import in a class": "class T:\n    import torch\ndef relu_backward(x, upstream):\n    return T().torch.relu(x)",
}
# Nothing is missing for these.
WRONG = {
    "a misspelt function": "def relu_backward(x, upstream):\n    return np.maxium(x, 0) * upstream",
    "an invented function": "def relu_backward(x, upstream):\n    return np.relu(x) * upstream",
    "a file that is not needed": "w = open('x.csv').read()\ndef relu_backward(x, upstream):\n    return upstream * 7",
    "a window that is not needed": "%matplotlib widget\ndef relu_backward(x, upstream):\n    return upstream * 7",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, sandbox):
    """A class in which each of these is the answer of one learner."""
    folder = tmp_path_factory.mktemp("surroundings")
    answers = {name: f"{above}\n{RELU}" for name, above in HARMLESS.items()} | NEEDED | WRONG
    for name, source in answers.items():
        hand_in(folder / "in", name, fill(fresh(), {**solutions(), "relu_backward": source}))
    return grade(folder / "in", folder / "out")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_not_here_fails_alone(graded, name):
    """Does a right answer pass below a line that asks for something that only the learner had?"""
    row = graded.of(name)["relu_backward"]
    assert (row["status"], row["points"]) == ("passed", "3"), row


@pytest.mark.parametrize("name", NEEDED)
def test_what_needs_it_has_no_verdict(graded, name):
    """Is an answer not graded, with the true reason, that needs what is not here?"""
    row = graded.of(name)["relu_backward"]
    assert (row["status"], row["points"]) == ("not graded", ""), row
    assert "grader" in row["message"]


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_stays_a_mistake(graded, name):
    """Is a wrong answer judged as ever, whatever else is missing?"""
    row = graded.of(name)["relu_backward"]
    assert row["status"] in ("error", "not yet") and row["points"] == "0", row


def test_a_slow_answer_without_a_sandbox_keeps_its_points(tmp_path):
    """Are the files of the whole machine's temporary folder held against nobody?"""
    slow = RELU.replace("    return", "    sum(n * n for n in range(2_000_000))\n    return")
    notebook = fill(fresh(), {**solutions(), "relu_backward": slow})
    notebook["cells"].append(code("import time; time.sleep(1.5)"))
    hand_in(tmp_path / "in", "anna", notebook)
    told = grade(tmp_path / "in", tmp_path / "out", sandbox="none")
    assert sum(told.points("anna").values()) == 11, told.rows


def test_too_little_memory_for_the_grader_is_not_a_fault_of_the_file(tmp_path, sandbox):
    """Where the machine gives a process less than reading may take, is a whole notebook called unreadable?"""
    hand_in(tmp_path / "in", "anna", fill(fresh(), solutions()))
    line = f"ulimit -d 400000 && exec {sys.executable} -m bookutils.cli grade in --out out --course {ROOT}"
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True)
    table = tmp_path / "out" / "results.csv"
    assert done.returncode == 1 and (not table.exists() or "unreadable" not in table.read_text(encoding="utf-8-sig"))


def test_a_temporary_folder_with_a_long_name(tmp_path, monkeypatch):
    """Does a server have an address that a socket can have, however long TMPDIR is?"""
    long = tmp_path / ("x" * 100) / ("y" * 100)
    long.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with Servers({"numpy": ()}, 2**20) as servers:
        assert Path(servers.address("numpy")).is_socket()
