"""A real sandbox: answers are called, cells and answers that end the process cost nobody else, nothing is reached."""

from __future__ import annotations

import os
import socket
import threading

import numpy as np
import psutil
import pytest

from bookutils.grading.model import Job, Limits, Step, Task
from bookutils.grading.sandbox import session
from bookutils.grading.sandbox.servers import SandboxError, knock, launch_single

VECTOR = ((np.array([1.0, 2.0]),),)
QUICK = Limits(cell_seconds=2.0, total_seconds=40.0)


@pytest.fixture
def run_job(connector):
    """Run a job in each kind of sandbox; every answer is as good as another."""

    def run(job):
        return session.run_job(job, connector(job.limits), lambda _key, _result: 1.0)

    run.connect = connector(QUICK)
    return run


def job(*sources, names=("f",), inputs=VECTOR, kind="function", limits=QUICK, seconds=2.0):
    """A job whose answers stand in its last steps."""
    steps = tuple(Step(number, source, "exercise") for number, source in enumerate(sources, start=1))
    first = len(steps) - len(names)
    tasks = tuple(Task(name, name, first + i, kind, tuple(inputs), seconds) for i, name in enumerate(names))
    return Job(steps, tasks, limits)


def values(result):
    return [[outcome.value for outcome in task.outcomes] for task in result.tasks]


def test_an_answer_is_called(run_job):
    """Do values come back, with setup, magics, prints and a failing cell around them?"""
    result = run_job(job(
        "import numpy as np\n%matplotlib inline", "print('x' * 10**6)\n!echo hello", "1 / 0",
        "def f(x):\n    return 2 * x",
        inputs=[(np.array([1.0, 2.0]),), (np.zeros((0, 3)),)],
    ))  # fmt: skip
    assert [step.status for step in result.steps] == ["ran", "ran", "raised", "ran"]
    assert result.steps[2].error is not None and result.steps[2].error.kind == "ZeroDivisionError"
    first, second = values(result)[0]
    np.testing.assert_array_equal(first, [2.0, 4.0])
    assert second.shape == (0, 3)


def test_a_value_is_read(run_job):
    """Is a variable read right after its cell, whatever happens to it later?"""
    task = Task("a", "a", 0, "value", ((),), 1.0)
    result = run_job(Job((Step(1, "a = [1, 2]", "exercise"), Step(2, "a.append(3)", "added")), (task,), QUICK))
    assert values(result) == [[[1, 2]]]


def test_what_is_not_there_is_missing(run_job):
    """Are a name that was never bound, one of an earlier cell, and one that is no function told apart?"""
    assert run_job(job("x = 1")).tasks[0].status == "missing"
    assert run_job(job("f = abs", "1 / 0\nf = 2")).tasks[0].status == "missing"
    result = run_job(job("f = 3")).tasks[0]
    assert (result.status, result.kind) == ("not callable", "int")


