"""A small data set for whatever compares models."""

from __future__ import annotations

import numpy as np
import pytest

SENTENCES, LABELS = ["good film", "bad film .", "fine story", "dull the story .", "the good", "a bad"] * 2, [1, 0] * 6


@pytest.fixture
def data():
    """Twelve sentences of two classes."""
    from bookutils.data.dataset import Dataset

    labels = np.array(LABELS, np.int32)
    return Dataset("tiny", "train", SENTENCES, labels, ("negative", "positive"), "sample", "1" * 64, "twelve sentences")
