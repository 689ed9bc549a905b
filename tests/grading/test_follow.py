"""An answer that builds on an earlier one: it pays for its own mistakes, and for those of no other."""

from __future__ import annotations

import json

import pytest

from bookutils.exercises.catalogue import CHAPTERS, find_exercise, load_chapter
from bookutils.grading.follow import calls_itself_for, follow_through
from bookutils.grading.grader import Sheets, grade_program
from bookutils.grading.model import Candidate, JobResult, StepResult, TaskResult
from bookutils.grading.names import names_in
from bookutils.grading.notebooks import read_notebook
from bookutils.grading.program import load_course_chapter, make_program
from bookutils.grading.web import Web
from tests.classroom import ROOT, cell_of, code, fill, fresh, solutions
from tests.grading.test_grader import grade  # noqa: F401

# What the course's own solutions build on: answer -> those before it.
PAIRS = {
    "network_step": ("dense_backward",),
    "adamw_step": ("adam_step",),
    "largest_batch": ("train_bytes",),
    "tokenizer_hunt": ("split_words", "wordpiece", "encode_batch"),
    "multi_head": ("attention", "split_heads"),
    "encoder_block": ("layer_norm", "feed_forward"),
    "write_on": ("apply_temperature",),
}


def test_these_are_the_pairs_of_the_course():
    """Are all answers known here that build on earlier ones?"""
    found = {}
    for chapter in CHAPTERS:
        exercises = load_chapter(chapter)[0]
        for number, exercise in enumerate(exercises):
            used = names_in(solutions(chapter)[exercise.id]).used
            earlier = tuple(other.id for other in exercises[:number] if other.answer in used)
            if earlier:
                found[exercise.id] = earlier
    assert found == PAIRS


def wrong(exercise):
    """An answer that runs and is wrong."""
    return f"def {find_exercise(exercise)[1].answer}(*given, **named):\n    return 0.125"


def broken(exercise):
    """An answer that fails."""
    return f"def {find_exercise(exercise)[1].answer}(*given, **named):\n    return 1 / 0"


def slip(exercise):
    """An answer with an error of syntax."""
    return f"def {find_exercise(exercise)[1].answer}(*given, **named)\n    return 0"


def gone(exercise):
    """A cell in which the answer does not stand."""
    return "# later"


@pytest.mark.parametrize("earlier", [wrong, broken, slip, gone, None])
@pytest.mark.parametrize("exercise", PAIRS)
def test_a_right_answer_on_a_wrong_one_earns_its_points(grade, exercise, earlier):  # noqa: F811
    """Is it judged with the course's own, told so, flagged, and not taken for delegation?"""
    chapter = find_exercise(exercise)[0]
    filled = dict(solutions(chapter))
    for other in PAIRS[exercise]:
        if earlier is None:
            del filled[other]
        else:
            filled[other] = earlier(other)
    told = grade(filled, chapter=chapter)
    one = told[exercise]
    assert (one.status, one.points, one.flags) == ("passed", one.max_points, ("follow-through",)), one.message
    for words in (one.message, one.feedback):
        assert "judged with the course's own" in words
        assert all(f"`{find_exercise(other)[1].answer}`" in words for other in PAIRS[exercise])
    assert all(told[other].status not in ("passed", "not graded") for other in PAIRS[exercise])
    others = set(told) - {exercise, *PAIRS[exercise]}
    assert {(told[other].status, told[other].flags) for other in others} == {("passed", ())}


CHAPTER = "05-optimizers"
HEAD = "def adamw_step(theta, grad, m, v, t, is_weight, learning_rate=0.001, weight_decay=0.01):\n"
MOVE = "    moved, m, v = adam_step(theta, grad, m, v, t, learning_rate)\n"


def test_a_wrong_answer_on_a_wrong_one_stays_wrong(grade):  # noqa: F811
    """Is what is wrong by itself not made right by the course's own, and its own mistake told?"""
    wrong_by_itself = f"{HEAD}{MOVE}    return moved + 7.0, m, v"
    told = grade({"adam_step": wrong("adam_step"), "adamw_step": wrong_by_itself}, chapter=CHAPTER)["adamw_step"]
    assert told.points < told.max_points and told.status in ("not yet", "partly")
    assert "unpack" not in told.message and told.flags == ("follow-through",)


def test_what_does_not_help_is_not_told(grade):  # noqa: F811
    """Is an answer left as it is that mentions an earlier one, and gains nothing by the course's own?"""
    told = grade(
        {"adam_step": wrong("adam_step"), "adamw_step": f"{HEAD}    adam_step\n    return 0.5"}, chapter=CHAPTER
    )
    assert (told["adamw_step"].points, told["adamw_step"].flags) == (0, ())
    assert "course's own" not in told["adamw_step"].message


def test_it_reaches_through_helpers(grade):  # noqa: F811
    """Is the course's own used where a helper, in another cell, calls the earlier answer?"""
    answer = f"{HEAD}{MOVE.replace('adam_step', 'my_step')}" + (
        "    return moved - learning_rate * weight_decay * is_weight * theta, m, v"
    )
    helper = "def my_step(*given):\n    return adam_step(*given)"
    told = grade({"adam_step": wrong("adam_step"), "adamw_step": answer}, added=[helper], chapter=CHAPTER)
    assert (told["adamw_step"].status, told["adamw_step"].flags) == ("passed", ("follow-through",))


