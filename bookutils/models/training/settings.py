"""What can be chosen about fine-tuning; other runs take the optimizer's part of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bookutils.core.settings import is_quick


@dataclass(frozen=True)
class Settings:
    """What can be chosen about fine-tuning.

    Parameters
    ----------
    epochs, batch_size, learning_rate, weight_decay, clip_norm, seed : as everywhere
    warmup_share : share of all steps in which the learning rate rises
    validation_share : share of the training examples that is held out, and chooses the best epoch
    examples : how many training examples are used; None means all
    window, multiple : of the batches, as in `plan_batches` and `batch_dataset`

    Notes
    -----
    5e-5 and three epochs are within the range of Devlin et al. 2019 (appendix A.3); a small encoder wants the upper
    end. Taught in chapter 11.
    """

    epochs: int = 3
    batch_size: int = 32
    learning_rate: float = 5e-5
    warmup_share: float = 0.1
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    validation_share: float = 0.1
    examples: int | None = None
    window: int = 50
    multiple: int = 4
    seed: int = 0

    def for_this_run(self) -> Settings:
        """These settings; in a test (``BOOKUTILS_QUICK``) one epoch on a slice."""
        return replace(self, epochs=1, examples=256) if is_quick() else self
