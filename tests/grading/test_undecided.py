"""When an answer that did not pass has no verdict: the grader lacks a package, or a Python. No sandbox is needed."""

from __future__ import annotations

import json

import pytest

from bookutils.core.calling import Outcome, Raised
from bookutils.exercises.catalogue import find_exercise, load_chapter
from bookutils.grading import versions
from bookutils.grading.grader import Sheets, grade_program
from bookutils.grading.model import NOT_GRADED, JobResult, StepResult, TaskResult
from bookutils.grading.notebooks import read_notebook
from bookutils.grading.program import load_course_chapter, make_program
from bookutils.judging.judge import CHECK_SEED, plan_calls, reference_values
from tests.classroom import cell_of, code, fresh

CHAPTER = "01-activations"
SEED = 1
HEAD = "def relu_backward(x, upstream):\n"
NO_PANDAS = "No module named 'pandas'"
IN_FULL = f"ModuleNotFoundError: {NO_PANDAS}"
NAME_ERROR = Raised("NameError", "name 'pd' is not defined", 1, "pd")
FAILED = {"output_type": "error", "ename": "ModuleNotFoundError", "evalue": NO_PANDAS, "traceback": []}


@pytest.fixture(scope="module")
def course(repository):
    return load_course_chapter(repository / "notebooks" / f"{CHAPTER}.ipynb")


def right():
    """What a right `relu_backward` gives, for the secret and for the published inputs."""
    exercise = find_exercise("relu_backward")[1]
    made = {}
    for seed in (SEED, CHECK_SEED):
        calls = plan_calls(exercise, seed)
        values = reference_values(exercise, calls)
        made[len(made)] = (calls, [Outcome("returned", v, c.arguments) for c, v in zip(calls, values, strict=True)])
    return made


class Sandbox:
    """Says what it is told to say: of cells that hold a word, and of the calls."""

    def __init__(self, steps, called="raised", error=NAME_ERROR, missing=()):
        self.steps, self.called, self.error, self.missing = steps, called, error, missing

    def __call__(self, job, rate):
        steps = []
        for step in job.steps:
            known = [found for word, found in self.steps.items() if word in step.source and step.number]
            steps.append(known[0](step.number) if known else StepResult(step.number, "ran"))
        return JobResult(tuple(steps), tuple(map(self._task, job.tasks)))

    def _task(self, task):
        if self.called == "missing":
            return TaskResult(task.exercise, task.step, "missing")
        if self.called == "right":
            outcomes = next(made for calls, made in right().values() if [c.arguments[0].shape for c in calls]
                            == [i[0].shape for i in task.inputs])  # fmt: skip
        else:
            outcomes = [Outcome("raised", error=self.error)] * len(task.inputs)
        return TaskResult(task.exercise, task.step, "called", tuple(outcomes), missing=self.missing)


def lacking(name="pd", said=IN_FULL):
    return lambda number: StepResult(number, "ran", missing=((name, said),))


def raising(kind, text):
    return lambda number: StepResult(number, "raised", Raised(kind, text))


def grade(course, source, sandbox, added=(), outputs=(), python=""):
    """Grade a notebook with one answer, and cells added above it; outputs are those of the answer's cell."""
    notebook = fresh()
    cell = cell_of(notebook, "relu_backward")
    cell["source"], cell["outputs"] = source, list(outputs)
    notebook["cells"][1:1] = [code(text) for text in added]
    notebook["metadata"]["language_info"]["version"] = python
    exercises = load_chapter(CHAPTER)[0]
    program = make_program(read_notebook(json.dumps(notebook).encode()), course, exercises)
    grades = grade_program(program, "ann", CHAPTER, exercises, Sheets(SEED), sandbox)
    return next(grade for grade in grades if grade.exercise == "relu_backward")


USING = f"import pandas as pd\n{HEAD}    return pd.DataFrame(x)"


def test_an_import_that_nobody_uses_costs_nothing(course):
    """Does a right answer pass, and hear of the import that failed?"""
    told = grade(course, f"import pandas as pd\n{HEAD}    return x", Sandbox({"pandas": lacking()}, "right"))
    assert (told.status, told.points) == ("passed", told.max_points)
    assert "`import pandas as pd` failed in the grader: No module named 'pandas'." in told.feedback
    assert "tried without it" in told.message


