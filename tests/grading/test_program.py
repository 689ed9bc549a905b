"""What is run of a notebook, and where its answers are: whatever a learner did to the cells around them."""

from __future__ import annotations

import copy
import importlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.exercises.catalogue import load_chapter
from bookutils.grading import names
from bookutils.grading.libraries import set_for
from bookutils.grading.names import names_in, read_at_once
from bookutils.grading.notebooks import read_notebook
from bookutils.grading.program import load_course_chapter, make_program
from bookutils.grading.web import Web

CHAPTER = "01-activations"
ANSWER = "def relu_backward(x, upstream):\n    return np.where(x > 0, upstream, 0.0)"
IDS = [exercise.id for exercise in load_chapter(CHAPTER)[0]]


@pytest.fixture(scope="module")
def course(repository):
    return load_course_chapter(repository / "notebooks" / f"{CHAPTER}.ipynb")


@pytest.fixture
def notebook(repository):
    """A learner's notebook, as it was handed out, to be changed."""
    return json.loads((repository / "notebooks" / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))


def exercise_cell(notebook, id="relu_backward"):
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("bookutils", {}).get("exercise") == id)


def first_of(notebook, role):
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("bookutils", {}).get("role") == role)


def code(source):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}


def program_of(notebook, course):
    return make_program(read_notebook(json.dumps(notebook).encode()), course, load_chapter(CHAPTER)[0])


def answers(program, id="relu_backward"):
    """The sources in which an exercise's answer is looked for, those still to be filled in left out."""
    found = [candidate for candidate in program.candidates if candidate.exercise == id and not candidate.untouched]
    return [program.steps[candidate.step].source for candidate in found]


def test_nothing_filled_in_is_nothing_to_judge(notebook, course):
    """Is each exercise of a fresh notebook found, and untouched, and no demonstration among the steps?"""
    program = program_of(notebook, course)
    assert [candidate.exercise for candidate in program.candidates] == IDS
    assert all(candidate.untouched for candidate in program.candidates)
    assert {step.role for step in program.steps} == {"setup", "exercise"}
    assert not any("check(" in step.source or "show(" in step.source for step in program.steps if step.number)


def test_the_courses_setup_comes_first(notebook, course):
    """Do setup cells run first, also where the learner deleted them, and a learner's own changes after them?"""
    del notebook["cells"][
        [cell["metadata"].get("bookutils", {}).get("role") for cell in notebook["cells"]].index("setup")
    ]
    assert program_of(notebook, course).steps[0].source == course.setup[0].source


def test_each_cell_is_looked_at_once(notebook, course, monkeypatch):
    """Is no text parsed twice, from reading a notebook to asking which cells an answer builds on?"""
    exercise_cell(notebook)["source"] = ANSWER
    notebook["cells"] += [code("import os\nscale = 2"), code(f"import math\nbase = math.e\n{ANSWER}\ngelu = 'no'")]
    program_of(notebook, course)  # what the chapter hands out was looked at then
    parsed = []
    parse = names.parse
    monkeypatch.setattr(names, "parse", lambda text: parsed.append(text) or parse(text))
    program = program_of(notebook, course)
    set_for(program.steps)
    Web(program.steps).below(program.candidates[0].step)
    assert ANSWER in parsed and len(parsed) == len(set(parsed))


def edited(notebook):
    exercise_cell(notebook)["source"] = ANSWER


def duplicated(notebook):
    edited(notebook)
    twin = copy.deepcopy(exercise_cell(notebook))
    twin["source"] = "def relu_backward(x, upstream):\n    return upstream"
    notebook["cells"].append(twin)


def moved(notebook):
    edited(notebook)
    cell = exercise_cell(notebook)
    notebook["cells"].remove(cell)
    notebook["cells"].append(cell)


def deleted_and_written_anew(notebook):
    notebook["cells"].remove(exercise_cell(notebook))
    notebook["cells"].append(code(ANSWER))


def written_into_another_cell(notebook):
    notebook["cells"].append(code(ANSWER))


def stripped(notebook):
    edited(notebook)
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


def with_magics(notebook):
    exercise_cell(notebook)["source"] = f"%matplotlib inline\n!pip install nothing\n{ANSWER}"


def split_in_two(notebook):
    exercise_cell(notebook)["source"] = "def mask(x):\n    return x > 0"
    notebook["cells"].append(code("def relu_backward(x, upstream):\n    return mask(x) * upstream"))


CHANGES = (edited, duplicated, moved, deleted_and_written_anew, written_into_another_cell, stripped, with_magics,
           split_in_two)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_found_wherever_it_went(notebook, course, change):
    """Is the answer among the candidates, the rest untouched, whatever happened to its cell?"""
    change(notebook)
    program = program_of(notebook, course)
    found = answers(program)
    assert any("def relu_backward" in source for source in found)
    assert len(found) == (2 if change is duplicated else 1)
    assert ("relu_backward" in program.notes) == (change is duplicated)
    others = [c for c in program.candidates if c.exercise != "relu_backward"]
    assert all(candidate.untouched for candidate in others)
    assert not any(step.source.startswith(("check(", "predict(")) for step in program.steps)
    if change is split_in_two:
        assert any("def mask" in step.source for step in program.steps)


def test_a_cell_with_a_slip_is_still_the_answer(notebook, course):
    """Is an answer that is no Python found, so that its error is told rather than nothing?"""
    exercise_cell(notebook)["source"] = "def relu_backward(x, upstream)\n    return upstream"
    assert len(answers(program_of(notebook, course))) == 1


