"""What the course remembers of a learner: one small JSON file, which the learner can read and delete."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from bookutils.core.errors import BookError
from bookutils.core.files import write_atomically
from bookutils.core.settings import home_dir

_EMPTY: dict[str, dict[str, Any]] = {"exercises": {}, "predictions": {}, "hints": {}}


def progress_file() -> Path:
    """Return the file's place; it may not exist yet."""
    return home_dir() / "progress.json"


def load() -> dict[str, dict[str, Any]]:
    """Read the file. A damaged one is put aside under another name, and the count begins anew."""
    path = progress_file()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or not all(isinstance(found.get(key, {}), dict) for key in _EMPTY):
            raise ValueError
    except OSError:
        found = {}
    except ValueError:
        found = {}
        with contextlib.suppress(OSError):  # a read-only folder keeps nothing anyway
            path.replace(path.with_suffix(".damaged.json"))
    return {key: dict(found.get(key, {})) for key in _EMPTY}


def kept_prediction(id: str) -> str | None:
    """Return the key of the option that was chosen first, or None."""
    kept = load()["predictions"].get(id)
    return kept if isinstance(kept, str) else None


def remember(kind: str, id: str, value: Any) -> bool:
    """Write one entry, atomically. Returns False where the folder cannot be written: nothing is lost but the memory."""
    entries = load()
    entries[kind][id] = value
    try:
        write_atomically(
            progress_file(), json.dumps(entries, ensure_ascii=False, indent=1), durable=False, private=True
        )
    except BookError:
        return False
    return True
