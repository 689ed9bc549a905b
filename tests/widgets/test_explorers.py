"""Every explorer of the course: does it follow its controls, with a name on each, on ipywidgets 8 and 7.7?

What one explorer alone has to say is asked in its chapter's own file.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets.controls import NumberControl
from tests.definitions import Code, book
from tests.widgets.explorers import EXPLORERS, maker


def make(name: str) -> Any:
    return maker(name)()


def test_every_explorer_has_its_row() -> None:
    """Does the table hold what returns an Explorer in widgets/, no more and no less?"""
    start = "bookutils.widgets."
    defined = {name.removeprefix(start) for name in book().public("widgets", "Explorer")}
    assert len(defined) > 20
    assert not defined - set(EXPLORERS), "add a row to EXPLORERS in tests/widgets/explorers.py"
    assert not set(EXPLORERS) - defined, "take the row out of EXPLORERS in tests/widgets/explorers.py"


def test_what_looks_like_an_explorer_says_so() -> None:
    """Does each function with the name of an explorer say that it returns one, so that the test above finds it?"""
    named = {name for name in book().public("widgets") if "explore_" in name or name.endswith("_explorer")}
    assert not named - set(book().public("widgets", "Explorer"))


def test_every_widget_is_named_in_a_test() -> None:
    """Is each other public name of widgets/ used in a test, or by a widget that is?"""
    tests, widgets = (book().trees([folder]).items() for folder in ("tests", "bookutils/widgets"))
    used = {name for file in tests for _place, name in book().named_in(*file)}
    used |= {f"bookutils.widgets.{name}" for name in EXPLORERS}
    inside = [pair for file in widgets for pair in book().named_in(*file)]
    while more := {name for place, name in inside if place in used} - used:
        used |= more
    missing = sorted(set(book().public("widgets")) - used)
    assert not missing, f"no test reaches {missing}"


def test_an_explorer_without_a_row_is_seen(tmp_path: Path) -> None:
    """Would the first of these tests notice a new explorer, and leave alone what is no explorer?"""
    (tmp_path / "tiny/widgets").mkdir(parents=True)
    code = "def explore_new() -> Explorer: ...\ndef _hidden() -> Explorer: ...\ndef box() -> None: ...\n"
    (tmp_path / "tiny/widgets/new.py").write_text(code)
    assert Code(tmp_path, "tiny").public("widgets", "Explorer") == ["tiny.widgets.new.explore_new"]


@pytest.mark.parametrize("name", EXPLORERS)
def test_each_control_changes_the_picture(name: str) -> None:
    """Does moving any control give another picture with alt text, and a sentence?"""
    explorer = make(name)
    assert set(explorer.controls) == set(EXPLORERS[name].moves)
    for control, value in EXPLORERS[name].moves.items():
        before = explorer.picture.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before, control
        assert 'alt="' in explorer.picture.value
        assert 'alt=""' not in explorer.picture.value
        assert "aria-live" in explorer.summary.value


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_has_a_label_and_its_ends_can_be_drawn(name: str) -> None:
    """Do slider and box carry their name and follow each other, and is there a picture at both ends?"""
    explorer = make(name)
    for control in explorer.controls.values():
        if isinstance(control, NumberControl):
            assert control.slider.description
            assert control.slider.description in control.box.description
            control.slider.value = control.slider.max
            assert control.box.value == control.slider.max
            control.box.value = control.box.min
            assert control.slider.value == control.value == control.box.min
            assert 'alt="' in explorer.picture.value
        else:
            assert control.dropdown.description


@pytest.mark.parametrize("name", EXPLORERS)
def test_static_shows_the_picture_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        make(name)._ipython_display_()
    (output,) = captured.outputs
    assert output.metadata["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" not in output.data


def test_live_shows_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a person there: the widget's view?"""
    InteractiveShell.instance()
    monkeypatch.delenv("BOOKUTILS_STATIC", raising=False)
    with capture_output() as captured:
        make("activations.explore_depth")._ipython_display_()
    assert any("application/vnd.jupyter.widget-view+json" in output.data for output in captured.outputs)


OLD_PROGRAM = """
import ipywidgets
from tests.widgets.explorers import EXPLORERS, maker
assert ipywidgets.__version__.startswith('7.7'), ipywidgets.__version__
for name, row in EXPLORERS.items():
    explorer = maker(name)()
    for control, value in row.moves.items():
        before = explorer.picture.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before, (name, control)
    for control in explorer.controls.values():
        if hasattr(control, 'box'):
            control.box.value = control.box.min
            assert control.slider.value == control.box.min, name
print('moved')
"""


def test_ipywidgets_7_too() -> None:
    """Does every explorer follow its controls with ipywidgets 7.7, as it is on Colab?"""
    if ipywidgets.__version__.startswith("7."):
        pytest.skip("this is ipywidgets 7: the tests above have tried it")
    python = os.environ.get("BOOKUTILS_WIDGETS7_PYTHON")
    if not python:
        pytest.skip("no environment with ipywidgets 7.7: set BOOKUTILS_WIDGETS7_PYTHON to its python")
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    program = [python, "-c", OLD_PROGRAM]
    run = subprocess.run(program, cwd=root, capture_output=True, text=True, check=False, env=environment)
    assert run.stdout.strip() == "moved", run.stderr
    assert sys.executable != python
