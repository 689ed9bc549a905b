"""A class in which every other learner is hostile, graded once, and what stands around it."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from bookutils.grading.model import Limits
from bookutils.grading.reports.names import FileNames
from bookutils.grading.reports.text import spreadsheet_text
from tests.classroom import ROOT, WRONG, Graded, fill, fresh, grade, hand_in, solutions
from tests.grading.conftest import connector, sandbox, servers, warm  # noqa: F401
from tests.hostile import attacks_comparing, attacks_ending, attacks_forging, attacks_notebooks, attacks_reading
from tests.hostile.attack import Attack, Canaries

LIMITS = Limits(cell_seconds=1.5, exercise_seconds=3.0, added_seconds=3.0, total_seconds=6.0, memory=2**29)
ATTACKS: dict[str, tuple[Attack, ...]] = {
    "compare": attacks_comparing.PATCHED, "equal": attacks_comparing.EQUAL, "cheat": attacks_comparing.CHEATS,
    "exit": attacks_ending.EXIT, "loop": attacks_ending.LOOPS, "flood": attacks_ending.FLOODS,
    "read": attacks_reading.READ, "write": attacks_reading.WRITE, "network": attacks_reading.NETWORK,
    "background": attacks_reading.BACKGROUND, "forge": attacks_forging.FORGED, "pickle": attacks_forging.PICKLES,
    "metadata": attacks_notebooks.METADATA, "reader": attacks_notebooks.READER, "page": attacks_notebooks.PAGE,
}  # fmt: skip
NAMED = {f"{kind}: {attack.name}": attack for kind, attacks in ATTACKS.items() for attack in attacks}
LEARNERS = {
    name: attack.learner or f"m{number:03d} {re.sub('[^a-z0-9 ]', '', name.lower()).strip()}"
    for number, (name, attack) in enumerate(NAMED.items())
}
_BETWEEN = 8  # attacks from one control to the next
# One is right, one makes the mistakes that many make, and one has half an answer.
CONTROLS = {
    "right": solutions(),
    "mistaken": {**solutions(), **WRONG, "gelu": "def gelu(x):\n    return x", "wake_unit": "wake_unit = 'b'"},
    "half": {
        **solutions(), "dead_fraction": "def dead_fraction(z)\n    return 0", "log_sigmoid": (
            "def log_sigmoid(x):\n    return np.log(1 / (1 + np.exp(-x)))"
        ), "relu_backward": "def relu_backward(x, upstream):\n    print('hello')\n    return helper(x) * upstream",
    },
}  # fmt: skip


def control(kind: str) -> dict:
    """The notebook of an honest learner, with a helper that stands below what uses it."""
    notebook = fill(fresh(), CONTROLS[kind])
    notebook["cells"].append(
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
         "source": "def helper(x):\n    return (np.asarray(x) > 0) * 1.0"}
    )  # fmt: skip
    return notebook


@dataclass(frozen=True)
class Class:
    """What came of the class, and what was found around it."""

    graded: Graded
    canaries: Canaries
    alone: Graded
    controls: dict[str, str]
    seconds: float
    connections: list[str]
    changed: dict[str, list[str]]
    left: list[str]
    untouched: dict[str, bool]
    pages: dict[str, str]


@pytest.fixture(scope="session")
def graded_class(sandbox, tmp_path_factory) -> Iterator[Class]:  # noqa: F811
    """Hand in all attacks with honest learners between them, grade once, and look around."""
    root = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch, _sockets(root) as (doors, addresses):
        mark = f"hostile{os.getpid()}x{time.time_ns() % 10**6}"
        (root / "home").mkdir()
        canaries = Canaries(
            mark=mark, secret=f"canary-{mark[::-1]}", home=root / "home" / ".secret", outside=root / "secret.txt",
            other=root / "in" / "anna" / "01-activations.ipynb", submissions=root / "in", out=root / "out",
            checkout=ROOT, site=Path(sysconfig.get_paths()["purelib"]), grader=os.getpid(), **addresses,
        )  # fmt: skip
        patch.setenv("HOME", str(root / "home"))
        patch.setenv("HOSTILE_CANARY", f"{mark} {canaries.secret}")
        for place in (canaries.home, canaries.outside):
            place.write_text(canaries.secret)
        controls = _fill_folder(canaries)
        alone = root / "alone"
        for kind in CONTROLS:
            hand_in(alone, kind, control(kind))
        by_itself = grade(alone, root / "out of alone", limits=LIMITS)
        watched = {"submissions": canaries.submissions, "home": root / "home", "site": canaries.site, "checkout": ROOT}
        before = {name: _listing(folder) for name, folder in watched.items()}
        _draw_the_secret(canaries.out)
        begin = time.monotonic()
        graded = grade(canaries.submissions, canaries.out, limits=LIMITS)
        seconds = time.monotonic() - begin
        time.sleep(0.5)  # what was started in the background would show now
        yield Class(
            graded, canaries, by_itself, controls, seconds,
            connections=[name for name, door in doors.items() if _knocked(door)],
            changed={name: _changes(before[name], _listing(folder)) for name, folder in watched.items()},
            left=_processes(mark),
            untouched={str(place): place.read_text() == canaries.secret for place in (canaries.home, canaries.outside)},
            pages=_pages(canaries.out / "learners", [*LEARNERS.values(), *controls]),
        )  # fmt: skip


def _draw_the_secret(out: Path) -> None:
    """Give the class's gradebook one and the same secret in every run.

    Of its thousands of inputs, in six digits, a few are in most draws also published ones, or what these give.
    """
    (out / "gradebook").mkdir(parents=True)
    (out / "gradebook" / "secret").write_text(f"{2**127 + 20_261_128:032x}\n")


def _fill_folder(canaries: Canaries) -> dict[str, str]:
    """Hand in everything; which control stands where."""
    kinds = list(CONTROLS)
    controls = {"a first": "right", "anna": "half", "zz last": "mistaken"}
    for number, (name, attack) in enumerate(NAMED.items()):
        hand_in(canaries.submissions, LEARNERS[name], attack.notebook(canaries))
        if number % _BETWEEN == 0:
            controls[f"m{number:03d} zz control"] = kinds[number // _BETWEEN % len(kinds)]
    for learner, kind in controls.items():
        notebook = control(kind)
        if learner == "anna":
            notebook["cells"].append({"cell_type": "raw", "metadata": {}, "source": canaries.secret})
        hand_in(canaries.submissions, learner, notebook)
    return controls


def _pages(folder: Path, learners: list[str]) -> dict[str, str]:
    names = FileNames(learners)
    return {learner: (folder / names.of(learner)).read_text(encoding="utf-8") for learner in learners}


class _sockets:
    """Doors on this machine at which nobody should knock."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __enter__(self):
        abstract = f"hostile-{os.getpid()}"
        self.doors = {
            "TCP": socket.create_server(("127.0.0.1", 0)), "UDP": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "abstract": socket.socket(socket.AF_UNIX), "file": socket.socket(socket.AF_UNIX),
        }  # fmt: skip
        self.doors["UDP"].bind(("127.0.0.1", 0))
        self.doors["abstract"].bind(f"\0{abstract}")
        self.doors["file"].bind(str(self.root / "socket"))
        for door in self.doors.values():
            door.setblocking(False)
        self.doors["abstract"].listen()
        self.doors["file"].listen()
        addresses = {
            "port": self.doors["TCP"].getsockname()[1], "datagrams": self.doors["UDP"].getsockname()[1],
            "abstract": abstract, "socket": self.root / "socket",
        }  # fmt: skip
        return self.doors, addresses

    def __exit__(self, *_error: object) -> None:
        for door in self.doors.values():
            door.close()