def test_an_import_that_was_needed_leaves_no_verdict(course):
    """Is an answer that needs what the grader lacks not graded, with the reason and the remedy?"""
    told = grade(course, USING, Sandbox({"pandas": lacking()}))
    assert (told.status, told.points, told.parts) == (NOT_GRADED, 0, ())
    assert told.message == (
        "`import pandas as pd` failed in the grader: No module named 'pandas'. "
        "Install pandas where notebooks are graded, or ask for a notebook without it."
    )
    assert "no verdict yet" in told.feedback and "Install" not in told.feedback


def test_an_import_that_was_not_needed_excuses_nothing(course):
    """Is a wrong answer judged that does not use what could not be imported?"""
    told = grade(course, f"import pandas as pd\n{HEAD}    return x.foo", Sandbox({"pandas": lacking()}))
    assert told.status == "error"


def test_what_failed_for_the_learner_too_is_an_error(course):
    """Is an import that the notebook shows as failed the learner's own error?"""
    told = grade(course, USING, Sandbox({"pandas": lacking()}), outputs=[FAILED])
    assert told.status == "error" and "NameError" in told.message
    assert "`import pandas as pd` failed in the grader" in told.message


def test_a_helpers_import_counts_too(course):
    """Is an answer not graded whose helper, in another cell, needs what the grader lacks?"""
    helper = "import pandas as pd\ndef table(x):\n    return pd.DataFrame(x)"
    sandbox = Sandbox({"import pandas": raising("ModuleNotFoundError", NO_PANDAS)})
    assert grade(course, f"{HEAD}    return table(x)", sandbox, added=[helper]).status == NOT_GRADED
    assert grade(course, f"{HEAD}    return x.table", sandbox, added=[helper]).status == "error"


def test_an_import_inside_the_function_counts_too(course):
    """Is an answer not graded whose function imports what the grader lacks, and passes if it does not matter?"""
    source = f"{HEAD}    import pandas as pd\n    return pd.DataFrame(x)"
    told = grade(course, source, Sandbox({}, missing=(("pd", IN_FULL),)))
    assert told.status == NOT_GRADED and "Install pandas" in told.message
    told = grade(course, source, Sandbox({}, "right", missing=(("pd", IN_FULL),)))
    assert told.status == "passed" and "tried without it" in told.message


def test_an_import_by_hand_counts_too(course):
    """Is an answer not graded whose calls end in an error of an import?"""
    source = f"{HEAD}    return __import__('pandas').DataFrame(x)"
    error = Raised("ModuleNotFoundError", NO_PANDAS, 2, "return")
    assert grade(course, source, Sandbox({}, error=error)).status == NOT_GRADED


def test_a_name_that_a_newer_library_has_is_told(course):
    """Does the message of a name that this Python's own library lacks speak of Python, not of a package?"""
    said = "cannot import name 'batched' from 'itertools' (/usr/lib/itertools.py)"
    source = f"from itertools import batched\n{HEAD}    return list(batched(x, 2))"
    told = grade(course, source, Sandbox({"batched": lacking("batched", said)}), python="3.99.0")
    assert told.status == NOT_GRADED and "3.99" in told.message
    assert "/usr/lib" not in told.message and "Install" not in told.message


def test_an_import_tells_no_secret(course):
    """Is an import's error left out of a passed answer's words where it holds other words than the import's?"""
    told = grade(
        course, f"import pandas as pd\n{HEAD}    return x", Sandbox({"pandas": lacking(said="0.125")}, "right")
    )
    assert "0.125" not in told.message and "`import pandas as pd` failed in the grader." in told.message


NEWER = f"type Array = object\n{HEAD}    return x"
SLIP = "def relu_backward(x, upstream)\n    return x"
SYNTAX = {"relu_backward": raising("SyntaxError", "invalid syntax (<ipython-input-1-0123456789ab>, line 1)")}


@pytest.fixture
def on_311(monkeypatch):
    """Grade as Python 3.11 does, on whichever the tests run."""
    from bookutils.grading import undecided

    if versions.find_ruff() is None:
        pytest.skip("ruff is not installed")
    versions._ask_ruff.cache_clear()
    for module in (versions, undecided):
        monkeypatch.setattr(module, "own_version", lambda: (3, 11))


