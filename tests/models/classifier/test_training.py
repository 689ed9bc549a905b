"""Fine-tuning on a tiny encoder: it learns, it repeats itself, it stops when told and keeps what it has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bookutils.core.errors import DataError

pytestmark = pytest.mark.tensorflow
WORDS = {"good": 1, "fine": 1, "bad": 0, "dull": 0}


@pytest.fixture(scope="module")
def reviews():
    rng = np.random.default_rng(0)
    sentences, labels = [], []
    for _number in range(160):
        word = rng.choice(list(WORDS))
        before = " ".join(rng.choice(["the", "a", "film", "story"], rng.integers(0, 6)))
        sentences.append(f"{before} {word} .".strip())
        labels.append(WORDS[word])
    return sentences, labels


@pytest.fixture
def classifier(tiny_encoder):
    from bookutils.models.classifier.model import SentenceClassifier

    return SentenceClassifier(tiny_encoder)


@pytest.fixture
def settings():
    from bookutils.models.training.settings import Settings

    return Settings(epochs=8, batch_size=16, learning_rate=2e-2)


def test_it_learns(classifier, reviews, settings):
    """Does the loss fall, and does the classifier tell good films from bad ones afterwards?"""
    from bookutils.models.classifier.evaluation import evaluate
    from bookutils.models.classifier.training import fine_tune

    history = fine_tune(classifier, *reviews, settings)
    assert np.mean(history.losses[-5:]) < 0.5 * np.mean(history.losses[:5])
    assert evaluate(classifier, *reviews).accuracy > 0.95
    assert not history.interrupted
    assert len(history.losses) == history.total_steps == history.epoch_ends[-1]
    assert len(history.accuracies) == settings.epochs


def test_the_same_seed_gives_the_same_run(tiny_encoder, reviews, settings):
    """Do two runs from the same start agree in every loss?"""
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.training import fine_tune

    start = tiny_encoder.encoder.get_weights()
    losses = []
    for _time in range(2):
        tiny_encoder.encoder.set_weights(start)
        losses.append(fine_tune(SentenceClassifier(tiny_encoder), *reviews, settings).losses)
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)


def test_all_of_the_encoder_is_trained(classifier, reviews, settings):
    """Does every variable move, but for the pooler that nothing reads?"""
    from bookutils.models.classifier.training import fine_tune

    before = {v.path: v.numpy() for v in classifier.model.trainable_variables}
    fine_tune(classifier, *reviews, settings)
    still = {v.path for v in classifier.model.trainable_variables if np.array_equal(before[v.path], v.numpy())}
    assert all("pooler" in path for path in still)


def test_each_step_is_reported(classifier, reviews, settings):
    """Does a report come after each step, with the schedule's rate, and an accuracy after each epoch alone?"""
    from bookutils.models.classifier.training import fine_tune

    asked, seen = [], []

    def schedule(step, peak, warmup_steps, total_steps):
        asked.append((step, peak, warmup_steps, total_steps))
        return 0.001 * (step + 1)

    history = fine_tune(classifier, *reviews, settings, report=seen.append, schedule=schedule)
    total = history.total_steps
    assert asked == [(step, 2e-2, round(0.1 * total), total) for step in range(total)]
    assert [record.step for record in seen] == list(range(1, total + 1))
    assert [record.learning_rate for record in seen] == pytest.approx([0.001 * (s + 1) for s in range(total)])
    assert [record.step for record in seen if record.accuracy is not None] == history.epoch_ends
    assert seen[-1].seconds_left == 0


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "StopTraining"])
def test_an_interruption_keeps_what_was_learnt(classifier, reviews, settings, error):
    """After a stop, are the weights those of the last step, and does the sentence say where it stopped?"""
    from bookutils.models.classifier.training import fine_tune
    from bookutils.models.training.run import StopTraining

    kind = KeyboardInterrupt if error == "KeyboardInterrupt" else StopTraining
    kept = []

    def report(progress):
        if progress.step == 13:
            kept.extend(classifier.model.get_weights())
            raise kind

    history = fine_tune(classifier, *reviews, settings, report=report)
    assert history.interrupted
    assert len(history.losses) == 13
    assert "13 of 72" in history.sentence()
    for now, then in zip(classifier.model.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(now, then)


def test_the_best_epoch_is_kept(classifier, reviews, settings):
    """When later epochs destroy what was learnt, do the weights of the best one come back?"""
    from bookutils.models.classifier.training import fine_tune

    def good_then_terrible(step, peak, warmup_steps, total_steps):
        return 2e-2 if step < total_steps // 2 else 30.0

    weights = {}

    def report(progress):
        if progress.accuracy is not None:
            weights[progress.epoch] = classifier.model.get_weights()

    history = fine_tune(classifier, *reviews, settings, schedule=good_then_terrible, report=report)
    assert history.best_epoch < settings.epochs
    assert history.accuracies[history.best_epoch - 1] == max(history.accuracies)
    for now, then in zip(classifier.model.get_weights(), weights[history.best_epoch], strict=True):
        np.testing.assert_array_equal(now, then)


def test_held_out_examples_are_never_trained_on(reviews):
    """Do the parts of a split share nothing, and are they everything?"""
    from bookutils.models.classifier.training import split

    train, held_out = split(101, 0.1, seed=5)
    assert len(held_out) == 10
    assert sorted([*train, *held_out]) == list(range(101))


def test_what_was_held_out_can_be_found_again(reviews, classifier, settings, monkeypatch):
    """Are the sentences that `held_out_of` names those on which the run measures its epochs, and no others?"""
    from bookutils.data.dataset import Dataset
    from bookutils.models.classifier.training import fine_tune, held_out_of

    monkeypatch.delenv("BOOKUTILS_QUICK", raising=False)
    sentences, labels = reviews
    numbered = [f"{sentence} {number}" for number, sentence in enumerate(sentences)]
    asked, logits = [], classifier.logits
    monkeypatch.setattr(classifier, "logits", lambda texts: (asked.append(list(texts)), logits(texts))[1])
    short = replace(settings, epochs=1)
    fine_tune(classifier, numbered, labels, short)
    data = Dataset("x", "train", numbered, np.array(labels, np.int32), ("no", "yes"), "folder", "", "")
    found = held_out_of(data, short)
    assert asked == [found.sentences]
    assert [labels[numbered.index(sentence)] for sentence in found.sentences] == found.labels.tolist()


def test_wrong_labels_are_refused(classifier):
    """Do missing labels raise an error before anything is trained?"""
    from bookutils.models.classifier.training import fine_tune

    with pytest.raises(DataError, match="label"):
        fine_tune(classifier, ["good", "bad"], [1])
    with pytest.raises(DataError):
        fine_tune(classifier, [], [])


def test_a_slice_for_tests(monkeypatch):
    """Does BOOKUTILS_QUICK take one epoch on a slice, and nothing else change?"""
    from bookutils.models.training.settings import Settings

    monkeypatch.delenv("BOOKUTILS_QUICK", raising=False)
    assert Settings().for_this_run() == Settings()
    monkeypatch.setenv("BOOKUTILS_QUICK", "1")
    assert Settings().for_this_run() == Settings(epochs=1, examples=256)
