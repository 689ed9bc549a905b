"""Texts that are deep, long or slow to parse: no part of the reader stumbles over them."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.exercises.catalogue import load_chapter
from bookutils.grading.libraries import set_for
from bookutils.grading.manners import keeps_to_itself
from bookutils.grading.names import names_in, read_at_once
from bookutils.grading.notebooks import read_notebook
from bookutils.grading.pieces import divide_imports
from bookutils.grading.program import CourseChapter, make_program
from bookutils.grading.syntax import bound_by, is_bearable, parse
from bookutils.grading.web import Web
from tests.classroom import cell_of, code, fresh

CHAPTER = "01-activations"
GIVEN = frozenset({"np"})
# Pieces of expressions, each of which may stand within the one before.
WRAPPERS = (
    "1 + ({})", "[{}]", "f({})", "({}).real", "({})[0]", "{} < 1", "not {}", "-({})", "(lambda a: {})", "{{1: {}}}",
    "({} if y else z)", "[{} for b in c]", "({}, 2)", "(w := {})", "f(*{})", "({} or d)", "f'{{({})}}'",
)  # fmt: skip
CHAINS = {
    "sum": lambda n: "x = " + "1 + " * n + "1", "texts": lambda n: "x = 'a'" + " + 'a'" * n,
    "attributes": lambda n: "x = y" + ".real" * n, "calls": lambda n: "x = f" + "()" * n,
    "subscripts": lambda n: "x = f" + "[0]" * n, "comparisons": lambda n: "x = " + "1 < " * n + "1",
    "nots": lambda n: "x = " + "not " * n + "1", "lambdas": lambda n: "x = " + "lambda a: " * n + "1",
    "powers": lambda n: "x = " + "2 ** " * n + "1", "conditions": lambda n: "x = " + "1 if y else " * n + "1",
    "branches": lambda n: "if y == 0:\n    x = 0\n" + "".join(f"elif y == {i}:\n    x = {i}\n" for i in range(n)),
    "statements": lambda n: "x = 1\n" * n, "one line": lambda n: "x = 1; " * n, "list": lambda n: f"x = [{'1, ' * n}]",
    "fields": lambda n: "x = f'" + "{y}" * n + "'", "targets": lambda n: "x = " * n + "1",
    "defaults": lambda n: "x = " + "lambda a=" * n + "1" + ": 1" * n,
    "functions": lambda n: "".join(f"def f{i}(a):\n    return a\n" for i in range(n)) + "x = 1",
}  # fmt: skip


@pytest.fixture(scope="module")
def course(repository):
    from bookutils.grading.program import load_course_chapter

    return load_course_chapter(repository / "notebooks" / f"{CHAPTER}.ipynb")


def program_with(source: str, course: CourseChapter):
    """The program of a notebook in which this stands in an answer, beside it, and in a cell of its own."""
    notebook = fresh()
    inner = "\n".join(f"    {line}" for line in source.split("\n"))
    cell_of(notebook, "relu_backward")["source"] = f"def relu_backward(x, upstream):\n{inner}\n    return x"
    cell_of(notebook, "gelu")["source"] = f"{source}\ndef gelu(x):\n    return x"
    notebook["cells"].append(code(f"import math\n{source}\nimport cmath"))
    return make_program(read_notebook(json.dumps(notebook).encode()), course, load_chapter(CHAPTER)[0])


def look_everywhere(source: str, course: CourseChapter) -> None:
    """Everything that the reader does with a cell."""
    program = program_with(source, course)
    assert {"relu_backward", "gelu"} <= {one.exercise for one in program.candidates if not one.untouched}
    set_for(program.steps)
    web = Web(program.steps)
    for candidate in program.candidates:
        web.below(candidate.step)
    names = names_in(source)
    keeps_to_itself(names, GIVEN)
    read_at_once(names, frozenset({"x"}))


@pytest.mark.parametrize("kind", CHAINS)
@pytest.mark.parametrize("count", [600, 3000])
def test_a_long_chain_is_read(course, kind, count):
    """Is a notebook with a very long sum, chain of branches or the like read, with all its answers found?"""
    look_everywhere(CHAINS[kind](count), course)


@pytest.mark.parametrize("kind", CHAINS)
def test_what_python_parses_is_understood(kind):
    """Does a cell keep its names, and its good name, however deep it is, as long as Python parses it?"""
    source = CHAINS[kind](900)
    names = names_in(source)
    if parse(source) is None:
        pytest.skip("this Python does not parse it")
    assert "x" in names.defined
    assert keeps_to_itself(names, GIVEN)
    assert not keeps_to_itself(names_in(f"{source}\nnp.pi = 3"), GIVEN)


@settings(max_examples=60)
@given(
    wrappers=st.lists(st.sampled_from(WRAPPERS), max_size=8), times=st.integers(1, 150), target=st.sampled_from("xy")
)
def test_no_expression_is_too_deep(course, wrappers, times, target):
    """Is there no nesting of lists, calls, conditions and texts that ends in an exception?"""
    inner = "q"
    for _time in range(times):
        for wrapper in wrappers:
            inner = wrapper.format(inner)
        if len(inner) > 4000:
            break
    look_everywhere(f"{target} = {inner}", course)


@given(st.text(alphabet="abcx.=()[]{}:,;+-*/%!?'\"\\ \n\t#@0ef", max_size=300))
def test_no_text_is_too_odd(course, source):
    """Is any sequence of letters that code is made of read?"""
    notebook = fresh()
    notebook["cells"].append(code(source))
    make_program(read_notebook(json.dumps(notebook).encode()), course, load_chapter(CHAPTER)[0])


@pytest.mark.parametrize(
    "source",
    [
        "import " + "a." * 70_000 + "a", "from " + "a." * 70_000 + "a import b", "import b, " + "a." * 100_000 + "a",
        "import a" + ".\\\na" * 60_000,
    ],
)  # fmt: skip
def test_endless_names_are_not_parsed(course, source):
    """Is a text whose parsing takes Python a minute left unparsed, and the rest of its notebook read?"""
    assert not is_bearable(source)
    notebook = fresh()
    cell_of(notebook, "relu_backward")["source"] = f"def relu_backward(x, upstream):\n    return x\n{source}"
    cell_of(notebook, "gelu")["source"] = "def gelu(x):\n    return x"
    program = make_program(read_notebook(json.dumps(notebook).encode()), course, load_chapter(CHAPTER)[0])
    assert {one.exercise for one in program.candidates if not one.untouched} == {"relu_backward", "gelu"}


@pytest.mark.parametrize("source", ["what is this?\n" * 15_000, "!ls\n" * 20_000, "%time x = 1\n" * 1_000 + "a b"])
def test_many_magics_are_not_taken_out_one_by_one(source):
    """Is a pasted text read, in which IPython would look for magics some hundred times?"""
    assert names_in(source).tree is None


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("import a; x = 1; import b.c as d\ny = 2", ["import a", "x = 1", "import b.c as d", "y = 2"]),
        ("ä = 'ö'; import a  # why\n@f\ndef g():\n    '''\\n  é'''",
         ["ä = 'ö'", "import a", "@f\ndef g():\n    '''\\n  é'''"]),
        ("from a import (\n    b,\n)\nx = (1 +\n  2)\n\ny = 3",
         ["from a import (\n    b,\n)", "x = (1 +\n  2)\n\ny = 3"]),
        ("%time x = 1\nimport a", ["get_ipython().run_line_magic('time', 'x = 1')", "import a"]),
        ("x = 1\ny = 2", ["x = 1\ny = 2"]),
    ],
)  # fmt: skip
def test_a_cell_is_cut_at_its_imports(source, pieces):
    """Is the text between the imports kept letter for letter, also with several statements on a line?"""
    assert divide_imports(source, names_in(source)) == pieces


def test_patterns_bind_names():
    """Are the names found that `match` binds?"""
    source = (
        "match x:\n    case [a, *b]: pass\n    case {'k': c, **d}: pass\n    case int() as e: pass\n    case _: pass"
    )
    assert bound_by(ast.parse(source).body) == set("abcde")