@pytest.mark.usefixtures("on_311")
class TestNewerSyntax:
    """Cells that this Python does not parse."""

    def test_it_leaves_no_verdict(self, course):
        """Does the message name both Pythons?"""
        told = grade(course, NEWER, Sandbox(SYNTAX, "missing"), python="3.12.4")
        assert (told.status, told.points) == (NOT_GRADED, 0)
        assert told.message == "This needs Python 3.12 or newer; graded here with 3.11. Grade with that Python."

    def test_a_helper_with_it_counts_too(self, course):
        """Is an answer not graded that builds on a cell with newer syntax, and another one judged?"""
        helper = "def table[T](x: T) -> T:\n    return x"
        sandbox = Sandbox({"def table": raising("SyntaxError", "expected '(' (<ipython-input-1-0>, line 1)")})
        assert grade(course, f"{HEAD}    return table(x)", sandbox, added=[helper]).status == NOT_GRADED
        assert grade(course, f"{HEAD}    return x.table", sandbox, added=[helper]).status == "error"

    def test_a_slip_is_an_error(self, course):
        """Is an ordinary slip 0 points, also in a notebook of a newer Python, and its line told?"""
        told = grade(course, SLIP, Sandbox(SYNTAX, "missing"), python="3.13.1")
        assert (told.status, told.points) == ("error", 0)
        assert told.message.startswith("The cell stops with SyntaxError: invalid syntax in line 1: `def relu_backward(")
        assert "ipython" not in told.message

    def test_what_the_learners_python_did_not_know_is_an_error(self, course):
        """Is newer syntax an error where the notebook was run with an older Python, or shows the error?"""
        assert grade(course, NEWER, Sandbox(SYNTAX, "missing"), python="3.11.2").status == "error"
        shown = {**FAILED, "ename": "SyntaxError"}
        assert grade(course, NEWER, Sandbox(SYNTAX, "missing"), outputs=[shown]).status == "error"

    def test_too_deep_for_this_python(self, course):
        """Is an answer not graded that a newer Python's compiler takes, and this one's not?"""
        too_deep = {"relu_backward": raising("RecursionError", "maximum recursion depth exceeded during compilation")}
        assert grade(course, f"{HEAD}    return x", Sandbox(too_deep, "missing"), python="3.13.0").status == NOT_GRADED
        assert grade(course, f"{HEAD}    return x", Sandbox(too_deep, "missing"), python="3.11.0").status == "error"


def test_lines_are_those_of_the_learners_cell(course):
    """Is a line's number right where the cell begins with empty lines, which IPython leaves out?"""
    told = grade(course, f"\n\n{SLIP}", Sandbox(SYNTAX, "missing"))
    assert "in line 3: `def relu_backward(" in told.message


def test_a_deleted_cell_is_not_to_be_filled_in(course):
    """Does the message of an answer that is nowhere speak of no cell above?"""
    notebook = fresh()
    notebook["cells"].remove(cell_of(notebook, "relu_backward"))
    exercises = load_chapter(CHAPTER)[0]
    program = make_program(read_notebook(json.dumps(notebook).encode()), course, exercises)
    grades = grade_program(program, "ann", CHAPTER, exercises, Sheets(SEED), Sandbox({}))
    told = next(grade for grade in grades if grade.exercise == "relu_backward")
    assert told.status == "not started" and told.message.startswith("No answer was found")


def test_a_foreign_cell_is_nobodys_answer(course):
    """Is a magic that fails in a foreign notebook's only cell blamed on no exercise?"""
    cell = code("%no_such_magic")
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    exercises = load_chapter(CHAPTER)[0]
    program = make_program(read_notebook(json.dumps(notebook).encode()), course, exercises)
    sandbox = Sandbox({"no_such": raising("UsageError", "Line magic function not found.")}, "missing")
    for told in grade_program(program, "ann", CHAPTER, exercises, Sheets(SEED), sandbox):
        assert (told.status, told.code) == ("not started", "")
        assert told.message.startswith("No answer was found")


def test_a_choice_has_one_try(course):
    """Of a choice that is made in several cells, is the last the only candidate?"""
    notebook = fresh()
    cell_of(notebook, "wake_unit")["source"] = 'wake_unit = "a"'
    notebook["cells"] += [code(f'wake_unit = "{option}"') for option in "bcd"]
    notebook["cells"].append(code('wake_unit = "a"\nrelu_backward = gelu = 1\nwake_unit = "e"'))
    program = make_program(read_notebook(json.dumps(notebook).encode()), course, load_chapter(CHAPTER)[0])
    found = [one for one in program.candidates if one.exercise == "wake_unit"]
    assert [program.steps[one.step].source.lstrip("# …\n") for one in found] == ['wake_unit = "e"']
