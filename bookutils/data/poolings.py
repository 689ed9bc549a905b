"""Short trainings that differ in what they make of a sentence's vectors: accuracies on SST-2's dev set.

`python -m benchmarks.pooling --keep` measures them again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bookutils.core.files import write_atomically

MEASURED = Path(__file__).parent / "measured" / "sst2_poolings.json"


@dataclass(frozen=True)
class Poolings:
    """What was measured.

    Attributes
    ----------
    right : "mean", "cls" or "pooled_output" -> how many dev sentences are right, one number for each seed
    examples : how many dev sentences there are
    sentences, epochs : how much each run was trained on
    how : what was run, when and on what
    """

    right: dict[str, list[int]]
    examples: int
    sentences: int
    epochs: int
    how: str


def load_poolings(path: Path = MEASURED) -> Poolings:
    """Return what was measured; it ships with the package. Taught in chapter 11."""
    return Poolings(**json.loads(path.read_text(encoding="utf-8")))


def write_poolings(poolings: Poolings, path: Path = MEASURED) -> Path:
    """Keep a measurement; the file is replaced."""
    return write_atomically(path, json.dumps(vars(poolings), indent=1) + "\n")
