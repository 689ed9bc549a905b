"""Chapter 14: is what it says of counting, writing, caches and large models so?"""

import json
import re
from collections import Counter
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from bookutils.data.prose import load_prose
from bookutils.numerics.generation.decoder import decode
from bookutils.numerics.generation.ngrams import count_ngrams, kneser_ney, ngram_probabilities
from bookutils.numerics.generation.sampling import apply_temperature, next_targets, perplexity, repeated_share
from bookutils.numerics.generation.scale import PUBLISHED, cache_bytes
from bookutils.numerics.generation.surprise import bits_by_place
from bookutils.numerics.scaling.laws import ScalingFit, compute_split, scaling_loss
from tests.claims.quotation import ROOT, says
from tests.numerics.generation.small import VOCABULARY, WEIGHTS

CHAPTER = "14-generation"
SEEDS = range(8)
REFIT = ScalingFit(floor=1.8172, a=482.01, alpha=0.3478, b=2085.43, beta=0.3658)


@cache
def texts():
    """Train, validation and test text, as the chapter splits them, and their ids."""
    lines = load_prose().splitlines(keepends=True)
    parts = {"train": [], "validation": [], "test": []}
    for number, line in enumerate(lines):
        parts[{0: "test", 5: "validation"}.get(number % 10, "train")].append(line)
    known = {symbol: number for number, symbol in enumerate(sorted(set(load_prose())))}
    joined = {name: "".join(part) for name, part in parts.items()}
    return joined, {name: [known[symbol] for symbol in text] for name, text in joined.items()}, len(known)


@cache
def bits(make, order, name="validation"):
    _texts, ids, size = texts()
    return float(-np.log2(ngram_probabilities(make(ids["train"], size, order), ids[name])).mean())


@cache
def alt_texts():
    """The alt texts of the stored notebook's figures: what a whole training has shown."""
    cells = json.loads((ROOT / "notebooks" / f"{CHAPTER}.ipynb").read_text("utf-8"))["cells"]
    data = [output.get("metadata", {}) for cell in cells for output in cell.get("outputs", ())]
    return [part["image/png"]["alt"] for part in data if "image/png" in part]


def alt(start):
    return next(text for text in alt_texts() if text.startswith(start))


@says(CHAPTER, "Up to order 5 each look further back helps. Then it hurts", "Plain counting is best at order {order}")
def test_plain_counting_turns_at_order_five():
    """Do bits fall up to order 5 and rise after it, on the validation text and on the test text?"""
    for name in ("validation", "test"):
        curve = [bits(count_ngrams, order, name) for order in range(2, 8)]
        assert np.argmin(curve) + 2 == 5
        assert np.all(np.diff(curve[:4]) < 0)
        assert np.all(np.diff(curve[3:]) > 0)


@says(CHAPTER, "better smoothing goes on")
def test_kneser_ney_goes_on_where_plain_counting_turns():
    """Does it still gain at order 6, and is it ahead at every order from 3 on?"""
    assert bits(kneser_ney, 6) < bits(kneser_ney, 5) < bits(kneser_ney, 4)
    assert all(bits(kneser_ney, order) < bits(count_ngrams, order) for order in (3, 4, 5, 6))


@says(CHAPTER, "More than half of those in the test text never occurred in training, or only once.")
def test_stretches_of_six_are_mostly_new():
    """Are 50 to 60 % of the test text's stretches of six seen at most once?"""
    train, test = (texts()[0][name] for name in ("train", "test"))
    counts = Counter(train[start : start + 6] for start in range(len(train) - 5))
    seen = np.array([counts[test[start : start + 6]] for start in range(len(test) - 5)])
    assert 0.5 < np.mean(seen <= 1) < 0.6


@says(CHAPTER, "77⁶, some 200 billion, possible stretches of six characters, and the text has 68,000")
def test_how_many_stretches_there_could_be():
    """Is the number of stretches right, and that of the characters?"""
    assert texts()[2] == 77
    stretches = 77**6
    assert stretches == pytest.approx(200e9, rel=0.05)
    assert len(texts()[0]["train"]) == pytest.approx(68_000, rel=0.01)


@says(CHAPTER, "The network beats plain counting; the best counting beats the network", "ahead of the network")
def test_the_best_counting_is_ahead_of_the_network():
    """In the stored run, is the network between the plain counts and Kneser-Ney, whose bits are computed here?"""
    title = "The network beats plain counting; the best counting beats the network"
    stored = dict(re.findall(r"([A-Z][^;:.]*?) (\d\.\d\d)", alt(title)))
    network = float(stored["Transformer"])
    assert bits(kneser_ney, 7, "test") == pytest.approx(2.16, abs=0.01)
    assert bits(kneser_ney, 6, "test") < network - 0.03
    assert network < bits(count_ngrams, 5, "test") - 0.1


