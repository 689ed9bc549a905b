"""From a notebook to grades, through a real sandbox: right, wrong, half, hostile, and everything between."""

from __future__ import annotations

import importlib
import json

import pytest

from bookutils.exercises.catalogue import CHAPTERS, load_chapter
from bookutils.feedback.checking import check
from bookutils.grading.grader import FLAG, FORBID
from bookutils.grading.libraries import NUMPY, TENSORFLOW
from bookutils.grading.model import Limits, Submission
from bookutils.grading.sandbox.choice import WARM
from bookutils.grading.worker import Setting, Worker

CHAPTER = "01-activations"
LIMITS = Limits(cell_seconds=3.0, total_seconds=60.0)
RIGHT = "def relu_backward(x, upstream):\n    return np.where(np.asarray(x) > 0, upstream, 0.0)"
WRONG = "def relu_backward(x, upstream):\n    return np.where(x > 0, 1.0, 0.0)"


@pytest.fixture
def grade(repository, servers, tmp_path):
    """Grade a chapter's notebook with some cells filled in and some added: exercise -> Grade."""

    def run(filled, added=(), chapter=CHAPTER, seed=1, delegation=FLAG):
        notebook = json.loads((repository / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            ours = cell["metadata"].get("bookutils", {})
            if ours.get("exercise") in filled:
                cell["source"] = filled[ours["exercise"]]
        code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        notebook["cells"] += [{**code, "source": source} for source in added]
        path = tmp_path / f"{chapter}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        addresses = {name: servers.address(name) for name in (NUMPY, TENSORFLOW)}
        worker = Worker(Setting(repository / "notebooks", seed, WARM, addresses, {}, LIMITS, delegation))
        graded = worker.grade(Submission("anna", chapter, path))
        result = getattr(graded, "result", graded)
        assert [grade.exercise for grade in result.grades] == [e.id for e in load_chapter(chapter)[0]], result.reason
        return {grade.exercise: grade for grade in result.grades}

    return run


def source_of(path):
    """A right answer as a cell: the solution that the chapter's authors wrote."""
    from bookutils.authoring.markers import without_markers
    from bookutils.authoring.source import read_chapter

    return {cell.exercise: without_markers(cell).source for cell in read_chapter(path).cells if cell.exercise}


@pytest.mark.parametrize("chapter", [name for name in CHAPTERS if name != "11-bert"])
def test_the_authors_own_solutions_earn_everything(grade, repository, chapter):
    """Does the solved edition of a chapter earn all its points, whatever the seed?"""
    solved = source_of(repository / "chapters" / f"{chapter}.md")
    for seed in (1, 2):
        grades = grade(solved, chapter=chapter, seed=seed)
        assert {name: (g.status, g.points) for name, g in grades.items()} == {
            name: ("passed", g.max_points) for name, g in grades.items()
        }


@pytest.mark.tensorflow
def test_a_chapter_with_tensorflow_is_graded_too(grade, repository):
    """Do the setup cells of chapter 11 run in the sandbox, and its solutions earn everything?"""
    grades = grade(source_of(repository / "chapters" / "11-bert.md"), chapter="11-bert")
    assert {g.status for g in grades.values()} == {"passed"}, grades


def test_nothing_filled_in_is_not_started(grade):
    """Does a notebook as it was handed out earn nothing, and frighten nobody?"""
    assert {(g.status, g.points) for g in grade({}).values()} == {("not started", 0)}


def test_a_mistake_gets_the_sentence_that_check_gives(grade):
    """Is the message the one that the learner's own `check` would have shown, with the mistake's name?"""
    import numpy as np

    namespace = {"np": np}
    exec(WRONG, namespace)
    shown = check("relu_backward", namespace).verdict
    told = grade({"relu_backward": WRONG})["relu_backward"]
    assert told.mistake == shown.mistake == "upstream_ignored"
    assert told.message.startswith(shown.evidence) and shown.question in told.message
    assert "it should be" in told.message and "it should be" not in told.feedback
    assert told.feedback.startswith(shown.closed) and shown.question in told.feedback
    assert told.points < told.max_points


def test_prints_scratch_cells_and_another_way_cost_nothing(grade):
    """Do noise, warnings, failing cells, magics and lists for arrays leave a right answer its points?"""
    answer = (
        "%matplotlib inline\nimport warnings\ndef relu_backward(x, upstream):\n    print('hello')\n"
        "    warnings.warn('careful')\n    return [u if v > 0 else 0.0 for v, u in zip(x, upstream)]"
        " if np.ndim(x) == 1 else np.where(np.asarray(x) > 0, upstream, 0.0)"
    )
    told = grade({"relu_backward": answer}, added=["1 / 0", "input('name?')", "!ls /", "%%time\nx = 1"])
    assert told["relu_backward"].status == "passed"


def test_of_duplicates_the_best_counts_and_it_is_said(grade):
    """When an answer is there twice, does the better one count, wherever it stands?"""
    told = grade({"relu_backward": RIGHT}, added=[WRONG])["relu_backward"]
    assert told.status == "passed" and told.code == RIGHT
    assert "Several cells" in told.message


def test_a_slip_in_one_cell_costs_that_exercise_alone(grade):
    """Is a syntax error told with Python's own words, and are the others graded?"""
    broken = "def relu_backward(x, upstream)\n    return 0"
    told = grade({"relu_backward": broken, "dead_fraction": "def dead_fraction(activations):\n    return 0.5"})
    assert told["relu_backward"].status == "error" and "SyntaxError" in told["relu_backward"].message
    assert told["dead_fraction"].status in ("not yet", "partly")


def test_a_hostile_cell_costs_nobody_their_points(grade):
    """Do cells that exit, hang or patch what compares leave a right answer its points, and give a wrong one none?"""
    hostile = [
        "import os\nos._exit(0)", "while True: pass",
        "import numpy as np\nnp.array_equal = np.allclose = np.testing.assert_allclose = lambda *a, **k: True",
        "class Equal:\n    def __eq__(self, other): return True\ndef dead_fraction(activations):\n    return Equal()",
    ]  # fmt: skip
    told = grade({"relu_backward": RIGHT, "dead_fraction": "dead_fraction = 7"}, added=hostile)
    assert told["relu_backward"].status == "passed"
    assert told["dead_fraction"].points == 0


def test_an_answer_fixed_to_the_published_inputs_earns_nothing(grade):
    """Is an answer that has memorised what `check` asks found out by the secret's inputs?"""
    from bookutils.exercises.catalogue import find_exercise
    from bookutils.judging.judge import CHECK_SEED, plan_calls

    exercise = find_exercise("relu_backward")[1]
    known = [(x.tolist(), u.tolist(), exercise.reference(x, u).tolist())
             for x, u in (call.arguments for call in plan_calls(exercise, CHECK_SEED))]  # fmt: skip
    answer = (
        f"known = {known!r}\ndef relu_backward(x, upstream):\n    for one, other, result in known:\n"
        "        if np.array_equal(x, one) and np.array_equal(upstream, other):\n"
        "            return np.array(result).reshape(np.shape(x))\n    return np.zeros(np.shape(x)) + 7.0"
    )
    told = grade({"relu_backward": answer.replace("nan", "np.nan").replace("inf", "np.inf")})["relu_backward"]
    assert told.status != "passed" and told.points < told.max_points
    assert "published inputs" in told.message


def test_calling_the_courses_own_is_flagged_or_forbidden(grade):
    """Does an answer that hands the work to the course keep its points, with a flag, or lose them if asked to?"""
    delegating = {
        "relu_backward": "import importlib\ndef relu_backward(x, upstream):\n"
        "    home = 'bookutils.' + 'numerics.activations.'\n"
        "    return getattr(importlib.import_module(home + 'functions'), 'relu_' + 'backward')(x, upstream)",
        "gelu": "from bookutils.numerics.activations import functions\ndef gelu(x):\n    return functions.gelu(x)",
    }
    flagged = grade(delegating)
    assert all(flagged[name].flags == ("delegation",) and flagged[name].status == "passed" for name in delegating)
    forbidden = grade(delegating, delegation=FORBID)
    assert [(forbidden[name].status, forbidden[name].points) for name in delegating] == [("not yet", 0)] * 2
    assert "your own" in forbidden["relu_backward"].message


def test_no_word_of_the_feedback_holds_a_hidden_input(grade):
    """Can an answer that collects what it is called with, and cells after it, tell the learner the secret inputs?"""
    thief = (
        "seen = []\ndef relu_backward(x, upstream):\n    seen.append(float(np.ravel(x)[0]) if np.size(x) else 0.0)\n"
        "    raise ValueError('seen ' + ' '.join(map(str, seen)))"
    )
    told = grade(
        {"relu_backward": thief, "log_sigmoid": "raise RuntimeError(str(seen))\ndef log_sigmoid(x): return x"},
        added=["import gc\ndef dead_fraction(a):\n    raise ValueError(str(seen))"],
    )  # fmt: skip
    from bookutils.exercises.catalogue import find_exercise
    from bookutils.judging.judge import plan_calls

    hidden = {str(float(call.arguments[0].ravel()[0])) for call in plan_calls(find_exercise("relu_backward")[1], 1)
              if call.arguments[0].size and call.ordinary}  # fmt: skip
    words = " ".join(grade.message for grade in told.values())
    assert "seen " in words and len(hidden) > 5
    assert not any(number in words for number in hidden)


def test_where_an_answer_is_not_there_the_cells_own_end_is_told(grade):
    """Does the message say what ended the cell, or which limit it met?"""
    told = grade({
        "relu_backward": "1 / 0\ndef relu_backward(x, upstream): return x", "log_sigmoid": "while True: pass",
        "dead_fraction": "import os\nos._exit(1)", "gelu": "def gelu(x):\n    while True: pass",
        "sigmoid_grad_from_output": "def sigmoid_grad_from_output(a):\n    return np.ones(10**10)",
    })  # fmt: skip
    assert "ZeroDivisionError" in told["relu_backward"].message and told["relu_backward"].status == "error"
    assert "more than the 3 seconds" in told["log_sigmoid"].message and "still running" in told["gelu"].message
    assert "ended the whole program" in told["dead_fraction"].message
    assert "the memory" in told["sigmoid_grad_from_output"].message


def test_the_proofs_right_answers_are_known_here():
    """Are the exercises that are graded those that the proof covers?"""
    module = importlib.import_module("tests.proof.answers.activations")
    assert set(module.RIGHT) <= {exercise.id for exercise in load_chapter(CHAPTER)[0]}
