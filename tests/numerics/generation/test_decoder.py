"""The decoder in NumPy: equal to the one in Keras, blind to what comes, and the same with a cache."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookutils.core.errors import ShapeError, UsageError
from bookutils.numerics.generation.decoder import Cache, decode, decode_more
from bookutils.numerics.generation.ngrams import count_ngrams, kneser_ney, ngram_probabilities
from bookutils.numerics.generation.scale import PUBLISHED, cache_bytes
from bookutils.numerics.generation.writing import Sampling, write
from bookutils.numerics.scaling.compute import training_operations
from tests.numerics.generation.small import HEADS, HIDDEN, LIMIT, VOCABULARY, WEIGHTS

ids = st.lists(st.integers(0, VOCABULARY - 1), min_size=2, max_size=LIMIT).map(lambda row: np.array([row]))


@settings(max_examples=30, deadline=None)
@given(ids, st.data())
def test_a_cache_changes_no_number(row, data) -> None:
    """Read in any two pieces and then one by one, are the scores those of the whole text?"""
    whole = decode(WEIGHTS, row)
    cut = data.draw(st.integers(1, row.shape[1]))
    cache = Cache(WEIGHTS)
    np.testing.assert_allclose(decode_more(WEIGHTS, row[:, :cut], cache), whole[:, cut - 1], atol=1e-9)
    for place in range(cut, row.shape[1]):
        np.testing.assert_allclose(decode_more(WEIGHTS, row[:, place : place + 1], cache), whole[:, place], atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(ids, st.data())
def test_no_place_looks_ahead(row, data) -> None:
    """Does changing one id leave all scores before it as they were?"""
    place = data.draw(st.integers(0, row.shape[1] - 1))
    changed = row.copy()
    changed[0, place] = (changed[0, place] + 1) % VOCABULARY
    np.testing.assert_allclose(decode(WEIGHTS, row)[:, :place], decode(WEIGHTS, changed)[:, :place], atol=1e-12)


def test_too_much_text_is_refused() -> None:
    """Is a text longer than the positions named as such, also in pieces?"""
    cache = Cache(WEIGHTS)
    decode_more(WEIGHTS, np.zeros((1, LIMIT), int), cache)
    for call in (lambda: decode(WEIGHTS, np.zeros((1, LIMIT + 1), int)),
                 lambda: decode_more(WEIGHTS, [[0]], cache),
                 lambda: decode(WEIGHTS, np.zeros((1, 0), int))):  # fmt: skip
        with pytest.raises(ShapeError):
            call()


@pytest.mark.tensorflow
def test_it_gives_the_numbers_of_the_keras_model() -> None:
    """Are the scores in NumPy those of the Keras model, in shapes and to 1e-4?"""
    pytest.importorskip("tensorflow")
    from bookutils.models.encoder.config import BertConfig
    from bookutils.models.generation.decoder import CharacterModel, decoder_arrays

    model = CharacterModel(BertConfig(VOCABULARY, 12, 2, 3, 20, LIMIT, 1, "tanh"))
    model.build()
    rng = np.random.default_rng(0)
    for variable in model.trainable_variables:
        variable.assign(rng.normal(0, 0.3, variable.shape))
    row = rng.integers(0, VOCABULARY, (2, LIMIT))
    np.testing.assert_allclose(decode(decoder_arrays(model), row), np.asarray(model(row)), atol=1e-4)
    with pytest.raises(ShapeError):
        model(np.zeros((1, LIMIT + 1), int))


def test_writing_takes_the_best_or_draws_by_its_seed() -> None:
    """Is greedy writing the argmax of each place, and drawn writing the same for a seed, beyond the positions too?"""
    prompt = np.array([1, 2, 3])
    greedy = write(WEIGHTS, prompt, 6, Sampling(temperature=0))[0]
    text = list(prompt)
    for token in greedy:
        assert token == decode(WEIGHTS, [text])[0, -1].argmax()
        text.append(token)
    drawn = write(WEIGHTS, prompt, 40, Sampling(1.5), copies=3, seed=4)
    assert drawn.shape == (3, 40)
    np.testing.assert_array_equal(drawn, write(WEIGHTS, prompt, 40, Sampling(1.5), copies=3, seed=4))
    assert len(np.unique(drawn, axis=0)) == 3
    assert write(WEIGHTS, np.tile(prompt, (2, 9)), 2, Sampling(k=1), copies=2).shape == (4, 2)
    with pytest.raises(ShapeError):
        write(WEIGHTS, [], 3, Sampling())


def test_sampling_applies_temperature_then_the_cuts() -> None:
    """Does the order hold: penalty, temperature, k, p?"""
    logits = np.log([0.4, 0.3, 0.2, 0.1])
    np.testing.assert_allclose(Sampling(0.5, 3, 0.8).distribution(logits), [16 / 25, 9 / 25, 0, 0])
    assert Sampling(0, penalty=3.0).distribution(np.array([2.0, 1.0]), [0]).tolist() == [0, 1]


def test_ngrams_count() -> None:
    """Do the distributions agree with counting by hand, and is a text given its probabilities place by place?"""
    text = np.array([0, 1, 2, 0, 1, 1, 0, 1, 2])
    for order in (5, 1, 2, 3):
        model = count_ngrams(text, 3, order, smoothing=1e-9)
        by_place = [model.probabilities(text[:place])[text[place]] for place in range(len(text))]
        np.testing.assert_allclose(ngram_probabilities(model, text), by_place)
    np.testing.assert_allclose(model.probabilities([]), [3 / 9, 4 / 9, 2 / 9], atol=1e-6)
    np.testing.assert_allclose(model.probabilities([1]), [1 / 4, 1 / 4, 2 / 4], atol=1e-6)
    np.testing.assert_allclose(model.probabilities([0, 1]), [0, 1 / 3, 2 / 3], atol=1e-6)
    np.testing.assert_allclose(model.probabilities([2, 2, 0, 1]), [0, 1 / 3, 2 / 3], atol=1e-6)
    assert ngram_probabilities(model, text[:1]).shape == (1,)
    for make in (count_ngrams, kneser_ney):
        with pytest.raises(UsageError):
            make(text, 3, 0)


@pytest.mark.parametrize("make", [count_ngrams, kneser_ney])
@pytest.mark.parametrize("seed", range(8))
def test_every_smoothing_shares_out_one(make, seed) -> None:
    """Is each context's distribution positive, and does it sum to 1, whether the context occurred or not?"""
    rng = np.random.default_rng(seed)
    text = rng.geometric(0.4, 400) % 7
    model = make(text, 7, 4)
    for _draw in range(20):
        chances = model.probabilities(rng.integers(0, 7, 5))
        assert chances.sum() == pytest.approx(1, abs=1e-12)
        assert (chances > 0).all()


