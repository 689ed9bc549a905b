"""The course's side of the contests, in a process of its own: `python -m benchmarks.our_side ROLE FOLDER`.

It runs the code that chapter 11 runs, not a copy. The first of our sides writes what all sides share into FOLDER.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.contest import THREADS, Answer, Predictor, Requests, peak_memory

SEED = 0


def load() -> tuple[Any, Any, Any]:
    """The classifier as it stands before training, and SST-2's two parts."""
    import tensorflow as tf

    from bookutils.data.sst2 import load_sst2
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.sources.names import load_encoder

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    train, dev = load_sst2(progress=False)
    return SentenceClassifier(load_encoder("minilm", progress=False), seed=SEED), train, dev


def share(folder: Path, classifier: Any, train: Any, dev: Any) -> None:
    """Write what the other sides need: sentences, labels, the order of our batches, the head's weights."""
    from bookutils.models.classifier.training import plan_epochs
    from bookutils.models.sources.names import find_source
    from bookutils.models.training.settings import Settings

    settings = Settings()
    plans = plan_epochs(classifier.tokenizer.lengths(train.sentences), settings)
    kernel, bias = classifier.model.get_layer("logit").get_weights()
    fields = ("epochs", "batch_size", "learning_rate", "weight_decay", "clip_norm", "warmup_share", "multiple", "seed")
    shared = {
        "encoder": str(find_source("minilm").folder), "sentences": list(train.sentences),
        "labels": [float(label) for label in train.labels], "dev": list(dev.sentences),
        "plans": [[batch.tolist() for batch in plan] for plan in plans],
        "kernel": kernel[:, 0].tolist(), "bias": float(bias[0]), "epsilon": 1e-6,
        "settings": {name: getattr(settings, name) for name in fields},
    }  # fmt: skip
    (folder / "shared.json").write_text(json.dumps(shared))


class Training:
    """Our training, a number of steps at a time."""

    def __init__(self, classifier: Any, train: Any) -> None:
        import numpy as np

        from bookutils.models.classifier.steps import TrainingStep
        from bookutils.models.classifier.training import plan_epochs
        from bookutils.models.training.optimizer import make_optimizer
        from bookutils.models.training.settings import Settings

        self.classifier, self.settings = classifier, Settings()
        self.sentences, self.labels = list(train.sentences), np.asarray(train.labels, np.float32)
        self.plans = plan_epochs(classifier.tokenizer.lengths(self.sentences), self.settings)
        self.total = sum(len(plan) for plan in self.plans)
        self.optimizer = make_optimizer(classifier.model, self.settings)
        self.step, self.done, self.batches = TrainingStep(classifier.model, self.optimizer), 0, self._batches()

    def _batches(self) -> Iterator[Any]:
        from bookutils.models.classifier.batching import batch_dataset

        for plan in self.plans:
            yield from batch_dataset(
                self.sentences, self.labels, plan, self.classifier.tokenizer, multiple=self.settings.multiple
            )

    def train(self, request: Answer) -> Answer:
        """Take the steps that are asked for; examples and padded positions are counted as they are trained on."""
        from bookutils.numerics.optimizers.schedules import warmup_linear

        warmup, examples, positions, loss = round(self.settings.warmup_share * self.total), 0, 0, 0.0
        begin = time.perf_counter()
        for _ in range(request["steps"]):
            inputs, targets = next(self.batches)
            rate = warmup_linear(self.done, self.settings.learning_rate, warmup, self.total)
            self.optimizer.learning_rate.assign(float(rate))
            loss = self.step(inputs, targets)
            self.done += 1
            examples += len(targets)
            positions += int(inputs["input_mask"].shape[0] * inputs["input_mask"].shape[1])
        seconds = time.perf_counter() - begin
        return {"seconds": seconds, "examples": examples, "positions": positions, "loss": loss,
                **peak_memory()}  # fmt: skip


class Ours(Predictor):
    """The classifier itself, which forms its own batches."""

    def all(self) -> list[float]:
        """Probabilities of all sentences."""
        return [float(p) for p in self.predict(self.sentences)]


def make_predictor(classifier: Any, dev: Any, exported: Path | None) -> Predictor:
    """Our prediction, from text to probability: the classifier, or what it was exported to."""
    if exported is None:
        return Ours(dev.sentences, classifier.predict_proba, classifier.tokenizer.lengths)
    from bookutils.models.classifier.export import export_savedmodel, load_savedmodel

    saved = load_savedmodel(export_savedmodel(classifier, exported))
    # Whoever serves a SavedModel has no tokenizer beside it: the letters have to do.
    return Predictor(dev.sentences, saved.predict_proba, lambda sentences: [len(sentence) for sentence in sentences])


def main(role: str, folder: Path) -> None:
    requests = Requests()
    classifier, train, dev = load()
    if not (folder / "shared.json").exists():
        share(folder, classifier, train, dev)
    if role == "train":
        requests.serve({"ready": lambda request: {}, "train": Training(classifier, train).train})
        return
    predicting = make_predictor(classifier, dev, folder / "exported" if role == "saved" else None)
    requests.serve({
        "ready": lambda request: {}, "one": predicting.time_one, "all": predicting.time_all,
        "probabilities": lambda request: {"values": predicting.all()},
    })  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
