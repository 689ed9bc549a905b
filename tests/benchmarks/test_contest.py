"""Contests between processes: do the sides take turns, are ratios taken within a round, is a dead side named?"""

from __future__ import annotations

import sys

import pytest

from benchmarks.contest import MissingEnvironmentError, Side, bench_python, compete, paired_row, sides

ECHO = (
    "import os\n"
    "from benchmarks.contest import Requests\n"
    "log = os.environ['CONTEST_LOG']\n"
    "def turn(request):\n"
    "    open(log, 'a').write(request['word'] + str(os.getpid()) + chr(10))\n"
    "    print('and talks again')\n"
    "    return {'word': request['word'].upper(), 'process': os.getpid()}\n"
    "requests = Requests()\n"
    "print('a library talks')\n"
    "requests.serve({'turn': turn, 'die': lambda request: os._exit(3)})\n"
)


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.setenv("CONTEST_LOG", str(tmp_path / "log"))
    return [sys.executable, "-c", ECHO]


def test_sides_take_turns_in_a_rotating_order(command, tmp_path):
    """Does each side have one turn a round, each round beginning with another side?"""
    with sides({"one": command, "two": command, "three": command}) as started:
        answers = compete(started, 3, what="turn", word="go")
    names = {answers[name][0]["process"]: name for name in answers}
    order = [names[int(line.removeprefix("go"))] for line in (tmp_path / "log").read_text().split()]
    assert order == ["one", "two", "three", "two", "three", "one", "three", "one", "two"]
    assert {answer["word"] for side in answers.values() for answer in side} == {"GO"}


def test_a_side_that_dies_is_named(command):
    """Does the error say which side ended, and how?"""
    side = Side("the other one", command)
    try:
        assert side.ask(what="turn", word="go")["word"] == "GO"
        with pytest.raises(RuntimeError, match="the other one ended with the code 3"):
            side.ask(what="die")
    finally:
        side.close()


def test_ratios_are_taken_within_a_round():
    """When the machine is half as fast in one round, does the ratio stay?"""
    row = paired_row("x", [10.0, 5.0, 12.0], [5.0, 2.5, 6.0], "ex/s", target=1.5, higher_is_better=True)
    assert row.ratio == 2.0 and row.met
    assert "2.00 to 2.00" in row.name
    assert not paired_row("x", [1.0, 1.0], [1.0, 1.0], "ex/s", target=1.5, higher_is_better=True).met


def test_without_pytorch_it_says_what_to_type(tmp_path):
    """Is a missing environment one sentence with the command that makes it?"""
    with pytest.raises(MissingEnvironmentError, match="make bench-setup"):
        bench_python(str(tmp_path / "no" / "python"))
