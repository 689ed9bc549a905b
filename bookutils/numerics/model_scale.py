"""What changes from a small decoder to a large one, in numbers. Taught in chapter 13."""

from __future__ import annotations

from dataclasses import dataclass

from bookutils.core.errors import UsageError
from bookutils.core.messages import _


@dataclass(frozen=True)
class TrainedModel:
    """A model that was trained once: its name, its parameters, and the tokens it has read in training."""

    name: str
    parameters: float
    tokens: float

    @property
    def flops(self) -> float:
        """About how many operations its training took; see `training_flops`."""
        return training_flops(self.parameters, self.tokens)


# Brown et al. 2020, table D.1; Rae et al. 2021; Hoffmann et al. 2022; Chowdhery et al. 2022; Touvron et al. 2023.
PUBLISHED = (
    TrainedModel("GPT-3 Small", 125e6, 300e9),
    TrainedModel("GPT-3 13B", 12.85e9, 300e9),
    TrainedModel("GPT-3 175B", 174.6e9, 300e9),
    TrainedModel("Gopher", 280e9, 300e9),
    TrainedModel("Chinchilla", 70e9, 1.4e12),
    TrainedModel("PaLM", 540e9, 780e9),
    TrainedModel("LLaMA-65B", 65e9, 1.4e12),
)


def training_flops(parameters: float, tokens: float) -> float:
    """Return about how many operations a training takes: 6 for each parameter and token.

    Notes
    -----
    A weight is multiplied and added once on the way forward (2), and twice on the way back (4). Brown et al. 2020,
    table D.1 count so.

    Examples
    --------
    >>> f"{training_flops(174.6e9, 300e9):.2e}"
    '3.14e+23'
    """
    return 6.0 * parameters * tokens


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
