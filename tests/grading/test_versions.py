"""Which Python the syntax of a cell needs, on whichever Python the tests run."""

from __future__ import annotations

import ast

import pytest

from bookutils.grading import versions
from bookutils.grading.versions import find_ruff, needed_version, own_version, read_version

NEWER = {
    'names = {"a": 1}\nf"{names["a"]}"': (3, 12),
    'f\'{chr(10).join(["\\n", "b"])}\'': (3, 12),
    "f'''{\n1  # one\n}'''": (3, 12),
    "type X = int": (3, 12),
    "def f[T](x: T) -> T:\n    return x": (3, 12),
    "class A[T]: pass": (3, 12),
    "%time x = 1\n!ls\nclass A[T]: pass": (3, 12),
    "%%time\ntype X = int": (3, 12),
    "def f[T=int](x: T): pass": (3, 13),
    "type X[T = int] = list[T]\nf'{x['y']}'": (3, 13),
    "try:\n    pass\nexcept ValueError, TypeError:\n    pass": (3, 14),
    't"{x}"': (3, 14),
}
SLIPS = (
    "def f(x)\n    return x", "def f(x):\nreturn x", "x = 'a", "print 'a'", "f(1,, 2)", "x = (1\ny = 2",
    "```python\nx = 1\n```",
    "type X = int\ny = = 2", "def f(:", "    x = 1\n  y = 2", "names = {'a': 1}\nf'{names['a']'",
    "x == 1 =", "for i in range(3)\n    x",
)  # fmt: skip


@pytest.fixture
def needs_ruff():
    if find_ruff() is None:
        pytest.skip("ruff is not installed")


def too_old(source: str) -> bool:
    """Whether this very Python does not parse a text without magics."""
    try:
        ast.parse(source)
    except SyntaxError:
        return True
    return False


@pytest.mark.usefixtures("needs_ruff")
@pytest.mark.parametrize("source", NEWER)
@pytest.mark.parametrize("notebook", ["", "3.99.1", "3.8.1"])
def test_newer_syntax_is_told_with_its_version(source, notebook, monkeypatch):
    """Is the version named that a cell needs, whatever its notebook says?"""
    monkeypatch.setattr(versions, "own_version", lambda: (3, 11))
    versions._ask_ruff.cache_clear()
    assert needed_version(source, notebook) == NEWER[source]


@pytest.mark.usefixtures("needs_ruff")
@pytest.mark.parametrize("source", SLIPS)
def test_a_slip_stays_a_slip(source):
    """Is an ordinary error of syntax one, also in a notebook of a newer Python?"""
    assert too_old(source)
    assert needed_version(source, "3.99.0") is None


@pytest.mark.parametrize(("notebook", "version"), [("3.99.1", (3, 99)), ("3.8.1", None), ("", None), ("three", None)])
def test_without_ruff_the_notebook_is_believed(monkeypatch, notebook, version):
    """Where nothing can parse newer syntax, does the notebook's own version decide?"""
    monkeypatch.setattr(versions, "find_ruff", lambda: None)
    versions._ask_ruff.cache_clear()
    assert needed_version("type X = = int", notebook) == version
    versions._ask_ruff.cache_clear()


@pytest.mark.parametrize("place", ["/bin/false", "/bin/true", "/nowhere/ruff"])
def test_a_parser_that_fails_is_no_verdict(monkeypatch, place):
    """Is a ruff that crashes, says nothing or is gone like none at all?"""
    monkeypatch.setattr(versions, "find_ruff", lambda: place)
    versions._ask_ruff.cache_clear()
    assert needed_version("def f(x)", "3.99") == (3, 99)
    assert needed_version("def f(x)", "") is None
    versions._ask_ruff.cache_clear()


@pytest.mark.parametrize(
    ("text", "version"),
    [("3.12.1", (3, 12)), ("3.13", (3, 13)), ("3.14.0rc1", (3, 14)), ("", None), ("3", None), ("x3.12", None),
     ("9" * 5000, None)],
)  # fmt: skip
def test_versions_are_read(text, version):
    """Is what a notebook says of its Python read, or left, without an exception?"""
    assert read_version(text) == version


def test_this_python_knows_itself():
    """Is the version that grades the one that runs?"""
    import sys

    assert own_version() == sys.version_info[:2]
