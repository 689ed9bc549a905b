"""A notebook and a package of two versions: said in one sentence, and nothing is held up."""

import sys
import types

import pytest

import bookutils
from bookutils import made_for


@pytest.mark.parametrize(
    ("notebook", "installed", "begins", "todo"),
    [
        ("0.2.0", "0.1.0", "This notebook is newer than the installed bookutils (0.2.0 and 0.1.0): ", "up to date"),
        ("0.9.0", "0.10.0", "This notebook is older than the installed bookutils (0.9.0 and 0.10.0): ", "make lab"),
        ("0.2.0", "0.2.0rc1", "This notebook is newer", "make lab"),
        ("odd", "0.1.0", "This notebook is newer", "make lab"),
    ],
)
def test_two_versions_are_one_sentence(notebook, installed, begins, todo, monkeypatch, capsys):
    """Does a learner read which of the two is newer, and what to do?"""
    monkeypatch.setattr("bookutils.feedback.versions.__version__", installed)
    made_for(notebook)
    said = capsys.readouterr().out.strip()
    assert said.startswith(begins) and todo in said and "\n" not in said


def test_one_version_is_nothing_to_say(capsys):
    """Is the usual case silent?"""
    made_for(bookutils.__version__)
    assert capsys.readouterr() == ("", "")


def test_on_colab_the_session_is_restarted(monkeypatch, capsys):
    """There the cell has just installed the right one; is what helps said?"""
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    made_for("99")
    assert "Runtime → Restart session" in capsys.readouterr().out
