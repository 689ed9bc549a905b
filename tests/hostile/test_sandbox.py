"""The sandbox by itself, warm and single: what belongs to nobody, what runs beside, and who is to blame."""

from __future__ import annotations

import errno
import platform
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest

from bookutils.core.plain import as_numbers
from bookutils.grading import worker
from bookutils.grading.model import UNREADABLE, Job, Limits, Step, Submission, Task
from bookutils.grading.sandbox import session
from bookutils.grading.sandbox.servers import CrowdedError, launch_single
from bookutils.grading.wire import GarbledError, decode
from tests.classroom import CHAPTER, ROOT, code, fresh, hand_in
from tests.hostile.attacks_forging import _CHANNEL

VECTOR = ((np.array([1.0, 2.0]),),)
SHORT = Limits(cell_seconds=3.0, exercise_seconds=8.0, added_seconds=8.0, total_seconds=30.0, memory=2**29)
ANSWER = "def f(x):\n    return x + 1"


def job(*sources: str, limits: Limits = SHORT, name: str = "f", step: int = -1, seconds: float = 2.0) -> Job:
    """A job whose one answer stands in its last step."""
    steps = tuple(Step(number, source, "added") for number, source in enumerate(sources, start=1))
    return Job(steps, (Task(name, name, step % len(steps), "function", VECTOR, seconds),), limits)


def run(connector, asked: Job, rate=lambda _key, result: float(result.outcomes[0].status == "returned")):
    return session.run_job(asked, connector(asked.limits), rate)


@pytest.fixture
def said(connector):
    """Run a cell and return what its variable `said` holds at the end."""
    return lambda *cells, limits=SHORT: run(
        connector, job(*cells, "def f(x):\n    return said", limits=limits)
    ).tasks[0].outcomes[0].value  # fmt: skip


def test_a_signal_to_the_own_group_reaches_nobody_else(connector, said):
    """Does SIGKILL to the process group leave the server, and who comes next, alone?"""
    first = connector(SHORT)()
    with first:
        run(
            connector,
            job("import os\nfor pid in (0, -1, 1):\n    try: os.kill(pid, 9)\n    except OSError: pass", ANSWER),
        )
        run(connector, job("import os\nos.killpg(os.getpgid(0), 9)", ANSWER))
        with connector(SHORT)() as second:
            assert second.server == first.server, "the server died"
        assert first.ask(5.0, "run", source="x = 1", seconds=2.0, answers=[])["status"] == "ran"


def test_terminals_are_ones_own(connector):
    """Is a terminal that one submission has open not to be seen by another that runs at the same time?"""
    with connector(SHORT)() as first, connector(SHORT)() as second:
        ask = partial(_ask, first)
        ask("import os\npair = os.openpty()")
        seen = "import os\ndef f(x):\n    return [name for name in os.listdir('/dev/pts') if name.isdigit()]"
        _ask(second, seen, answers=[[0, "f", "function"]])
        told = second.ask(5.0, "call", key=0, function=True, inputs=[[1.0]], seconds=2.0, probe=None, reference=None)
    assert told["outcomes"][0]["value"] == []


def _ask(channel, source, answers=()):
    return channel.ask(5.0, "run", source=source, seconds=2.0, answers=list(answers))


def test_memory_that_belongs_to_no_process_is_refused(sandbox, said):
    """Are System V's memory, queues and semaphores, which outlive who takes them, not to be had?"""
    if not sandbox.filters:
        pytest.skip("libseccomp is not installed here")
    calls = ("shmget(0, 4096, 0o1600)", "msgget(0, 0o1600)", "semget(0, 9, 0o1600)", "shmat(0, None, 0)")
    assert said(f"import ctypes\nlibc = ctypes.CDLL(None)\nsaid = [{', '.join(f'libc.{call}' for call in calls)}]") == [
        -1, -1, -1, -1,
    ]  # fmt: skip


