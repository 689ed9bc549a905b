"""What a chapter's text says of its exercises: is each sentence that is not true named, with its line?"""

from __future__ import annotations

import pytest

from bookutils.authoring.build import check_sources
from bookutils.authoring.counts import count_problems, stated
from bookutils.authoring.course import described, find_course
from bookutils.core.errors import BookError
from bookutils.judging.model import Option, choice

HUNT = choice("double_hunt", "Which line?", {key: Option(key, "So.", right=key == "a") for key in "abc"})


def cell(id: str) -> str:
    return f"\n\n```{{code-cell}} ipython3\n:tags: [exercise]\n:exercise: {id}\n\nx = 1\n```\n\n"


@pytest.fixture
def catalogue(authored):
    """Two graded exercises, an optional hunt, and a prediction."""
    exercises = (authored.exercise("double"), authored.exercise("triple"), HUNT)
    return {"01-small": (exercises, (authored.prediction("up"),))}


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("# One\n\nThere are three graded exercises.", 6, "“three graded exercises”; the chapter's exercises make 2"),
        ("There are\nfour graded\nexercises and one optional one.", 5, "“four graded exercises”"),
        ("There are 2 graded exercises\nand 4 optional ones.", 5, "“4 optional ones”; the chapter's exercises make 1"),
        ("Two graded exercises, one optional one and two error hunts.", 4, "“one optional one and two error hunts”"),
        ("Text.\n\n**It needs** time, and makes\ntwo predictions.", 7, "“two predictions”"),
        ("## Two error hunts\n\n**Optional exercise.** Look." + cell("double_hunt"), 4, "promises two"),
        ('**Optional exercise.** Set `double_hunt` to `"a"` or `"b"`.', 4, "offers a, b for `double_hunt`"),
        ('Set `double_hunt` to `"a"`, `"b"`, `"c"` or\n`"d"`.', 4, "its options are a, b, c."),
        ("Find the line." + cell("double_hunt"), 6, "`double_hunt` is optional, and the text above does not say so"),
        ("**Optional exercise.** Double." + cell("double"), 6, "`double` is graded, and the text above calls it"),
    ],
)
def test_a_sentence_that_is_not_true_is_named(write, catalogue, body, line, says):
    """Does the problem stand at the line of the sentence, and say what is there?"""
    found = list(count_problems([write(body)], catalogue))
    assert [(problem.line, says in problem.what) for problem in found] == [(line, True)], found


@pytest.mark.parametrize(
    "body",
    [
        "There are two graded exercises and one optional one.",
        "Two\ngraded exercises, no optional ones and an error hunt.",
        "A model costs two more predictions. Five exercises like this make a habit.",
        "**It needs** time.\n\nThis costs two predictions for each parameter.",
        '## An error hunt\n\n**Optional exercise.** Set `double_hunt` to `"a"`, `"b"` or `"c"`.' + cell("double_hunt"),
        "It gives no points." + cell("double_hunt") + "Now the real one." + cell("double"),
        "Set `double_hunt` to a letter, and `other` to `\"x\"` or `\"y\"`.",
    ],
)  # fmt: skip
def test_what_is_true_or_means_something_else_is_left_alone(write, catalogue, body):
    """Do true counts, other numbers and other predictions pass?"""
    assert not list(count_problems([write(body)], catalogue))


def test_the_build_refuses_a_wrong_count(course, catalogue):
    """Does the build name such a sentence, with the chapter's file?"""
    path = course.chapters_dir / "01-small.md"
    path.write_text(path.read_text() + "\nThere are nine graded exercises.\n")
    with pytest.raises(BookError, match=r"01-small\.md.*nine graded exercises"):
        check_sources(course, course.chapters(), course.chapters(), {"01-small": (catalogue["01-small"][0][:1], ())})


def test_every_chapter_with_points_says_how_many_exercises_there_are():
    """Does each chapter with graded exercises tell learners how many, and how many optional ones there are?"""
    catalogue = described()
    for chapter in find_course().chapters():
        graded = [exercise for exercise in catalogue[chapter.name][0] if exercise.points]
        assert set(stated(chapter)) == ({"graded", "optional"} if graded else set()), chapter.name
    assert not list(count_problems(find_course().chapters(), catalogue))
