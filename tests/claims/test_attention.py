"""What chapter 09 says, computed again: on random vectors of eight seeds, and with the real encoder."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest

from bookutils.data.sst2 import load_sst2
from bookutils.numerics.attention.experiments import largest_slope, layer_flops, random_scores, softmax_jacobian
from bookutils.numerics.attention.heads import attention, attention_cost, merge_heads, split_heads, weights_entropy
from bookutils.numerics.attention.pooling import fit_pooling, kendall_tau
from bookutils.numerics.losses.classification import softmax
from bookutils.numerics.transformer.encoder import self_attention
from tests.claims.quotation import says

SEEDS = range(8)


def drawn(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


@says(
    "09-attention",
    "one of 16 random keys would take about four fifths of the weight there, before anything is learnt.",
    "Without the root, nearly all weight falls on one key, and slopes shrink",
    "With the root, all three curves are nearly flat from $d = 4$ on",
    "More than nine tenths.",
)
def test_what_the_root_is_for():
    """Over eight seeds: undivided, do variance and largest weight grow and slopes shrink; divided, do they stay?"""

    def means(size, way):
        found = []
        for seed in SEEDS:
            scores = random_scores(size, way, seed=seed)
            weights = softmax(scores)
            found.append((scores.var(), weights.max(-1).mean(), largest_slope(weights).mean()))
        return np.array(found)

    for size in (32, 64):
        assert means(size, "none")[:, 1].mean() == pytest.approx(0.8, abs=0.06)
    long = means(512, "none")
    assert (long[:, 1] > 0.9).all() and (long[:, 2] < 0.3 * means(512, "root")[:, 2]).all()
    np.testing.assert_allclose(long[:, 0], 512, rtol=0.1)
    divided = np.array([means(size, "root").mean(axis=0) for size in (4, 16, 64, 256, 512)])
    assert (np.ptp(divided, axis=0) < 0.1 * divided.max(axis=0)).all()
    by_size = means(512, "size")
    assert (by_size[:, 1] < 1.3 / 16).all()  # nearly the same for all 16 keys


@says(
    "09-attention",
    "None of these slopes exceeds ¼. If one weight is 1 and the others are 0, *every* slope is 0",
    "A difference of 8 makes one weight 3,000 times as large as the other.",
)
def test_slopes_of_the_softmax():
    """Is no entry of the Jacobian above a quarter, is the largest on its diagonal, and is all 0 at a single key?"""
    for seed in SEEDS:
        weights = softmax(3 * drawn(seed, 50, 7))
        jacobian = np.abs(softmax_jacobian(weights))
        assert jacobian.max() <= 0.25
        np.testing.assert_allclose(jacobian.max(axis=(-1, -2)), largest_slope(weights))
    assert not softmax_jacobian(np.eye(5)[2]).any()
    assert np.exp(8) == pytest.approx(3000, rel=0.01)


@says(
    "09-attention",
    "Weights that are positive and add up to 1 keep the mean between the values",
    "A query of length 0 fits every key equally, so it gets the plain mean.",
    "The largest weight grows, the others shrink.",
    "It is 0 when one key has everything, and $\\log T$ when all $T$ keys have the same weight.",
)
def test_a_mean_stays_between_the_values():
    """Over eight seeds: is each entry between the least and the largest value, and does a longer query sharpen?"""
    for seed in SEEDS:
        queries, keys, values = drawn(seed, 3, 5, 4)
        mean = attention(queries, keys, values)
        assert (mean <= values.max(axis=0)).all() and (mean >= values.min(axis=0)).all()
        np.testing.assert_allclose(attention(0 * queries, keys, values), np.tile(values.mean(axis=0), (5, 1)))
        for query in queries:
            largest = [softmax(keys @ (length * query)).max() for length in (0.5, 1, 2, 4)]
            assert all(shorter < longer for shorter, longer in pairwise(largest))
    assert weights_entropy(np.eye(4)).max() == 0
    np.testing.assert_allclose(weights_entropy(np.full(9, 1 / 9)), np.log(9))


@says(
    "09-attention",
    "Masked too late, the rows no longer add up to 1",
    "the softmax works as if the hidden keys were not there",
    "it makes the hidden scores 0, and $e^0$ is 1",
)
def test_when_to_mask():
    """Over eight seeds: are rows short when masked late, and is it as if hidden keys were gone when masked early?"""
    mask = np.array([1, 1, 1, 0, 0])
    assert np.exp(-1e9) == 0
    for seed in SEEDS:
        scores = drawn(seed, 5, 5)
        assert ((softmax(scores) * mask).sum(axis=-1) < 1).all()
        assert (softmax(scores * mask)[:, 3:] > 0.01).all()
        early = softmax(np.where(mask == 1, scores, -1e9))
        np.testing.assert_allclose(early[:, :3], softmax(scores[:, :3]))
        assert not early[:, 3:].any()


@says(
    "09-attention",
    "The number of heads cancels out: $A \\cdot d = H$.",
    "At 128 tokens the pairs take a seventh. At 100,000 they are nearly everything",
    "would take half a terabyte",
    "They are equal when $24\\,H = 4\\,T$, so at $T = 6H$",
    "Beyond {tokens:,} tokens, comparing pairs costs more than all the rest",
)
def test_what_attention_costs():
    """Counted product by product: do FLOPs ignore the heads and memory not, and do the parts cross at six times H?"""
    for heads in (1, 4, 12):
        tokens, hidden = 128, 384
        size = hidden // heads
        count = attention_cost(tokens, hidden, heads)
        assert count["scores"] == sum(2 * tokens * size * tokens for _head in range(heads)) == 2 * tokens**2 * hidden
        assert count["weights"] == heads * tokens**2
    shares = []
    for tokens in (128, 100_000):
        count = attention_cost(tokens, 384, 12)
        pairs = count["scores"] + count["mixing"]
        shares.append(pairs / (pairs + count["projections"]))
    assert shares[0] == pytest.approx(1 / 7, abs=0.005) and shares[1] > 0.98
    assert 4 * count["weights"] == pytest.approx(0.5e12, rel=0.05)
    for hidden in (384, 768, 1024):
        linear, square = layer_flops(np.array([6 * hidden - 1, 6 * hidden, 6 * hidden + 1]), hidden)
        assert (np.sign(square - linear) == [-1, 0, 1]).all()


@says("09-attention", "Memory is about four times as large.")
def test_memory_for_twice_the_tokens():
    """For twice the tokens, is the most memory held between 3.5 and 4.2 times as large?"""
    peaks = []
    for tokens in (256, 512):
        queries, keys, values = drawn(0, 3, 12, tokens, 32).astype("float32")
        tracemalloc.start()
        attention(queries, keys, values, np.ones((1, tokens), "int8"))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert 3.5 < peaks[1] / peaks[0] < 4.2


@says(
    "09-attention",
    "the same number for each key, and the softmax ignores a number that is added to all",
    "the score of $i$ for $j$ would equal that of $j$ for $i$",
    "One of the eight arrays has no influence at all.",
)
def test_the_keys_bias_has_no_influence():
    """Over eight seeds: does the key's bias alone change nothing, and are raw scores symmetrical?"""
    names = ("query", "key", "value", "attention")
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        weights = {f"{name}_kernel": rng.normal(size=(8, 8)) / 3 for name in names}
        weights |= {f"{name}_bias": rng.normal(size=8) for name in names}
        x, mask = rng.normal(size=(1, 5, 8)), np.ones((1, 1, 1, 5))
        before = self_attention(x, weights, 2, mask)
        for name in names:
            changed = weights | {f"{name}_bias": weights[f"{name}_bias"] + 1}
            moved = np.abs(self_attention(x, changed, 2, mask) - before).max()
            assert moved < 1e-9 if name == "key" else moved > 0.01
        raw = x[0] @ x[0].T
        np.testing.assert_allclose(raw, raw.T)


