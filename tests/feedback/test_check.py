"""`check`, `hint`, `predict`, `recall` and `progress`, as a learner meets them."""

import json
import random
import textwrap

import numpy as np
import pytest

from bookutils import check, hint, predict, progress, recall
from bookutils.exercises.catalogue import find_exercise, load_chapter
from bookutils.feedback import store

RIGHT = "def relu_backward(x, upstream):\n    return np.where(x > 0, upstream, 0.0)\n"
STARTER = 'def relu_backward(x, upstream):\n    """Say what."""\n    ...  # your code here\n'


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKUTILS_HOME", str(tmp_path))
    monkeypatch.delenv("BOOKUTILS_STATIC", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.fixture
def notebook():
    """Run code as cells would, and return the names that it defined."""

    def run(code, **names):
        namespace = {"np": np, **names}
        exec(textwrap.dedent(code), namespace)
        return namespace

    return run


def test_right_and_whose_code_runs(notebook, capsys):
    """Does a right answer get its points, and the chapter go on with it?"""
    names = notebook(RIGHT)
    result = check("relu_backward", names)
    assert result.passed
    assert "3 of 3 points" in repr(result)
    assert result.function is names["relu_backward"]
    assert "your relu_backward runs" in capsys.readouterr().out


def test_not_passing_means_the_books_code_runs(notebook, capsys):
    """Is the book's function taken, and said so?"""
    result = check("relu_backward", notebook(STARTER))
    assert result.function is find_exercise("relu_backward")[1].reference
    assert "the book's relu_backward runs" in capsys.readouterr().out


@pytest.mark.parametrize("code", ["", STARTER, "relu_backward = ...", "def relu_backward(x, upstream):\n    ..."])
def test_nothing_there_is_not_started(notebook, code):
    """Is an untouched starter met without blame?"""
    assert check("relu_backward", notebook(code)).verdict.status == "not started"


def test_the_books_own_function_is_no_answer(notebook):
    """Does `relu_backward = check("relu_backward").function` pass the next check by itself?"""
    names = notebook(STARTER)
    names["relu_backward"] = check("relu_backward", names).function
    assert check("relu_backward", names).verdict.status == "not started"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ("return x * upstream", "not yet", ""),
        ("y = upstream * (x > 0)", "not yet", "nothing (None)"),
        ("return 0", "not yet", "a single number"),
        ("yield x", "not yet", "a generator"),
        ("return relu_backward(x, upstream)", "error", "calls itself"),
        ("raise ValueError('hm')", "error", "ValueError: hm"),
        ("import sys; sys.exit()", "error", "SystemExit"),
        ("return x.shapee", "error", "AttributeError"),
        ("return np.zeros(17)", "not yet", "shape (17,)"),
        ("print('x' * 10); return 'a text'", "not yet", "a text"),
        ("return (x > 0).astype(float)", "not yet", "the same whatever `upstream` is"),
        ("return upstream * 1j", "not yet", "complex"),
        ("return np.where(x > 0, upstream, 0).astype(object)", "not yet", "an array of objects"),
    ],
)
def test_wrong_answers_get_a_sentence(notebook, body, status, says):
    """Whatever is wrong: is there a verdict with a sentence, and never an exception?"""
    result = check("relu_backward", notebook(f"def relu_backward(x, upstream):\n    {body}"))
    assert result.verdict.status in {status, "partly"}
    assert says in result.verdict.evidence
    assert result.verdict.evidence


def test_a_variable_in_the_place_of_a_function(notebook):
    """Is an overwritten name explained?"""
    result = check("relu_backward", notebook("relu_backward = np.zeros(3)"))
    assert "is ndarray, not a function" in result.verdict.evidence


def test_an_unknown_name_suggests_the_nearest():
    """Does a slip in the name lead to the right one?"""
    assert "relu_backward" in repr(check("relu_backwards", {}))


def test_variables_are_left_as_they_were(notebook):
    """Can an answer that writes to globals change the notebook through `check`?"""
    names = notebook(
        """
        counter, seen, weights, table = 0, [1, 2], np.ones(3), {"a": 1}
        def helper():
            seen.append(3)
            table["b"] = 2
        def relu_backward(x, upstream):
            global counter, fresh
            counter += 1
            fresh = 5
            weights[0] = 99
            helper()
            np.random.seed(1)
            return np.where(x > 0, upstream, 0.0)
        """
    )
    np.random.seed(7)  # noqa: NPY002
    random.seed(7)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    assert check("relu_backward", names).passed
    assert (names["counter"], names["seen"], names["table"]) == (0, [1, 2], {"a": 1})
    assert names["weights"].tolist() == [1, 1, 1]
    assert "fresh" not in names
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_hints_come_step_by_step_and_the_fix_last(notebook, capsys):
    """Does each call show the next hint, and the fix of a recognised mistake only at the end?"""
    check("relu_backward", notebook("def relu_backward(x, upstream):\n    return (x > 0) * 1.0"))
    exercise = find_exercise("relu_backward")[1]
    fix = next(mistake.fix for mistake in exercise.mistakes if mistake.id == "upstream_ignored")
    for expected in (*exercise.hints, fix, fix):
        hint("relu_backward")
        assert expected in capsys.readouterr().out
    hint("no_such_exercise")
    assert "no exercise" in capsys.readouterr().out


