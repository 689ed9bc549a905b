"""One vector for a sentence: the mean of its tokens, that of [CLS], or what the pooler makes of it; three seeds each.

Each run trains one epoch on 1,500 sentences of SST-2, which is enough to see a difference of several points and not of
one. `--keep` writes what chapter 11 shows of it into the package.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from datetime import date
from statistics import mean
from typing import Any

from benchmarks import report
from bookutils.data import poolings

SEEDS = (0, 1, 2)
WAYS = ("mean", "cls", "pooled_output")
SENTENCES, EPOCHS = 1500, 1


def with_pooler(encoder: Any, seed: int) -> Any:
    """Return the classifier that BERT's authors built: dropout and one logit on ``pooled_output``."""
    import keras

    from bookutils.models.encoder.layers import INPUTS

    inputs = {name: keras.Input((None,), dtype="int32", name=name) for name in INPUTS}
    dropped = keras.layers.Dropout(0.3, seed=seed)(encoder(inputs)["pooled_output"])
    start = keras.initializers.GlorotUniform(seed=seed)
    return keras.Model(inputs, keras.layers.Dense(1, kernel_initializer=start)(dropped))


def right_after(way: str, seed: int, train: Any, dev: Any) -> int:
    """How many dev sentences one short run gets right."""
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.training import fine_tune
    from bookutils.models.sources.names import load_encoder
    from bookutils.models.training.settings import Settings

    loaded = load_encoder("minilm")
    classifier = SentenceClassifier(loaded, pooling="cls" if way == "cls" else "mean", seed=seed)
    if way == "pooled_output":
        classifier.model = with_pooler(loaded.encoder, seed)
    settings = Settings(epochs=EPOCHS, examples=SENTENCES, validation_share=0.0, seed=seed)
    fine_tune(classifier, train.sentences, train.labels, settings)
    return int(((classifier.logits(dev.sentences) > 0) == dev.labels).sum())


def run(keep: bool = False) -> list[report.Row]:
    """Train and compare."""
    from bookutils.data.sst2 import load_sst2

    train, dev = load_sst2()
    if train.source == "sample":
        raise SystemExit("This needs SST-2 itself: put it under BOOKUTILS_DATA_DIR, or go online.")
    right = {way: [right_after(way, seed, train, dev) for seed in SEEDS] for way in WAYS}
    count = len(dev.sentences)
    if keep:
        how = f"python -m benchmarks.pooling --keep, {date.today()}, {platform.machine()}, CPU"
        poolings.write_poolings(poolings.Poolings(right, count, SENTENCES, EPOCHS, how))
    return [
        report.Row(f"{way}, mean of three seeds", 100 * mean(found) / count, "%", higher_is_better=True)
        for way, found in right.items()
    ]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--keep", action="store_true")
    options, rest = parser.parse_known_args(argv)
    return report.main(lambda: run(options.keep), __doc__, rest)


if __name__ == "__main__":
    raise SystemExit(main())
