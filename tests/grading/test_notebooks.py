"""Reading what strangers hand in: every notebook that a person could read, and one sentence for all else."""

from __future__ import annotations

import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookutils.core.verdicts import VERDICT_MIME
from bookutils.feedback.rendering import Card
from bookutils.grading.notebooks import MAX_CELLS, NotebookCell, NotebookError, read_notebook


def notebook(*cells, **rest):
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **rest}).encode()


def code(source, **rest):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, **rest}


def test_a_learners_notebook_is_read(repository):
    """Does a notebook of the course give its exercises, with ids and roles, in order?"""
    cells = read_notebook((repository / "notebooks" / "01-activations.ipynb").read_bytes())
    assert not cells[0].is_code and cells[0].source.startswith("# Activations")
    cells = [cell for cell in cells if cell.is_code]
    exercises = [cell.exercise for cell in cells if cell.role == "exercise"]
    assert "relu_backward" in exercises and len(set(exercises)) == len(exercises)
    assert [cell.number for cell in cells] == sorted(cell.number for cell in cells)
    assert [cell.role for cell in cells[:2]] == ["colab", "setup"] and "import" in cells[1].source


@pytest.mark.parametrize("version", [3, 4])
def test_every_version_that_nbformat_writes_is_read(repository, version):
    """Are the sources of a notebook the same after nbformat has turned it into another version?"""
    path = repository / "notebooks" / "01-activations.ipynb"
    before = [cell.source for cell in read_notebook(path.read_bytes())]
    turned = nbformat.convert(nbformat.read(path, as_version=4), version)
    after = [cell.source for cell in read_notebook(nbformat.writes(turned, version=version).encode())]
    assert after == before


@pytest.mark.parametrize(
    "data",
    [
        notebook(code("x = 'é'\ny = 2")),
        notebook(code(["x = 'é'\n", "y = 2"])),
        notebook(code("x = 'é'\r\ny = 2")),
        notebook({"cell_type": "code", "source": "x = 'é'\ny = 2"}),
        notebook(code("x = 'é'\ny = 2", metadata=None, outputs="none", id=7)),
        b"\xef\xbb\xbf" + notebook(code("x = 'é'\ny = 2")),
        json.dumps({"cells": [code("x = 'é'\ny = 2")]}, ensure_ascii=False).encode("utf-16"),
        json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 'é'\ny = 2"}]}]}).encode(),
        notebook({"cell_type": "markdown", "source": "text"}, code("x = 'é'\ny = 2"), 7, None, {"cell_type": "code"}),
    ],
    ids=["string", "list", "windows", "bare", "odd types", "mark", "utf-16", "version 3", "among others"],
)  # fmt: skip
def test_what_a_person_could_read_is_read(data):
    """Does each way to write a cell give the same source?"""
    (cell,) = (cell for cell in read_notebook(data) if cell.is_code)
    assert cell.source == "x = 'é'\ny = 2"


def test_bytes_that_are_no_letters_spoil_one_string_alone():
    """Is the rest of a notebook readable when an output holds bytes that are no UTF-8?"""
    data = notebook(code("x = 1"), code("y = 2")).replace(b"y = 2", b"y = '\xff\xfe'")
    assert [cell.source[:5] for cell in read_notebook(data)] == ["x = 1", "y = '"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"), (b"  \n", "empty"), (b"%PDF-1.7 ...", "no JSON"), (notebook(code("x = 1"))[:-20], "no JSON"),
        (b"[]", "no notebook"), (b"3", "no notebook"), (b"{}", "no cells"), (b'{"cells": 7}', "no cells"),
        (b'{"worksheets": [7]}', "no cells"), (b'{"cells": ' + b"[" * 200_000, "deeply"),
        (notebook(*[code("")] * (MAX_CELLS + 1)), "cells"), (b"\x00" * 50, "no JSON"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_named(data, reason):
    """Does the message say what is wrong, without a traceback's words?"""
    with pytest.raises(NotebookError, match=reason):
        read_notebook(data)


def test_a_file_beyond_the_limit_is_not_parsed(monkeypatch):
    """Is the size looked at first?"""
    monkeypatch.setattr("bookutils.grading.notebooks.MAX_BYTES", 1000)
    with pytest.raises(NotebookError, match="Clear its outputs"):
        read_notebook(b" " * 1001)


def test_claims_are_those_that_check_shows():
    """Are passes that stored outputs show found, in the form that `check` writes?"""
    passed, failed = (
        {
            "output_type": "display_data",
            "data": Card("What was seen.", data={"exercise": id, "status": status}).bundle(),
        }
        for id, status in (("gelu", "passed"), ("relu", "not yet"))
    )
    assert VERDICT_MIME in passed["data"]
    (cell,) = read_notebook(
        notebook(code("check('gelu')", outputs=[passed, failed, 7, {"data": []}, {"data": {VERDICT_MIME: 7}}]))
    )
    assert cell.claims == {"gelu"}


WORDS = ("cells", "worksheets", "cell_type", "source", "input", "metadata", "bookutils", "exercise", "role", "outputs",
         "data", VERDICT_MIME)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["code", "exercise"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6),
    max_leaves=40,
)


@given(JSON)
def test_json_of_any_form_is_read_or_refused(value):
    """Does a file with the right words in the wrong places give cells or the one error?"""
    try:
        cells = read_notebook(json.dumps(value).encode())
    except NotebookError:
        return
    for cell in cells:
        assert isinstance(cell, NotebookCell) and type(cell.source) is str
        assert type(cell.exercise) in (str, type(None)) and type(cell.role) in (str, type(None))


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_read_or_refused(data):
    """Does a file of any bytes give cells or the one error?"""
    try:
        read_notebook(data)
    except NotebookError as error:
        assert str(error)