REFUSED = {
    "vmsplice": "libc.vmsplice(w, None, 0, 0)", "splice": "libc.splice(r, None, w, None, 1, 2)",
    "tee": "libc.tee(r, w, 1, 2)", "io_setup": "libc.syscall(206, 8, ctypes.byref(ctypes.c_ulong()))",
    "inotify": "libc.inotify_init1(0)", "dumpable": "libc.prctl(4, 0, 0, 0, 0)",
}  # fmt: skip


def test_what_hides_memory_or_empties_the_machine_is_refused(sandbox, said):
    """Are pages in pipes, asynchronous I/O, watches on files and hiding from the watcher not to be had?"""
    if not sandbox.filters or platform.machine() != "x86_64":
        pytest.skip("no filter here, or other numbers of system calls")
    cell = (
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nr, w = os.pipe()\nsaid = {}\n"
        f"for name, call in {REFUSED!r}.items():\n    ctypes.set_errno(0)\n    eval(call)\n"
        "    said[name] = ctypes.get_errno()"
    )
    assert said(cell) == dict.fromkeys(REFUSED, errno.EPERM)


BLINDING = {
    "a byte out of band": "channel.send(b'!', socket.MSG_OOB)",
    "an answer before its time, and a deaf ear": (
        "frame = json.dumps({'%': ['dict', [['number', 3], ['status', 'ran']]]}).encode()\n"
        "channel.send(len(frame).to_bytes(4, 'big') + frame)\ntime.sleep(600)"
    ),
    "half a frame": "channel.send((1000).to_bytes(4, 'big') + b'{')\ntime.sleep(600)",
    "byte by byte": (
        "channel.send((10_000).to_bytes(4, 'big'))\nwhile True:\n    channel.send(b' ')\n    time.sleep(0.05)"
    ),
}
_FIND = (
    "import json, os, socket, stat, time\nfor n in range(3, 64):\n    try:\n"
    "        if stat.S_ISSOCK(os.fstat(n).st_mode): channel = socket.socket(fileno=os.dup(n))\n"
    "    except OSError: pass\n"
)


@pytest.mark.parametrize("name", BLINDING)
def test_nothing_makes_the_watcher_wait(connector, name):
    """Is a flood seen whatever was done to the channel before, and is the answer after it called?"""
    flood = "for n in range(40):\n    if os.fork() == 0:\n        while True: pass\n"
    blinding = f"{_FIND}{flood if 'byte' in name else ''}{BLINDING[name]}\ntime.sleep(600)"
    large = "import numpy as np\nbig = np.ones(10**6)"
    result = run(connector, job("x = 1", blinding, large, ANSWER))
    assert result.tasks[0].status == "called" and result.tasks[0].outcomes[0].status == "returned"
    assert result.steps[1].status in ("limit", "garbled", "died") and result.steps[2].status == "ran"
    assert result.used < 50  # seconds of a processor, or twice as many awake


def test_a_dead_child_hides_no_files(connector):
    """Are empty files counted also where the last process of the sandbox is one that has ended?"""
    zombie = "import os, time\nif os.fork() == 0:\n    os._exit(0)\ntime.sleep(0.2)\n"
    result = run(connector, job(zombie + FLOODS["files, empty"] + "\ntime.sleep(60)", ANSWER))
    assert result.steps[0].limit == "files"


def test_a_choice_is_made_once(warm):
    """Does a value that looks whether it is alone get no second chance?"""
    choice = "f = 'a' if 'seen_by_others' in globals() else 'e'"
    steps = (Step(1, "seen_by_others = 1", "added"), Step(2, choice, "exercise"))
    task = Task("f", "f", 1, "value", ((),), 2.0)
    rate = lambda _key, result: float(result.outcomes[0].value == "e")  # noqa: E731
    result = session.run_job(Job(steps, (task,), SHORT), warm(SHORT), rate)
    assert result.tasks[0].outcomes[0].value == "a"


