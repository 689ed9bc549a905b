"""The comparison of small and large models: all are counted and timed, and nothing is trained unasked."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("own_cache")]


def test_nothing_is_trained_unless_it_is_asked_for(tiny_encoder, tiny_tokenizer, data, monkeypatch):
    """Is there no run and no accuracy at first, a run when asked for, and is it found again without training?"""
    from bookutils.models.classifier import training
    from bookutils.models.comparison import contest as comparison
    from bookutils.models.training.settings import Settings

    settings = Settings(epochs=1, batch_size=4)
    unasked = comparison.tuned_contender(data, data, settings=settings, loaded=tiny_encoder)
    assert unasked.right is None and unasked.fit_seconds is None and unasked.error is None
    assert comparison.accuracy_words(unasked) == "not trained"
    trained = comparison.tuned_contender(data, data, settings=settings, loaded=tiny_encoder, train_now=True)
    assert len(trained.right) == 12 and trained.fit_seconds > 0
    monkeypatch.setattr(training, "fine_tune", lambda *_all, **_more: pytest.fail("it trained"))
    again = comparison.tuned_contender(data, data, settings=settings, loaded=tiny_encoder)
    np.testing.assert_array_equal(again.right, trained.right)
    assert again.parameters == tiny_encoder.config.parameter_count + 8 + 1


def test_all_contenders_are_counted_and_timed(tiny_encoder, data, monkeypatch):
    """Is there a row for each model, with times above 0, an estimate for what was not trained, and no training?"""
    from bookutils.models.comparison import contest as comparison
    from bookutils.models.comparison.vectors import SentenceEncoder

    monkeypatch.setenv("BOOKUTILS_QUICK", "1")
    contenders = comparison.classical_contenders(data, data)
    contenders.append(comparison.frozen_contender(SentenceEncoder(tiny_encoder), data, data))
    contenders.append(comparison.tuned_contender(data, data, loaded=tiny_encoder))
    assert [len(c.right) if c.right is not None else None for c in contenders] == [12] * 5 + [None]
    times = comparison.measure_times(contenders, data.sentences)
    assert set(times) == {c.name for c in contenders}
    assert all(min(t.training, t.one, t.thousand) > 0 for t in times.values())
    assert [t.measured for t in times.values()] == [True] * 5 + [False]
    assert contenders[-1].operations < contenders[-2].operations < contenders[-1].operations + 3 * 8


def test_the_books_own_run_stands_in_on_sst2(tiny_encoder, data):
    """On SST-2's dev set, is the accuracy that of the run that ships, and is a slice of dev scored on the slice?"""
    from bookutils.data.seeds import MEASURED
    from bookutils.data.sst2 import SST2
    from bookutils.models.comparison import contest as comparison

    dev = dataclasses.replace(data, sha256=SST2.files["dev"].sha256)
    found = comparison.tuned_contender(data, dev, loaded=tiny_encoder)
    kept = json.loads(MEASURED.read_text(encoding="utf-8"))["right"]["0"][:12]
    assert "".join("1" if right else "0" for right in found.right) == kept
