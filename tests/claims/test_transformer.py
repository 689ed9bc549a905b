"""Chapter 10: is what it says of encoders, their parts and their costs so?"""

import numpy as np
import pytest

from bookutils.data.prose import load_prose
from bookutils.numerics.activations.functions import gelu
from bookutils.numerics.transformer import encoder as book
from bookutils.numerics.transformer.costs import Sizes, flop_parts, parameter_parts
from bookutils.numerics.transformer.experiments import (
    cosine,
    position_likeness,
    run_without,
    token_likeness,
    without_positions,
)
from bookutils.numerics.transformer.masking import unigram_entropy
from bookutils.numerics.transformer.today import rms_norm, rotate_pairs
from tests.claims.quotation import says

CHAPTER = "10-transformer"
SEEDS = range(8)
SENTENCES = (
    "the film is good because the film is short .",
    "a charming and often affecting journey",
    "my toaster came back from the workshop",
)


@pytest.fixture(scope="module")
def minilm():
    """The published weights; skipped where no source has them."""
    pytest.importorskip("tensorflow")
    from bookutils.core.errors import BookError
    from bookutils.models.sources.names import load_encoder

    try:
        return load_encoder("minilm", progress=False)
    except BookError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def weights(minilm):
    """MiniLM's weights as arrays."""
    from bookutils.models.transformer.arrays import encoder_arrays

    return encoder_arrays(minilm.encoder)


def read(minilm, *sentences):
    return {name: array.numpy() for name, array in minilm.tokenizer(list(sentences)).items()}


def cosines(weights, inputs):
    """Cosines of the means over tokens of sentences 1 and 2, 1 and 3, 2 and 3."""
    x = book.encode(weights, *inputs.values(), 12)[-1]
    mask = inputs["input_mask"][..., np.newaxis]
    means = (x * mask).sum(axis=1) / mask.sum(axis=1)
    return [cosine(means[one], means[other]) for one, other in ((0, 1), (0, 2), (1, 2))]


@says(CHAPTER, "prints the cosines of three sentences", "the first one would be 0.43")
def test_the_numbers_are_the_published_ones(minilm, weights):
    """Do we get the numbers that sentence-transformers prints, and others when queries and keys are swapped?"""
    inputs = read(minilm, "The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.")
    np.testing.assert_allclose(cosines(weights, inputs), [0.6660, 0.1046, 0.1411], atol=6e-5)
    swapped = [
        block | {f"{one}_{part}": block[f"{other}_{part}"] for part in ("kernel", "bias")
                 for one, other in (("query", "key"), ("key", "query"))}
        for block in weights["blocks"]
    ]  # fmt: skip
    assert cosines(weights | {"blocks": swapped}, inputs)[0] == pytest.approx(0.43, abs=0.005)


@says(
    CHAPTER,
    "The next neighbours are most alike, with a cosine of 0.85 on average",
    "comes back about every six positions",
    "Next neighbours point the same way, and the likeness returns in waves",
)
def test_positions_are_alike_in_waves(weights):
    """Is the mean cosine 0.85 one position apart, and are its peaks five to seven positions apart, and falling?"""
    table = position_likeness(weights["positions"])
    mean = np.array([np.diag(table, distance).mean() for distance in range(1, 46)])
    assert mean[0] == pytest.approx(0.85, abs=0.005)
    assert mean.argmax() == 0
    peaks = [place for place in range(1, 44) if mean[place] > mean[place - 1] and mean[place] > mean[place + 1]]
    assert 5 < np.mean(np.diff(peaks)) < 7
    assert mean[peaks[0]] > mean[peaks[2]] > mean[peaks[-1]]


@says(CHAPTER, "and like no other")
def test_position_zero_is_like_no_other(weights):
    """Is position 0 unlike all others, while each other position has one that is much like it?"""
    table = position_likeness(weights["positions"])
    np.fill_diagonal(table, -1)
    assert table[0].max() < 0.35
    assert np.median(table[1:].max(axis=1)) > 0.7


