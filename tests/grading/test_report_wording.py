"""The instructor's wording: does no sentence speak to a learner, whatever mistake, option or error it tells?"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.exercises.catalogue import all_exercises
from bookutils.grading.model import Grade
from bookutils.grading.reports.behaviours import behaviour
from bookutils.grading.reports.text import sentence_pieces
from bookutils.grading.reports.wording import about_learners, for_instructor, is_not_started, tidy, without_ticks
from bookutils.judging import judge
from bookutils.judging.judge import make_calls, plan_calls

ADDRESS = re.compile(r"\byou(r|rs|rself|rselves)?\b", re.IGNORECASE)
EXERCISES = [pytest.param(exercise, id=exercise.id) for _chapter, exercise in all_exercises()]


def outside_code(sentence):
    return re.sub(r"`[^`]*`", "", sentence)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_sentence_of_the_course_speaks_to_the_instructor_as_to_a_learner(exercise):
    """Do evidence, question, options and what is asked lose their "you", and keep all other words and their code?"""
    sentences = [text for one in exercise.mistakes for text in (one.evidence, one.question, one.fix)]
    sentences += [text for option in exercise.options.values() for text in (option.text, option.says)]
    for sentence in [*sentences, exercise.asks, *(part.name for part in exercise.parts)]:
        told = about_learners(sentence)
        assert not ADDRESS.search(outside_code(told)), told
        assert re.findall(r"`[^`]*`", told) == re.findall(r"`[^`]*`", sentence)
        others = re.compile(r"\b(?!(?:you|their|they|them|theirs|themselves)\w*\b)\w+", re.IGNORECASE)
        assert others.findall(outside_code(told)) == others.findall(outside_code(sentence))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("You return `x`.", "They return `x`."),
        ("An example costs you nothing; with you it counts.", "An example costs them nothing; with them it counts."),
        ("No token of yours stays, and you do it yourself.", "No token of theirs stays, and they do it themselves."),
        ("In `your_mask` you're right.", "In `your_mask` they're right."),
        ("YOUR result", "Their result"),
        ("Young yours truly: youth", "Young theirs truly: youth"),
        ("you your you", "they their they"),
    ],
)
def test_the_rules(said, told):
    """Is "you" turned by its place in the sentence, and is code left alone?"""
    assert about_learners(said) == told


@given(st.lists(st.sampled_from(["you", "Your", "with", "x", "`your`", ".", "yours", "costs", ","]), max_size=8))
def test_whatever_the_words_nobody_is_addressed(words):
    """Is there no order of words in which a "you" is passed over?"""
    assert not ADDRESS.search(outside_code(about_learners(" ".join(words))))


def test_an_answer_that_is_not_there_is_told_without_the_cell_above():
    """Is the judge's sentence on every exercise that was not started recognised, also with a note behind it?"""
    for _chapter, exercise in all_exercises():
        says = judge.not_started(exercise).evidence
        assert is_not_started(says) and "cell above" in says
        assert for_instructor(f"{says} There were two cells.") == "No answer was found. There were two cells."


@pytest.mark.parametrize("name", ["<ipython-input-1-0f3a>", "<cell 3>", "<string>", "<unknown>"])
def test_a_syntax_error_names_its_line_and_nothing_else(name):
    """Is the name that Python makes up for a cell taken out?"""
    assert tidy(f"SyntaxError: invalid syntax ({name}, line 2)") == "SyntaxError: invalid syntax (line 2)"
    assert tidy("x < 3 and y > 2, line 2") == "x < 3 and y > 2, line 2"


def test_ticks_go_in_pairs():
    """Do backticks around code go, and does a lone one stay?"""
    assert without_ticks("Is `x` or `y` 5` long?") == "Is x or y 5` long?"


def test_no_star_is_left_of_what_is_stressed():
    """Do all sentences of the course lose the stars around a word, in tables and on pages, and does code keep its?"""
    for _chapter, exercise in all_exercises():
        for sentence in [text for one in exercise.mistakes for text in (one.evidence, one.question, one.fix)]:
            pieces = sentence_pieces(sentence)
            shown = "".join(piece for piece, is_code in pieces if not is_code)
            assert not re.search(r"(?<!\w)\*\w[^*]*\w\*(?!\w)", shown), shown
            assert re.findall(r"`([^`]+)`", sentence) == [piece for piece, is_code in pieces if is_code]
    assert without_ticks("The *last two* of `*args*`") == "The last two of *args*"


def never(x, upstream):
    while True:
        pass


WRONG = {
    "endless": (never, "Was still running when its time was up."),
    "shape": (lambda x, upstream: [1.0, 2.0, 3.0, 4.0, 5.0], "Returns another shape."),
    "nothing": (lambda x, upstream: None, "Returns nothing."),
    "error": (lambda x, upstream: x.no_such_thing, "Stops with `AttributeError`."),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_answers_without_a_name_are_grouped_by_what_they_do(kind):
    """Is what the judge really says of a wrong shape, of nothing and of an error told as a group?"""
    exercise = next(one for _chapter, one in all_exercises() if one.id == "relu_backward")
    answer, wanted = WRONG[kind]
    calls = plan_calls(exercise, 7)
    verdict = judge.judge(exercise, calls, make_calls(exercise, calls, answer))
    assert verdict.mistake is None
    parts = tuple((part.name, part.passed, part.earned, part.points) for part in verdict.parts)
    grade = Grade("A", "01", exercise.id, verdict.status, 0, 3, verdict.evidence, parts=parts)
    assert behaviour(grade, exercise).startswith(wanted), verdict.evidence
