"""The run that a test kills: the tiny encoder of conftest.py in a process of its own."""

from __future__ import annotations

import time
from pathlib import Path


def main(folder: Path, sentences: list[str], labels: list[int]) -> None:
    """Train, write the state after each step, and say each step's number."""
    from bookutils.models.classifier.model import SentenceClassifier
    from bookutils.models.classifier.training import fine_tune
    from bookutils.models.training.checkpoints import Checkpoint
    from bookutils.models.training.settings import Settings
    from tests.conftest import make_tiny_encoder, make_tiny_tokenizer

    def report(progress):
        print("step", progress.step, flush=True)
        time.sleep(0.05)

    checkpoint = Checkpoint(folder / "run.safetensors", {"data": "six sentences", "settings": (1, 2)}, every=0.0)
    settings = Settings(epochs=3, batch_size=4, learning_rate=1e-2)
    classifier = SentenceClassifier(make_tiny_encoder(make_tiny_tokenizer()))
    fine_tune(classifier, sentences, labels, settings, report=report, checkpoint=checkpoint)
