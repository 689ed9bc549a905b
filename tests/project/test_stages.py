"""How `make test` runs its steps: two at a time, nothing mixed up, nothing hidden, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from scripts import lanes, stages
from scripts.lanes import Command, side_by_side

ROOT = Path(__file__).resolve().parents[2]


def command(name: str, source: str) -> Command:
    return Command(name, (sys.executable, "-c", source), dict(os.environ))


def test_what_runs_side_by_side_is_shown_apart(tmp_path: Path) -> None:
    """Is each one's output whole, with its errors, and does a failure keep its exit code and stop nobody?"""
    talk = "import sys, time\nfor n in range(5): print('{0}', n, flush=True); time.sleep(0.05)\nsys.exit({1})"
    begun: list[str] = []
    wanted = [command("one", talk.format("one", 0)), command("two", talk.format("two", 3)), command("three", "1 / 0")]
    ended = {one.name: one for one in side_by_side([(2, wanted)], tmp_path, begun.append)}
    assert begun == ["one", "two", "three"]
    for name in ("one", "two"):
        assert ended[name].printed.split() == " ".join(f"{name} {n}" for n in range(5)).split()
    assert "ZeroDivisionError" in ended["three"].printed
    assert [ended[name].returncode for name in begun] == [0, 3, 1]


def test_no_more_run_than_there_are_lanes(tmp_path: Path) -> None:
    """Does the third one wait until a lane is free?"""
    meet = f"import os, time; os.mkdir('here'); time.sleep(0.3); os.rmdir('here')  # {tmp_path}"
    assert [one.returncode for one in side_by_side([(1, [command(n, meet) for n in "abc"])], tmp_path, str)] == [
        0,
        0,
        0,
    ]


def test_each_group_has_lanes_of_its_own(tmp_path: Path) -> None:
    """Does what waits in one group begin at once where the lanes of another are taken?"""
    begun: list[str] = []
    last = "import os, time\nwhile not os.path.exists('now'): time.sleep(0.05)"
    groups = [(1, [command("waits for it", last), command("last", "")]), (1, [command("first", "open('now', 'w')")])]
    names = {one.name for one in side_by_side(groups, tmp_path, begun.append)}
    assert begun == ["waits for it", "first", "last"] and names == set(begun)


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not count it")
def test_the_processors_time_is_that_of_all_it_started(tmp_path: Path) -> None:
    """Is what a command sleeps no processor time, and what its children compute its own?"""
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    both = [command("asleep", "import time; time.sleep(0.6)"),
            command("busy", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])")]  # fmt: skip
    used = {one.name: one.processor_seconds for one in side_by_side([(2, both)], tmp_path, str)}
    assert used["busy"] >= 0.5 > used["asleep"]


def test_who_stops_stops_what_runs(tmp_path: Path) -> None:
    """When the first failure is enough for somebody, does what is still running end, and what waits not begin?"""
    begun: list[str] = []
    sleeper = f"import time; time.sleep(600)  # {tmp_path}"
    wanted = [command("quick", "1 / 0"), command("slow", sleeper), command("never", sleeper)]
    with closing(side_by_side([(2, wanted)], tmp_path, begun.append)) as all_ended:
        assert next(all_ended).name == "quick"
    assert begun == ["quick", "slow"]
    assert not _running(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
@pytest.mark.parametrize("background", [False, True], ids=["at a terminal", "in the background"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_all_lanes(tmp_path: Path, number: signal.Signals, background: bool) -> None:
    """Do Ctrl-C and the signal to end stop both lanes, also where a shell had Ctrl-C ignored, with exit code 130?"""
    sleeper = f"import time; time.sleep(600)  # {tmp_path}"
    script = (
        "import sys\nfrom scripts import lanes, stages\nlanes._GRACE = 0.5\n"
        f"sleep = [stages.check(name, sys.executable, '-c', {sleeper!r}) for name in 'ab']\n"
        "stages.STAGES = {'sleep': tuple(sleep)}\nsys.argv = ['stages', 'sleep']\nsys.exit(stages.main())"
    )
    words = [sys.executable, "-c", script]
    shell = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"] if background else []
    with subprocess.Popen([*shell, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as leader:
        until = time.monotonic() + 60
        while len(_running(tmp_path)) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        assert len(_running(tmp_path)) == 2
        leader.send_signal(number)
        leader.communicate(timeout=60)
    assert leader.returncode == 130
    assert not _running(tmp_path)


def _running(mark: Path) -> list[int]:
    """The processes that sleep with this mark in their command line; whoever leads them has it there as text."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline"]):
        line = process.info["cmdline"] or []
        if any(word.startswith("import time") and str(mark) in word for word in line):
            found.append(process.info["pid"])
    return found


def test_what_takes_long_gives_a_sign_of_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Is it said how far a step is and that something failed, before it ends, and is its output whole all the same?"""
    monkeypatch.setattr(lanes, "_NEWS", 0.1)
    dots = "..F." * 18 + " [ 50%]"
    source = f"import time; print({dots!r}, flush=True); print('.F', end='', flush=True); time.sleep(2); print('end')"
    (ended,) = side_by_side([(1, [command("unit", source)])], tmp_path, str, stages.tell_how_far)
    assert "unit: 50 %, 19 failed" in capsys.readouterr().out
    assert ended.printed.split() == [*dots.split(), ".Fend"]


def test_the_slowest_tests_are_those_of_all_reports(tmp_path: Path) -> None:
    """Are tests of several reports in one order, and does a report that is missing or broken take nothing away?"""
    names = [("a", (3.0, 1.0)), ("b", (2.0, 4.0))]
    for name, seconds in names:
        cases = "".join(f'<testcase classname="{name}" name="t{n}" time="{s}"/>' for n, s in enumerate(seconds))
        (tmp_path / f"{name}.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    (tmp_path / "c.xml").write_text("<testsuites>")
    reports = [tmp_path / f"{name}.xml" for name in "abcd"]
    assert stages.slowest(reports, 3) == [(4.0, "b::t1"), (3.0, "a::t0"), (2.0, "b::t0")]


def test_a_mark_is_found_where_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a file read for a mark's sake when it stands there, for all of its tests or for one, and no other file?"""
    monkeypatch.setattr(stages, "ROOT", tmp_path)
    for name, text in {
        "a/test_a": "pytestmark = pytest.mark.slow",
        "test_b": "@pytest.mark.slow",
        "test_c": "",
    }.items():
        (tmp_path / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tests" / f"{name}.py").write_text(text)
    assert [Path(path) for path in stages.files_marked("slow")] == [Path("tests/a/test_a.py"), Path("tests/test_b.py")]
