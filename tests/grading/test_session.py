"""A real sandbox: answers are called, cells and answers that end the process cost nobody else, nothing is reached."""

from __future__ import annotations

import os
import socket

import numpy as np
import psutil
import pytest

from bookutils.grading.model import Job, Limits, Step, Task
from bookutils.grading.sandbox.session import SandboxError, run_job

VECTOR = ((np.array([1.0, 2.0]),),)
QUICK = Limits(cell_seconds=2.0, total_seconds=40.0)


pytestmark = pytest.mark.usefixtures("sandbox")


def job(*sources, names=("f",), inputs=VECTOR, kind="function", limits=QUICK, seconds=2.0):
    """A job whose answers stand in its last steps."""
    steps = tuple(Step(number, source, "exercise") for number, source in enumerate(sources, start=1))
    first = len(steps) - len(names)
    tasks = tuple(Task(name, name, first + i, kind, tuple(inputs), seconds) for i, name in enumerate(names))
    return Job(steps, tasks, limits)


def values(result):
    return [[outcome.value for outcome in task.outcomes] for task in result.tasks]


def test_an_answer_is_called():
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


def test_a_value_is_read():
    """Is a variable read right after its cell, whatever happens to it later?"""
    task = Task("a", "a", 0, "value", ((),), 1.0)
    result = run_job(Job((Step(1, "a = [1, 2]", "exercise"), Step(2, "a.append(3)", "added")), (task,), QUICK))
    assert values(result) == [[[1, 2]]]


def test_what_is_not_there_is_missing():
    """Are a name that was never bound, one of an earlier cell, and one that is no function told apart?"""
    assert run_job(job("x = 1")).tasks[0].status == "missing"
    assert run_job(job("f = abs", "1 / 0\nf = 2")).tasks[0].status == "missing"
    result = run_job(job("f = 3")).tasks[0]
    assert (result.status, result.kind) == ("not callable", "int")


DEADLY = {
    "exit": ("import os\nos._exit(0)", "died"),
    "signal": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "died"),
    "crash": ("import ctypes\nctypes.string_at(0)", "died"),
    "hang": (
        "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass",
        "timeout",
    ),
    "loop": ("while True: pass", "timeout"),
    "polite exit": ("import sys\nsys.exit(1)", "raised"),
}


@pytest.mark.parametrize("name", DEADLY)
def test_a_deadly_cell_costs_itself_alone(name):
    """Does the answer after it get its values, and is the cell's own end told?"""
    source, status = DEADLY[name]
    result = run_job(job("import numpy as np", source, "def f(x):\n    return x + 1"))
    assert [step.status for step in result.steps] == ["ran", status, "ran"]
    np.testing.assert_array_equal(values(result)[0][0], [2.0, 3.0])


def test_a_deadly_answer_costs_itself_alone():
    """When one answer ends the process and one never ends, do the others keep their values?"""
    result = run_job(job(
        "def f(x):\n    return x", "import os\ndef g(x):\n    os._exit(0)",
        "def h(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "def k(x):\n    return -x", names=("f", "g", "h", "k"),
    ))  # fmt: skip
    assert [task.status for task in result.tasks][:2] == ["called", "died"]
    assert result.tasks[3].status == "called"
    assert result.tasks[2].status == "limit" or result.tasks[2].outcomes[0].status == "timeout"


def test_memory_has_its_limit():
    """Does an answer that asks for far too much raise, rather than take the machine's memory?"""
    result = run_job(job("import numpy as np", "def f(x):\n    return np.ones(10**10)"))
    assert result.tasks[0].outcomes[0].status == "raised"
    assert "Memory" in result.tasks[0].outcomes[0].error.kind


def test_nothing_of_the_machine_is_seen(tmp_path, monkeypatch, repository):
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
                    "home": os.listdir(os.path.expanduser("~")),
                }
            """.replace("\n            ", "\n"),
        ))  # fmt: skip
        with pytest.raises(TimeoutError):
            listener.accept()
    (seen,) = values(result)[0]
    assert seen["secret"] == seen["tests"] == "FileNotFoundError"
    assert seen["exercises"] == seen["model"] == "ModuleNotFoundError"
    assert seen["variable"] == "none" and seen["user"] == 65534 and seen["processes"]
    assert seen["network"] != "done" and seen["library"] in ("OSError", "PermissionError")


def test_nothing_is_left_for_the_next(tmp_path):
    """Is what one submission wrote, or left running, gone when the next one looks?"""
    marker = f"left-{os.getpid()}"
    run_job(job(
        f"import os, subprocess, sys\nopen('/tmp/{marker}', 'w').write('x')\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)  # {marker}'], start_new_session=True)",
        "def f(x):\n    return x",
    ))  # fmt: skip
    (seen,) = values(run_job(job(f"import os\ndef f(x):\n    return os.path.exists('/tmp/{marker}')")))[0]
    assert seen is False
    running = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not any(marker in word for line in running for word in line)


def test_check_and_its_like_do_nothing_in_there():
    """Does a setup cell that imports them run, and is nothing judged inside?"""
    result = run_job(job(
        "from bookutils import check, hint, predict, progress, recall\ncheck('f').function(3); hint('f')",
        "def f(x):\n    return x",
    ))  # fmt: skip
    assert [step.status for step in result.steps] == ["ran", "ran"]


def test_forged_frames_earn_nothing_that_is_not_plain():
    """Is what a learner's code writes into the channel either plain values of its own answer, or garbled?"""
    forge = (
        "import os\nfor n in range(3, 20):\n    try:\n        os.write(n, b'\\x00\\x00\\x00\\x05hello')\n"
        "        os.write(n, b'\\xff\\xff\\xff\\xff')\n    except OSError:\n        pass"
    )
    result = run_job(job(forge, "def f(x):\n    return x"))
    assert result.tasks[0].status in ("limit", "died", "garbled", "called", "missing")


def test_a_sandbox_that_does_not_start_is_not_the_learners_fault():
    """Is that an error for the instructor, with what was said?"""
    with pytest.raises(SandboxError, match="did not start"):
        run_job(job("x = 1"), command=["sh", "-c", "echo no namespaces here >&2; exit 1"])