def test_nothing_is_exchanged_below(grade):  # noqa: F811
    """Does an earlier answer that merely calls a later one earn nothing by the course's own?"""
    told = grade({"adam_step": "def adam_step(*given):\n    return adamw_step(*given, 0.0)"}, chapter=CHAPTER)
    assert told["adam_step"].points == 0 and "follow-through" not in told["adam_step"].flags


def test_a_choice_gets_no_second_try(repository):
    """Is a choice never judged again that looks at an earlier answer?"""
    chapter = "01-activations"
    course = load_course_chapter(repository / "notebooks" / f"{chapter}.ipynb")
    exercises = load_chapter(chapter)[0]
    notebook = fill(fresh(), {"gelu": wrong("gelu"), "wake_unit": 'wake_unit = "a" if gelu(1.0) > 0.8 else "b"'})
    program = make_program(read_notebook(json.dumps(notebook).encode()), course, exercises)
    exercise = next(one for one in exercises if one.id == "wake_unit")
    (candidate,) = [one for one in program.candidates if one.exercise == "wake_unit"]
    assert follow_through(exercise, candidate, exercises, (), program, Web(program.steps)) is None


def test_the_names_are_the_courses_wherever_the_learner_binds_them(repository):
    """Do the course's own stand after its setup, and after each cell that binds them, and is the place kept?"""
    course = load_course_chapter(repository / "notebooks" / f"{CHAPTER}.ipynb")
    exercises = load_chapter(CHAPTER)[0]
    notebook = fill(fresh(CHAPTER), solutions(CHAPTER))
    notebook["cells"].append(code("adam_step = 3"))
    program = make_program(read_notebook(json.dumps(notebook).encode()), course, exercises)
    exercise = next(one for one in exercises if one.id == "adamw_step")
    (candidate,) = [one for one in program.candidates if one.exercise == "adamw_step"]
    follow = follow_through(exercise, candidate, exercises, (), program, Web(program.steps))
    sources = [step.source for step in follow.program.steps]
    line = "from bookutils.numerics.optimizers.steps import adam_step as adam_step"
    assert sources.count(line) == 3 and sources[-2:] == ["adam_step = 3", line]
    assert "def adamw_step" in sources[follow.candidate.step]
    assert [step.source for step in follow.program.steps if not step.number][-1] == line


def test_where_the_course_calls_itself_it_is_known():
    """Is it seen whether the course's own earlier answer enters the later one?"""

    class Fake:
        def __init__(self, reference):
            self.reference = reference

    from bookutils.numerics.activations.functions import log_sigmoid
    from bookutils.numerics.optimizers.steps import adam_step, adamw_step

    assert calls_itself_for([Fake(adamw_step)], Fake(adam_step))
    assert not calls_itself_for([Fake(adam_step)], Fake(adamw_step))
    assert not calls_itself_for([Fake(adam_step)], Fake(log_sigmoid))
    assert not calls_itself_for([Fake(3)], Fake(log_sigmoid))


def test_a_cell_knows_what_it_builds_on(repository):
    """Are cells followed by the names that they use, through each other, and in circles?"""
    course = load_course_chapter(repository / "notebooks" / "01-activations.ipynb")
    notebook = fresh()
    cell_of(notebook, "relu_backward")["source"] = "def relu_backward(x, upstream):\n    return a(x)"
    notebook["cells"] += [code("def a(x):\n    return b(x)"), code("def b(x):\n    return a(x) + c"), code("c = 1")]
    notebook["cells"] += [code("d = 1"), code("type c = this is no Python\nc = d")]
    program = make_program(read_notebook(json.dumps(notebook).encode()), course, load_chapter("01-activations")[0])
    (candidate,) = [one for one in program.candidates if one.exercise == "relu_backward"]
    assert isinstance(candidate, Candidate)
    web = Web(program.steps)
    below = [program.steps[step].source for step in sorted(web.below(candidate.step))][1:]
    assert {source.split("\n")[0] for source in below} == {
        "def a(x):", "def b(x):", "c = 1", "type c = this is no Python", "d = 1"
    }  # fmt: skip
    assert web.below(candidate.step, frozenset({"a"})) == {candidate.step}


def test_who_used_up_the_time_is_not_tried_again_and_again():
    """Are no further tries made, but for the one that finds the words, when a first one took all the time?"""
    chapter = find_exercise("encoder_block")[0]
    notebook = fill(fresh(chapter), {**solutions(chapter), **{name: wrong(name) for name in PAIRS["encoder_block"]}})
    exercises = load_chapter(chapter)[0]
    course = load_course_chapter(ROOT / "notebooks" / f"{chapter}.ipynb")
    program = make_program(read_notebook(json.dumps(notebook).encode()), course, exercises)
    tries = []

    def run(job, _rate):
        tries.append(job)
        tasks = tuple(TaskResult(task.exercise, task.step, "limit", limit="time") for task in job.tasks)
        return JobResult(tuple(StepResult(step.number, "ran") for step in job.steps), tasks, job.limits.total_seconds)

    grades = grade_program(program, "eve", chapter, exercises, Sheets(1), run)
    assert len(tries) == 2 and {one.points for one in grades} == {0}
