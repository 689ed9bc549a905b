"""The grader's own failure is never a learner's zero: it is told with its reason, exit code 1, and tried again."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from bookutils.grading.model import Job, Limits, Step, Task
from bookutils.grading.sandbox import meter, servers, session
from bookutils.grading.sandbox.servers import CrowdedError, SandboxError
from tests.classroom import ROOT, WRONG, fill, fresh, grade, hand_in, solutions

ALL = 11  # points of chapter 01
VECTOR = ((np.array([1.0, 2.0]),),)
QUICK = Limits(cell_seconds=2.0, total_seconds=40.0)
SLOW = (  # half a second to two of honest work
    "def relu_backward(x, upstream):\n    total = sum(n * n for n in range(500_000))\n"
    "    return np.where(x > 0, upstream, 0.0) + 0.0 * total"
)


def rows_of(out: Path) -> list[dict[str, str]]:
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def command(*words: object) -> str:
    return " ".join([sys.executable, "-m", "bookutils.cli", "grade", *map(str, words)])


@pytest.fixture
def one(tmp_path, sandbox):
    """A folder with one right notebook."""
    hand_in(tmp_path / "s", "anna", fill(fresh(), solutions()))
    return tmp_path / "s"


@pytest.mark.parametrize("kind", ["warm", "single"])
@pytest.mark.parametrize(
    ("limit", "named"),
    [("-n 200", "open files"), ("-f 20000", "file size"), ("-u 60", "processes"), ("-t 500", "processor time"),
     ("-s 4000", "stack")],
)  # fmt: skip
def test_a_limit_that_cannot_be_set_is_not_graded(one, tmp_path, sandbox, kind, limit, named):
    """Is a lower limit of the machine's own told, with its name, never a zero, and is it graded once it is gone?"""
    if kind == "warm" and not sandbox.nests:
        pytest.skip(sandbox.said)
    out = tmp_path / "out"
    line = f"ulimit {limit} && exec {command(one, '--out', out, '--sandbox', kind)}"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True)
    (row,) = rows_of(out)
    assert done.returncode == 1, done.stdout + done.stderr
    assert (row["status"], row["points"]) == ("not graded", "") and named in row["message"], row
    again = grade(one, out, sandbox=kind)
    assert again.outcome.without_verdict == 0 and sum(again.points("anna").values()) == ALL
    assert {(change.before, change.after) for change in again.outcome.changes} >= {("not graded", "11 of 11")}


def test_children_that_die_at_once_are_not_graded(one, tmp_path, sandbox, monkeypatch):
    """When each process of the sandbox ends before anything of the notebook runs, is nobody charged for it?"""
    if not sandbox.nests:
        pytest.skip(sandbox.said)
    real = servers.server_command

    def broken(*arguments):
        words = real(*arguments)
        start = words.index("-m")
        code = "import os, bookutils.grading.sandbox.server as s; s.serve = lambda *_: os._exit(3); s.main()"
        return [*words[:start], "-c", code, *words[start + 2 :]]

    monkeypatch.setattr(servers, "server_command", broken)
    failed = grade(one, tmp_path / "out", sandbox="warm")
    (row,) = failed.rows
    assert (row["status"], row["points"]) == ("not graded", "") and "before anything of the notebook" in row["message"]
    assert failed.outcome.without_verdict == 1
    monkeypatch.undo()
    assert sum(grade(one, tmp_path / "out", sandbox="warm").points("anna").values()) == ALL


def test_a_server_that_cannot_start_says_why(one, tmp_path, sandbox, monkeypatch):
    """Does the report hold what the server itself said last?"""
    if not sandbox.nests:
        pytest.skip(sandbox.said)
    code = "raise SystemExit('libpython is on strike')"
    monkeypatch.setattr(servers, "server_command", lambda *_arguments: [sys.executable, "-c", code])
    (row,) = grade(one, tmp_path / "out", sandbox="warm").rows
    assert row["status"] == "not graded" and "libpython is on strike" in row["message"]


