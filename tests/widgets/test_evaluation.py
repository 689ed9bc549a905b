"""Do threshold and words follow what is dragged and typed, and leave a picture alone in a built notebook?"""

from __future__ import annotations

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.numerics.evaluation.classification import leave_one_out
from bookutils.widgets.evaluation import reliability_explorer, threshold_explorer

PROBABILITIES, LABELS = [0.9, 0.8, 0.4, 0.3, 0.1], [1, 0, 1, 0, 0]


@pytest.fixture
def live(monkeypatch):
    monkeypatch.delenv("BOOKUTILS_STATIC", raising=False)
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


@pytest.fixture
def classifier(tiny_encoder):
    from bookutils.models.classifier.model import SentenceClassifier

    return SentenceClassifier(tiny_encoder)


def test_the_threshold_moves_both_numbers(live):
    """Dragged or typed, does the picture say precision and recall at that threshold?"""
    explorer = threshold_explorer(PROBABILITIES, LABELS)
    assert "Above 0.50: precision 50%, recall 50%" in explorer.summary.value
    explorer.controls["threshold"].slider.value = 0.2
    assert "Above 0.20: precision 50%, recall 100%" in explorer.summary.value
    explorer.controls["threshold"].box.value = 0.85
    assert "Above 0.85: precision 100%, recall 50%" in explorer.summary.value
    assert 'alt="Above 0.85' in explorer.picture.value


def test_bins_and_temperature_change_the_promises(live):
    """Do fewer bins make fewer dots, and does a temperature bring the promises closer to one half?"""
    explorer = reliability_explorer([3.0, 3.0, 3.0, -3.0, -1.0], [1, 1, 0, 0, 1])
    assert "of 3 bins" in explorer.picture.value
    explorer.controls["bins"].value = 2
    assert "of 2 bins" in explorer.picture.value
    explorer.controls["temperature"].value = 3.0
    assert "Logits divided by 3.00" in explorer.picture.value
    assert "73% → 67% (3)" in explorer.picture.value  # σ(3/3)


@pytest.mark.tensorflow
def test_the_words_are_those_of_the_sentence(live, classifier):
    """Does the box ask about each word, anew for a new sentence, and about none for an empty one?"""
    from bookutils.widgets.evaluation import _make_word_box

    box = _make_word_box(classifier, "a good film")
    (text, button), picture, summary = box.children[0].children, box.children[1], box.children[2]
    _logit, effects = leave_one_out(classifier.logits, ["a", "good", "film"])
    heaviest = ["a", "good", "film"][int(np.abs(effects).argmax())]
    assert f"“{heaviest}” weighs most" in summary.value
    text.value = "a <i>dull</i> story"
    assert "&lt;i&gt;dull" in picture.value
    assert "<i>dull" not in picture.value + summary.value
    picture.value = ""
    button.click()
    assert "<img" in picture.value
    text.value = "  "
    assert picture.value == ""
    assert "Type a sentence" in summary.value


@pytest.mark.tensorflow
def test_while_notebooks_are_built_there_is_the_picture_alone(live, classifier, monkeypatch):
    """In static mode, is nothing of a widget shown?"""
    from bookutils.widgets.evaluation import word_box

    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        word_box(classifier, "a good film")
        threshold_explorer(PROBABILITIES, LABELS)._ipython_display_()
    assert [("image/png" in output.data) for output in captured.outputs] == [True] * 2
    assert all(output.metadata["image/png"]["alt"] for output in captured.outputs)
