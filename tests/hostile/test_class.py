"""What the hostile class cost others: nothing was read, written, reached or left, and honest rows are as without it.

All is looked up in the one class that `conftest.py` grades.
"""

from __future__ import annotations

import contextlib
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from bookutils.exercises.catalogue import load_chapter
from bookutils.judging.judge import CHECK_SEED, plan_calls
from tests.classroom import CHAPTER
from tests.hostile.conftest import LEARNERS, NAMED

_ALIVE = {"script", "iframe", "object", "embed", "form", "input", "button", "svg", "base", "link", "video", "audio",
          "frame", "textarea", "select"}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_a_page_holds_nothing_that_lives(graded_class, name):
    """Is there no script, form, foreign link or picture on an attacker's page, and nobody else's name?"""
    page = graded_class.pages[LEARNERS[name]]
    parser = _Looker()
    parser.feed(page)
    assert not parser.tags & _ALIVE
    assert not [name for name, _value in parser.attributes if name.startswith("on") or name in ("srcdoc", "formaction")]
    for name_, value in parser.attributes:
        if name_ in ("href", "src", "action", "data", "poster"):
            address = urlsplit(value or "")
            assert not address.netloc and address.scheme in ("", "data"), value
    assert not any(other in page for other in graded_class.controls if " " in other)


class _Looker(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


def test_no_secret_is_told(graded_class):
    """Is no word of the canaries, and neither the gradebook's secret nor an input drawn from it, in any report?"""
    canaries = graded_class.canaries
    seed = (canaries.out / "gradebook" / "secret").read_text().strip()
    hidden = {canaries.secret, seed, str(int(seed, 16)), *_hidden_inputs(int(seed, 16))}
    told = [path for path in canaries.out.rglob("*") if path.is_file() and path.name != "secret"]
    assert len(told) > len(NAMED)
    for path in told:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not [word for word in hidden if word in text], path


def _hidden_inputs(seed: int) -> set[str]:
    """Numbers of the hidden inputs as they would be printed; short ones stand anywhere, and published ones may be."""
    exercises = load_chapter(CHAPTER)[0]
    hidden, published = (
        {
            text
            for exercise in exercises
            for number in _numbers(exercise, one)
            for text in (repr(number), f"{number:.6g}")
        }
        for one in (seed, CHECK_SEED)
    )
    found = {text for text in hidden - published if len(text) >= 8}
    assert len(found) > 100
    return found


def _numbers(exercise, seed):
    for call in plan_calls(exercise, seed):
        for argument in call.arguments:
            yield from (number for number in np.ravel(argument).tolist() if isinstance(number, float))


def test_nobody_knocked(graded_class):
    """Did no connection arrive at a socket of this machine, of whatever kind?"""
    assert graded_class.connections == []


def test_nothing_runs_on(graded_class):
    """Is no process left that an attack has started, nor one of the grader's own?"""
    assert graded_class.left == []


def test_nothing_was_written(graded_class):
    """Are the submissions and the home as they were, and does no file anywhere bear the attacks' mark?"""
    mark = graded_class.canaries.mark
    assert graded_class.changed["submissions"] == graded_class.changed["home"] == []
    assert all(graded_class.untouched.values())
    for folder in ("checkout", "site"):  # others work there too
        for path in map(Path, graded_class.changed[folder]):
            assert mark not in path.name
            with contextlib.suppress(FileNotFoundError):
                assert not path.is_file() or mark.encode() not in path.read_bytes(), path
    for place in (graded_class.canaries.out, Path("/tmp"), Path("/dev/shm"), Path("/var/tmp")):
        assert not [path for path in place.iterdir() if mark in path.name]
    assert not Path("/tmp/hostile-pickle").exists()
    expected = {"gradebook", "index.html", "learners", "results.csv", "results.json"}
    assert {path.name for path in graded_class.canaries.out.iterdir()} == expected
    assert {path.name for path in (graded_class.canaries.out / "gradebook").iterdir()} >= {"secret", "results.jsonl"}


def test_the_next_learner_gets_what_is_theirs(graded_class):
    """Has each honest learner exactly the rows that a class without attacks gives them?"""
    assert len(graded_class.controls) > 15
    for learner, kind in graded_class.controls.items():
        alone = graded_class.alone.of(kind)
        rows = graded_class.graded.of(learner)
        assert {name: {**row, "learner": kind} for name, row in rows.items()} == alone, learner


def test_the_class_gets_its_reports(graded_class):
    """Has everybody a row and a page, is nothing put down to the grader, and did it take no longer than it may?"""
    rows = graded_class.graded.rows
    assert not [row for row in rows if row["status"] == "not graded"]
    assert len({row["learner"] for row in rows}) == len(NAMED) + len(graded_class.controls)
    assert max(len(row["message"]) for row in rows) <= 2_000
    assert all(re.fullmatch(r"\d+", row["points"]) for row in rows if row["exercise"])
    assert not [row for row in rows if row["learner"].startswith(("=", "+", "-", "@"))]
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", (graded_class.canaries.out / "results.csv").read_text())
    assert graded_class.seconds < 900  # many times what it takes where nothing runs beside