def test_bubblewrap_shows_no_variable_of_the_grader(sandbox, monkeypatch):
    """Is the environment of bubblewrap's own processes, one of which is inside too, empty?"""
    monkeypatch.setenv("HOSTILE_CANARY", "x")
    with launch_single((), SHORT) as channel:
        outer = psutil.Process(channel._launched.pid)
        for process in (outer, *outer.children()):
            assert Path(f"/proc/{process.pid}/environ").read_bytes() == b""


FLOODS = {
    "processes": "import os, time\nfor n in range(40):\n    if os.fork() == 0:\n        os.setsid()\n"
    "        while True: pass\ntime.sleep(3)",
    "files": "import os, socket, time\nfor n in range(20):\n    if os.fork() == 0:\n"
    "        kept = []\n        try:\n            while True: kept.append(socket.socketpair())\n"
    "        except OSError: time.sleep(60)\ntime.sleep(3)",
    "files, empty": "for n in range(10 ** 6): open(f'/tmp/{n}', 'w').close()",
}  # fmt: skip


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_stopped_and_named(connector, name):
    """Are busy processes, open sockets and empty files stopped long before the time is over?"""
    result = run(connector, job(FLOODS[name], ANSWER))
    assert result.steps[0].limit == name.partition(",")[0]
    assert result.tasks[0].status == "called" and result.tasks[0].outcomes[0].status == "returned"
    assert result.used < 7.5  # seconds of a processor, or twice as many awake


def test_who_runs_beside_a_flood_hardly_feels_it(warm):
    """Does an honest loop take about as long while forty processes of another submission want the processor?"""
    loop = (
        "import time\nbegin = time.monotonic()\nsum(n * n for n in range(2_000_000))\nsaid = time.monotonic() - begin"
    )
    honest = job(loop, "def f(x):\n    return said", limits=Limits(cell_seconds=20.0))
    alone = run(warm, honest).tasks[0].outcomes[0].value
    flood = threading.Thread(target=run, args=(warm, job(FLOODS["processes"], ANSWER)))
    flood.start()
    time.sleep(0.2)
    beside = run(warm, honest).tasks[0].outcomes[0].value
    flood.join()
    assert beside < 10 * alone + 1.0


IN_LINE = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for n in range(3):
    if os.fork() == 0:
        end = time.time() + 60
        while time.time() < end:
            if os.fork() == 0:
                end = time.time() + 0.06
                while time.time() < end: pass
                os._exit(0)
            try: os.wait()
            except OSError: pass
        os._exit(0)