@says(CHAPTER, "That narrows the gap and does not close it.")
def test_half_a_window_to_read_first_does_not_close_the_gap():
    """In the stored run, does the network with half a window of text lie between itself and Kneser-Ney?"""
    notebook = (ROOT / "notebooks" / f"{CHAPTER}.ipynb").read_text("utf-8")
    with_text = float(re.search(r"with 32 characters or more before each: (\d\.\d\d)", notebook)[1])
    title = "The network beats plain counting; the best counting beats the network"
    network = float(re.search(r"Transformer (\d\.\d\d)", alt(title))[1])
    assert bits(kneser_ney, 7, "test") + 0.02 < with_text < network


@says(
    CHAPTER,
    "A word's first letter costs {ratio:.1f} times as much as a later one",
    "about twice as much as each letter",
)
def test_the_first_letter_costs_twice_as_much():
    """Is it so in the stored run, and does a model of counts, trained on nothing else, say the same?"""
    assert 1.8 < float(re.match(r"A word's first letter costs (\d\.\d) times", alt("A word's first letter"))[1]) < 2.2
    strings, ids, size = texts()
    chances = ngram_probabilities(kneser_ney(ids["train"], size, 6), ids["test"])
    means, sums, _between = bits_by_place(strings["test"], -np.log2(chances))
    later = sums[1:].sum() / (sums[1:] / means[1:]).sum()
    assert means[0] > 1.6 * later


@says(CHAPTER, "Still most of the bits go into the rest of the words")
def test_most_bits_are_not_at_the_beginning_of_words():
    """Do first letters take less than half of the letters' bits, in the stored run and by counting?"""
    assert int(re.search(r"place 1: \d\.\d bits, (\d+)%", alt("A word's first letter"))[1]) < 50
    strings, ids, size = texts()
    chances = ngram_probabilities(kneser_ney(ids["train"], size, 6), ids["test"])
    _means, sums, _between = bits_by_place(strings["test"], -np.log2(chances))
    assert sums[0] < 0.5 * sums.sum()


@says(CHAPTER, "must lead into a circle after at most 77 steps")
def test_a_greedy_bigram_goes_round_in_circles():
    """From each of the 77 characters, does a greedy bigram come back to where it was within 77 steps?"""
    _texts, ids, size = texts()
    model = count_ngrams(ids["train"], size, 2)
    follows = [int(model.probabilities([token]).argmax()) for token in range(size)]
    for start in range(size):
        walk = [start]
        for _step in range(77):
            walk.append(follows[walk[-1]])
        assert len(set(walk)) < len(walk)


@says(CHAPTER, "The colder, the more it repeats itself", "People hardly repeat themselves within 160 characters")
def test_the_colder_the_more_it_repeats_itself():
    """In the stored run, does the share fall by more than its errors, and do people stay below 2 %?"""
    told = alt("The colder")
    points = [(int(m), int(e)) for m, e in re.findall(r"[\d.]+: (\d+)% ± (\d+)%", told)]
    assert len(points) == 5
    assert all(hot[0] <= cold[0] for cold, hot in pairwise(points))
    assert points[0][0] - points[0][1] > points[1][0] + points[1][1] > points[2][0] + points[2][1]
    _texts, ids, _size = texts()
    test = ids["test"]
    people = [repeated_share(test[start : start + 160], 8) for start in range(0, len(test) - 160, 160)]
    assert np.mean(people) < 0.02


@says(CHAPTER, "a place really not see what comes after it")
@pytest.mark.parametrize("seed", SEEDS)
def test_no_place_sees_what_comes_after_it(seed):
    """Does changing one token leave all places before it as they were, and change that place itself?"""
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, VOCABULARY, (1, 10))
    place = int(rng.integers(1, 10))
    changed = ids.copy()
    changed[0, place] = (changed[0, place] + 1) % VOCABULARY
    before, after = decode(WEIGHTS, ids)[0], decode(WEIGHTS, changed)[0]
    np.testing.assert_allclose(before[:place], after[:place], atol=1e-10)
    assert np.abs(before[place] - after[place]).max() > 1e-3


@says(CHAPTER, "The sum cancels in the ratio", "The ratio, 4, becomes 4² = 16, and 16 / 17 is 0.94.")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_ratio_is_raised_to_one_over_the_temperature(seed):
    """Is each ratio of two probabilities at τ the ratio at 1 to the power 1/τ?"""
    rng = np.random.default_rng(seed)
    logits, temperature = rng.normal(size=6), float(rng.uniform(0.3, 3))
    one, other = apply_temperature(logits, 1.0), apply_temperature(logits, temperature)
    np.testing.assert_allclose(other[0] / other[1:], (one[0] / one[1:]) ** (1 / temperature), rtol=1e-9)
    np.testing.assert_allclose(apply_temperature(np.log([0.8, 0.2]), 0.5)[0], 16 / 17)


