"""Do the widgets of chapter 07 follow their controls, with a name on each?"""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.numerics.gpu_memory import encoder_activations, train_bytes
from bookutils.widgets import gpu
from bookutils.widgets.controls import NumberControl

MOVES = {
    "explore_roofline": {"rows": 64, "width": 2048, "dtype": "float16", "machine": "own", "peak": 200, "bandwidth": 50},
    "explore_memory": {
        "batch": 8, "tokens": 512, "layers": 6, "hidden": 384, "optimizer": "sgd", "bits": 16, "memory": 4,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", MOVES)
def test_each_control_changes_the_picture(name):
    """Does moving any control give another picture with alt text, and a sentence?"""
    explorer = getattr(gpu, name)()
    assert set(explorer.controls) == set(MOVES[name])
    for control, value in MOVES[name].items():
        before = explorer.picture.value
        explorer.controls[control].value = value
        assert explorer.picture.value != before
        assert 'alt="' in explorer.picture.value
        assert 'alt=""' not in explorer.picture.value
        assert "aria-live" in explorer.summary.value


@pytest.mark.parametrize("name", MOVES)
def test_every_control_has_a_label_and_its_ends_can_be_drawn(name):
    """Do slider and box carry their name and follow each other, and is there a picture at both ends?"""
    for control in getattr(gpu, name)().controls.values():
        if isinstance(control, NumberControl):
            assert control.slider.description in control.box.description
            control.slider.value = control.slider.max
            assert control.box.value == control.slider.max
            control.box.value = control.box.min
            assert control.slider.value == control.value == control.box.min
        else:
            assert control.dropdown.description


def test_the_memory_is_that_of_the_formula():
    """Does the sentence say what `train_bytes` gives for BERT-base?"""
    held = train_bytes(109_482_240, encoder_activations(128, 12, 768, 12), 32, 32, 2)
    assert f"{held / 16e9:.0%}" in gpu.explore_memory().summary.value


@pytest.mark.parametrize("name", MOVES)
def test_static_shows_the_picture_alone(name, monkeypatch):
    """While notebooks are built: one PNG with alt text, no widget?"""
    InteractiveShell.instance()
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        getattr(gpu, name)()._ipython_display_()
    (output,) = captured.outputs
    assert output.metadata["image/png"]["alt"]
