"""The notebook before it runs: is it exactly this, and do ids stay when text changes?"""

import json
import re

import nbformat
from hypothesis import given
from hypothesis import strategies as st

from bookutils.authoring.build import draft
from bookutils.authoring.identity import cell_ids, fit, version
from bookutils.authoring.notebook import KERNEL, LANGUAGE
from bookutils.authoring.outputs import encode

GOLDEN = """
# Doubling

```{code-cell} ipython3
:tags: [exercise]
:exercise: double

def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
```

```{code-cell} ipython3
check("double")
```
"""


def text(id, source):
    return {
        "cell_type": "markdown",
        "id": id,
        "metadata": {"bookutils": {"role": "text", "version": version([source])}},
        "source": source.splitlines(keepends=True),
    }


def test_ten_lines_give_exactly_this_notebook(write, catalogue):
    """Is each byte of a small notebook what the contract says?"""
    made = draft(write(GOLDEN, front='title: "Small"'), catalogue).notebook
    source = "def double(x):\n    ...  # your code here"
    expected = {
        "cells": [
            text("01-small-doubling-1", "# Doubling"),
            {
                "cell_type": "code",
                "execution_count": None,
                "id": "01-small-exercise-double",
                "metadata": {
                    "bookutils": {"exercise": "double", "role": "exercise", "version": version([source])},
                    "tags": ["exercise"],
                },
                "outputs": [],
                "source": source.splitlines(keepends=True),
            },
            {
                "cell_type": "code",
                "execution_count": None,
                "id": "01-small-check-double",
                "metadata": {
                    "bookutils": {"role": "check", "version": version(['check("double")'])},
                    "nbgrader": {
                        "cell_type": "code",
                        "checksum": "18d452a40b8723f131f76a9c76bb4c8f",
                        "grade": True,
                        "grade_id": "double",
                        "locked": True,
                        "points": 1,
                        "schema_version": 3,
                        "solution": False,
                        "task": False,
                    },
                },
                "outputs": [],
                "source": ['check("double")'],
            },
        ],
        "metadata": {
            "bookutils": {"chapter": "01-small", "title": "Small", "version": made.metadata.bookutils.version},
            "kernelspec": KERNEL,
            "language_info": LANGUAGE,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    assert encode(made).decode() == json.dumps(expected, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_no_solution_reaches_a_learner(write, catalogue):
    """Is the solution nowhere in the file, and the solved edition the one that has it?"""
    chapter = write(GOLDEN)
    assert "2 * x" not in encode(draft(chapter, catalogue).notebook).decode()
    solved = encode(draft(chapter, catalogue, solved=True).notebook).decode()
    assert "2 * x" in solved and "SOLUTION" not in solved


def test_an_optional_exercise_is_worth_nothing(write, authored):
    """Is the check of an optional exercise a test without points to nbgrader, and the exercise itself not its own?"""
    catalogue = {"01-small": ((authored.exercise("double", points=0),), ())}
    _, exercise, check = draft(write(GOLDEN), catalogue).notebook.cells
    assert check.metadata.nbgrader.grade is True and check.metadata.nbgrader.points == 0
    assert "nbgrader" not in exercise.metadata


def test_the_role_of_a_feedback_cell_is_what_it_calls(write, authored):
    """Can a program tell a check from a demonstration?"""
    chapter = write('```{code-cell} ipython3\ncheck("double")\n```\n```{code-cell} ipython3\nprint("double")\n```\n')
    roles = [cell.metadata.bookutils.role for cell in draft(chapter, {}).notebook.cells]
    assert roles == ["check", "demonstration"]


def test_ids_stay_when_another_section_grows(write):
    """Does a cell keep its id when text changes and cells come into other sections?"""
    code = "```{{code-cell}} ipython3\n{}\n```\n"
    before = write("# One\n\n" + code.format("a = 1") + "## Two\n\n" + code.format("b = 1") + GOLDEN)
    after = write(
        "# One\n\n"
        + code.format("a = 2")
        + code.format("c = 1")
        + "## Two\n\nNew text.\n"
        + code.format("b = 3")
        + GOLDEN
    )
    assert set(cell_ids(before)) < set(cell_ids(after))
    assert cell_ids(before)[-2:] == cell_ids(after)[-2:] == ["01-small-exercise-double", "01-small-check-double"]
    assert cell_ids(before)[3] == cell_ids(after)[4] == "01-small-two-2"


def test_sections_of_one_name_do_not_share_ids(write):
    """Are ids unique where two sections are called the same?"""
    ids = cell_ids(
        write("# Summary\n\n```{code-cell} ipython3\n1\n```\n# Summary\n\n```{code-cell} ipython3\n2\n```\n")
    )
    assert len(set(ids)) == 4


def test_the_version_changes_with_the_text_only(write, catalogue):
    """Is the version the same for the same chapter, and another for another text or tag?"""
    versions = [
        draft(write(body), catalogue).notebook.metadata.bookutils.version
        for body in (
            GOLDEN,
            GOLDEN,
            GOLDEN.replace("# D", "# d"),
            GOLDEN.replace("[exercise]", "[exercise, nbval-skip]"),
        )
    ]
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


@given(st.text(), st.text())
def test_any_name_becomes_an_id_that_nbformat_accepts(left, right):
    """Is an id valid whatever it is made from, and do long ones stay apart?"""
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", fit("x" + left))
    if left != right:
        assert fit("x" * 64 + left) != fit("x" * 64 + right) or not (left and right)


@given(st.lists(st.sampled_from(["# Ä β", "# One", "## One", "text", "+++"]), max_size=12))
def test_every_chapter_gives_a_valid_notebook(tmp_path_factory, lines):
    """Does nbformat accept what we make, unique ids included?"""
    from bookutils.authoring.source import read_chapter

    path = tmp_path_factory.mktemp("chapters") / "01-small.md"
    path.write_text("---\ntitle: Small\n---\n\n" + "\n\n".join(lines) + "\n", encoding="utf-8")
    nbformat.validate(draft(read_chapter(path), {}).notebook)