def test_a_demonstration_runs_only_when_an_answer_needs_it(notebook, course):
    """Is a changed demonstration run for a name that the answer uses, and otherwise not?"""
    shown = next(
        cell for cell in notebook["cells"] if cell["metadata"].get("bookutils", {}).get("role") == "demonstration"
    )
    shown["source"] = "def helper(x):\n    return x > 0"
    assert "helper" not in "".join(step.source for step in program_of(notebook, course).steps)
    exercise_cell(notebook)["source"] = "def relu_backward(x, upstream):\n    return helper(x) * upstream"
    assert "def helper" in "".join(step.source for step in program_of(notebook, course).steps)


def test_cells_that_need_what_stands_below_come_after_it(notebook, course):
    """Are cells that the learner ran in another order put where they find what they need, and no others moved?"""
    notebook["cells"] += [code("b = a + 1"), code("c = b + 1"), code("a = 1"), code("d = 1")]
    sources = [step.source for step in program_of(notebook, course).steps]
    assert sources[-4:] == ["a = 1", "d = 1", "b = a + 1", "c = b + 1"]
    notebook["cells"] += [code("e = f"), code("f = e")]  # nobody could run these
    assert [step.source for step in program_of(notebook, course).steps][-2:] == ["e = f", "f = e"]


def test_metadata_cannot_take_points_from_elsewhere(notebook, course):
    """Is a cell that claims to be another exercise, or a demonstration, judged by what it defines?"""
    exercise_cell(notebook)["source"] = ANSWER
    exercise_cell(notebook)["metadata"]["bookutils"] = {"exercise": "gelu", "role": "exercise", "points": 100}
    program = program_of(notebook, course)
    assert len(answers(program, "relu_backward")) == 1
    assert answers(program, "gelu") == []


@pytest.mark.parametrize(
    ("source", "tells"),
    [
        (
            "from bookutils.numerics.activations import functions\ndef gelu(x):\n    return functions.gelu(x)",
            True,
        ),
        (
            "from bookutils.numerics.activations.functions import gelu as theirs\ndef gelu(x):\n    return theirs(x)",
            True,
        ),
        ("import bookutils.numerics.activations.functions as a\ndef gelu(x):\n    return getattr(a, 'gelu')(x)", True),
        ("def gelu(x):\n    return x * 0.5", False),
    ],
)
def test_reaching_for_the_courses_own_is_told(notebook, course, source, tells):
    """Is an answer that calls the course's implementation noticed, and one that does not left alone?"""
    exercise = next(exercise for exercise in load_chapter(CHAPTER)[0] if exercise.id == "gelu")
    if not exercise.reference.__module__.startswith("bookutils.numerics"):
        pytest.skip("the reference is not public")
    exercise_cell(notebook, "gelu")["source"] = source
    assert ("gelu" in program_of(notebook, course).delegates) == tells


@pytest.mark.parametrize("chapter", ["00-start-here", "01-activations", "11-bert"])
def test_right_answers_of_every_chapter_are_found(repository, chapter):
    """With every exercise solved, is there one candidate each, none of them untouched?"""
    course = load_course_chapter(repository / "notebooks" / f"{chapter}.ipynb")
    exercises = load_chapter(chapter)[0]
    notebook = json.loads((repository / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    for exercise in exercises:
        kind = (
            f"def {exercise.answer}(*a):\n    return a" if exercise.kind == "function" else f"{exercise.answer} = 'a'"
        )
        exercise_cell(notebook, exercise.id)["source"] = kind
    program = make_program(read_notebook(json.dumps(notebook).encode()), course, exercises)
    assert [(c.exercise, c.untouched) for c in program.candidates] == [(e.id, False) for e in exercises]


@pytest.mark.parametrize(
    ("source", "defined"),
    [
        ("a, (b, *c) = f()", "a b c"), ("for i in x:\n    y = i", "i y"),
        ("with f() as g, h() as (k, l): pass", "g k l"), ("try:\n    import m.n\nexcept E as e:\n    q = 1", "m q"),
        ("if (w := 3): z: int = 4", "w z"),
        ("def f():\n    inner = 1", "f"), ("class C:\n    attribute = 1", "C"), ("[u for u in v]", ""),
        ("from a import b as c", "c"), ("x[0] = 1; y.z = 2", ""), ("def broken(:\n  pass\nvalue = 3", "broken value"),
        ("%time t = 3", ""), ("async def g(): pass", "g"), ("%%time\nt = 3", "t"), ("%%bash\nt=3", ""),
    ],
)  # fmt: skip
def test_names_are_those_that_python_binds(source, defined):
    """Does looking at a cell find what running it would bind at its top level?"""
    assert names_in(source).defined == frozenset(defined.split())


@pytest.mark.parametrize(
    ("source", "used", "at_once"),
    [
        ("def f(x):\n    y = x\n    return y + z", "z", ""), ("g = lambda x, n=m: x + k", "k m", "m"),
        ("@d\ndef f(x=a) -> None: pass", "a d", "a d"),
        ("class C(B):\n    y = z\n    def m(self): return w", "B w z", "B z"),
        ("w = [u for u in v]", "v", "v"), ("y = await f(x)", "f x", "f x"), ("print(x)\nassert y", "print x y", ""),
    ],
)  # fmt: skip
def test_names_that_a_cell_needs_are_the_notebooks(source, used, at_once):
    """Are the names that a cell takes from the notebook told apart from its functions' own, and from later needs?"""
    names = names_in(source)
    assert (names.used, read_at_once(names, frozenset())) == (frozenset(used.split()), frozenset(at_once.split()))


@given(st.text(max_size=200))
def test_any_text_has_names(source):
    """Does no text of a cell end in an exception?"""
    names_in(source)
    names_in("(" * 500 + source)


def test_answers_of_the_proof_are_recognised():
    """Are the right answers that the proof knows found by their names?"""
    module = importlib.import_module("tests.proof.answers.activations")
    assert set(module.RIGHT) <= set(IDS)
