"""What changes from a small decoder to a large one, in numbers. Taught in chapter 14."""

from __future__ import annotations

from dataclasses import dataclass

from bookutils.core.errors import UsageError
from bookutils.core.messages import _
from bookutils.numerics.scaling.compute import TABLE_D1, training_operations
from bookutils.numerics.scaling.laws import RUNS


@dataclass(frozen=True)
class TrainedModel:
    """A model that was trained once: its name, its parameters, and the tokens it has read in training."""

    name: str
    parameters: float
    tokens: float

    @property
    def flops(self) -> float:
        """About how many operations its training took; see `training_operations`."""
        return training_operations(self.parameters, self.tokens)


# Brown et al. 2020, table D.1; Rae et al. 2021; Hoffmann et al. 2022; Chowdhery et al. 2022; Touvron et al. 2023.
PUBLISHED = (
    *(
        TrainedModel(run.name, run.parameters, run.tokens)
        for run in TABLE_D1
        if run.name in {"GPT-3 Small", "GPT-3 13B", "GPT-3 175B"}
    ),
    *(TrainedModel(name, *RUNS[name]) for name in ("Gopher", "Chinchilla", "PaLM", "LLaMA-65B")),
)


def cache_bytes(layers: int, heads: int, head_size: int, tokens: int, bytes_per_number: int, batch: int) -> int:
    """Return how much memory the keys and values of what was read take.

    Parameters
    ----------
    layers, heads, head_size : of the decoder
    tokens : how many have been read
    bytes_per_number : 4 for float32, 2 for float16
    batch : how many texts are written side by side

    Examples
    --------
    >>> cache_bytes(layers=96, heads=96, head_size=128, tokens=2048, bytes_per_number=2, batch=1)
    9663676416
    """
    if min(layers, heads, head_size, bytes_per_number, batch) < 1 or tokens < 0:
        raise UsageError(_("A size of a cache is not positive."), _("Give whole numbers from 1 up."))
    return 2 * layers * heads * head_size * tokens * bytes_per_number * batch