@says(CHAPTER, "Without positions, *dog* is the same dog", "They become the same to it.")
def test_without_positions_words_are_a_bag(minilm, weights):
    """Are the two sentences the same to an encoder without positions, and different with them?"""
    inputs = read(minilm, "the dog bites the man", "the man bites the dog")
    for chosen, same in ((without_positions(weights), True), (weights, False)):
        first, second = book.encode(chosen, *inputs.values(), 12)[-1]
        assert (cosine(first[2], second[5]) > 0.99999) == same


@says(CHAPTER, "if you reorder the input, the output is reordered in the same way")
@pytest.mark.parametrize("seed", SEEDS)
def test_an_encoder_without_positions_is_equivariant(weights, seed):
    """Does a permutation of the tokens permute the output, and nothing else?"""
    rng = np.random.default_rng(seed)
    ids, order = rng.integers(1000, 20000, (1, 9)), rng.permutation(9)
    ones, zeros = np.ones((1, 9), int), np.zeros((1, 9), int)
    bare = without_positions(weights)
    straight = book.encode(bare, ids, ones, zeros, 12)[-1][0]
    moved = book.encode(bare, ids[:, order], ones, zeros, 12)[-1][0]
    np.testing.assert_allclose(moved, straight[order], atol=1e-4)


@says(CHAPTER, "the divisor is 0.044 with $\\varepsilon$ under the root and 0.031 with $\\varepsilon$ beside it")
def test_where_epsilon_stands():
    """Are the two divisors as printed?"""
    under, beside = np.sqrt(0.03**2 + 0.001), 0.03 + 0.001
    assert under == pytest.approx(0.044, abs=5e-4)
    assert beside == pytest.approx(0.031)


@says(CHAPTER, "After four blocks all words of a sentence have the same vector", "All the same, whatever the word is.")
def test_without_residuals_all_words_become_the_same(minilm, weights):
    """Is the mean cosine of two words above 0.999 after four blocks without residuals, and far below it with them?"""
    inputs = read(minilm, *SENTENCES)
    without = token_likeness(run_without(weights, *inputs.values(), 12, residuals=False), inputs["input_mask"])
    whole = token_likeness(run_without(weights, *inputs.values(), 12), inputs["input_mask"])
    assert without[4] > 0.999
    assert max(whole) < 0.9


@says(CHAPTER, "Sums of sums grow", "without it numbers grow from block to block")
def test_without_normalisation_numbers_grow(minilm, weights):
    """Does the spread grow at every block without normalisation, by ten times and more in all?"""
    inputs = read(minilm, *SENTENCES)
    sizes = [x.std() for x in run_without(weights, *inputs.values(), 12, norms=False)]
    assert np.all(np.diff(sizes) > 0)
    assert sizes[-1] > 10 * sizes[0]
    kept = [x.std() for x in run_without(weights, *inputs.values(), 12)]
    assert max(kept) < 3 * min(kept)


@says(CHAPTER, "Somewhere between 0.0005 and 0.05.", "at most 0.0005 away")
def test_the_wrong_gelu_shows_in_the_third_digit(minilm, weights):
    """Are the two forms less than 0.0005 apart, and the outputs of six blocks between 0.0005 and 0.05?"""
    x = np.linspace(-6, 6, 100_001)
    assert 4e-4 < np.abs(gelu(x) - gelu(x, approximate=True)).max() < 5e-4
    inputs = read(minilm, *SENTENCES)
    real = inputs["input_mask"].astype(bool)
    exact, tanh = (book.encode(weights, *inputs.values(), 12, approximate=form)[-1] for form in (False, True))
    assert 0.0005 < np.abs(exact - tanh)[real].max() < 0.05


@says(
    CHAPTER,
    "From twelve thousand words and signs",
    "its 295 most frequent words and signs",
    "`[UNK]` too, which is no word",
)
def test_what_the_small_encoder_learns_from():
    """12,109 words that are asked for, 4,155 [UNK] that are not, and 295 in the list?"""
    words = pytest.importorskip("bookutils.text.words")
    corpus = words.make_corpus(load_prose())
    assert (corpus.train > 4).sum() == pytest.approx(12_000, rel=0.02)
    assert (corpus.train == 1).sum() > 4_000
    assert len(corpus.vocabulary) - 5 == 295
    assert words.special_places(corpus.train)[corpus.train == 1].all()


