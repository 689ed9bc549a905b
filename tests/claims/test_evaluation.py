"""Chapter 12 says it; is it so? What depends on a training is read from the stored measurement of three seeds."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from bookutils.data.seeds import load_seeds
from bookutils.numerics.comparison.paired import paired_gain
from bookutils.numerics.evaluation.classification import (
    BinaryMetrics,
    calibration,
    expected_calibration_error,
    standard_error,
)
from bookutils.numerics.evaluation.intervals import share_interval
from bookutils.numerics.evaluation.luck import luck_alone
from bookutils.numerics.evaluation.plain import best_temperature, choose_threshold
from tests.claims.quotation import ROOT, says

SEEDS = range(8)
N = 872


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def honest(seed, count=N, accuracy=0.88):
    """Draw logits that keep their promises, of a classifier that is right about as often as the chapter's."""
    rng = np.random.default_rng(seed)
    logits = rng.choice([-1, 1], count) * rng.gamma(2.2, 1.2, count)
    assert np.maximum(sigmoid(logits), sigmoid(-logits)).mean() == pytest.approx(accuracy, abs=0.035)
    return logits, (rng.random(count) < sigmoid(logits)).astype(int)


@says("12-evaluation", "The two points between the numbers are no skill", "nearly two standard errors above the truth")
def test_the_best_of_twenty_equals_looks_two_points_better():
    """With each seed: is the best of twenty equals near 90 %, and near 88 % on new sentences?"""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        best = rng.binomial(N, 0.88, (1000, 20)).max(axis=1).mean() / N
        assert best - 0.88 == pytest.approx(0.02, abs=0.003)
        assert 1.7 < (best - 0.88) / standard_error(0.88, N) < 2
        assert rng.binomial(N, 0.88, 1000).mean() / N == pytest.approx(0.88, abs=0.002)
    assert (0.95 - 0.88) / standard_error(0.88, N) > 6


@says(
    "12-evaluation",
    "Half a point is four sentences",
    "About 95 of 100 such shares lie within two",
)
def test_the_standard_error_is_the_spread_of_accuracies():
    """Is half a point four sentences, a standard error 1.1 points, and do 95 % lie within two of them?"""
    assert round(0.005 * N) == 4
    assert standard_error(0.88, N) == pytest.approx(0.011, abs=5e-4)
    for seed in SEEDS:
        shares = np.random.default_rng(seed).binomial(N, 0.88, 4000) / N
        assert np.mean(np.abs(shares - 0.88) < 2 * 0.011) == pytest.approx(0.95, abs=0.015)


@says(
    "12-evaluation", "The three accuracies lie closer together than one standard error", "each pair disagrees on dozens"
)
def test_seeds_are_equally_good_and_not_the_same():
    """Do the three measured accuracies span less than a standard error, while pairs disagree on 35 to 53 sentences?"""
    right = load_seeds().right
    shares = [float(row.mean()) for row in right.values()]
    assert max(shares) - min(shares) < standard_error(min(shares), N)
    differ = [int(np.sum(right[one] != right[other])) for one, other in itertools.combinations(right, 2)]
    assert (min(differ), max(differ)) == (35, 53)


@says("12-evaluation", "Three seeds lie within the noise, the linear model does not")
def test_the_title_of_the_seeds_is_true():
    """Does every interval between two seeds hold 0, and none between a seed and the linear model?"""
    seeds = load_seeds()
    for one, other in itertools.combinations(seeds.right.values(), 2):
        assert paired_gain(one, other).low < 0 < paired_gain(one, other).high
    for one in seeds.right.values():
        assert paired_gain(one, seeds.baseline).low > 0
        assert one.mean() - seeds.baseline.mean() > 3 * standard_error(one.mean(), N)


@says(
    "12-evaluation",
    "interval stays above 0, and the unpaired one does not",
    "Like 25 heads in 33 throws of a coin",
)
def test_here_pairing_decides():
    """With 25 mended and 8 spoilt sentences: does the paired interval exclude 0, and is the coin's chance below 1 %?"""
    first, second = np.repeat([True, False], [700, 172]), np.repeat([True, False], [700, 172])
    first[683:708], second[683:708] = True, False
    first[708:716], second[708:716] = False, True
    gain = paired_gain(first, second)
    assert (gain.only_first, gain.only_second) == (25, 8)
    assert gain.low > 0
    assert gain.mean - 1.96 * np.sqrt(2) * standard_error(0.88, N) < 0
    throws = np.random.default_rng(0).binomial(33, 0.5, 200_000)
    assert np.mean(np.abs(throws - 16.5) >= 8.5) < 0.01


