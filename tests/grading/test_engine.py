"""`bookutils grade` as a whole: once more, killed, side by side, on machines that lack something."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from bookutils.core.errors import BookError, UsageError
from bookutils.exercises.catalogue import load_chapter
from bookutils.grading import doctor, engine
from bookutils.grading.engine import Options
from bookutils.grading.sandbox import choice
from bookutils.grading.sandbox.launch import Layers
from bookutils.judging.judge import CHECK_SEED
from tests.classroom import CHAPTER, ROOT, WRONG, cell_of, code, fill, fresh, grade, hand_in, solutions

FILES = ("results.json", "results.csv", "index.html")


def command(*words):
    return [sys.executable, "-m", "bookutils.cli", "grade", *map(str, words)]


@pytest.fixture
def classroom(tmp_path, sandbox):
    """Six learners, right and wrong."""
    folder = tmp_path / "submissions"
    for n in range(6):
        hand_in(folder, f"learner {n}", fill(fresh(), solutions() if n % 2 else WRONG))
    return folder


def test_grading_again_does_what_has_changed_and_gives_the_same(classroom, tmp_path):
    """Is nothing run when nothing changed, one when one changed, and are all files the same to the byte?"""
    out = tmp_path / "out"
    first = grade(classroom, out)
    before = {name: (out / name).read_bytes() for name in FILES}
    assert first.outcome.graded_now == 6
    assert grade(classroom, out).outcome.graded_now == 0
    assert {name: (out / name).read_bytes() for name in FILES} == before
    hand_in(classroom, "learner 0", fill(fresh(), solutions()))
    again = grade(classroom, out)
    assert again.outcome.graded_now == 1 and again.points("learner 0") == again.points("learner 1")
    hand_in(classroom, "learner 0", fill(fresh(), WRONG))
    grade(classroom, out)
    assert {name: (out / name).read_bytes() for name in FILES} == before


def test_another_published_seed_makes_old_results_invalid(tmp_path, monkeypatch):
    """Does the seed whose inputs the messages quote stand in one place, and in what a result depends on?"""
    package = tmp_path / "bookutils"
    shutil.copytree(engine._PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(engine, "_PACKAGE", package)
    notebook = ROOT / "notebooks" / "01-activations.ipynb"
    before = engine._course_digest(notebook, Options(), "single")
    assert engine._course_digest(notebook, Options(), "single") == before
    line = f"CHECK_SEED = {CHECK_SEED}\n"
    (home,) = (path for path in package.rglob("*.py") if line in path.read_text(encoding="utf-8"))
    home.write_text(home.read_text(encoding="utf-8").replace(line, "CHECK_SEED = 1\n"), encoding="utf-8")
    assert engine._course_digest(notebook, Options(), "single") != before


def test_results_depend_on_no_secret_no_worker_no_sandbox(classroom, tmp_path):
    """Do one and three workers, another secret, and each kind of sandbox give the same points and sentences?"""
    wanted = grade(classroom, tmp_path / "one", workers=1).rows
    assert grade(classroom, tmp_path / "three", workers=3).rows == wanted
    assert grade(classroom, tmp_path / "single", sandbox="single").rows == wanted


def test_killed_at_any_moment_it_goes_on(classroom, tmp_path):
    """When all its processes are killed, is what was graded kept, nothing left running, and the rest done after?"""
    out = tmp_path / "out"
    for n in range(12):
        hand_in(classroom, f"slow {n}", fill(fresh(), {**solutions(), "gelu": "import time\ntime.sleep(0.3)"}))
    leader = subprocess.Popen(command(classroom, "--out", out, "--workers", 2), stdout=subprocess.DEVNULL, cwd=ROOT)
    book = out / "gradebook" / "results.jsonl"
    until = time.monotonic() + 60
    while not (book.exists() and book.read_bytes().count(b"\n") >= 4) and time.monotonic() < until:
        time.sleep(0.05)
    family = psutil.Process(leader.pid).children(recursive=True)
    leader.send_signal(signal.SIGKILL)
    leader.wait()
    _gone, alive = psutil.wait_procs(family, timeout=10)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE], alive
    kept = book.read_bytes().count(b"\n")
    assert 4 <= kept < 18
    done = grade(classroom, out)
    assert done.outcome.graded_now >= 18 - kept
    assert done.rows == grade(classroom, tmp_path / "other").rows


def test_ctrl_c_stops_in_order(classroom, tmp_path):
    """Does an interruption end it with a sentence that says how to go on?"""
    hand_in(classroom, "slow", fill(fresh(), {"gelu": "import time\ntime.sleep(15)"}))
    leader = subprocess.Popen(
        command(classroom, "--out", tmp_path / "out"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=ROOT,
    )  # fmt: skip
    book = tmp_path / "out" / "gradebook" / "results.jsonl"
    until = time.monotonic() + 60
    while not (book.exists() and book.read_bytes()) and time.monotonic() < until:
        time.sleep(0.05)
    leader.send_signal(signal.SIGINT)
    said, errors = leader.communicate(timeout=30)
    assert leader.returncode == 130 and "goes on" in said + errors and "Traceback" not in said + errors


def test_a_worker_that_dies_is_replaced(classroom, tmp_path):
    """When a worker is killed, as for want of memory, does every submission end with a verdict?"""
    out = tmp_path / "out"
    leader = subprocess.Popen(command(classroom, "--out", out, "--workers", 2), stdout=subprocess.PIPE, text=True,
                              cwd=ROOT)  # fmt: skip
    killed = False
    while leader.poll() is None and not killed:
        time.sleep(0.1)
        with contextlib.suppress(psutil.Error):  # a process that ends while it is looked at
            for process in psutil.Process(leader.pid).children():
                if not killed and "spawn_main" in " ".join(process.cmdline()):
                    process.kill()
                    killed = True
    said, _errors = leader.communicate(timeout=120)
    assert leader.returncode == 0, said
    assert killed and len((out / "results.csv").read_text().splitlines()) == 1 + 6 * len(load_chapter(CHAPTER)[0])


def test_exit_codes(tmp_path, sandbox):
    """Is it 0 when each submission has a verdict, 1 when one has none, and 2 for wrong use?"""
    folder = tmp_path / "s"
    hand_in(folder, "anna", fresh())
    out = tmp_path / "out"
    assert subprocess.run(command(folder, "--out", out), cwd=ROOT, capture_output=True).returncode == 0
    hand_in(folder, "bob", b"%PDF-1.7 no notebook")
    done = subprocess.run(command(folder, "--out", out), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and "could not be graded" in done.stdout
    assert 'bob,01-activations,,unreadable,,,"The file is no JSON' in (out / "results.csv").read_text()
    nowhere, elsewhere, to = tmp_path / "nowhere", tmp_path / "x", ("--out", out)
    for wrong in (
        (folder,), (nowhere, *to), (folder, "--out", folder), (out, "--out", elsewhere),
        (folder, *to, "--workers", "0"),
        (folder, *to, "--sandbox", "x"), (folder, *to, "--delegation", "x"),
    ):  # fmt: skip
        done = subprocess.run(command(*wrong), cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 2 and "Traceback" not in done.stderr, wrong


def test_what_the_grader_could_not_do_is_tried_again(tmp_path, monkeypatch, sandbox):
    """Is a submission whose sandbox did not start an error for the instructor, no zero, and graded the next time?"""
    folder, out = tmp_path / "s", tmp_path / "out"
    hand_in(folder, "anna", fill(fresh(), solutions()))
    monkeypatch.setattr("bookutils.grading.sandbox.servers._MOST_STARTS", 0)
    failed = grade(folder, out)
    (row,) = failed.rows
    assert row["status"] == "not graded" and row["points"] == "" and failed.outcome.without_verdict == 1
    monkeypatch.undo()
    assert sum(grade(folder, out).points("anna").values()) == 11


def test_no_sandbox_says_so(tmp_path, capsys):
    """Does --sandbox none grade the same, and warn first?"""
    folder = tmp_path / "s"
    hand_in(folder, "me", fill(fresh(), {**solutions(), "dead_fraction": WRONG["dead_fraction"]}))
    done = subprocess.run(command(folder, "--out", tmp_path / "out", "--sandbox", "none"), cwd=ROOT,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Only for notebooks of your own" in done.stdout
    table = (tmp_path / "out" / "results.csv").read_text()
    assert "relu_backward,passed,3,3" in table and "dead_fraction,passed" not in table


REFUSALS = {
    "apparmor": ("_APPARMOR", "1", "kernel.apparmor_restrict_unprivileged_userns=0"),
    "debian": ("_CLONE", "0", "kernel.unprivileged_userns_clone=1"),
    "none left": ("_MOST", "0", "user.max_user_namespaces"),
    "a container": ("_MOST", "9", "container"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_what_to_type(tmp_path, monkeypatch, name):
    """Where bubblewrap may make no namespaces, do doctor and grade tell the reason and the one thing to do?"""
    where, content, todo = REFUSALS[name]
    for setting in ("_APPARMOR", "_CLONE", "_MOST"):
        path = tmp_path / setting
        if setting == where:
            path.write_text(content)
        monkeypatch.setattr(choice, setting, path)
    refused = Layers(False, said="bwrap: setting up uid map: Permission denied")
    monkeypatch.setattr(choice, "try_layers", lambda: refused)
    monkeypatch.setattr(doctor, "try_layers", lambda: refused)
    with pytest.raises(BookError, match="Permission denied") as caught:
        choice.choose_sandbox("auto", print)
    assert todo in str(caught.value)
    lines = doctor.report(doctor.examine())
    assert todo in lines and "cannot be graded here yet" in lines


def test_where_nesting_is_refused_each_gets_its_own(monkeypatch, capsys):
    """Does the engine fall back and say so, and does the doctor call it slower and as safe?"""
    layers = Layers(True, False, False, "unshare: Operation not permitted")
    monkeypatch.setattr(choice, "try_layers", lambda: layers)
    monkeypatch.setattr(doctor, "try_layers", lambda: layers)
    said = []
    assert choice.choose_sandbox("auto", said.append) == "single" and "slower, and as safe" in said[0]
    with pytest.raises(BookError, match="warm"):
        choice.choose_sandbox("warm", print)
    assert "slower, and as safe" in doctor.report(doctor.examine())


def test_the_doctor_speaks_json_too(sandbox):
    """Does `bookutils doctor --grading` say what it tried, and exit with 0 where grading works?"""
    done = subprocess.run([sys.executable, "-m", "bookutils.cli", "doctor", "--grading", "--json"], cwd=ROOT,
                          capture_output=True, text=True)  # fmt: skip
    findings = json.loads(done.stdout)
    assert done.returncode == 0 and {finding["state"] for finding in findings} <= {"ok", "note"}
    assert {"bubblewrap", "sandbox", "warm server", "seccomp", "memory"} <= {finding["about"] for finding in findings}


def test_one_is_not_counted_as_many(tmp_path):
    """Does the last sentence speak of one submission as of one?"""
    assert engine.Outcome(submissions=1, graded_now=1).sentence(tmp_path).startswith("1 submission, 1 of them new")
    assert engine.Outcome(submissions=2, graded_now=1).sentence(tmp_path).startswith("2 submissions, 1 of them new")


def test_options_are_checked():
    """Do impossible options end in a sentence?"""
    for wrong in ({"workers": 0}, {"workers": 10_000}, {"delegation": "maybe"}):
        with pytest.raises(UsageError):
            Options(**wrong)


def test_the_submissions_folder_may_hold_the_grades(tmp_path, sandbox):
    """Is the folder of the grades left out when it lies among the submissions?"""
    hand_in(tmp_path, "anna", fill(fresh(), solutions()))
    out = tmp_path / "grades"
    assert grade(tmp_path, out).outcome.submissions == 1
    hand_in(out, "forged", fill(fresh(), solutions()))
    assert grade(tmp_path, out).outcome.submissions == 1
    assert os.path.isdir(out / "learners")  # noqa: PTH112


@pytest.mark.tensorflow
def test_chapters_with_and_without_tensorflow_in_one_run(tmp_path, sandbox):
    """Do two sets of libraries serve one class, and a learner who uses TensorFlow where the chapter does not?"""
    hand_in(tmp_path / "s", "anna", fill(fresh("11-bert"), solutions("11-bert")), "11-bert")
    hand_in(tmp_path / "s", "bob", fill(fresh("11-bert"), {}), "11-bert")
    with_tensorflow = fill(fresh(), {
        **solutions(), "relu_backward": "import tensorflow as tf\ndef relu_backward(x, upstream):\n"
        "    return tf.where(tf.convert_to_tensor(x) > 0, tf.convert_to_tensor(upstream), 0.0)",
    })  # fmt: skip
    with_tensorflow["cells"].append(code(
        "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "x = np.ones((8, 2))\nmodel.fit(x, x[:, :1], epochs=1, verbose=0)\n"
        "with tf.GradientTape() as tape:\n    loss = tf.function(lambda: tf.reduce_sum(model(x)))()\n"
        "assert tape.gradient(loss, model.trainable_variables)[0].shape == (2, 1)\n"
        "def dead_fraction(pre_activations):\n"
        "    silent = tf.reduce_all(tf.constant(pre_activations) <= 0, axis=0)\n"
        "    return float(tf.reduce_mean(tf.cast(silent, tf.float64)))"
    ))  # fmt: skip
    with_tensorflow["cells"].remove(cell_of(with_tensorflow, "dead_fraction"))
    hand_in(tmp_path / "s", "carl", with_tensorflow)
    graded = grade(tmp_path / "s", tmp_path / "out")
    assert sum(graded.points("anna", "11-bert").values()) == sum(one.points for one in load_chapter("11-bert")[0])
    assert sum(graded.points("bob", "11-bert").values()) == 0
    assert sum(graded.points("carl").values()) == 11