@says(
    "09-attention",
    "Then a change of token 0 must not reach any other token.",
    "`reshape` never changes the order of the numbers; it only groups them differently.",
)
def test_the_printed_listing_lets_a_change_through():
    """Over eight seeds: does the listing pass it on with 2 and 4 heads, not with 1, and the mended one never?"""
    for seed in SEEDS:
        x, other = drawn(seed, 1, 4, 8), drawn(seed, 1, 4, 8)
        other[0, 0] += 1
        kernel, output = drawn(seed + 100, 8, 24), drawn(seed + 200, 8, 8)
        for mended in (False, True):
            for heads in (1, 2, 4):
                results = []
                for given in (x, other):
                    q, k, v = (split_heads(part, heads) for part in np.split(given @ kernel, 3, axis=-1))
                    context = attention(q, k, v, np.eye(4))
                    merged = merge_heads(context) if mended else context.reshape(given.shape)
                    results.append(merged @ output)
                reached = np.abs(results[1] - results[0])[0].max(axis=-1) > 1e-9
                assert reached[0]
                assert reached[1:].any() == (heads > 1 and not mended)
    flat = np.arange(24)
    assert (flat.reshape(2, 3, 4).ravel() == flat).all()


@pytest.fixture(scope="module")
def encoder():
    pytest.importorskip("tensorflow")
    from bookutils.core.errors import DownloadError
    from bookutils.models.sources.names import load_encoder

    try:
        return load_encoder("minilm")
    except DownloadError as error:
        pytest.skip(f"no encoder at hand: {error.what}")