def _knocked(door: socket.socket) -> bool:
    try:
        if door.type == socket.SOCK_DGRAM:
            door.recv(1)
        else:
            door.accept()
    except BlockingIOError:
        return False
    return True


def _listing(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".git", ".pytest_cache", ".ruff_cache", ".mypy_cache")]
        for name in files:
            path = f"{place}/{name}"
            with contextlib.suppress(OSError):
                about = os.lstat(path)
                found[path] = (about.st_size, about.st_mtime_ns)
    return found


def _changes(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> list[str]:
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def _processes(mark: str) -> list[str]:
    """What runs with the mark in its command line, or was started by this process and is no helper of its own."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "name"]):
        if any(mark in word for word in process.info["cmdline"] or []):
            found.append(str(process.info))
    for child in psutil.Process().children(recursive=True):
        line = " ".join(child.cmdline())
        if "resource_tracker" not in line and child.status() != psutil.STATUS_ZOMBIE:
            found.append(line)
    return found


@pytest.fixture
def verdict(graded_class):
    """Look one attack up: what it is, its rows, and its page."""

    def find(name: str) -> tuple[Attack, dict[str, dict[str, str]]]:
        rows = graded_class.graded.of(spreadsheet_text(LEARNERS[name]))
        assert rows, f"no rows for {LEARNERS[name]!r}"
        return NAMED[name], rows

    return find