os.setpriority(os.PRIO_PROCESS, 0, 19)
while time.time(): pass
"""


def test_who_stands_in_line_behind_its_own_children_is_not_in_a_crowd(connector):
    """Is a cell stopped for its time that lets short-lived children, counted by nobody, take the processor from it?"""
    limits = Limits(cell_seconds=1.0, exercise_seconds=2.0, added_seconds=2.0, total_seconds=8.0, memory=2**29)
    result = run(connector, job(IN_LINE, ANSWER, limits=limits))
    assert result.steps[0].limit == "time"
    assert result.tasks[0].outcomes[0].status == "returned"


def test_who_sleeps_uses_up_the_time_of_all_tries(warm):
    """Does a cell that only sleeps take from the time of a submission, so that not each try can be slept through?"""
    result = run(warm, job("import time\ntime.sleep(2)", ANSWER))
    assert result.used >= 0.9


def test_short_cells_hide_no_memory(connector):
    """Is memory counted that grows in the background, while each single cell is too short to be looked at?"""
    grow = (
        "import os, time\nfor n in range(12):\n    if os.fork() == 0:\n        kept = bytearray(b'x' * 10 ** 8)\n"
        "        time.sleep(60)"
    )
    limits = Limits(added_seconds=30.0, total_seconds=8.0, memory=2**28)
    result = run(connector, job(grow, *("time.sleep(0.1)",) * 80, ANSWER, limits=limits))
    assert "memory" in {step.limit for step in result.steps}
    assert result.tasks[0].outcomes[0].status == "returned"


def test_who_wrote_unasked_is_to_blame_and_not_who_comes_next(connector):
    """Is the cell left out that filled the channel, also where it finished well, and no cell after it?"""
    forge = f"{_CHANNEL}\nfor n in range(90): tell(n, status='ran')"
    result = run(connector, job("x = 1", forge, "y = 2", "z = 3", ANSWER))
    assert [step.status for step in result.steps] == ["ran", "garbled", "ran", "ran", "ran"]
    late = f"{_CHANNEL}\ntell(3, status='ran')\ntime.sleep(0.3)"
    result = run(connector, job("x = 1", late, "y = 2", ANSWER))
    assert [step.status for step in result.steps] == ["ran", "garbled", "ran", "ran"]


def test_a_right_answer_behind_endless_trouble_is_tried_alone(warm):
    """Is an answer called in a process of its own when dozens of cells end theirs, or one patches the grader?"""
    result = run(warm, job(*("import os\nos._exit(1)",) * 40, ANSWER))
    np.testing.assert_array_equal(result.tasks[0].outcomes[0].value, [2.0, 3.0])
    patched = "import bookutils.core.calling as c\nc.run_calls.__code__ = (lambda *a: 1).__code__"
    np.testing.assert_array_equal(run(warm, job(patched, ANSWER)).tasks[0].outcomes[0].value, [2.0, 3.0])


def test_a_wrong_answer_gains_nothing_by_being_tried_alone(warm):
    """Does an answer that needs a cell of its own learner's keep the better of its two results?"""
    result = run(warm, job("one = 1", "def f(x):\n    return x + one"))
    np.testing.assert_array_equal(result.tasks[0].outcomes[0].value, [2.0, 3.0])
    result = run(warm, job("one = 1", "def f(x):\n    return x + two"))
    assert result.tasks[0].outcomes[0].error.kind == "NameError"


def undisturbed(run):
    """Run a job again, as the engine does, where others had the processor; what it computes itself is no excuse."""
    for _time in range(7):
        with suppress(CrowdedError):
            return run()
    return run()


def test_all_calls_end_with_the_time_of_the_job(warm):
    """Do answers that never end take no longer together than a submission may?"""
    endless = (
        "def f(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass"
    )
    steps = tuple(Step(number, endless, "exercise") for number in range(1, 9))
    tasks = tuple(Task(f"e{n}", "f", n, "function", VECTOR, 10.0) for n in range(8))
    endless_job = Job(steps, tasks, Limits(total_seconds=4.0))
    result = undisturbed(lambda: session.run_job(endless_job, warm(SHORT), lambda *_: 0.0))
    assert result.used < 12
    assert {task.limit for task in result.tasks if task.status == "limit"} == {"time"}


def test_numbers_that_no_answer_returns_are_refused():
    """Is a whole number beyond what a float can hold no plain data, and one below it a number for the judge?"""
    for digits in (302, 310, 5_000):
        with pytest.raises(GarbledError):
            decode(b"9" * digits)
    assert as_numbers(decode(b"9" * 301)).dtype == float
    with pytest.raises(GarbledError):
        decode(b"[" + b"1," * 300_000 + b"1]")


def test_reading_has_its_time_whatever_catches_its_end(monkeypatch, tmp_path):
    """Is a notebook that takes longer to read than it may given up, and said to be unreadable?"""
    monkeypatch.setattr(worker, "_READ_SECONDS", 0.05)
    notebook = fresh()
    notebook["cells"] += [code(f"%a\nx{n} = {n}\n" + f"def f{n}(x):\n    return x + {n}\n" * 20) for n in range(4000)]
    path = hand_in(tmp_path, "eve", notebook)
    grader = worker.Worker(worker.Setting(ROOT / "notebooks", 1, "warm", {}, {}, SHORT))
    begin = time.process_time()
    result = grader.grade(Submission("eve", CHAPTER, path)).result
    assert result.status == UNREADABLE and "longer than" in result.reason
    assert time.process_time() - begin < 10
