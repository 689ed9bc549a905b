"""Every explorer of the course, what it is shown with, and where each of its controls is moved to.

Imported by an old ipywidgets too, in an environment without pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from tests.numerics.generation.small import WEIGHTS


@dataclass(frozen=True)
class Letters:
    """Eleven characters, as the small decoder has them."""

    symbols: str = "abcdefghij "

    def ids(self, text: str) -> np.ndarray:
        """The number of each character."""
        return np.array([self.symbols.index(letter) for letter in text if letter in self.symbols], np.int32)

    def text(self, ids: Any) -> str:
        """The characters of these numbers."""
        return "".join(self.symbols[int(i)] for i in ids)


POSITIONS = np.sin(np.arange(1, 61)[:, None] / np.array([3.0, 10.0, 50.0, 90.0]))
LENGTHS = {"one": [4, 9, 12, 200], "other": [100, 130]}


@dataclass(frozen=True)
class Row:
    """An explorer.

    Attributes
    ----------
    moves : where each control is moved to: another value than it has at first
    arguments : what it is called with
    """

    moves: Mapping[str, Any]
    arguments: tuple[Any, ...] = field(default=(), repr=False)


EXPLORERS = {
    "activations.explore_unit": Row({"activation": "tanh", "bias": -4.0, "scale": 2.5}),
    "activations.explore_depth": Row({"activation": "sigmoid", "depth": 25, "weight": 1.5, "x": -1.0}),
    "activations.explore_zigzag": Row({"mean": 0.25, "batch_size": 8, "learning_rate": 0.5}),
    "losses.explore_outlier": Row({"y": -20.0, "x": 5.0, "delta": 3.0}),
    "losses.explore_honesty": Row({"truth": 0.3, "reported": 0.9}),
    "losses.explore_temperature": Row({"temperature": 5.0}),
    "backpropagation.explore_graph": Row({"step": 10, "y": 0, "b1": -0.5, "w2": 1.5}),
    "backpropagation.explore_moons": Row({"learning_rate": 5.0, "steps": 200}),
    "depth.explore_profile": Row({"activation": "tanh", "std": 0.5, "depth": 20}),
    "depth.explore_remedies": Row({"activation": "sigmoid", "std": 0.5, "depth": 20, "remedy": "both"}),
    "optimizers.explore_race": Row({"surface": "rosenbrock", "power": -2.6, "momentum": 0.9}),
    "optimizers.explore_batches": Row({"power": 0, "learning_rate": 0.4}),
    "scaling.explore_parameters": Row({"vocabulary": 50_000, "hidden": 384, "layers": 6, "heads": 16}),
    "scaling.explore_budget": Row({"exponent": 20.0, "alpha": 0.35, "beta": 0.3}),
    "economics.explore_break_even": Row(
        {
            "per_hour": 3.0, "requests_per_second": 4.0, "busy_at_most": 50, "setup": 20_000, "upkeep": 40.0,
            "price": 0.01, "tokens": 900,
        }
    ),
    "gpu.explore_roofline": Row(
        {"rows": 64, "width": 2048, "dtype": "float16", "machine": "own", "peak": 200, "bandwidth": 50}
    ),
    "gpu.explore_memory": Row(
        {"batch": 8, "tokens": 512, "layers": 6, "hidden": 384, "optimizer": "sgd", "bits": 16, "memory": 4}
    ),
    "tokenization.explore_pair": Row({"first": 20, "second": 30, "length": 8}),
    "tokenization.explore_padding": Row({"data": "other", "limit": 110, "batch_size": 1}, (LENGTHS,)),
    "attention.explore_query": Row({"angle": -40.0, "length": 3.5, "key_angle": -90.0, "key_length": 0.5}),
    "attention.explore_size": Row({"power": 10, "divide_by": "size"}),
    "transformer.explore_positions": Row({"chosen": 40}, (POSITIONS, 20)),
    "transformer.explore_costs": Row({"layers": 24, "hidden": 1024, "vocabulary": 119547, "tokens": 4096}),
    "evaluation.reliability_explorer": Row(
        {"bins": 5, "temperature": 2.0}, ([2.0, 1.0, -0.5, -1.0, -3.0], [1, 0, 1, 0, 0])
    ),
    "evaluation.threshold_explorer": Row({"threshold": 0.2}, ([0.9, 0.8, 0.4, 0.3, 0.1], [1, 0, 1, 0, 0])),
    "bert.schedule.schedule_explorer": Row({"peak": 10.0, "warmup": 20.0, "epochs": 5}),
    "generation.explore_choice": Row(
        {"seed": 2, "temperature": 0.3, "k": 3, "p": 0.4}, (WEIGHTS, Letters(), "bad ")
    ),
    "generation.explore_sight": Row({"kind": "encoder", "place": 2}),
}  # fmt: skip


def maker(name: str) -> Callable[..., Any]:
    """Return what makes an explorer; it may get further arguments by name."""
    module, _, function = name.rpartition(".")
    return partial(getattr(import_module(f"bookutils.widgets.{module}"), function), *EXPLORERS[name].arguments)
