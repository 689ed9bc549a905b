"""Remembered training runs: what took ten minutes once is there in seconds after a restart of the kernel.

A run is kept under a key made of everything that decides its result: the model at its start, the data, the settings,
the version of this package. A folder holds the weights, the history and a checksum of the weights; it appears under its
name only when it is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bookutils.core.files import explain_os_error, sha256_of
from bookutils.core.messages import _
from bookutils.core.progress import say
from bookutils.core.settings import cache_dir, is_quick
from bookutils.models.training.checkpoints import Checkpoint
from bookutils.models.training.history import History

WEIGHTS = "model.weights.h5"
RECORD = "run.json"
UNFINISHED = ".unfinished.safetensors"


def runs_dir() -> Path:
    """Where runs are kept; it may not exist yet, and may be deleted at any time."""
    return cache_dir() / "runs"


def run_key(description: dict[str, Any]) -> str:
    """Return the name that a run is kept under.

    >>> run_key({"version": "1", "data": "x"}) == run_key({"data": "x", "version": "1"})
    True
    """
    return hashlib.sha256(json.dumps(description, sort_keys=True).encode()).hexdigest()[:16]


def remember(description: dict[str, Any], model: Any, history: History) -> Path:
    """Keep a finished run.

    Returns
    -------
    its folder

    Raises
    ------
    BookError
        When it cannot be written; it says what to do.
    """
    target = runs_dir() / run_key(description)
    temporary: Path | None = None
    try:
        runs_dir().mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=runs_dir()))
        model.save_weights(temporary / WEIGHTS)
        record = {"about": description, "history": history.as_dict(), "sha256": sha256_of(temporary / WEIGHTS)}
        (temporary / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        temporary.rename(target)
    except OSError as error:
        raise explain_os_error(error, target) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return target


def recall(description: dict[str, Any], model: Any) -> History | None:
    """Put a remembered run's weights into the model and return its history; None when there is none.

    A damaged run is put aside, under a name that says so, with a sentence; the model is left as it was.
    """
    folder = runs_dir() / run_key(description)
    if not folder.exists():
        return None
    before = model.get_weights()
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        history = History(**record["history"])
        if sha256_of(folder / WEIGHTS) != record["sha256"]:
            raise ValueError(_("the weights do not match their checksum"))
        model.load_weights(folder / WEIGHTS)
        return history
    except (OSError, ValueError, KeyError, TypeError) as error:
        model.set_weights(before)
        aside = _put_aside(folder)
        say(
            _(
                "The remembered run in {folder} is damaged ({reason}). It was moved to {aside}; training starts anew."
            ).format(folder=folder, reason=error, aside=aside.name)
        )
        return None


def _put_aside(folder: Path) -> Path:
    number = 1
    while (aside := folder.with_name(f"{folder.name}.damaged-{number}")).exists():
        number += 1
    with contextlib.suppress(OSError):  # somebody else was quicker
        folder.rename(aside)
    return aside


def recall_or_train(
    about: dict[str, Any], model: Any, train: Callable[[Checkpoint | None], History], *, again: bool = False
) -> tuple[History, bool]:
    """Take the remembered run when there is one; otherwise train, and remember the result.

    Parameters
    ----------
    about : plain data, everything that decides the run's result
    model : takes the remembered weights, or is trained
    train : trains it, with its state kept in the checkpoint, if there is one
    again : train even when there is a remembered run, which is then replaced

    Returns
    -------
    (History, whether it was remembered)

    Notes
    -----
    An interrupted run leaves its state beside the remembered ones, and the same call goes on from there. A test's
    slice (``BOOKUTILS_QUICK``) leaves nothing.
    """
    checkpoint = Checkpoint(runs_dir() / f"{run_key(about)}{UNFINISHED}", about)
    if again:
        checkpoint.discard()
    elif (history := recall(about, model)) is not None:
        return history, True
    history = train(None if is_quick() else checkpoint)
    if not history.interrupted and not is_quick():
        remember(about, model, history)
    return history, False
