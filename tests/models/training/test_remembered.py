"""Remembered runs: there again after a restart, another one when anything changed, put aside when damaged."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("own_cache")]
SENTENCES, LABELS = ["good film", "bad film", "fine story .", "dull story", "the good", "the bad"] * 3, [1, 0] * 9


def run(classifier, **options):
    from bookutils.models.classifier.training import fine_tune_or_recall
    from bookutils.models.training.settings import Settings

    settings = Settings(epochs=2, batch_size=4, learning_rate=1e-2, **options.pop("settings", {}))
    return fine_tune_or_recall(classifier, SENTENCES, options.pop("labels", LABELS), settings, **options)


def test_a_finished_run_comes_back(make_classifier):
    """After a restart, are history and predictions those of the run, without a single step?"""
    first = make_classifier()
    history, remembered = run(first)
    assert not remembered
    learnt = first.logits(SENTENCES)

    second = make_classifier()
    assert not np.allclose(second.logits(SENTENCES), learnt)
    again, remembered = run(second, report=lambda progress: pytest.fail("it trained"))
    assert remembered
    assert again == history
    np.testing.assert_allclose(second.logits(SENTENCES), learnt, rtol=1e-6)


@pytest.mark.parametrize(
    "change",
    [{"settings": {"seed": 1}}, {"settings": {"weight_decay": 0.0}}, {"labels": [0, 1] * 9}],
    ids=["seed", "decay", "labels"],
)
def test_another_run_is_another_run(make_classifier, change):
    """Does a change of data or settings train anew?"""
    run(make_classifier())
    assert not run(make_classifier(), **change)[1]


def test_another_model_or_version_is_another_run(make_classifier, monkeypatch):
    """Does a change of the head, or a new version of the package, train anew?"""
    run(make_classifier())
    assert not run(make_classifier(pooling="cls"))[1]
    monkeypatch.setattr("bookutils.models.classifier.training.__version__", "99")
    assert not run(make_classifier())[1]


def test_an_interrupted_run_goes_on(make_classifier, own_cache):
    """After a stop, does the same call take the steps that are left, and `again` all of them?"""
    from bookutils.models.training.run import StopTraining

    def stop(progress):
        if progress.step == 3:
            raise StopTraining

    assert run(make_classifier(), report=stop)[0].resumable
    assert next(path.name for path in own_cache.glob("runs/*")).endswith(".unfinished.safetensors")
    history, remembered = run(make_classifier())
    assert not remembered and history.resumed_at == [3]
    (folder,) = own_cache.glob("runs/*")
    assert folder.is_dir(), "the state of the finished run stays behind"

    assert run(make_classifier(), again=True, report=stop)[0].interrupted
    assert run(make_classifier(), again=True)[0].resumed_at == []


@pytest.mark.parametrize("damage", ["cut", "flipped", "no weights", "no record", "half a record", "another record"])
def test_a_damaged_run_is_put_aside(make_classifier, own_cache, capsys, damage):
    """Is a damaged run moved away with a sentence, the model untouched, and training started anew?"""
    run(make_classifier())
    (folder,) = own_cache.glob("runs/*")
    weights, record = folder / "model.weights.h5", folder / "run.json"
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:1000])
    elif damage == "flipped":
        content = bytearray(weights.read_bytes())
        content[len(content) // 2] ^= 1
        weights.write_bytes(bytes(content))
    elif damage == "no weights":
        weights.unlink()
    elif damage == "no record":
        record.unlink()
    elif damage == "half a record":
        record.write_text(record.read_text()[:40])
    else:
        record.write_text(json.dumps({"history": {"unknown": 1}, "sha256": ""}))
    _history, remembered = run(make_classifier())
    assert not remembered
    assert "damaged" in capsys.readouterr().out
    assert sorted(path.name for path in own_cache.glob("runs/*")) == [folder.name, f"{folder.name}.damaged-1"]
    assert run(make_classifier())[1]


def test_again_trains_and_replaces(make_classifier, own_cache):
    """Does `again` train although there is a remembered run, and leave one run behind?"""
    run(make_classifier())
    assert not run(make_classifier(), again=True)[1]
    assert len(list(own_cache.glob("runs/*"))) == 1


def test_nothing_half_is_left_when_writing_fails(make_classifier, own_cache, monkeypatch):
    """When the disk is full, is there a sentence with what to do, and no half run?"""
    import errno

    from bookutils.core.errors import BookError

    classifier = make_classifier()

    def full(path):
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(classifier.model, "save_weights", full)
    with pytest.raises(BookError, match="space"):
        run(classifier)
    assert not list(own_cache.glob("runs/*"))
    assert not list(own_cache.glob("runs/.*"))


def test_a_tests_slice_is_not_kept(make_classifier, own_cache, monkeypatch):
    """With BOOKUTILS_QUICK, does nothing go into the cache?"""
    monkeypatch.setenv("BOOKUTILS_QUICK", "1")
    run(make_classifier())
    assert not list(own_cache.glob("runs/*"))