def test_a_prediction_is_kept_and_quoted(capsys):
    """Is the first choice kept, even if another follows, and quoted back?"""
    recall("silent_unit")
    assert "no prediction" in capsys.readouterr().out
    predict("silent_unit", "a")
    predict("silent_unit", "b")
    assert "They bring it back" in capsys.readouterr().out
    recall("silent_unit")
    said = capsys.readouterr().out
    assert "You predicted: They bring it back" in said
    assert "Nothing: no weight moves." in said
    predict("silent_unit", "z")
    predict("no_such_question")


def test_a_wrong_key_is_answered(capsys):
    """What does a key that does not exist get?"""
    predict("log_naive", "q")
    assert "choose one of 'a', 'b', 'c'" in capsys.readouterr().out


def test_prediction_buttons_keep_the_choice(monkeypatch):
    """Does a click on a button keep the choice, once?"""
    import IPython.display
    import ipywidgets

    shown = []
    monkeypatch.setattr(IPython.display, "display", lambda *things, **how: shown.extend(things))
    predict("zigzag")
    buttons = [child for child in shown[0].children if isinstance(child, ipywidgets.Button)]
    assert len(buttons) == 3
    buttons[1].click()
    assert store.kept_prediction("zigzag") == "b"
    assert all(button.disabled for button in buttons)
    assert "zig-zag" in shown[0].children[-1].value


def test_progress_counts_what_passed(notebook, capsys):
    """Are solved exercises counted, and kept when a later version is worse?"""
    check("relu_backward", notebook(RIGHT))
    check("relu_backward", notebook("def relu_backward(x, upstream):\n    return 1"))
    progress()
    said = capsys.readouterr().out
    exercises = load_chapter("01-activations")[0]
    points = sum(exercise.points for exercise in exercises)
    assert f"01-activations: 1 of {len(exercises)} exercises solved, 3 of {points} points" in said
    assert "progress.json" in said


def test_a_damaged_progress_file_is_put_aside(notebook, capsys):
    """Does a broken file stop anything, and is it kept?"""
    store.progress_file().parent.mkdir(exist_ok=True)
    store.progress_file().write_text("{broken")
    assert check("relu_backward", notebook(RIGHT)).passed
    assert store.progress_file().with_suffix(".damaged.json").read_text() == "{broken"
    store.progress_file().write_text(json.dumps({"exercises": {"relu_backward": 7}, "hints": {"relu_backward": "x"}}))
    progress()
    hint("relu_backward")
    check("relu_backward", notebook(RIGHT))


def test_a_folder_that_cannot_be_written_costs_only_the_memory(notebook, monkeypatch, tmp_path):
    """Does `check` work where nothing can be kept?"""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("BOOKUTILS_HOME", str(blocked / "below"))
    assert check("relu_backward", notebook(RIGHT)).passed


def test_html_is_escaped_and_announced(notebook):
    """Is what an answer says harmless as HTML, and read out by a screen reader?"""
    result = check(
        "relu_backward", notebook("def relu_backward(x, upstream):\n    raise ValueError('<script>1</script>')")
    )
    html = result._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert 'role="status"' in html


PARTLY = "def log_sigmoid(x):\n    return np.log(1 / (1 + np.exp(-x)))"


@pytest.mark.parametrize("run_by", ["autograde", "validate"])
@pytest.mark.parametrize(
    ("id", "code", "points"),
    [
        ("relu_backward", RIGHT, "3"),
        ("log_sigmoid", PARTLY, "1"),
        ("relu_backward", STARTER, "0"),
        ("no_such_exercise", "", "0"),
    ],
)
def test_nbgrader_sees_points_where_a_learner_sees_a_sentence(notebook, monkeypatch, capsys, run_by, id, code, points):
    """Is the plain text a number only where nbgrader runs, the card the same, and a failure quoted for `validate`?"""
    result = check(id, notebook(code))
    as_learner = result._repr_mimebundle_()
    assert as_learner["text/plain"] == repr(result)
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("NBGRADER_EXECUTION", run_by)
    assert result._repr_mimebundle_() == as_learner | {"text/plain": points}
    quoted = run_by == "validate" and not result.passed
    assert capsys.readouterr().err == (f"{result!r}\n" if quoted else "")


def test_nbgrader_is_told_what_is_optional(notebook, monkeypatch, capsys):
    """Below nbgrader's warning of lost points: is it said of an optional exercise that none are?"""
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    check("gelu", notebook(""))._repr_mimebundle_()
    assert capsys.readouterr().err.endswith("optional: no points are lost.\n")
    check("relu_backward", notebook(""))._repr_mimebundle_()
    assert "optional" not in capsys.readouterr().err


def test_a_class_leaves_no_trace_in_its_graders_progress(notebook, monkeypatch):
    """Is nothing remembered where nbgrader runs somebody's answers?"""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert check("relu_backward", notebook(RIGHT)).passed
    assert not store.progress_file().exists()
