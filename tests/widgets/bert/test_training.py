"""Does training show itself and leave a picture alone, and does the sentence box answer to Enter and to its button?"""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bookutils.data.dataset import Dataset

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def live(monkeypatch, tmp_path):
    """A notebook's shell, a cache of its own, and no static mode."""
    monkeypatch.setenv("BOOKUTILS_CACHE_DIR", str(tmp_path))
    for name in ("BOOKUTILS_STATIC", "BOOKUTILS_QUICK"):
        monkeypatch.delenv(name, raising=False)
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


@pytest.fixture
def reviews():
    import numpy as np

    sentences = ["a good film", "a bad film", "fine story", "dull story ."] * 8
    labels = np.array([1, 0, 1, 0] * 8, np.int32)
    return Dataset("tiny", "train", sentences, labels, ("negative", "positive"), "folder", "0" * 64, "four sentences")


@pytest.fixture
def classifier(tiny_encoder):
    from bookutils.models.classifier.model import SentenceClassifier

    return SentenceClassifier(tiny_encoder)


@pytest.fixture
def settings():
    from bookutils.models.training.settings import Settings

    return Settings(epochs=2, batch_size=8, learning_rate=1e-2)


def pictures(captured):
    return [output for output in captured.outputs if "image/png" in output.data]


def test_training_leaves_a_picture_and_a_sentence(live, classifier, reviews, settings):
    """Is a live view shown while it runs, and are picture and sentence what stays, rather than a widget?"""
    from bookutils.widgets.bert.training import train_live

    with capture_output() as captured:
        history = train_live(classifier, reviews, settings)
    assert len(history.losses) == history.total_steps
    assert any("application/vnd.jupyter.widget-view+json" in output.data for output in captured.outputs)
    (picture,) = pictures(captured)
    assert "image/png" in captured.outputs[-1].data
    assert "smoothed loss" in picture.metadata["image/png"]["alt"]
    assert "Trained" in captured.stdout


def test_a_remembered_run_shows_its_picture_at_once(live, classifier, reviews, settings):
    """The second time, is there no live view, and is it said that the run is remembered?"""
    from bookutils.widgets.bert.training import train_live

    with capture_output():
        train_live(classifier, reviews, settings)
    with capture_output() as captured:
        train_live(classifier, reviews, settings)
    assert len(captured.outputs) == len(pictures(captured)) == 1
    assert "remembered" in captured.stdout


def test_while_notebooks_are_built_there_is_the_picture_alone(live, classifier, reviews, settings, monkeypatch):
    """In static mode, is nothing of a widget shown?"""
    from bookutils.widgets.bert.training import sentence_box, train_live

    monkeypatch.setenv("BOOKUTILS_STATIC", "1")
    with capture_output() as captured:
        train_live(classifier, reviews, settings)
        sentence_box(classifier, ["a good film", "a bad film"])
    assert len(captured.outputs) == len(pictures(captured)) == 2
    assert "a bad film" in pictures(captured)[1].metadata["image/png"]["alt"]


def test_an_interruption_leaves_picture_and_sentence(live, reviews, classifier, settings):
    """When the kernel is interrupted, is it said what was kept?"""
    from bookutils.widgets.bert.training import train_live

    def interrupted_schedule(step, peak, warmup_steps, total_steps):
        if step == 3:
            raise KeyboardInterrupt
        return peak

    with capture_output() as captured:
        history = train_live(classifier, reviews, settings, schedule=interrupted_schedule)
    assert history.interrupted
    assert "Stopped after step 3 of 8" in captured.stdout
    assert len(pictures(captured)) == 1


def test_a_run_that_is_taken_up_shows_its_beginning(live, reviews, classifier, settings, monkeypatch):
    """After an interruption, do the live curves begin with the steps from before, and is the run whole at its end?"""
    from bookutils.plots.bert import training as plots
    from bookutils.widgets.bert.training import train_live

    def interrupted_schedule(step, peak, warmup_steps, total_steps):
        if step == 5:
            raise KeyboardInterrupt
        return peak

    with capture_output():
        first = train_live(classifier, reviews, settings, schedule=interrupted_schedule)
    assert first.resumable
    drawn = []
    draw = plots.training_curves
    monkeypatch.setattr(
        plots, "training_curves", lambda losses, *rest: drawn.append(len(losses)) or draw(losses, *rest)
    )
    with capture_output() as captured:
        history = train_live(classifier, reviews, settings)
    assert drawn[0] == 6
    assert history.resumed_at == [5] and len(history.losses) == history.total_steps
    assert "Trained" in captured.stdout


def test_the_status_says_what_is_known():
    """Does the line leave out a speed and a time that are not known yet?"""
    from bookutils.models.training.history import Progress
    from bookutils.widgets.bert.training import status

    first = status(Progress(1, 585, 1, 0.7, 0.0, 0.0, float("nan")), 3)
    later = status(Progress(100, 585, 1, 0.5, 1e-5, 48.2, 330.0), 3)
    assert "second" not in first
    assert "Left" not in first
    assert "Step 100 of 585, epoch 1 of 3. 48 sentences a second. Left: about 6 minutes." in later


def test_the_box_answers_to_enter_and_to_its_button(live, classifier):
    """Does a new sentence change the answer, as Enter and the button ask for it, with the pieces that were read?"""
    from bookutils.widgets.bert.training import _make_sentence_box

    box = _make_sentence_box(classifier, "a good film")
    (text, button), answer = box.children[0].children, box.children[1]
    assert text.description
    assert button.description
    assert "[CLS] a good film [SEP]" in answer.value
    text.value = "a <b>bad</b> film"  # what Enter does: the value is sent
    assert "bad" in answer.value
    assert "<b>bad" not in answer.value
    answer.value = ""
    button.click()
    assert 'role="status"' in answer.value
    text.value = "   "
    assert "Type a sentence" in answer.value


@pytest.mark.parametrize(("probability", "word"), [(0.97, "Positive"), (0.03, "Negative"), (0.5, "Undecided")])
def test_words_come_before_colour(probability, word):
    """Does the answer say in words what the bar says in colour?"""
    from bookutils.widgets.bert.training import answer_html

    assert word in answer_html(probability, ["[CLS]", "[SEP]"])