def test_a_course_cell_that_does_not_run_is_the_engines(connector):
    """Is a library that does not load where the course needs it told as what it is?"""
    steps = (Step(0, "import surely_not_here", "setup"), Step(1, "def f(x):\n    return x", "exercise"))
    job = Job(steps, (Task("f", "f", 1, "function", VECTOR, 2.0),), QUICK)
    with pytest.raises(SandboxError, match="surely_not_here"):
        session.run_job(job, connector(QUICK), lambda *_: 1.0)
    dying = Job((Step(0, "import os\nos._exit(1)", "setup"), steps[1]), job.tasks, QUICK)
    with pytest.raises(SandboxError, match="own first cells"):
        session.run_job(dying, connector(QUICK), lambda *_: 1.0)


IMPORTS = {
    "unused": "import surely_not_here as s, numpy as np\n\ndef f(x):\n    return np.asarray(x) + 1",
    "from": "from numpy import asarray\nfrom surely_not_here import a, b\n\ndef f(x):\n    return asarray(x) + 1",
    "in the function": "def f(x):\n    import surely_not_here\n    from numpy import sum\n    return x + 1",
    "in a branch": "if True:\n    import surely_not_here.deep\nelse:\n    pass\ndef f(x):\n    return x + 1",
    "after the future": "from __future__ import annotations\nimport surely_not_here\ndef f(x: int):\n    return x + 1",
    "with a magic": "%matplotlib inline\nimport surely_not_here\ndef f(x):\n    return x + 1",
}


@pytest.mark.parametrize("name", IMPORTS)
def test_an_import_that_fails_in_an_answers_cell_fails_alone(connector, name):
    """Is the rest of the cell tried without it, and the import told?"""
    job = Job((Step(1, IMPORTS[name], "exercise"),), (Task("f", "f", 0, "function", VECTOR, 2.0),), QUICK)
    result = session.run_job(job, connector(QUICK), lambda *_: 1.0)
    np.testing.assert_array_equal(result.tasks[0].outcomes[0].value, [2.0, 3.0])
    missing = dict(result.steps[0].missing + result.tasks[0].missing)
    assert missing and all("surely_not_here" in why for why in missing.values())


def test_a_learners_own_try_keeps_its_exception(connector):
    """Does code that handles a missing import itself see it, and do lines keep their numbers?"""
    own = "import surely_not_here\ntry:\n    import surely_not_here\nexcept ImportError:\n    one = 1\n\n"
    source = own + "def f(x):\n    return x + one + two"
    job = Job((Step(1, source, "exercise"),), (Task("f", "f", 0, "function", VECTOR, 2.0),), QUICK)
    result = session.run_job(job, connector(QUICK), lambda *_: 1.0)
    error = result.tasks[0].outcomes[0].error
    assert (error.kind, error.line_number, error.line) == ("NameError", 8, "return x + one + two")


def test_sleeping_is_told_only_when_it_was_tried_alone(one, tmp_path, sandbox):
    """Is a cell that waits for ever tried again alone, then told as a limit on time, and do others lose nothing?"""
    hand_in(one, "ben", fill(fresh(), {**solutions(), "relu_backward": "import time\ntime.sleep(1000)"}))
    hand_in(one, "cleo", fill(fresh(), solutions()))
    limits = Limits(cell_seconds=1.0, exercise_seconds=3.0, added_seconds=3.0, total_seconds=60.0)
    graded = grade(one, tmp_path / "out", limits=limits)
    assert sum(graded.points("anna").values()) == sum(graded.points("cleo").values()) == ALL
    row = graded.of("ben")["relu_backward"]
    assert (row["status"], row["points"]) == ("error", "0") and "waited" in row["message"]
    assert sum(graded.points("ben").values()) == ALL - 3


def test_a_crowded_machine_is_never_the_learners_fault(connector, monkeypatch):
    """Where something stood in line for a processor most of the time, is it the machine that is told?"""
    monkeypatch.setattr(meter.Meter, "crowded", property(lambda _self: True))
    job = Job((Step(1, "import time\ntime.sleep(100)", "exercise"),), (), Limits(cell_seconds=0.5, total_seconds=20.0))
    with pytest.raises(CrowdedError, match="too busy"):
        session.run_job(job, connector(QUICK), lambda *_: 1.0)


