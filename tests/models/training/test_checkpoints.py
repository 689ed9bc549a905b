"""Interrupted runs: taken up where they were, step for step; damaged or foreign states are not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
SENTENCES, LABELS = ["good film", "bad film", "fine story .", "dull story", "the good", "the bad"] * 6, [1, 0] * 18
ABOUT = {"data": "six sentences", "settings": (1, 2)}


@pytest.fixture
def settings():
    from bookutils.models.training.settings import Settings

    return Settings(epochs=3, batch_size=4, learning_rate=1e-2)


@pytest.fixture
def train(tmp_path, make_classifier, settings):
    """Train, with the state in a file; stop after a step if told."""
    from bookutils.models.classifier.training import fine_tune
    from bookutils.models.training.checkpoints import Checkpoint
    from bookutils.models.training.run import StopTraining

    def run(stop_after=None, *, about=ABOUT, every=120.0, error=StopTraining, keep=True, **options):
        classifier = make_classifier(**options)

        def report(progress):
            if progress.step == stop_after:
                raise error

        checkpoint = Checkpoint(tmp_path / "run.safetensors", about, every) if keep else None
        history = fine_tune(classifier, SENTENCES, LABELS, settings, report=report, checkpoint=checkpoint)
        return classifier, history

    return run


@pytest.mark.parametrize("stops", [(5,), (1, 9, 17), (8, 16), (23,)], ids=str)
def test_an_interrupted_run_ends_like_a_whole_one(train, tmp_path, stops):
    """Are losses, rates, accuracies and weights those of a run that was never stopped, wherever the stops were?"""
    whole, expected = train(keep=False)
    assert expected.total_steps == 24 and expected.epoch_ends == [8, 16, 24]
    for stop in stops:
        _classifier, history = train(stop)
        assert history.interrupted and history.resumable
        assert len(history.losses) == stop
        assert "go on" in history.sentence()
    classifier, history = train()
    assert history.resumed_at == list(stops)
    assert not history.interrupted and not history.resumable
    np.testing.assert_allclose(history.losses, expected.losses, rtol=1e-5)
    assert history.learning_rates == expected.learning_rates
    assert (history.accuracies, history.best_epoch) == (expected.accuracies, expected.best_epoch)
    for ours, theirs in zip(classifier.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)
    assert not list(tmp_path.glob("*.safetensors")), "the state of a finished run stays behind"


def test_the_best_epoch_survives_an_interruption(train, make_classifier, tmp_path):
    """Does the run that is taken up still hold the weights of an epoch from before the stop?"""
    from bookutils.models.training.checkpoints import Checkpoint
    from bookutils.models.training.optimizer import make_optimizer
    from bookutils.models.training.settings import Settings

    _classifier, history = train(9)
    assert history.best_epoch == 1
    model = make_classifier().model
    kept = Checkpoint(tmp_path / "run.safetensors", ABOUT).restore(model, make_optimizer(model, Settings()))
    assert kept is not None
    assert [weights.shape for weights in kept[1]] == [weights.shape for weights in model.get_weights()]


def test_a_real_interruption_falls_between_two_steps(make_classifier, settings, tmp_path):
    """When the signal arrives in the middle of a step, are weights, moments and history of the same step?"""
    from bookutils.models.classifier import steps
    from bookutils.models.classifier.training import fine_tune
    from bookutils.models.training.checkpoints import Checkpoint
    from bookutils.models.training.optimizer import make_optimizer

    class Interrupted(steps.TrainingStep):
        def __call__(self, inputs, labels):
            if int(self.optimizer.iterations) == 4:
                signal.raise_signal(signal.SIGINT)
            return super().__call__(inputs, labels)

    classifier = make_classifier()
    checkpoint = Checkpoint(tmp_path / "run.safetensors", ABOUT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bookutils.models.classifier.training.TrainingStep", Interrupted)
        history = fine_tune(classifier, SENTENCES, LABELS, settings, checkpoint=checkpoint)
    assert history.interrupted
    assert len(history.losses) == len(history.learning_rates) == 5
    model = make_classifier().model
    optimizer = make_optimizer(model, settings)
    checkpoint.restore(model, optimizer)
    assert int(optimizer.iterations) == 5


def test_a_killed_kernel_loses_no_more_than_the_last_minutes(tmp_path, train, settings):
    """After SIGKILL, does the next run go on from the last state that was written, and end like a whole one?"""
    _classifier, expected = train(keep=False)
    script = tmp_path / "train.py"
    script.write_text(
        "import sys\nsys.path.insert(0, '.')\n"
        "from pathlib import Path\n"
        "from tests.models.training import killed_run\n"
        f"killed_run.main(Path({str(tmp_path)!r}), {SENTENCES!r}, {LABELS!r})\n"
    )
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "step 10":
            os.kill(process.pid, signal.SIGKILL)
            break
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    _classifier, history = train(every=0.0)
    assert history.resumed_at and 9 <= history.resumed_at[0] <= 12
    np.testing.assert_allclose(history.losses, expected.losses, rtol=1e-4)


@pytest.mark.parametrize("damage", ["cut", "empty", "words", "no record", "another model"])
def test_a_damaged_state_is_not_taken_up(train, tmp_path, capsys, damage):
    """Does training start anew, with a sentence, from untouched weights?"""
    from safetensors.numpy import load_file, save_file

    train(5)
    file = tmp_path / "run.safetensors"
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:5000])
    elif damage in {"empty", "words"}:
        file.write_bytes(b"" if damage == "empty" else b"not a file of numbers" * 100)
    else:
        from safetensors import safe_open

        with safe_open(file, framework="numpy") as opened:
            metadata = opened.metadata()
        tensors = load_file(file)
        if damage == "another model":
            tensors["model.0"] = np.zeros((2, 2), np.float32)
        save_file(tensors, file, metadata=metadata if damage == "another model" else None)
    _classifier, history = train()
    assert "starts anew" in capsys.readouterr().out
    assert history.resumed_at == [] and len(history.losses) == 24
    _classifier, expected = train(keep=False)
    np.testing.assert_allclose(history.losses, expected.losses, rtol=1e-5)


def test_another_runs_state_is_not_taken_up(train):
    """When the data or the settings are others, does training start from the beginning?"""
    train(5)
    assert train(about={"data": "others"})[1].resumed_at == []


def test_a_full_disk_does_not_stop_the_training(train, tmp_path, capsys):
    """When the state cannot be written, is that said once, and does the run go on to its end?"""
    (tmp_path / "run.safetensors").mkdir()
    _classifier, history = train(every=0.0)
    assert len(history.losses) == 24
    assert capsys.readouterr().out.count("cannot be taken up") == 1
    _classifier, history = train(3)
    assert history.interrupted and not history.resumable
    assert "start anew" in history.sentence()


def test_states_are_written_as_time_goes_by(train, tmp_path):
    """Is there a state while the run goes on, not only at its end?"""
    seen = []

    class Look(Exception):
        pass

    with pytest.raises(Look):
        train(12, every=0.0, error=Look)
    seen = list(tmp_path.glob("*.safetensors"))
    assert len(seen) == 1


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_the_same_seed_gives_the_same_start_and_order(make_classifier, settings, pooling):
    """Are the head's first weights, the batches and the dropped features the seed's, and others with another seed?"""
    from bookutils.models.classifier.training import fine_tune

    def start_and_losses(seed):
        classifier = make_classifier(pooling=pooling, seed=seed)
        start = classifier.model.get_layer("logit").get_weights()[0]
        chosen = replace(settings, epochs=1, seed=seed)
        return start, fine_tune(classifier, SENTENCES, LABELS, chosen).losses

    (start, losses), (start_again, losses_again), (other, other_losses) = map(start_and_losses, (3, 3, 4))
    np.testing.assert_array_equal(start, start_again)
    np.testing.assert_allclose(losses, losses_again, rtol=1e-5)
    assert not np.array_equal(start, other)
    assert not np.allclose(losses, other_losses, rtol=1e-3)
