"""Short trainings from one start that differ in their learning rate alone. Taught in chapter 11."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from bookutils.core.progress import progress_bar
from bookutils.core.settings import is_quick
from bookutils.data.checks import as_labels, as_texts
from bookutils.models.classifier.model import SentenceClassifier
from bookutils.models.classifier.training import fine_tune
from bookutils.models.training.settings import Settings

if TYPE_CHECKING:
    from bookutils.models.sources.names import LoadedEncoder

EXAMPLES = 960
LONGEST = 24  # tokens; short sentences make short steps


def compare_rates(
    loaded: LoadedEncoder,
    sentences: Sequence[str],
    labels: ArrayLike,
    rates: Mapping[str, tuple[float, float]],
    *,
    examples: int = EXAMPLES,
    batch_size: int = 32,
    seed: int = 0,
) -> dict[str, list[float]]:
    """Train one epoch on a few hundred short sentences for each learning rate, from the same start.

    Parameters
    ----------
    loaded : the encoder; it has its own weights again afterwards
    sentences, labels : examples to draw from; only those with at most 24 tokens are used
    rates : name -> (peak of the learning rate, share of the steps that warm up)
    examples : how many sentences; in a test (``BOOKUTILS_QUICK``) 128
    batch_size, seed : as in `Settings`; start, order and dropout are the same for each rate

    Returns
    -------
    name -> loss after each step. Infinite or not a number where a run has broken down.
    """
    every = as_texts(sentences, name="sentences")
    known = as_labels(labels, len(every))
    short = np.flatnonzero(loaded.tokenizer.lengths(every) <= LONGEST)
    chosen = np.random.default_rng(seed).permutation(short)[: 128 if is_quick() else examples]
    texts, answers = [every[i] for i in chosen], known[chosen]
    start = loaded.encoder.get_weights()
    common = Settings(epochs=1, batch_size=batch_size, validation_share=0.0, seed=seed)
    losses = {}
    with progress_bar(len(rates), "Training", unit="run") as bar:
        for name, (peak, warmup) in rates.items():
            settings = replace(common, learning_rate=peak, warmup_share=warmup)
            try:
                history = fine_tune(SentenceClassifier(loaded, seed=seed), texts, answers, settings)
            finally:
                loaded.encoder.set_weights(start)
            losses[name] = history.losses
            bar.update(1)
            if history.interrupted:
                break
    return losses