@says(
    "09-attention",
    'device for "the token before mine", and does next to nothing else',
    "from the second layer on, between a third and two thirds of all attention goes to a token that is no word",
    "it still prefers the animal",
    "of all attention of {count} heads goes to {piece}",
)
@pytest.mark.tensorflow
def test_what_heads_look_at(encoder):
    """On the sentence and on eight others: is there such a head, and such a share? Is *it* at the animal either way?"""
    from bookutils.models.attention import AttentionReader
    from bookutils.widgets.attention import SENTENCE

    reader = AttentionReader(encoder)
    for place, sentence in enumerate((SENTENCE, *load_sst2(progress=False)[1].sentences[:8])):
        _pieces, maps = reader.maps(sentence)
        assert np.diagonal(maps[0, 2], -1).mean() > 0.99
        shares = maps[1:, :, :, 0].mean(axis=(1, 2))
        assert maps[0, :, :, 0].mean() < shares.min()
        if place == 0:
            assert (shares > 1 / 3).all() and (shares < 2 / 3).all()
    at = {}
    for word in ("tired", "wide"):
        pieces, maps = reader.maps(SENTENCE.replace("tired", word))
        row = maps[3, 1, pieces.index("it")]
        at[word] = row[pieces.index("animal")]
        assert at[word] > row[pieces.index("street")]
    assert at["wide"] < 0.6 * at["tired"]


@pytest.fixture(scope="module")
def trained(encoder):
    """Both kinds of classifier, of eight seeds: (kind, seed) → (readings, accuracies with learnt and even weights)."""
    from bookutils.models import attention as models

    train, held_out = load_sst2(progress=False)
    if len(train.sentences) != 6920:
        pytest.skip("SST-2 is not at hand")
    texts, labels = models._short(encoder, train, 320)
    others, truth = models._short(encoder, held_out, 106)
    known, new = models._vectors(encoder, texts), models._vectors(encoder, others)
    found = {}
    for kind in models.KINDS:
        even = fit_pooling(known[kind], known["mask"], labels, uniform=True)
        for seed in SEEDS:
            learnt = fit_pooling(known[kind], known["mask"], labels, seed=seed)
            right = [np.mean((one.probabilities(new[kind], new["mask"]) > 0.5) == truth) for one in (learnt, even)]
            found[kind, seed] = ([models.read_sentence(encoder, learnt, text, kind) for text in others[:24]], right)
    return found


@says(
    "09-attention",
    "Once the vectors have mixed, weight hardly tells which word matters",
    "Over word vectors, weights and effects nearly agree",
    "the probability, which hardly moves near 0 and 1? Then the *logit*",
    "τ lies between 0.75 and 0.85 over word vectors, and between 0.18 and 0.30 over the last layer",
)
@pytest.mark.tensorflow
def test_weights_agree_with_effects_over_words_alone(trained):
    """Over eight seeds: does τ lie where the chapter says, and is it on logits what it is on probabilities?"""

    def logit(p):
        return np.log(p / (1 - p))

    for (kind, _seed), (readings, _right) in trained.items():
        moves = [logit(r.probability) - logit(r.probability - r.effects) for r in readings]
        on_logits = np.mean(
            [kendall_tau(r.weights[1:-1], np.abs(move)) for r, move in zip(readings, moves, strict=True)]
        )
        tau = np.mean([reading.tau for reading in readings])
        lowest, highest = (0.75, 0.855) if kind == "words" else (0.18, 0.305)
        assert lowest < tau < highest
        assert on_logits == pytest.approx(tau, abs=0.06)


@says(
    "09-attention",
    "On about a hundred held-out sentences the standard error is four points",
    "the learnt weights give no clear advantage",
    "In a minority of cases.",
)
@pytest.mark.tensorflow
def test_learnt_weights_are_no_advantage(trained):
    """Over eight seeds: are learnt and even weights within two standard errors, and do shuffled ones seldom turn it?"""
    assert np.sqrt(0.8 * 0.2 / 106) == pytest.approx(0.04, abs=0.002)
    for kind in ("words", "context"):
        gains = [right[0] - right[1] for (one, _seed), (_readings, right) in trained.items() if one == kind]
        assert abs(np.mean(gains)) < 0.08
    for (kind, _seed), (readings, _right) in trained.items():
        if kind == "context":
            turned = np.mean([np.mean((r.shuffled > 0.5) != (r.probability > 0.5)) for r in readings])
            assert 0 < turned < 0.35


@says("09-attention", "τ is the share of pairs that weights and effects put in the same order, minus the share")
def test_kendall_counts_pairs():
    """Is τ the share of pairs in the same order minus that in opposite order?"""
    for seed in SEEDS:
        one, other = drawn(seed, 2, 9)
        pairs = [(i, j) for i in range(9) for j in range(i)]
        same = np.mean([(one[i] - one[j]) * (other[i] - other[j]) > 0 for i, j in pairs])
        assert kendall_tau(one, other) == pytest.approx(same - (1 - same))