@says(CHAPTER, "on 200,000 times as much text, with 850 times as many parameters")
def test_how_much_larger_bert_is():
    """3.3 billion words against ours, 109 million parameters against 130,000?"""
    corpus = pytest.importorskip("bookutils.text.words").make_corpus(load_prose())
    read_words = ((corpus.train > 4) | (corpus.train == 1)).sum()
    assert 3.3e9 / read_words == pytest.approx(200_000, rel=0.05)
    assert sum(parameter_parts(Sizes()).values()) / 130_000 == pytest.approx(850, rel=0.03)


@says(CHAPTER, "is smallest for}\\quad p_w = q_w")
@pytest.mark.parametrize("seed", SEEDS)
def test_frequencies_are_the_best_guess(seed):
    """Does every other distribution have a larger mean loss than the frequencies themselves?"""
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 30, 12).astype(float)
    words = np.repeat(np.arange(12), counts.astype(int))
    least = unigram_entropy(counts, words, extra=0.0)
    for _other in range(20):
        assert unigram_entropy(counts * rng.uniform(0.5, 2, 12), words, extra=0.0) > least


@says(CHAPTER, "It reaches one half at $T = 6H$, and not before", "the square is half of it at $T = 6H$")
def test_the_square_is_half_at_six_times_the_hidden_size():
    """Is the share of scores and means one half there, and smaller before?"""
    for hidden in (384, 768):
        sizes = Sizes(layers=1, hidden=hidden)
        for tokens, sign in ((6 * hidden, 0), (6 * hidden - 1, -1), (6 * hidden + 1, 1)):
            parts = flop_parts(sizes, tokens)
            assert np.sign(2 * parts["mixing"] - sum(parts.values())) == sign


@says(CHAPTER, "is two thirds of a block", "8H² in the feed-forward part against 4H² in attention")
def test_the_feed_forward_part_is_two_thirds():
    """Of a block's weights?"""
    parts = parameter_parts(Sizes())
    block = parts["attention"] + parts["feed_forward"]
    assert parts["feed_forward"] / block == pytest.approx(2 / 3, abs=0.001)


@says(
    CHAPTER,
    "The score depends on the places through $t - s$ only.",
    "Move query and key together, and the score stays.",
)
@pytest.mark.parametrize("seed", SEEDS)
def test_rotated_scores_depend_on_the_distance(seed):
    """Does a score stay when both places move together, and change when one of them moves?"""
    rng = np.random.default_rng(seed)
    query, key = rng.normal(size=(2, 1, 16))

    def score(t, s):
        return float((rotate_pairs(query, np.array([t])) @ rotate_pairs(key, np.array([s])).T)[0, 0])

    t, s, shift = (int(number) for number in rng.integers(0, 200, 3))
    assert score(t, s) == pytest.approx(score(t + shift, s + shift), abs=1e-9)
    assert score(t, s) != pytest.approx(score(t + 1, s), abs=1e-6)


@says(CHAPTER, "*RMSNorm*: $\\gamma_i")
@pytest.mark.parametrize("seed", SEEDS)
def test_rms_norm_is_layer_norm_without_the_mean(seed):
    """On vectors of mean 0, are the two the same? On others, are they not?"""
    x = np.random.default_rng(seed).normal(size=(3, 8)) + 1.0
    centred = x - x.mean(axis=-1, keepdims=True)
    gamma = np.linspace(0.5, 2, 8)
    np.testing.assert_allclose(rms_norm(centred, gamma, 1e-9), book.layer_norm(centred, gamma, 0 * gamma, 1e-9))
    assert not np.allclose(rms_norm(x, gamma, 1e-9), book.layer_norm(x, gamma, 0 * gamma, 1e-9))
