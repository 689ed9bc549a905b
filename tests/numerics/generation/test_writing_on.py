"""The loop that writes: does it read all, stop, and agree with the fast one?"""

import numpy as np

from bookutils.numerics.generation.decoder import decode
from bookutils.numerics.generation.writing import Sampling, write, write_on
from bookutils.probes.generation import write_with_table
from tests.numerics.generation.small import WEIGHTS


def test_it_writes_what_the_cached_loop_writes() -> None:
    """With the same random numbers, are the texts the same?"""
    prompt = [1, 5, 2]
    fast = write(WEIGHTS, prompt, 6, Sampling(0.8), seed=3)[0]
    numbers = np.random.default_rng(3).random((6, 1))[:, 0]
    slow = write_on(prompt, lambda text: decode(WEIGHTS, [text])[0, -1], 0.8, -1, numbers)
    assert slow == fast.tolist()


def test_the_stop_ends_the_text() -> None:
    """Is the stop left out, and nothing asked for after it?"""
    asked = []

    def next_scores(text):
        asked.append(len(text))
        return np.eye(4)[0 if len(text) == 3 else 2] * 50.0

    assert write_on([1], next_scores, 1.0, 0, [0.5] * 9) == [2, 2]
    assert asked == [1, 2, 3]


def test_the_probe_shows_what_was_written() -> None:
    """Does the probe hand on plain data, and the whole text decide the scores?"""
    table = np.eye(5) * 40.0
    assert write_with_table(write_on, np.array([2, 1]), table, 1.0, 4, np.array([0.5])) == [0]
    assert write_with_table(write_on, np.array([1]), table, 1.0, 3, np.array([0.5])) == []