def test_kneser_ney_counts_what_stands_before() -> None:
    """Does an id that always follows the same one get little after a new context, however often it occurred?"""
    rng = np.random.default_rng(0)
    # After 1 always 2; the ids 3 to 6 follow one another at random. 2 is frequent, and knows one neighbour.
    text = np.concatenate([[1, 2, rng.integers(3, 7)] for _part in range(300)])
    mixed = np.concatenate([text, rng.integers(3, 7, 400)])
    plain, better = (make(mixed, 8, 2).probabilities([7])[2] for make in (count_ngrams, kneser_ney))
    assert better < 0.5 * plain


def test_published_numbers() -> None:
    """Do 6·N·D give what the GPT-3 paper prints, and the cache what its sizes say?"""
    flops = {model.name: model.flops for model in PUBLISHED}
    assert flops["GPT-3 175B"] == pytest.approx(3.14e23, rel=3e-3)
    assert flops["GPT-3 13B"] == pytest.approx(2.31e22, rel=3e-3)
    assert flops["PaLM"] == pytest.approx(2.53e24, rel=3e-3)
    assert training_operations(2, 3) == 36
    cache = Cache(WEIGHTS, batch=3)
    assert cache_bytes(2, HEADS, HIDDEN // HEADS, LIMIT, 8, 3) == cache.arrays.nbytes
    with pytest.raises(UsageError):
        cache_bytes(0, 1, 1, 1, 1, 1)
