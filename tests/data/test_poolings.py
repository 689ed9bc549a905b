"""The measurement of three poolings that ships: is it whole, and does it survive a round trip?"""

from __future__ import annotations

from bookutils.data.poolings import load_poolings, write_poolings


def test_what_ships_is_whole():
    """Are there three ways with three seeds each, none worse than guessing?"""
    kept = load_poolings()
    assert list(kept.right) == ["mean", "cls", "pooled_output"]
    assert all(len(right) == 3 and min(right) > kept.examples / 2 for right in kept.right.values())
    assert "benchmarks.pooling" in kept.how


def test_a_measurement_survives_a_round_trip(tmp_path):
    """Written and read again, is it the same?"""
    assert load_poolings(write_poolings(load_poolings(), tmp_path / "kept.json")) == load_poolings()
