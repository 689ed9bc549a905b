"""The measurement of three seeds that ships: is it whole, is it what the chapter says, does it survive a round trip?"""

from __future__ import annotations

import numpy as np

from bookutils.data.seeds import Seeds, load_seeds, write_seeds
from bookutils.numerics.comparison.paired import paired_gain


def test_what_ships_is_whole():
    """Are there three seeds and a baseline, with a result for each of the 872 dev sentences?"""
    seeds = load_seeds()
    assert sorted(seeds.right) == [0, 1, 2]
    assert {len(row) for row in (*seeds.right.values(), seeds.baseline)} == {872}
    assert "benchmarks.accuracy" in seeds.how


def test_it_says_what_the_chapter_says():
    """Is the median at least 87 %, do seeds differ by less than the noise, and the linear model by more?"""
    seeds = load_seeds()
    shares = sorted(float(row.mean()) for row in seeds.right.values())
    assert shares[1] >= 0.87
    for a in seeds.right:
        assert paired_gain(seeds.right[a], seeds.baseline).low > 0.04
        for b in seeds.right:
            if a != b:
                gain = paired_gain(seeds.right[a], seeds.right[b])
                assert gain.low < 0 < gain.high
                assert gain.disagreements > 20


def test_a_round_trip_changes_nothing(tmp_path):
    """Is what is read what was written?"""
    rng = np.random.default_rng(0)
    written = Seeds(
        {3: rng.random(10) < 0.5, 7: rng.random(10) < 0.5},
        rng.random(10) < 0.5,
        "by hand",
        {3: (8, 10)},
        {3: {"irony": (1, 4)}},
    )
    read = load_seeds(write_seeds(written, tmp_path / "seeds.json"))
    assert read.how == "by hand"
    assert (read.test, read.elsewhere) == (written.test, written.elsewhere)
    for seed in (3, 7):
        np.testing.assert_array_equal(read.right[seed], written.right[seed])
    np.testing.assert_array_equal(read.baseline, written.baseline)
