"""Slips of an author: is each told in one sentence, with the file and the line of the description?"""

from __future__ import annotations

import re
from dataclasses import replace
from inspect import currentframe
from pathlib import Path

import numpy as np
import pytest

from bookutils.core.errors import ExerciseError
from bookutils.judging.judge import plan_calls
from bookutils.judging.model import Case, Exercise, Mistake, Option, Part, Prediction, Tolerance, case, choice
from bookutils.judging.switches import mistakes_of


def cases(rng):
    yield case(float(rng.uniform(1, 2)))


def double(x):
    return 2 * x


PART = Part("numbers", 1, cases)
MISTAKE = Mistake("half", double, "Half of it.", "Is it?", "Do not.")
ROW = ("half", "Half of it.", "Is it?", "Do not.")


def make(**fields):
    return Exercise(
        **{"id": "double", "answer": "double", "asks": "Twice.", "reference": double, "parts": (PART,)} | fields
    )


SLIPS = {
    "one part and no tuple": (
        lambda: make(parts=PART), "`parts` is a Part and no tuple. Write a tuple; with one entry it has a comma"),
    "a list": (lambda: make(parts=[PART]), "`parts` is a list and no tuple"),
    "something else among parts": (lambda: make(parts=(PART, "x")), "entry 1 of `parts` is a str and no Part"),
    "no star": (lambda: make(mistakes=((MISTAKE,),)), r"entry 0 of `mistakes` is a tuple.*Put a star before it"),
    "one hint and no tuple": (lambda: make(hints="Think."), "`hints` is a str and no tuple"),
    "a reference that was called": (lambda: make(reference=double(2)), "`reference` is an int and no function"),
    "no id": (lambda: make(id=""), "`id` is empty"),
    "a tolerance that is a number": (lambda: make(tolerance=1e-5), "`tolerance` is 1e-05"),
    "options in a list": (lambda: make(options=[Option("a", "b")]), "`options` is a list and no dict"),
    "optional with points": (lambda: make(optional=True), "is optional and has points. Set the points"),
    "a part without points": (lambda: make(parts=(Part("a", 0, cases),)), "has a part without points"),
    "an unknown kind": (lambda: make(kind="number"), "is of the kind 'number'"),
    "half a point": (lambda: Part("a", 0.5, cases), "has 0.5 points"),
    "cases that were called": (lambda: Part("a", 1, cases(np.random.default_rng())), "is a generator and no function"),
    "a number as a case": (lambda: Case(3), "The arguments of a case are no tuple"),
    "a negative tolerance": (lambda: Tolerance(-1.0), "rtol=-1.0"),
    "an empty sentence": (lambda: Mistake("a", double, "", "b", "c"), "Mistake 'a': `evidence` is empty"),
    "a function in no tuple": (lambda: Mistake("a", double, "a", "b", "c", double), "`also` is a function and no"),
    "a row too short": (lambda: mistakes_of(double, ROW, ROW[:3]), r"Row 2 of the mistakes \('half'\) has 3 entries"),
    "a row too long": (lambda: mistakes_of(double, (*ROW, "x")), r"Row 1 of the mistakes \('half'\) has 5 entries"),
    "a row that is a text": (lambda: mistakes_of(double, *ROW), "Row 1 of the mistakes is a str and no tuple"),
    "a sentence that is none": (lambda: mistakes_of(double, (*ROW[:3], None)), "its fix is None"),
    "an option that is a text": (lambda: choice("c", "Which?", {"a": "b"}), "the option 'a' is a str"),
    "no right option": (lambda: Prediction("p", "Which?", {"a": Option("a", "b")}), "needs exactly one right option"),
    "an option without an answer": (lambda: Option("a", ""), "`says` is empty"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_a_sentence_with_file_and_line(slip):
    """Does the message begin with the line of this file on which the thing is made?"""
    make_it, says = SLIPS[slip]
    with pytest.raises(ExerciseError) as told:
        make_it()
    place, line, sentence = re.fullmatch(r"(?s)([^:]+):(\d+): (.*)", str(told.value)).groups()
    assert Path(place).name == Path(__file__).name
    assert int(line) in {make_it.__code__.co_firstlineno, make.__code__.co_firstlineno + 1}
    assert re.search(says, sentence), sentence


def test_an_exercise_knows_where_it_is_described():
    """Is it the line of whoever makes it, and of whoever makes another one from it?"""
    line = currentframe().f_lineno
    made = Exercise("double", "double", "Twice.", double, (PART,))
    other = replace(made, id="other")
    assert [one.where.rpartition(":")[2] for one in (made, other)] == [str(line + 1), str(line + 2)]
    assert made == replace(other, id="double"), "two of them are the same wherever they were made"


def test_what_a_part_draws_is_looked_at_too():
    """Is a part named whose cases yield something else?"""
    exercise = make(parts=(Part("numbers", 1, lambda rng: [(1.0,)]),))
    with pytest.raises(ExerciseError, match=r"test_slips\.py:\d+: The cases of the part 'numbers' yield a tuple"):
        plan_calls(exercise, 0)