DEADLY = {
    "exit": ("import os\nos._exit(0)", {"died"}),
    # The first process of a namespace cannot be ended from inside; elsewhere it can.
    "signal": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", {"died", "ran"}),
    "crash": ("import ctypes\nctypes.string_at(0)", {"died"}),
    "hang": (
        "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass",
        {"limit"},
    ),
    "hang in C": ("import time, os\nos.system('sleep 60')", {"limit"}),
    "loop": ("while True: pass", {"limit"}),
    "polite exit": ("import sys\nsys.exit(1)", {"raised"}),
    "another's child": ("import os\nif os.fork() == 0:\n    raise SystemExit", {"ran"}),
    "noise": ("while True: print('x' * 1000)", {"limit"}),
    "deaf": (
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsignal.setitimer(signal.ITIMER_REAL, 0)\n"
        "while True: pass", {"limit"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DEADLY)
def test_a_deadly_cell_costs_itself_alone(run_job, name):
    """Does the answer after it get its values, and is the cell's own end told?"""
    source, statuses = DEADLY[name]
    result = run_job(job("import numpy as np", source, "def f(x):\n    return x + 1"))
    assert [result.steps[0].status, result.steps[2].status] == ["ran", "ran"]
    assert result.steps[1].status in statuses
    np.testing.assert_array_equal(values(result)[0][0], [2.0, 3.0])


def test_a_deadly_answer_costs_itself_alone(run_job):
    """When one answer ends the process and one never ends, do the others keep their values?"""
    result = run_job(job(
        "def f(x):\n    return x", "import os\ndef g(x):\n    os._exit(0)",
        "def h(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "def k(x):\n    return -x", names=("f", "g", "h", "k"),
    ))  # fmt: skip
    assert [task.status for task in result.tasks][:2] == ["called", "died"]
    assert result.tasks[3].status == "called"
    assert result.tasks[2].status == "limit" or result.tasks[2].outcomes[0].status == "timeout"


def test_memory_has_its_limit(run_job):
    """Does an answer that asks for far too much raise, rather than take the machine's memory?"""
    result = run_job(job("import numpy as np", "def f(x):\n    return np.ones(10**10)"))
    assert result.tasks[0].outcomes[0].status == "raised"
    assert "Memory" in result.tasks[0].outcomes[0].error.kind


def test_nothing_of_the_machine_is_seen(run_job, tmp_path, monkeypatch, repository):
    """Are files, variables, exercises, network and other processes of the machine out of sight and reach?"""
    secret = tmp_path / "secret.txt"
    secret.write_text("the seed")
    monkeypatch.setenv("GRADEBOOK_SECRET", "the seed")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        result = run_job(job(
            f"secret, repository, port, mine = {str(secret)!r}, {str(repository / 'tests')!r}, {port}, {os.getpid()}",
            """
            import os, socket, importlib
            def tried(action):
                try:
                    action()
                except BaseException as error:
                    return type(error).__name__
                return "done"
            def f(x):
                return {
                    "secret": tried(lambda: open(secret).read()),
                    "tests": tried(lambda: os.listdir(repository)),
                    "exercises": tried(lambda: importlib.import_module("bookutils.exercises.catalogue")),
                    "model": tried(lambda: importlib.import_module("bookutils.grading.model")),
                    "variable": os.environ.get("GRADEBOOK_SECRET", "none"),
                    "network": tried(lambda: socket.create_connection(("127.0.0.1", port), timeout=1)),
                    "library": tried(lambda: open(os.__file__, "a")),
                    "user": os.getuid(),
                    "processes": len([name for name in os.listdir("/proc") if name.isdigit()]) < 6,
                    "root": tried(lambda: open("/evil", "w")),
                    "devices": tried(lambda: open("/dev/evil", "w")),
                    "course": tried(lambda: open("/course/bookutils/evil.py", "w")),
                    "home": os.listdir(os.path.expanduser("~")),
                }
            """.replace("\n            ", "\n"),
        ))  # fmt: skip
        with pytest.raises(TimeoutError):
            listener.accept()
    (seen,) = values(result)[0]
    assert seen["secret"] == seen["tests"] == "FileNotFoundError"
    assert seen["exercises"] == seen["model"] == "ModuleNotFoundError"
    assert seen["variable"] == "none" and seen["user"] not in (0, os.getuid()) and seen["processes"]
    assert seen["network"] != "done"
    refused = ("OSError", "PermissionError")
    assert all(seen[name] in refused for name in ("library", "root", "devices", "course")), seen
    assert seen["home"] in ([], ["profile_default"])  # IPython's own


def test_nothing_is_left_for_the_next(run_job):
    """Is what one submission wrote anywhere, or left running, gone when the next one looks?"""
    marker = f"left-{os.getpid()}"
    places = [f"/tmp/{marker}", f"/dev/shm/{marker}", f"/tmp/home/{marker}", marker]
    first = run_job(job(
        f"import os, subprocess, sys\nfor place in {places}:\n    open(place, 'w').write('x')\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)  # {marker}'], start_new_session=True)\n"
        "import numpy\nnumpy.mean = None",
        "def f(x):\n    return x",
    ))  # fmt: skip
    assert first.steps[0].status == "ran"
    look = f"import os\nimport numpy as np\ndef f(x):\n    return [os.path.exists(p) for p in {places}], np.mean(x)"
    (seen,) = values(run_job(job(look)))[0]
    assert seen == [[False] * len(places), 1.5]
    running = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not any(marker in word for line in running for word in line)


def test_check_and_its_like_do_nothing_in_there(run_job):
    """Does a setup cell that imports them run, and is nothing judged inside?"""
    result = run_job(job(
        "from bookutils import check, hint, predict, progress, recall\ncheck('f').function(3); hint('f')",
        "def f(x):\n    return x",
    ))  # fmt: skip
    assert [step.status for step in result.steps] == ["ran", "ran"]


def test_forged_frames_earn_nothing_that_is_not_plain(run_job):
    """Is what a learner's code writes into the channel either plain values of its own answer, or garbled?"""
    forge = (
        "import os\nfor n in range(3, 20):\n    try:\n        os.write(n, b'\\x00\\x00\\x00\\x05hello')\n"
        "        os.write(n, b'\\xff\\xff\\xff\\xff')\n    except OSError:\n        pass"
    )
    result = run_job(job(forge, "def f(x):\n    return x"))
    assert result.tasks[0].status in ("limit", "died", "garbled", "called", "missing")


def test_what_an_answer_uses_may_stand_below_it_or_be_overwritten(run_job):
    """Is an answer called right after its cell and, when that is not perfect, once more at the end?"""
    below = job("def f(x):\n    return helper(x)", "def helper(x):\n    return 3 * x")
    tasks = (Task("f", "f", 0, "function", VECTOR, 2.0),)
    good = lambda _key, result: float(result.outcomes[0].status == "returned")  # noqa: E731
    result = session.run_job(Job(below.steps, tasks, QUICK), run_job.connect, good)
    np.testing.assert_array_equal(values(result)[0][0], [3.0, 6.0])
    above = [Step(n, s, "exercise") for n, s in enumerate(
        ("def helper(x):\n    return 3 * x", "def f(x):\n    return helper(x)", "helper = None"))]  # fmt: skip
    result = session.run_job(Job(tuple(above), (Task("f", "f", 1, "function", VECTOR, 2.0),), QUICK), run_job.connect,
                             good)  # fmt: skip
    np.testing.assert_array_equal(values(result)[0][0], [3.0, 6.0])


LIMITED = {
    "memory": "import numpy as np\nx = np.ones(10**10)",
    "memory, piece by piece": "x = []\nwhile True: x.append(bytearray(b'x' * 10**8))",
    "files": "open('/tmp/a', 'wb').write(b'x' * 10**8)",
    "files, many": "for n in range(100): open(f'/tmp/{n}', 'wb').write(b'x' * 10**7)",
    "files in shared memory": "for n in range(100): open(f'/dev/shm/{n}', 'wb').write(b'x' * 10**7)",
    "processes": "import subprocess\nx = [subprocess.Popen(['sleep', '60']) for n in range(200)]",
    "processes, threads": (
        "import threading, time\nfor n in range(200): threading.Thread(target=time.sleep, args=(60,)).start()"
    ),
    "processes, a bomb": "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    "memory, in children": (
        "import os, time\nfor n in range(8):\n    if os.fork() == 0:\n        x = bytearray(b'x' * 6 * 10**8)\n"
        "        time.sleep(60)\nos.wait()"
    ),
    "output": "while True: print('x' * 1000)",
    "time": "while True: pass",
}


@pytest.mark.parametrize("name", LIMITED)
def test_each_limit_is_kept_and_named(run_job, name):
    """Is a cell that wants too much stopped, its limit told, and the answer after it called?"""
    limits = Limits(cell_seconds=10.0 if "children" in name else 4.0, memory=2**30)
    result = run_job(job(LIMITED[name], "def f(x):\n    return x", limits=limits))
    wanted = name.partition(",")[0].partition(" in")[0]
    assert result.steps[0].limit == wanted, result.steps[0]
    assert result.tasks[0].status == "called"


def test_limits_hold_for_answers_too(run_job):
    """Are too much memory, a flood of print and a huge result told of an answer?"""
    result = run_job(job("import numpy as np", "def f(x):\n    return np.ones(10**10)"))
    assert result.tasks[0].limit == "memory"
    result = run_job(job("def f(x):\n    while True: print('x' * 1000)")).tasks[0]
    assert result.outcomes[0].status == "flooded"
    result = run_job(job("import numpy as np\ndef f(x):\n    return [np.ones(900_000), np.ones(90_000)] * 1",
                         inputs=VECTOR * 5)).tasks[0]  # fmt: skip
    assert (result.status, result.limit) == ("limit", "result")


def test_calling_the_books_own_function_is_noticed(run_job):
    """Is delegation seen however the function was reached, its value kept, and the function itself no answer?"""
    home = "bookutils.numerics.activations.functions"
    ways = [
        f"from {home} import sigmoid as s\ndef f(x):\n    return s(x)",
        f"import {home} as book\ndef f(x):\n    return getattr(book, 'sig' + 'moid')(x)",
        f"from {home} import sigmoid\nkept = [sigmoid]\nf = lambda x: kept[0](x)",
    ]
    for way in [*ways, f"from {home} import relu\ndef f(x):\n    return relu(x)"]:
        task = Task("f", "f", 0, "function", VECTOR, 2.0, reference=f"{home}:sigmoid")
        result = session.run_job(Job((Step(1, way, "exercise"),), (task,), QUICK), run_job.connect, lambda *_: 1.0)
        assert result.tasks[0].delegated is (way in ways) and result.tasks[0].outcomes[0].status == "returned"
    task = Task("f", "f", 0, "function", VECTOR, 2.0, reference=f"{home}:sigmoid")
    itself = Job((Step(1, f"from {home} import sigmoid as f", "exercise"),), (task,), QUICK)
    assert session.run_job(itself, run_job.connect, lambda *_: 1.0).tasks[0].status == "untouched"


def test_a_server_that_dies_is_replaced(servers, warm):
    """When a warm server is killed, does the next one who knocks get a new one?"""
    asked = job("def f(x):\n    return x")
    session.run_job(asked, warm(QUICK), lambda *_: 1.0)
    servers._running["numpy"].kill()
    servers._running["numpy"].wait()
    assert session.run_job(asked, warm(QUICK), lambda *_: 1.0).tasks[0].status == "called"


def test_a_sandbox_that_does_not_start_is_not_the_learners_fault(tmp_path, monkeypatch):
    """Is that an error for the instructor, with what was said?"""
    with pytest.raises(SandboxError, match="did not start"):
        knock(str(tmp_path / "nobody"), QUICK)
    command = ["sh", "-c", "echo no namespaces here >&2; exit 1"]
    monkeypatch.setattr("bookutils.grading.sandbox.servers.server_command", lambda *_arguments: command)
    with pytest.raises(SandboxError, match=r"no namespaces here.*doctor"):
        launch_single((), QUICK)


def test_the_death_of_a_server_is_nobodys_fault(servers, warm):
    """When the server dies while a cell runs, and all its processes with it, is the cell run again and not blamed?"""
    sleepy = job("import time\ntime.sleep(1)", "def f(x):\n    return x", limits=Limits(cell_seconds=8.0))
    deaths = threading.Timer(0.5, lambda: servers._running["numpy"].kill())
    session.run_job(job("x = 1"), warm(QUICK), lambda *_: 1.0)  # the server is there
    deaths.start()
    result = session.run_job(sleepy, warm(QUICK), lambda *_: 1.0)
    assert [step.status for step in result.steps] == ["ran", "ran"]


def test_a_definition_does_not_pay_for_the_cells_above_it(warm):
    """When cells that hang have used up the time of all added cells, is a cell that only defines something run?"""
    hanging = [Step(n, "while True: pass", "added") for n in range(1, 5)]
    steps = (*hanging, Step(5, "def helper(x):\n    return 3 * x", "added"), Step(6, "f = helper", "exercise"))
    limits = Limits(cell_seconds=1.0, added_seconds=2.0, total_seconds=40.0)
    result = session.run_job(
        Job(steps, (Task("f", "f", 5, "function", VECTOR, 2.0),), limits), warm(limits), lambda *_: 1.0
    )
    assert [step.limit for step in result.steps[:4]] == ["time"] * 4 and result.steps[4].status == "ran"
    np.testing.assert_array_equal(values(result)[0][0], [3.0, 6.0])
