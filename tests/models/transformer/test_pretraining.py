"""Does the small masked language model learn what the chapter says?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.core.errors import UsageError
from bookutils.models.transformer.pretraining import PretrainingSettings, hide_words, pretrain
from bookutils.numerics.transformer.masking import mask_tokens
from bookutils.text.words import CLS, FIRST_WORD, MASK, PAD, SEP, make_corpus, special_places

pytestmark = pytest.mark.tensorflow

TEXT = "\n".join(f"the {animal} {verb} the {thing} today" for animal in ("cat", "dog", "cow")
                 for verb in ("sees", "eats") for thing in ("grass", "bone", "milk")) * 8  # fmt: skip


@pytest.fixture(scope="module")
def corpus():
    return make_corpus(TEXT, vocabulary_size=20, width=8)


def test_rows_are_what_an_encoder_reads(corpus) -> None:
    """Does each row begin with [CLS], end its words with [SEP], and pad behind; and are special places told?"""
    for row in (*corpus.train, *corpus.held_out):
        length = int((row != PAD).sum())
        assert (row[0], row[length - 1]) == (CLS, SEP)
        assert (row[length:] == PAD).all()
    np.testing.assert_array_equal(special_places(corpus.train), corpus.train < FIRST_WORD)
    assert corpus.words(corpus.encode("the ___ sees")[0]) == ["[CLS]", "the", "[MASK]", "sees", "[SEP]"]


def test_a_line_without_a_gap_is_told(corpus) -> None:
    """Is there a sentence that says how to write one, and one for too many words?"""
    with pytest.raises(UsageError, match="___"):
        corpus.encode("the cat")
    with pytest.raises(UsageError, match="at most 6"):
        corpus.encode("___ " * 9)


def test_it_learns_more_than_frequencies(corpus, monkeypatch) -> None:
    """On a text with a plain grammar: does the held-out loss fall below the unigram's, and are guesses grammatical?"""
    monkeypatch.delenv("BOOKUTILS_QUICK", raising=False)
    settings = PretrainingSettings(layers=1, hidden=24, heads=2, steps=100, batch_size=16, learning_rate=0.01)
    run = pretrain(corpus, settings)
    assert run.held_out[-1] < run.unigram - 0.3 < run.uniform
    assert run.guess("the cat ___ the milk today", 1)[0][0] in {"sees", "eats"}
    assert sum(share for _word, share in run.guess("___ cat sees", 15)) == pytest.approx(1, abs=1e-4)
    assert not {word for word, _share in run.guess("___ cat", 10)} & {"[MASK]", "[PAD]", "[CLS]"}


def test_an_interruption_keeps_what_was_learnt(corpus, monkeypatch) -> None:
    """Stopped in its tenth step: has it moved, and does each look that was taken have both of its losses?"""
    monkeypatch.delenv("BOOKUTILS_QUICK", raising=False)
    calls = []

    def hide(*arguments):
        calls.append(1)
        if len(calls) == 10:
            raise KeyboardInterrupt
        return mask_tokens(*arguments)

    settings = PretrainingSettings(layers=1, hidden=8, heads=2, steps=100, batch_size=4, evaluate_every=5)
    run = pretrain(corpus, settings, hide=hide)
    assert run.steps == [1, 5]
    assert len(run.train) == len(run.held_out) == 2
    assert run.held_out[0] != run.held_out[1]


def test_a_test_takes_a_slice(monkeypatch) -> None:
    """Are forty steps enough where tests run?"""
    monkeypatch.setenv("BOOKUTILS_QUICK", "1")
    assert PretrainingSettings().for_this_run().steps == 40


def test_a_learner_s_function_hides_the_words(corpus) -> None:
    """Is the given function called with arrays of one shape, and its answer used?"""

    def hide(ids, special, draws, kinds, random_ids, mask_id):
        assert ids.shape == special.shape == draws.shape == kinds.shape == random_ids.shape
        assert mask_id == MASK
        return {"inputs": ids.tolist(), "targets": np.full(ids.shape, -1)}

    inputs, targets = hide_words(corpus.train[:2], 20, np.random.default_rng(0), hide)
    assert inputs.dtype == targets.dtype == np.int32
    assert (targets == -1).all()
