"""Anything at all for the reader, the channel and the judge: a refusal or a verdict, in time, never an exception."""

from __future__ import annotations

import copy
import json
import socket
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.core.calling import Outcome
from bookutils.core.plain import as_numbers, copy_plain
from bookutils.exercises.catalogue import CHAPTERS, load_chapter
from bookutils.grading import grader
from bookutils.grading.grader import Sheets
from bookutils.grading.model import Job, Limits, Program, Step, Task
from bookutils.grading.notebooks import NotebookError, read_notebook
from bookutils.grading.program import load_course_chapter, make_program
from bookutils.grading.sandbox import results, session
from bookutils.grading.sandbox.channel import Channel, StoppedError
from bookutils.grading.sandbox.meter import Meter
from bookutils.grading.wire import decode, encode
from tests.classroom import CHAPTER, ROOT, fresh
from tests.grading.test_wire import PLAIN

COURSE = load_course_chapter(ROOT / "notebooks" / f"{CHAPTER}.ipynb")
EXERCISES = load_chapter(CHAPTER)[0]
SMALL = {**fresh(), "cells": [
    cell for cell in fresh()["cells"] if cell["cell_type"] == "code" and "exercise" in str(cell["metadata"])
][:3]}  # fmt: skip

# --- The reader ------------------------------------------------------------------------------------------------------

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["code", "cells", "exercise", "setup", "dead_fraction", "def f(", "((((", "%%time\n", "\ud800",
                       "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["cells", "source", "metadata", "bookutils", "exercise", "role", "outputs", "data", "cell_type",
                         "worksheets", "input", "application/vnd.bookutils.verdict+json", "status"]),
        inner, max_size=3,
    ),
    max_leaves=10,
)  # fmt: skip


def places(value, path=()):
    """All places in a JSON value."""
    yield path
    for key, inner in value.items() if type(value) is dict else enumerate(value) if type(value) is list else ():
        yield from places(inner, (*path, key))


PLACES = list(places(SMALL))


def read(data: bytes) -> Program | None:
    """Read a notebook as the grader does; None when it is refused."""
    try:
        cells = read_notebook(data)
    except NotebookError:
        return None
    program = make_program(cells, COURSE, EXERCISES)
    assert all(0 <= candidate.step < len(program.steps) for candidate in program.candidates)
    assert {candidate.exercise for candidate in program.candidates} <= {exercise.id for exercise in EXERCISES}
    return program


@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=4))
def test_notebooks_with_anything_anywhere_are_read_or_refused(changes):
    """Does a notebook in which some places hold something else give a program or the one error?"""
    notebook = copy.deepcopy(SMALL)
    for path, thing in changes:
        if not path:
            notebook = thing
            continue
        place = notebook
        try:
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = thing
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    read(json.dumps(notebook).encode("utf-8", "surrogatepass"))


@given(st.integers(0, 4_000), st.binary(max_size=8), st.integers(0, 8))
def test_notebooks_that_were_cut_or_damaged_are_read_or_refused(place, noise, gone):
    """Does a notebook whose bytes were cut, changed or taken out give a program or the one error?"""
    data = json.dumps(SMALL).encode()
    read(data[:place])
    read(data[:place] + noise + data[place + gone :])


@given(st.lists(st.text(max_size=60) | st.sampled_from(
    ["def dead_fraction(x):", "    return", "%time", "!ls", "a?", "wake_unit = 'a'", "(", "'''", "\\",
     "del dead_fraction",
     "globals()['relu_backward'] = 1", "from math import *", "class relu_backward: pass", "\f", "\t", "x = \\"],
), max_size=8))  # fmt: skip
def test_cells_of_any_text_are_read(lines):
    """Does a cell of any lines leave the reader a program?"""
    notebook = copy.deepcopy(SMALL)
    notebook["cells"][1]["source"] = "\n".join(lines)
    notebook["cells"].append({**copy.deepcopy(SMALL["cells"][0]), "metadata": {}, "source": lines})
    assert read(json.dumps(notebook).encode()) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 10**6, b'{"cells":' * 10**5, b'{"cells": [' + b"{}," * 10**4 + b"{}]}", b"\xff\xfe" + b"{" * 99,
        b"\x00" * 9, b'{"cells": NaN}', b'{"cells": [Infinity, 1e999, -0]}',
        b'{"cells": [{"cell_type": "code", "source": "\\ud800"}]}',
        b'{"cells": ' + b"9" * 10**5 + b"}", b'{"cells": [], "cells": [1]}', b"\xef\xbb\xbf",
        b'"' + b"a" * 10**6 + b'"',
    ],
)  # fmt: skip
def test_files_that_are_made_to_hurt_are_refused_at_once(data):
    """Deep nesting, endless numbers, bare constants, marks without a text: is each read or refused, and quickly?"""
    begin = time.process_time()
    read(data)
    assert time.process_time() - begin < 5