@says("12-evaluation", "The vote of three seeds leads by less than a point, and its interval holds 0")
def test_the_vote_of_three_seeds_leads_by_less_than_a_point():
    """Is it so, and would the unpaired interval have been more than twice as wide?"""
    right = load_seeds().right
    gain = paired_gain(sum(right.values()) >= 2, right[0])
    assert 0 < gain.mean < 0.01
    assert gain.low < 0 < gain.high
    assert np.sqrt(2) * standard_error(0.88, N) > 2 * gain.standard_error


@says("12-evaluation", "any comparison would show it")
def test_the_linear_model_is_far_behind_for_any_comparison():
    """Does the unpaired interval exclude 0 too, for each seed?"""
    seeds = load_seeds()
    for one in seeds.right.values():
        error = np.hypot(standard_error(one.mean(), N), standard_error(seeds.baseline.mean(), N))
        assert one.mean() - seeds.baseline.mean() > 1.96 * error


@says("12-evaluation", "it is near the smaller one, so it cannot be had by being good at one alone")
def test_f1_follows_the_smaller_of_the_two():
    """Over many counts, is F1 nearer to the smaller of precision and recall, and at most twice it?"""
    for hits, alarms, missed in np.random.default_rng(0).integers(1, 200, (200, 3)):
        metrics = BinaryMetrics(int(hits), int(alarms), int(missed), 10)
        low, high = sorted((metrics.precision, metrics.recall))
        assert low <= metrics.f1 <= (low + high) / 2 + 1e-12
        assert metrics.f1 <= 2 * low


@says("12-evaluation", "nine positive sentences stand against one negative one, so both errors cost the same there")
def test_costs_of_nine_to_one_put_the_line_at_nine_tenths():
    """For promises that are kept, is 0.9 the threshold of lowest expected cost, and is 0.1 that of opposite costs?"""
    p = np.linspace(0.001, 0.999, 999)

    def expected(threshold, false_alarm, miss):
        return np.where(p > threshold, (1 - p) * false_alarm, p * miss).sum()

    grid = np.linspace(0.05, 0.95, 91)
    assert grid[np.argmin([expected(t, 9, 1) for t in grid])] == pytest.approx(0.9, abs=0.011)
    assert grid[np.argmin([expected(t, 1, 9) for t in grid])] == pytest.approx(0.1, abs=0.011)
    assert pytest.approx(0.1 * 9) == 0.9 * 1


@says("12-evaluation", "would have been the lowest of them all by construction, and would have promised too much")
def test_a_threshold_chosen_on_dev_promises_too_much():
    """Over eight seeds: is its cost on dev never above another's, and on average below its cost on new sentences?"""
    promised, kept = [], []
    for seed in SEEDS:
        (dev, dev_labels), (new, new_labels) = honest(seed, 300), honest(100 + seed, 20_000)
        threshold, cost = choose_threshold(sigmoid(dev), dev_labels, 9, 1)
        for other in (0.1, 0.5, 0.9):
            called = sigmoid(dev) > other
            assert cost <= 9 * np.sum(called & (dev_labels == 0)) + np.sum(~called & (dev_labels == 1))
        called = sigmoid(new) > threshold
        promised.append(cost / 300)
        kept.append((9 * np.sum(called & (new_labels == 0)) + np.sum(~called & (new_labels == 1))) / 20_000)
    assert np.mean(promised) < np.mean(kept)


@says("12-evaluation", "By confidence both fall into one bin and cancel")
def test_two_calibration_errors_bear_one_name():
    """Is the made-up classifier's error 0.10 by the probability of positive and 0 by the confidence?"""
    promised = np.repeat([0.9, 0.1], 50)
    labels = np.concatenate([np.repeat([1, 0], [40, 10]), np.zeros(50, int)])
    right = (promised > 0.5) == (labels == 1)
    assert expected_calibration_error(promised, labels) == pytest.approx(0.10)
    assert expected_calibration_error(np.maximum(promised, 1 - promised), right) == pytest.approx(0.0, abs=1e-12)


@says("12-evaluation", "One to four points", "it is above 0 for everybody, and grows with the number of bins")
def test_luck_alone_shows_one_to_four_points():
    """For classifiers about as sure as the chapter's, is the error by luck 1 to 4 points, and larger with 30 bins?"""
    for seed in SEEDS:
        probabilities = sigmoid(honest(seed)[0])
        luck = luck_alone(probabilities, 10, seed=seed)
        assert 0.01 < luck.usual[0] < luck.usual[1] < 0.045
        assert luck.errors.min() > 0
        by_bins = [luck_alone(probabilities, bins, seed=seed).errors.mean() for bins in (5, 10, 30)]
        assert by_bins == sorted(by_bins)


