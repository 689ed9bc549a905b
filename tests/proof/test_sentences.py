"""What the proof says to an author: is each slip one sentence with file and line, that shows what came back?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bookutils.judging.judge import judge, make_calls, plan_calls
from bookutils.judging.model import Exercise, Mistake, Part, case
from tests.proof.sentences import need_mistakes, need_named


def double(x):
    return 2 * x


def cases(rng):
    for last in (1.5,) * 3:
        yield case(np.array([3.0, last]))


def mistake(id, function):
    return Mistake(id, function, f"Seen: {id}.", "Why?", "Do not.")


SAME = mistake("swapped", lambda x: x + x)
SQUARE = mistake("square", lambda x: x**2)
EXERCISE = Exercise("double", "double", "Twice.", double, (Part("numbers", 1, cases),), (SAME, SQUARE))


def said(look, *arguments):
    with pytest.raises(pytest.fail.Exception) as failed:
        look(*arguments)
    return str(failed.value)


def verdict_on(exercise, function):
    calls = plan_calls(exercise, 0)
    return judge(exercise, calls, make_calls(exercise, calls, function))


def test_too_few_mistakes_are_counted_and_named():
    """Does the author read how many there are, which, and where?"""
    text = said(need_mistakes, EXERCISE)
    assert text == f"{EXERCISE.where}: double: 2 mistakes are described (swapped, square); 5 are needed."
    assert "no mistake is described" in said(need_mistakes, replace(EXERCISE, mistakes=()))


def test_a_mistake_that_is_none_shows_what_it_returned():
    """Is it said which mistake behaves like the reference, and for which input it returned what?"""
    text = said(need_named, EXERCISE, SAME, SAME.function, 0, verdict_on(EXERCISE, SAME.function))
    assert text.startswith(
        f"{EXERCISE.where}: double: the mistake 'swapped' behaves like the reference: for ([3, 1.5])"
    )
    assert "it returned [6, 3], which is right" in text


def test_a_mistake_that_is_told_as_another_is_named_with_both():
    """Are both names said, and the seed?"""
    text = said(need_named, EXERCISE, SAME, SQUARE.function, 7, verdict_on(EXERCISE, SQUARE.function))
    assert "the mistake 'swapped', in another form" in text
    assert "is told as 'square' (seed 7)" in text


def test_a_mistake_that_nobody_recognises_shows_what_a_learner_reads():
    """Does the author see the sentence that stands there instead?"""
    text = said(need_named, EXERCISE, SQUARE, lambda x: x + 1, 0, verdict_on(EXERCISE, lambda x: x + 1))
    assert "is not named (seed 0); a learner reads: " in text
    assert "[4, 2.5]" in text


def test_a_mistake_that_is_named_says_nothing():
    """Is there no sentence where all is well?"""
    need_named(EXERCISE, SQUARE, SQUARE.function, 0, verdict_on(EXERCISE, SQUARE.function))