# --- The channel -----------------------------------------------------------------------------------------------------

WITHIN = 0.25


def frame(data: bytes, length: int | None = None) -> bytes:
    """A frame as the sandbox sends it; the length may lie."""
    return (len(data) if length is None else length).to_bytes(4, "big") + data


FRAMES = (
    st.binary(max_size=40)
    | st.builds(frame, st.binary(max_size=40))
    | st.builds(frame, st.binary(max_size=40), st.integers(0, 2**32 - 1))
    | st.builds(lambda value: frame(encode(value)), PLAIN)
    | st.builds(
        lambda number, more: frame(encode({"number": number, "status": more})),
        st.integers(-1, 3) | st.booleans(),
        PLAIN,
    )
)


@settings(max_examples=60)
@given(st.lists(FRAMES, max_size=4), st.sampled_from([1, 3, 10**6]), st.booleans())
def test_the_channel_gives_a_checked_answer_or_stops(chunks, at_once, stays):
    """Whatever is written, in whatever pieces: is it an answer to the question, or one of the known ends, in time?"""
    ours, theirs = socket.socketpair()
    data = b"".join(chunks)[:2_000]

    def write() -> None:
        theirs.recv(2**16)  # the question
        try:
            for place in range(0, len(data), at_once):
                theirs.sendall(data[place : place + at_once])
        except OSError:
            return
        if not stays:
            theirs.close()

    writer = threading.Thread(target=write)
    writer.start()
    begin = time.monotonic()
    try:
        told = Channel(ours, None, None, 2**30, 9).ask(WITHIN, "run", source="")
    except StoppedError as stopped:
        assert stopped.reason in ("wall", "died", "garbled")
    else:
        assert type(told) is dict and type(told["number"]) is int and told["number"] == 1
    assert time.monotonic() - begin < WITHIN + 20.0  # it sleeps, and a busy machine wakes it late
    ours.close()
    theirs.close()
    writer.join()


@given(PLAIN)
def test_a_second_word_is_never_taken_for_an_answer(value):
    """Is a right answer taken, and what stands behind it, then or later, the end of the talk?"""
    for later in (False, True):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            right, more = frame(encode({"number": 1, "status": "ran"})), frame(encode(value))
            theirs.sendall(right if later else right + more)
            channel = Channel(ours, None, None, 2**30, 9)
            channel._is_told_unasked = lambda: False  # the answer is there before the question, in this test alone
            try:
                assert channel.ask(WITHIN, "run")["status"] == "ran"
            except StoppedError as stopped:
                assert not later and stopped.reason == "garbled"
                continue
            del channel._is_told_unasked
            theirs.sendall(more)
            with pytest.raises(StoppedError) as caught:
                channel.ask(WITHIN, "run")
            assert caught.value.earlier


# --- The session and the judge ---------------------------------------------------------------------------------------

SHEETS = Sheets(7)
ALL = [exercise for chapter in CHAPTERS for exercise in load_chapter(chapter)[0]]
STATUSES = st.sampled_from(["returned", "raised", "timeout", "flooded", "interrupted", "skipped"])
ERRORS = st.none() | st.lists(st.text() | st.integers() | st.none(), max_size=5) | st.tuples(
    st.sampled_from(["ValueError", "RecursionError", "MemoryError"]), st.text(max_size=400),
    st.none() | st.integers(), st.text(),
).map(list)  # fmt: skip


@st.composite
def reports(draw):
    """(exercise, what the sandbox says of its answer): of the right form for the most part, with anything inside."""
    exercise = draw(st.sampled_from(ALL))
    sheet = SHEETS.get(exercise, draw(st.booleans()))
    kinds = st.sampled_from(["anything", "anything", "near", "expected"])
    outcomes = []
    for call, expected in zip(sheet.calls, sheet.expected, strict=True):
        kind = draw(kinds)
        value = (
            draw(PLAIN) if kind == "anything" else spoiled(draw, expected) if kind == "near" else copy_plain(expected)
        )
        inputs = draw(
            st.just([copy_plain(item) for item in call.arguments])
            | st.lists(PLAIN, min_size=len(call.arguments), max_size=len(call.arguments))
        )
        outcomes.append({
            "status": draw(STATUSES | st.just("returned")), "value": value, "error": draw(ERRORS),
            "inputs": inputs if exercise.kind == "function" else [],
        })  # fmt: skip
    told = {"status": "called", "outcomes": outcomes, "delegated": draw(st.booleans() | PLAIN)}
    if draw(st.integers(0, 9)) == 0:
        told[draw(st.sampled_from(["status", "limit", "outcomes", "type", "delegated", "error"]))] = draw(PLAIN)
    return exercise, sheet, decode(encode(told))