def test_what_the_system_ended_for_want_of_memory_is_not_the_learners(connector, monkeypatch):
    """When the system's own count of such ends has grown, is a death no fault of whoever died?"""
    counts = iter(range(100))
    monkeypatch.setattr(session, "_kills", lambda: next(counts))
    job = Job((Step(1, "import os\nos._exit(9)", "exercise"),), (), QUICK)
    with pytest.raises(CrowdedError, match="memory"):
        session.run_job(job, connector(QUICK), lambda *_: 1.0)


BLIND = """
import os, socket, stat, time
for n in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(n).st_mode):
            socket.socket(fileno=os.dup(n)).send(b'!', socket.MSG_OOB)
    except OSError:
        pass
time.sleep(1)
for n in range(24):
    if os.fork() == 0:
        os.setsid(); end = time.time() + 14
        while time.time() < end: pass
        os._exit(0)
time.sleep(14)
"""


@pytest.fixture
def busy():
    """Eight processes that want all that they can get."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(8)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def test_a_class_beside_busy_loops_and_blinded_watchers_loses_nothing(tmp_path, sandbox, busy):
    """Do honest notebooks with real work get all points beside eight loops, and beside who blinds the watcher?"""
    folder = tmp_path / "s"
    for n in range(4):
        hand_in(folder, f"honest {n}", fill(fresh(), {**solutions(), "relu_backward": SLOW}))
    for n in range(2):
        hand_in(folder, f"blind {n}", fill(fresh(), {**WRONG, "dead_fraction": BLIND + WRONG["dead_fraction"]}))
    graded = grade(folder, tmp_path / "out", limits=Limits())
    for n in range(4):
        assert sum(graded.points(f"honest {n}").values()) == ALL, graded.of(f"honest {n}")
    for n in range(2):
        assert all(row["points"] in ("0", "") for row in graded.of(f"blind {n}").values())


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="only root can make a small disk")
def test_a_full_disk_is_a_sentence_and_nobodys_zero(one, sandbox):
    """Where the grades no longer fit, does the run end with the reason and 1, and go on once there is room?"""
    script = (
        'mount -t tmpfs -o size=64k none "$1" && head -c 60000 /dev/zero > "$1/fill"; '
        f'cd {ROOT}; {sys.executable} -m bookutils.cli grade "$2" --out "$1/out"; echo "code $?"; '
        'mount -o remount,size=64m "$1"; rm "$1/fill"; '
        f'{sys.executable} -m bookutils.cli grade "$2" --out "$1/out"; echo "code $?"; cat "$1/out/results.csv"'
    )
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script, "sh", place, one], capture_output=True, text=True
        )
    assert "Traceback" not in done.stderr, done.stderr
    assert "no space left" in done.stderr.lower() and "code 1" in done.stdout, done.stdout + done.stderr
    assert "code 0" in done.stdout and "relu_backward,passed,3,3" in done.stdout, done.stdout + done.stderr


def test_the_sandbox_and_again_decide_what_is_valid_and_changes_are_told(one, tmp_path, sandbox):
    """Is everything graded anew for another sandbox and with --again, and is what changed listed, for whom?"""
    out = tmp_path / "out"
    hand_in(one, "ben", fill(fresh(), WRONG))
    kinds = ["warm", "single"] if sandbox.nests else ["single", "single"]
    assert grade(one, out, sandbox=kinds[0]).outcome.graded_now == 2
    other = grade(one, out, sandbox=kinds[1]).outcome
    assert other.graded_now == (2 if sandbox.nests else 0) and other.changes == []
    again = grade(one, out, sandbox=kinds[1], again=True).outcome
    assert again.graded_now == 2 and again.changes == [] and not (out / "changes.csv").exists()
    assert grade(one, out, sandbox=kinds[1]).outcome.graded_now == 0
    hand_in(one, "ben", fill(fresh(), {**WRONG, "relu_backward": solutions()["relu_backward"]}))
    better = grade(one, out, sandbox=kinds[1]).outcome
    assert [(c.learner, c.exercise, c.before, c.after) for c in better.changes] == [
        ("ben", "relu_backward", "0 of 3", "3 of 3")
    ]
    assert "ben, 01-activations relu_backward: 0 of 3 → 3 of 3" in better.sentence(out)
    assert "ben,01-activations,relu_backward,0 of 3,3 of 3" in (out / "changes.csv").read_text(encoding="utf-8-sig")