@says(CHAPTER, "it asks of the shorter context not how *often* a character came, but after how many *different* ones")
@pytest.mark.parametrize("seed", SEEDS)
def test_kneser_ney_asks_after_how_many_different_ones(seed):
    """Does an id that is frequent and always follows the same one get less after a new context than by plain counts?"""
    rng = np.random.default_rng(seed)
    text = np.concatenate([*([1, 2, rng.integers(3, 7)] for _part in range(200)), rng.integers(3, 7, 300)])
    plain, better = (make(text, 8, 2).probabilities([7])[2] for make in (count_ngrams, kneser_ney))
    assert better < 0.5 * plain


@says(CHAPTER, "96 layers with 96 heads of 128 numbers each", "4.7 megabytes a token", "its cache is an eighth")
def test_the_bytes_of_a_cache():
    """GPT-3: 9.7 GB for 2,048 tokens, 4.7 MB for one. Llama 2 with 8 keys for 64 heads: an eighth."""
    assert cache_bytes(96, 96, 128, 2048, 2, 1) == pytest.approx(9.7e9, rel=0.01)
    assert cache_bytes(96, 96, 128, 1, 2, 1) == pytest.approx(4.7e6, rel=0.01)
    assert cache_bytes(80, 64, 128, 4096, 2, 1) == 8 * cache_bytes(80, 8, 128, 4096, 2, 1)


@says(CHAPTER, "Its constants as they printed them are rounded, and contradict the twenty", "about twenty")
def test_the_printed_constants_contradict_twenty_tokens_a_parameter():
    """For Gopher's budget: about 90 tokens a parameter with the constants as printed, 18 with those of the refit?"""
    budget = next(model.flops for model in PUBLISHED if model.name == "Gopher")
    n, d = compute_split(budget, 406.4, 0.34, 410.7, 0.28)
    assert 80 < d / n < 100
    n, d = compute_split(budget, REFIT.a, REFIT.alpha, REFIT.b, REFIT.beta)
    assert 17 < d / n < 20


@says(CHAPTER, "Chinchilla has a quarter of Gopher's parameters and a lower loss")
def test_chinchilla_is_smaller_and_better():
    """By the refit, too?"""
    models = {model.name: model for model in PUBLISHED}
    small, large = models["Chinchilla"], models["Gopher"]
    assert small.parameters == pytest.approx(large.parameters / 4)
    losses = [scaling_loss(model.parameters, model.tokens, REFIT) for model in (small, large)]
    assert losses[0] < losses[1] - 0.02


@says(CHAPTER, "they are 0 on the prompt, which is given, and 1 on the answer")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_prompt_does_not_count(seed):
    """With weight 0 on the prompt, does the loss depend on the probabilities of the answer alone?"""
    rng = np.random.default_rng(seed)
    ids = rng.integers(1, 9, (1, 12))
    _inputs, targets, weights = next_targets(ids, padding_id=0)
    weights[:, :4] = 0.0  # a prompt of five tokens: the targets 2 to 5 are its own
    np.testing.assert_array_equal(targets[weights == 1], ids[0, 5:])
    chances = rng.uniform(0.1, 0.9, targets.shape)
    other = chances.copy()
    other[:, :4] = rng.uniform(0.1, 0.9, (1, 4))
    assert perplexity(chances, weights) == pytest.approx(perplexity(other, weights))
    assert perplexity(chances, np.ones_like(weights)) != pytest.approx(perplexity(other, np.ones_like(weights)))


@says(CHAPTER, "makes the better one more probable and the other one less")
@pytest.mark.parametrize("seed", SEEDS)
def test_direct_preference_optimisation_moves_both(seed):
    """Is its loss log 2 at the start, and do its slopes raise the better answer and lower the other?"""

    def loss(better, worse, start, beta=0.1):
        logit = beta * (better - start[0]) - beta * (worse - start[1])
        return np.log1p(np.exp(-logit))

    start = np.random.default_rng(seed).uniform(-50, -5, 2)  # log-likelihoods of two answers
    assert loss(*start, start) == pytest.approx(np.log(2))
    assert loss(start[0] + 0.1, start[1], start) < np.log(2) < loss(start[0], start[1] + 0.1, start)


@says(CHAPTER, "some thirty times")
def test_the_booklet_is_read_thirty_times():
    """Steps times rows times characters, over the length of the training text?"""
    pytest.importorskip("tensorflow")
    from bookutils.models.generation.training import CharacterSettings

    settings = CharacterSettings()
    read = settings.steps * settings.batch_size * settings.context
    assert 28 < read / len(texts()[0]["train"]) < 33