def spoiled(draw, expected):
    """Something that is nearly what is expected."""
    numbers = as_numbers(expected)
    if numbers is None:
        return [copy_plain(expected)]
    ways = (
        lambda: numbers + 1.0, lambda: numbers.astype(complex) + 1j, lambda: numbers.reshape(-1),
        lambda: numbers[..., None], lambda: numbers * np.nan, lambda: numbers.astype("f2") + 9,
        lambda: numbers.astype(str), lambda: numbers > 0, lambda: numbers.astype(np.longdouble) + 1,
        lambda: (numbers + 1).astype(">f4"),
    )  # fmt: skip
    with np.errstate(all="ignore"):
        near = np.asarray(draw(st.sampled_from(ways))())
    return draw(st.sampled_from([near, near.tolist() if near.dtype != np.longdouble else [], [near], {"value": near}]))


@settings(max_examples=300)
@given(reports())
def test_whatever_the_sandbox_says_there_is_a_verdict(report):
    """Is there always a verdict, in time, and no part passed whose values the reference would not give?"""
    exercise, sheet, told = report
    task = Task(exercise.id, exercise.answer, 0, exercise.kind, tuple(call.arguments for call in sheet.calls), 1.0)
    begin = time.process_time()
    result = results.task_result(task, told)
    verdict = grader._verdict(sheet, result, explain=True)
    assert time.process_time() - begin < 5
    assert 0 <= verdict.earned <= exercise.points
    assert type(result.delegated) is bool and type(verdict.evidence) is str
    for index, part in enumerate(verdict.parts):
        if part.passed and exercise.parts[index].compares == "values":
            for call, outcome, expected in zip(sheet.calls, result.outcomes, sheet.expected, strict=True):
                assert call.part != index or right(outcome, expected, exercise.tolerance)


def right(outcome: Outcome, expected, tolerance) -> bool:
    """Compare anew, by other means: whether what came back is what the reference gives."""
    return outcome.status == "returned" and alike(outcome.value, expected, tolerance)


def alike(value, expected, tolerance) -> bool:
    if type(expected) is dict:
        return type(value) is dict and value.keys() == expected.keys() and all(
            alike(value[key], expected[key], tolerance) for key in expected
        )  # fmt: skip
    if type(expected) is str:
        return type(value) is str and value.strip(" ()").lower() == expected.strip(" ()").lower()
    numbers = as_numbers(expected)
    if numbers is None:
        return len(value) == len(expected) and all(
            alike(one, other, tolerance) for one, other in zip(value, expected, strict=True)
        )  # fmt: skip
    got = np.asarray(value if type(value) is np.ndarray else np.array(value))
    got = got.reshape(numbers.shape) if got.size == numbers.size == 0 else got
    if got.shape != numbers.shape or got.dtype.kind not in "biufc":
        return False
    return all(
        one == other
        or (one != one and other != other)
        or abs(one - other) <= 1.01 * (tolerance.atol + tolerance.rtol * abs(other))
        for one, other in zip(got.ravel().tolist(), numbers.ravel().tolist(), strict=True)
    )


@given(st.dictionaries(st.sampled_from(["status", "limit", "error", "outcomes", "type", "delegated"]), PLAIN | ERRORS))
def test_whatever_is_said_of_a_cell_or_an_answer_is_a_known_word(told):
    """Are a cell's and an answer's results made of words that the reports know, whatever the sandbox says?"""
    step = results.step_result(Step(1, "", "added"), told)
    assert step.status in ("ran", "raised", "limit", "garbled")
    assert step.limit in (None, "time", "memory", "output", "processes", "files", "result")
    task = Task("f", "f", 0, "function", ((1.0,),), 1.0)
    result = results.task_result(task, told)
    assert result.status in ("called", "missing", "untouched", "not callable", "limit", "garbled")
    assert len(result.kind) <= 60


@given(st.lists(PLAIN | st.just({"status": "ran"}) | st.just({"status": "missing"}), min_size=1, max_size=12))
def test_a_job_ends_with_a_result_for_everything(answers):
    """Does a whole job come to its end, with a result for each cell and answer, whatever it is told on the way?"""
    told = iter(answers)

    class Told:
        server, alone, rang, meter = b"x", True, None, Meter(None, alone=True)

        def ask(self, _within, kind, **_details):
            if kind == "limit":
                return {"status": "ready"}
            answer = next(told, None)
            if type(answer) is not dict:
                raise StoppedError("died" if answer is None else "garbled", earlier=type(answer) is list)
            return answer

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            """Nothing to end."""

    steps = tuple(Step(number, "", "exercise") for number in range(1, 5))
    tasks = tuple(Task(f"e{n}", "f", n, "function", ((1.0,),), 1.0) for n in (1, 3))
    result = session.run_job(Job(steps, tasks, Limits()), Told, lambda *_: 0.0)
    assert (len(result.steps), len(result.tasks)) == (4, 2)
