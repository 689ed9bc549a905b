"""Three full training runs that differ in their seed alone: which dev sentences of SST-2 each of them gets right.

Half an hour of computing that a learner need not repeat. `python -m benchmarks.accuracy --keep` measures it again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bookutils.core.files import write_atomically

MEASURED = Path(__file__).parent / "measured" / "sst2_seeds.json"


@dataclass(frozen=True)
class Seeds:
    """What was measured, sentence by sentence, in the order of SST-2's dev set.

    Attributes
    ----------
    right : seed -> array of bool, shape (872,): whether the fine-tuned minilm is right
    baseline : the same for TF-IDF with a linear SVM
    how : what was run, when and on what
    test : seed -> how many of SST-2's test sentences are right, and how many there are; empty where not measured
    elsewhere : seed -> phenomenon -> the same for the course's own sentences; empty where not measured
    """

    right: dict[int, NDArray[np.bool_]]
    baseline: NDArray[np.bool_]
    how: str
    test: dict[int, tuple[int, int]] = field(default_factory=dict)
    elsewhere: dict[int, dict[str, tuple[int, int]]] = field(default_factory=dict)


def load_seeds(path: Path = MEASURED) -> Seeds:
    """Return what was measured; it ships with the package. Taught in chapter 12."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    right = {int(seed): _unpack(row) for seed, row in kept["right"].items()}
    test = {int(seed): _counts(found) for seed, found in kept.get("test", {}).items()}
    elsewhere = {
        int(seed): {name: _counts(found) for name, found in row.items()}
        for seed, row in kept.get("elsewhere", {}).items()
    }
    return Seeds(right, _unpack(kept["baseline"]), kept["how"], test, elsewhere)


def write_seeds(seeds: Seeds, path: Path = MEASURED) -> Path:
    """Keep a measurement; the file is replaced."""
    kept = {
        "how": seeds.how,
        "right": {str(seed): _pack(row) for seed, row in seeds.right.items()},
        "baseline": _pack(seeds.baseline),
        "test": {str(seed): found for seed, found in seeds.test.items()},
        "elsewhere": {str(seed): row for seed, row in seeds.elsewhere.items()},
    }
    return write_atomically(path, json.dumps(kept, indent=1) + "\n")


def _pack(right: NDArray[np.bool_]) -> str:
    return "".join("1" if one else "0" for one in right)


def _unpack(row: str) -> NDArray[np.bool_]:
    return np.array([digit == "1" for digit in row])


def _counts(found: list[int]) -> tuple[int, int]:
    right, examples = found
    return int(right), int(examples)