@says("12-evaluation", "The grey bars hold 95 % of what luck does in each bin")
def test_the_grey_bars_hold_what_luck_does():
    """Does an honest classifier's dot lie inside in about 95 % of the bins, and a loud one's much less often?"""
    inside, loud = [], []
    for seed in range(40):
        logits, labels = honest(seed)
        for scale, found in ((1, inside), (3, loud)):
            luck = luck_alone(sigmoid(scale * logits), draws=200)
            seen = calibration(sigmoid(scale * logits), labels).observed
            found.extend((seen >= luck.low) & (seen <= luck.high))
    assert 0.92 < np.mean(inside) <= 1
    assert np.mean(loud) < 0.6


@says("12-evaluation", "Each logit keeps its sign and its rank", "0.98 becomes 0.88, while one half stays one half")
def test_a_temperature_moves_promises_alone():
    """Over eight seeds, are answers and order the same for all temperatures, and is the example computed right?"""
    for seed in SEEDS:
        logits, labels = honest(seed)
        for temperature in (0.25, 2.0, 5.0):
            assert np.array_equal(np.argsort(logits / temperature, kind="stable"), np.argsort(logits, kind="stable"))
            assert np.mean((logits / temperature > 0) == labels) == np.mean((logits > 0) == labels)
    assert sigmoid(np.log(0.98 / 0.02) / 2) == pytest.approx(0.88, abs=0.006)
    assert sigmoid(0.0) == 0.5


@says("12-evaluation", "there the classifier is right nearly always, and no confidence seems too much")
def test_on_train_no_confidence_is_too_much():
    """Where everything is right, is the lowest temperature the best, and on honest sentences one near 1?"""
    temperatures = np.geomspace(0.25, 5, 60)
    for seed in SEEDS:
        logits, labels = honest(seed)
        assert best_temperature(logits, (logits > 0).astype(int), temperatures)[0] == temperatures[0]
        assert 0.7 < best_temperature(logits, labels, temperatures)[0] < 1.4


@says("12-evaluation", "One temperature takes away a confidence that is too large everywhere")
def test_one_temperature_mends_a_confidence_that_is_too_large_everywhere():
    """Chosen on 692 held-out sentences, does it bring the error on others down, for logits twice too large?"""
    temperatures = np.geomspace(0.25, 5, 200)
    for seed in SEEDS:
        (held, held_labels), (dev, labels) = honest(seed, 692), honest(50 + seed)
        chosen, _loss = best_temperature(2 * held, held_labels, temperatures)
        before = expected_calibration_error(sigmoid(2 * dev), labels)
        after = expected_calibration_error(sigmoid(2 * dev / chosen), labels)
        assert after < before
        assert after < luck_alone(sigmoid(2 * dev / chosen)).usual[1] + 0.02


@says("12-evaluation", "About 77.", "Seven in ten errors are shared", "two seeds disagree on 35 to 53 sentences")
def test_most_errors_are_shared_by_all_seeds():
    """Are 77 of 872 sentences wrong for all three, seven in ten of a seed's errors, where chance would give about 2?"""
    right = np.array(list(load_seeds().right.values()))
    shared = int(np.sum(~right.any(axis=0)))
    assert shared == 77
    assert all(0.65 < shared / np.sum(~row) < 0.75 for row in right)
    assert np.prod(1 - right.mean(axis=1)) * N == pytest.approx(2, abs=0.5)


@says("12-evaluation", "An interval holds the true share in 95 of 100 cases")
def test_an_interval_holds_the_true_share():
    """For few and many sentences, easy and hard ones, do about 95 % of the intervals hold the truth?"""
    rng = np.random.default_rng(0)
    for truth, count in itertools.product((0.6, 0.88), (30, 150, 1500)):
        ends = [share_interval(int(right), count) for right in rng.binomial(count, truth, 2000)]
        assert np.mean([low <= truth <= high for low, high in ends]) == pytest.approx(0.95, abs=0.025)


@says("12-evaluation", "With 1,821 sentences the standard error is 0.8 points, with dev's 872 it is 1.1")
def test_more_sentences_make_a_smaller_error():
    """Are they?"""
    assert [round(100 * standard_error(0.88, count), 1) for count in (1821, 872)] == [0.8, 1.1]


@says("12-evaluation", "Among the ironic ones, which praise what they blame")
def test_irony_misleads_every_seed_most():
    """For each measured seed, and in the model card of the notebook that ships: is irony the weakest?"""
    path, measured = ROOT / "notebooks" / "12-evaluation.ipynb", load_seeds().elsewhere
    if not path.exists() and not measured:
        pytest.skip("neither is the notebook built nor are the seeds measured")
    for row in measured.values():
        assert min(row, key=lambda name: row[name][0] / row[name][1]) == "irony"
    if path.exists():
        cells = json.loads(path.read_text("utf-8"))["cells"]
        said = "".join("".join(output.get("text", "")) for cell in cells for output in cell.get("outputs", []))
        assert "weakest: irony" in said
