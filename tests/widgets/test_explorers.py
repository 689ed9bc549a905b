"""Every explorer of the course: does it follow its controls, with a name on each, on ipywidgets 8 and 7.7?

What one explorer alone has to say is asked in its chapter's own file.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets.controls import NumberControl

# Where each control is moved to: another value than it has at first.
EXPLORERS: dict[str, dict[str, Any]] = {
    "activations.explore_unit": {"activation": "tanh", "bias": -4.0, "scale": 2.5},
    "activations.explore_depth": {"activation": "sigmoid", "depth": 25, "weight": 1.5, "x": -1.0},
    "activations.explore_zigzag": {"mean": 0.25, "batch_size": 8, "learning_rate": 0.5},
    "losses.explore_outlier": {"y": -20.0, "x": 5.0, "delta": 3.0},
    "losses.explore_honesty": {"truth": 0.3, "reported": 0.9},
    "losses.explore_temperature": {"temperature": 5.0},
    "backpropagation.explore_graph": {"step": 10, "y": 0, "b1": -0.5, "w2": 1.5},
    "backpropagation.explore_moons": {"learning_rate": 5.0, "steps": 200},
    "depth.explore_profile": {"activation": "tanh", "std": 0.5, "depth": 20},
    "depth.explore_remedies": {"activation": "sigmoid", "std": 0.5, "depth": 20, "remedy": "both"},
    "optimizers.explore_race": {"surface": "rosenbrock", "power": -2.6, "momentum": 0.9},
    "optimizers.explore_batches": {"power": 0, "learning_rate": 0.4},
    "scaling.explore_parameters": {"vocabulary": 50_000, "hidden": 384, "layers": 6, "heads": 16},
    "scaling.explore_budget": {"exponent": 20.0, "alpha": 0.35, "beta": 0.3},
    "economics.explore_break_even": {
        "per_hour": 3.0, "requests_per_second": 4.0, "utilisation": 50, "setup": 20_000, "upkeep": 40.0,
        "price": 0.01, "tokens": 900,
    },
    "gpu.explore_roofline": {
        "rows": 64, "width": 2048, "dtype": "float16", "machine": "own", "peak": 200, "bandwidth": 50,
    },
    "gpu.explore_memory": {
        "batch": 8, "tokens": 512, "layers": 6, "hidden": 384, "optimizer": "sgd", "bits": 16, "memory": 4,
    },
    "tokenization.explore_pair": {"first": 20, "second": 30, "length": 8},
    "attention.explore_query": {"angle": -40.0, "length": 3.5, "key_angle": -90.0, "key_length": 0.5},
    "attention.explore_size": {"power": 10, "divide_by": "size"},
    "transformer.explore_costs": {"layers": 24, "hidden": 1024, "vocabulary": 119547, "tokens": 4096},
    "generation.explore_sight": {"kind": "encoder", "place": 2},
}  # fmt: skip


def make(name: str) -> Any:
    module, function = name.split(".")
    return getattr(import_module(f"bookutils.widgets.{module}"), function)()


@pytest.mark.parametrize("name", EXPLORERS)
def test_each_control_changes_the_picture(name: str) -> None:
    """Does moving any control give another picture with alt text, and a sentence?"""
    explorer = make(name)
    assert set(explorer.controls) == set(EXPLORERS[name])
    for control, value in EXPLORERS[name].items():
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
import importlib, ipywidgets
assert ipywidgets.__version__.startswith('7.7'), ipywidgets.__version__
for name, moves in {explorers!r}.items():
    module, function = name.split('.')
    explorer = getattr(importlib.import_module('bookutils.widgets.' + module), function)()
    for control, value in moves.items():
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
        return
    python = os.environ.get("BOOKUTILS_WIDGETS7_PYTHON")
    if not python:
        pytest.skip("no environment with ipywidgets 7.7: set BOOKUTILS_WIDGETS7_PYTHON to its python")
    root = Path(__file__).parents[2]
    code = OLD_PROGRAM.format(explorers=EXPLORERS)
    environment = {**os.environ, "PYTHONPATH": str(root)}
    run = subprocess.run([python, "-c", code], cwd=root, capture_output=True, text=True, check=False, env=environment)
    assert run.stdout.strip() == "moved", run.stderr
    assert sys.executable != python
