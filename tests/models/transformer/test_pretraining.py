"""Does the small masked language model learn what the chapter says, and is its twin in other code the same?"""

from __future__ import annotations

import numpy as np
import pytest

from bookutils.core.errors import UsageError
from bookutils.models.transformer.pretraining import PretrainingSettings, hide_words, pretrain
from bookutils.models.transformer.twins import export_encoder, keras_hub_output, through_hub
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


def test_hub_and_keras_hub_give_the_same_numbers(tiny_encoder, tmp_path) -> None:
    """Exported with Hub's signature, and in keras-hub: is every number within 1e-5?"""
    inputs = {
        name: array.numpy() for name, array in tiny_encoder.tokenizer(["good film", "a bad dull story ."]).items()
    }
    ours = tiny_encoder.encoder(inputs)
    hub = through_hub(tiny_encoder.encoder)(inputs)
    for name in ("sequence_output", "pooled_output"):
        np.testing.assert_allclose(hub[name], ours[name], atol=1e-5)
    pytest.importorskip("keras_hub")
    real = inputs["input_mask"].astype(bool)
    theirs = keras_hub_output(tiny_encoder.encoder, inputs)
    np.testing.assert_allclose(theirs[real], np.array(ours["sequence_output"])[real], atol=1e-5)
    export_encoder(tiny_encoder.encoder, tmp_path / "here")
    with pytest.raises(UsageError, match="exists already"):
        export_encoder(tiny_encoder.encoder, tmp_path / "here")


def test_numpy_with_minilm_s_weights_equals_all_three(minilm) -> None:
    """The chapter's promise: NumPy, Keras, Hub's signature and keras-hub, on a real sentence with padding, to 1e-5?"""
    from bookutils.models.transformer.arrays import encoder_arrays
    from bookutils.numerics.transformer.encoder import encode

    inputs = {name: array.numpy() for name, array in minilm.tokenizer(["a charming film", "dull"]).items()}
    weights = encoder_arrays(minilm.encoder)
    vectors = encode(weights, *inputs.values(), minilm.config.num_heads)[-1]
    real = inputs["input_mask"].astype(bool)
    keras_s, hub = minilm.encoder(inputs), through_hub(minilm.encoder)(inputs)
    for theirs in (keras_s, hub):
        np.testing.assert_allclose(vectors[real], np.array(theirs["sequence_output"])[real], atol=1e-5)
        np.testing.assert_allclose(
            np.tanh(vectors[:, 0] @ weights["pooler_kernel"] + weights["pooler_bias"]),
            theirs["pooled_output"],
            atol=1e-5,
        )
    pytest.importorskip("keras_hub")
    np.testing.assert_allclose(vectors[real], keras_hub_output(minilm.encoder, inputs)[real], atol=1e-5)
    wrong = encode(weights, *inputs.values(), minilm.config.num_heads, approximate=True)[-1]
    assert np.abs(wrong - vectors)[real].max() > 1e-4
