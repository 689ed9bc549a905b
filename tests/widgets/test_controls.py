"""Do the widgets follow their controls, with a name on each, on ipywidgets 8 and 7.7?"""

import os
import subprocess
import sys
from pathlib import Path

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import activations
from bookutils.widgets.controls import NumberControl

MOVES = {
    "explore_unit": {"activation": "tanh", "bias": -4.0, "scale": 2.5},
    "explore_depth": {"activation": "sigmoid", "depth": 25, "weight": 1.5, "x": -1.0},
    "explore_zigzag": {"mean": 0.25, "batch_size": 8, "learning_rate": 0.5},
}


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_the_picture(name):
    """Does moving any control give another picture with alt text, and a sentence?"""
    explorer = getattr(activations, name)()
    assert set(explorer.controls) == set(MOVES[name])
    for control, value in MOVES[name].items():
        before = explorer.picture.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before
        assert 'alt="' in explorer.picture.value
        assert 'alt=""' not in explorer.picture.value
        assert "aria-live" in explorer.summary.value


@pytest.mark.parametrize("name", MOVES)
def test_every_control_has_a_label_and_every_slider_a_box(name):
    """Do slider and box carry their name, and does each follow the other?"""
    for control in getattr(activations, name)().controls.values():
        if isinstance(control, NumberControl):
            assert control.slider.description
            assert control.slider.description in control.box.description
            control.slider.value = control.slider.max
            assert control.box.value == control.slider.max
            control.box.value = control.box.min
            assert control.slider.value == control.value == control.box.min
        else:
            assert control.dropdown.description


def test_a_slider_that_counts_in_binary_fractions_shows_a_round_number():
    """Is 1.0000000000000002 from the page shown, and used, as 1?"""
    control = NumberControl("size", 2.0, 0.1, 5.0, 0.1)
    control.slider.value = 0.1 + 9 * 0.1 + 2e-16
    assert (control.box.value, control.value) == (1.0, 1.0)


def test_one_move_draws_once():
    """Is the picture drawn once for one move of the box, though two controls change?"""
    explorer = activations.explore_unit()
    drawn = []
    explorer.picture.observe(drawn.append, names="value")
    explorer.controls["bias"].box.value = -2.0
    assert len(drawn) == 1


def test_static_shows_the_picture_alone(monkeypatch):
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        activations.explore_unit(bias=-3.0)._ipython_display_()
    (output,) = captured.outputs
    assert "75% of 100 units" in output.metadata["image/png"]["alt"]
    assert "application/vnd.jupyter.widget-view+json" not in output.data


def test_live_shows_controls(monkeypatch):
    """With a person there: the widget's view?"""
    InteractiveShell.instance()
    monkeypatch.delenv("BOOKUTILS_STATIC", raising=False)
    with capture_output() as captured:
        activations.explore_depth()._ipython_display_()
    assert any("application/vnd.jupyter.widget-view+json" in output.data for output in captured.outputs)


def test_ipywidgets_7_too():
    """Do the tests above pass with ipywidgets 7.7, as it is on Colab?"""
    if ipywidgets.__version__.startswith("7."):
        return
    python = os.environ.get("BOOKUTILS_WIDGETS7_PYTHON")
    if not python:
        pytest.skip("no environment with ipywidgets 7.7: set BOOKUTILS_WIDGETS7_PYTHON to its python")
    root = Path(__file__).parents[2]
    code = (
        "import ipywidgets; assert ipywidgets.__version__.startswith('7.7'), ipywidgets.__version__\n"
        "from bookutils.widgets import activations\n"
        f"for name, moves in {MOVES!r}.items():\n"
        "    explorer = getattr(activations, name)()\n"
        "    for control, value in moves.items():\n"
        "        before = explorer.picture.value\n"
        "        explorer.controls[control].value = value\n"
        "        assert explorer.picture.value != before, (name, control)\n"
        "    for control in explorer.controls.values():\n"
        "        if hasattr(control, 'box'):\n"
        "            control.box.value = control.box.min\n"
        "            assert control.slider.value == control.box.min\n"
        "print('moved')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(root)}
    run = subprocess.run([python, "-c", code], cwd=root, capture_output=True, text=True, check=False, env=environment)
    assert run.stdout.strip() == "moved", run.stderr
    assert sys.executable != python
