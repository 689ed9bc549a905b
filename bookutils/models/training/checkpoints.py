"""A training run's state in a file, so that an interrupted run goes on where it was.

The file holds everything that the next step depends on: the model's variables with the state of its random
generators, the optimizer's moments, the history, and the best epoch's weights. It appears under its name only when it
is whole.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bookutils.core.errors import BookError
from bookutils.core.files import atomic_write
from bookutils.core.messages import _
from bookutils.core.progress import say
from bookutils.models.training.history import History

Arrays = list[NDArray[Any]]


@dataclass
class Checkpoint:
    """Where a run's state is kept, and what the run is.

    Parameters
    ----------
    path : the file, in the format of safetensors
    about : plain data that decides the run's result; a file with other data is not taken up
    every : seconds between two writings while the run goes on
    """

    path: Path
    about: dict[str, Any]
    every: float = 120.0
    _written: float = field(default_factory=time.monotonic, init=False)
    _works: bool = field(default=True, init=False)

    @property
    def is_due(self) -> bool:
        """Whether it is time to write again."""
        return self._works and time.monotonic() - self._written >= self.every

    def save(self, model: Any, optimizer: Any, history: History, best: Arrays | None) -> bool:
        """Write the state; where that is impossible, say so once and let the training go on.

        Returns
        -------
        whether it was written
        """
        from safetensors.numpy import save

        if not self._works:
            return False
        tensors = {name: np.asarray(variable) for name, variable in _named(model, optimizer)}
        tensors |= {f"best.{number}": weights for number, weights in enumerate(best or [])}
        record = {"about": self.about, "history": history.as_dict()}
        try:
            with atomic_write(self.path) as file:
                file.write(save(tensors, metadata={"record": json.dumps(record)}))
        except BookError as error:
            self._works = False
            say(_("This run cannot be taken up after an interruption. {reason}").format(reason=error))
        self._written = time.monotonic()
        return self._works

    def restore(self, model: Any, optimizer: Any) -> tuple[History, Arrays | None] | None:
        """Put a kept state into model and optimizer; None when there is none that fits.

        A damaged file is removed with a sentence, and the model stays as it was.
        """
        if not self.path.is_file():
            return None
        try:
            record, tensors = _read(self.path)
            targets = dict(_named(model, optimizer))
            if record["about"] != json.loads(json.dumps(self.about)):
                return None
            history = History(**record["history"])
            kept = {name: tensors[name] for name in targets}
            best = [tensors[f"best.{number}"] for number in range(len(tensors) - len(targets))]
            if any(kept[name].shape != tuple(variable.shape) for name, variable in targets.items()):
                raise ValueError(_("its shapes are another model's"))
        except Exception as error:  # safetensors has exceptions of its own for each kind of damage
            say(
                _("The interrupted run in {path} is damaged ({reason}); training starts anew.").format(
                    path=self.path, reason=_reason(error)
                )
            )
            self.discard()
            return None
        for name, variable in targets.items():
            variable.assign(kept[name])
        return history, best or None

    def discard(self) -> None:
        """Remove the file, if it can be removed."""
        with contextlib.suppress(OSError):
            self.path.unlink()


def _named(model: Any, optimizer: Any) -> list[tuple[str, Any]]:
    return [
        *((f"model.{number}", variable) for number, variable in enumerate(model.variables)),
        *((f"optimizer.{number}", variable) for number, variable in enumerate(optimizer.variables)),
    ]


def _read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        record = json.loads((file.metadata() or {})["record"])
        return record, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (it is no mapping)


def _reason(error: Exception) -> str:
    return _("it lacks {name}").format(name=error) if isinstance(error, KeyError) else str(error)
