"""The small model's training: it learns, it can be stopped without loss, and it is remembered."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("own_cache")]
TEXT = "".join(f"the cat sat on mat {n % 3}.\n" for n in range(60))


def run(**options):
    from bookutils.models.generation.decoder import Characters
    from bookutils.models.generation.training import CharacterSettings, split_lines, train_characters

    settings = CharacterSettings(
        context=12, hidden_size=16, num_layers=1, num_heads=2, steps=options.pop("steps", 12), batch_size=8,
        check_every=4, seed=options.pop("seed", 0),
    )  # fmt: skip
    return train_characters(split_lines(TEXT), Characters.of(TEXT), settings, **options)


def test_it_learns_and_comes_back() -> None:
    """Does the loss fall, and is the whole run there after a restart, without a single step?"""
    model, history, remembered = run(steps=80)
    assert not remembered
    assert history.held_out[-1] < history.held_out[0]
    assert history.losses[-1] < 0.7 * history.losses[0]
    again, kept, remembered = run(steps=80, report=lambda progress: pytest.fail("it trained"))
    assert remembered
    assert kept == history
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not run(steps=80, seed=1)[2]


def test_an_interrupted_run_takes_the_same_steps(own_cache) -> None:
    """Stopped twice and taken up, is it the run that nobody stopped?"""
    from bookutils.models.training.run import StopTraining

    def stop_at(step):
        def report(progress):
            if progress.step == step:
                raise StopTraining

        return report

    for step in (4, 7):
        _model, history, _remembered = run(report=stop_at(step))
        assert history.interrupted
        assert history.resumable
        assert len(history.losses) == step
    resumed, history, _remembered = run()
    assert history.resumed_at == [4, 7]
    whole, straight, _remembered = run(again=True)
    np.testing.assert_allclose(history.losses, straight.losses, rtol=1e-4)
    np.testing.assert_allclose(history.held_out, straight.held_out, rtol=1e-4)
    assert not list(own_cache.rglob(".unfinished*"))
    for one, other in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def test_a_slice_leaves_nothing(own_cache, monkeypatch) -> None:
    """In a test's slice: few steps, and no remembered run?"""
    from bookutils.models.generation.training import CharacterSettings

    monkeypatch.setenv("BOOKUTILS_QUICK", "1")
    assert CharacterSettings().for_this_run().steps == 16
    run()
    assert not any(own_cache.rglob("*"))


def test_only_the_mask_keeps_the_answer_hidden() -> None:
    """Trained without the mask, does the same model look the answer up?"""
    from bookutils.models.generation.decoder import Characters
    from bookutils.models.generation.training import compare_masks, split_lines

    text = "".join(np.random.default_rng(0).choice(list("abcdefgh\n"), 3000, p=[0.12] * 8 + [0.04]))
    losses = compare_masks(split_lines(text), Characters.of(text), steps=150)
    assert np.mean(losses[True][-10:]) > 1.8, "nobody can guess a random letter"
    assert np.mean(losses[False][-10:]) < 1.2


def test_every_character_is_judged_once() -> None:
    """Does each character of the windows get its own probability?"""
    from bookutils.core.errors import DataError, UsageError
    from bookutils.models.generation.training import probabilities_of

    model = run(steps=1)[0]
    ids = np.arange(30) % 12
    given = probabilities_of(model, ids, 12)
    assert given.shape == (2, 12)
    logits = np.asarray(model(ids[np.newaxis, 12:24]))[0]
    shares = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(given[1], shares[np.arange(12), ids[13:25]], rtol=1e-4)
    later = probabilities_of(model, ids, 12, seen=8)  # windows start at 0, 4, 8, …
    np.testing.assert_allclose(later[0], given[0, 8:], rtol=1e-4)
    np.testing.assert_allclose(later[3], given[1, 8:], rtol=1e-4)
    with pytest.raises(DataError):
        probabilities_of(model, ids[:5], 12)
    with pytest.raises(UsageError):
        probabilities_of(model, ids, 12, seen=12)
