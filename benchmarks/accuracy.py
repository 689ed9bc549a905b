"""How good the fine-tuned encoder is on SST-2's dev set: three seeds, and a linear model on word counts beside them.

It trains three times on all 6,920 sentences, about seven minutes each on two cores. A finished run is remembered, so a
second call takes seconds. `--keep` writes what chapter 12 shows of it into the package.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

import numpy as np
from numpy.typing import NDArray

from benchmarks import report
from bookutils.data import seeds
from bookutils.data.dataset import Dataset
from bookutils.data.phenomena import PHENOMENA, load_phenomena
from bookutils.numerics.comparison.paired import paired_gain

SEEDS = (0, 1, 2)


def linear_baseline(train: Dataset, dev: Dataset) -> NDArray[np.bool_]:
    """Which dev sentences TF-IDF of words and pairs with a linear SVM gets right; C by cross-validation on train."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    # Every token counts, "!" and "n't" too: the default pattern would hide both from this side alone.
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+")
    search = GridSearchCV(make_pipeline(words, LinearSVC()), {"linearsvc__C": [0.1, 0.3, 1.0, 3.0]}, cv=5)
    search.fit(list(train.sentences), train.labels)
    return search.predict(list(dev.sentences)) == dev.labels


@dataclass(frozen=True)
class Run:
    """What one full run gets right, and the seconds that it took to train."""

    dev: NDArray[np.bool_]
    test: tuple[int, int]
    elsewhere: dict[str, tuple[int, int]]
    seconds: float


def fine_tuned(seed: int, train: Dataset, dev: Dataset, test: Dataset) -> Run:
    """Train with a seed, or recall it; count what is right on dev, on test and on the course's own sentences."""
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.training import fine_tune_or_recall
    from bookutils.models.sources.names import load_encoder
    from bookutils.models.training.settings import Settings

    classifier = SentenceClassifier(load_encoder("minilm"), seed=seed)
    settings = replace(Settings(), seed=seed)
    history, _remembered = fine_tune_or_recall(classifier, train.sentences, train.labels, settings)
    tagged = load_phenomena(train)
    right = (classifier.logits(tagged.sentences) > 0) == tagged.labels
    return Run(
        dev=(classifier.logits(dev.sentences) > 0) == dev.labels,
        test=_counted((classifier.logits(test.sentences) > 0) == test.labels),
        elsewhere={name: _counted(right[tagged.phenomena == name]) for name in PHENOMENA},
        seconds=history.seconds,
    )


def _counted(right: NDArray[np.bool_]) -> tuple[int, int]:
    return int(right.sum()), len(right)


def run(keep: bool = False) -> list[report.Row]:
    """Train, or recall, and compare."""
    from bookutils.data.sst2 import load_sst2

    train, dev = load_sst2()
    if train.source == "sample":
        raise SystemExit("This needs SST-2 itself: put it under BOOKUTILS_DATA_DIR, or go online.")
    baseline = linear_baseline(train, dev)
    test = load_sst2("test")
    if test.source == "sample":
        raise SystemExit("This needs SST-2's test sentences too: put test.tsv beside the others, or go online.")
    runs = {seed: fine_tuned(seed, train, dev, test) for seed in SEEDS}
    right = {seed: one.dev for seed, one in runs.items()}
    accuracies = {seed: 100 * float(right[seed].mean()) for seed in SEEDS}
    middle = sorted(SEEDS, key=accuracies.__getitem__)[len(SEEDS) // 2]
    gain = paired_gain(right[middle], baseline)
    if keep:
        how = f"python -m benchmarks.accuracy --keep, {date.today()}, {platform.machine()}, CPU"
        found = {seed: one.test for seed, one in runs.items()}
        elsewhere = {seed: one.elsewhere for seed, one in runs.items()}
        seeds.write_seeds(seeds.Seeds(right, baseline, how, found, elsewhere))
    return [
        *(report.Row(f"dev accuracy, seed {seed}", accuracies[seed], "%", higher_is_better=True) for seed in SEEDS),
        report.Row("dev accuracy, median of the seeds", median(accuracies.values()), "%", 87.0, higher_is_better=True),
        *(
            report.Row(f"test accuracy, seed {seed}", 100 * one.test[0] / one.test[1], "%", higher_is_better=True)
            for seed, one in runs.items()
        ),
        report.Row("TF-IDF and a linear SVM", 100 * float(baseline.mean()), "%"),
        report.Row("paired gain of the median seed", 100 * gain.mean, "points"),
        report.Row("its 95 % lower bound", 100 * gain.low, "points", 4.0, higher_is_better=True),
        report.Row("training, slowest seed", max(one.seconds for one in runs.values()) / 60, "min", 10.0),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--keep", action="store_true")
    options, rest = parser.parse_known_args(argv)
    return report.main(lambda: run(options.keep), __doc__, rest)


if __name__ == "__main__":
    raise SystemExit(main())
