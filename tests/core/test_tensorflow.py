"""TensorFlow's start: is nothing of its own left in a learner's cell, and is an error not swallowed?"""

import os
import sys

import pytest

from bookutils.core.tensorflow import _without_stderr, start_tensorflow


def test_what_c_code_writes_is_kept_away(capfd):
    """Is what goes straight to the process's error stream not shown, and what comes later shown again?"""
    with _without_stderr():
        os.write(2, b"Could not find a GPU")
    os.write(2, b"later")
    assert capfd.readouterr().err == "later"


def test_what_was_written_before_an_error_is_shown(capfd):
    """Where a library does not load, are its own words there?"""
    with pytest.raises(ImportError), _without_stderr():
        os.write(2, b"libcudart is broken")
        raise ImportError
    assert "libcudart is broken" in capfd.readouterr().err


def test_what_runs_is_not_started_again(monkeypatch, capfd):
    """Does a second call do nothing, not even set a variable?"""
    monkeypatch.setitem(sys.modules, "tensorflow", object())
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "1")
    start_tensorflow()
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "1"
