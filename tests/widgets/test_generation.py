"""What the widgets of chapter 14 say, beside what test_explorers.py asks of every explorer."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.widgets import generation
from tests.numerics.generation.small import WEIGHTS
from tests.widgets.explorers import Letters


def test_cold_and_cut_can_only_say_one_thing():
    """At temperature 0, or with k = 1, is one character left?"""
    for setting in ({"temperature": 0.0}, {"k": 1}, {"p": 0.05, "temperature": 0.1}):
        explorer = generation.explore_choice(WEIGHTS, Letters(), "bad ", **setting)
        assert "1 of 11 characters can come next" in explorer.summary.value


def test_the_box_writes_on_and_says_what_it_cannot_read():
    """Does another prompt give another text, and is nothing typed, or nothing known, answered kindly?"""
    box = generation._make_writing_box(WEIGHTS, Letters(), "abc", 20, generation.Sampling())
    line, answer = box.children
    text, button = line.children
    assert "<strong>abc</strong>" in answer.value
    first = answer.value
    button.click()
    assert answer.value != first
    text.value = "aZb"
    assert "<strong>ab</strong>" in answer.value
    assert "left out" in answer.value
    text.value = "ZZ"
    assert "Type the beginning" in answer.value


def test_a_stored_notebook_has_the_text_alone(monkeypatch, capsys):
    """Is what the model writes printed while notebooks are built, and is there a widget where a person is?"""
    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    generation.writing_box(WEIGHTS, Letters(), "abc", length=20)
    said = capsys.readouterr().out.strip()
    assert said.startswith("abc")
    assert len(said) <= 23
    monkeypatch.delenv("BOOKUTILS_STATIC")
    InteractiveShell.instance()
    with capture_output() as captured:
        generation.writing_box(WEIGHTS, Letters(), "abc", length=20)
    assert any("application/vnd.jupyter.widget-view+json" in output.data for output in captured.outputs)


@pytest.mark.tensorflow
def test_training_leaves_a_picture_and_a_sentence(monkeypatch, tmp_path):
    """Are a picture with its words and a sentence what stays of a run, and does the model come with its record?"""
    pytest.importorskip("tensorflow")
    from bookutils.models.generation.decoder import Characters
    from bookutils.models.generation.training import CharacterSettings, split_lines

    for name, value in (("STATIC", "1"), ("QUICK", "1"), ("CACHE_DIR", str(tmp_path))):
        monkeypatch.setenv(f"BOOKUTILS_{name}", value)
    text = "".join(f"the cat sat on mat {n % 3}.\n" for n in range(60))
    settings = CharacterSettings(context=12, hidden_size=16, num_layers=1, num_heads=2, batch_size=8)
    InteractiveShell.instance()
    with capture_output() as captured:
        model, history = generation.train_writer(
            split_lines(text), Characters.of(text), settings, marks={"a guess": 3.0}
        )
    (picture,) = (output for output in captured.outputs if "image/png" in output.data)
    assert "a guess 3.00" in picture.metadata["image/png"]["alt"]
    assert history.total_steps == len(history.losses) == 16
    assert model.get_weights()
    assert "Trained 16 steps." in captured.stdout + str([output.data for output in captured.outputs])


def test_a_run_says_where_it_stands():
    """Are step, speed and what is left said, and is nothing said of a speed that nobody knows yet?"""
    from bookutils.models.training.history import Progress

    middle = generation.status(Progress(40, 100, 1, 0.5, 1e-3, 12_345.0, 61.0))
    assert "Step 40 of 100. 12,345 characters a second. Left: " in middle
    first = generation.status(Progress(0, 100, 1, 0.5, 1e-3, 0.0, float("inf")))
    assert "characters" not in first
    assert "Left" not in first
