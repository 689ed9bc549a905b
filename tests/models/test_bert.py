"""Short runs with several learning rates: from one start, and without a trace in the encoder."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
SENTENCES, LABELS = ["good film", "bad film", "fine story .", "dull story", "the good", "the bad"] * 20, [1, 0] * 60


def test_each_rate_begins_at_the_same_start(tiny_encoder):
    """Is the first loss the same for each rate, the rest not, and has the encoder its own weights afterwards?"""
    from bookutils.models.bert import compare_rates

    before = [weights.copy() for weights in tiny_encoder.encoder.get_weights()]
    rates = {"none": (0.0, 0.0), "small": (1e-3, 0.1), "large": (1e-1, 0.0)}
    losses = compare_rates(tiny_encoder, SENTENCES, LABELS, rates, examples=64, batch_size=8)
    assert {name: len(values) for name, values in losses.items()} == dict.fromkeys(rates, 8)
    first = [values[0] for values in losses.values()]
    np.testing.assert_allclose(first, first[0], rtol=1e-5)
    assert not np.allclose(losses["none"], losses["large"], rtol=1e-2)
    for now, then in zip(tiny_encoder.encoder.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
