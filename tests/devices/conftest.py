"""Machines that are none: an nvidia-smi on PATH and a TensorFlow on PYTHONPATH that say what was recorded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bookutils.devices import driver

FAKES = Path(__file__).parent / "fakes"


@pytest.fixture
def nvidia_smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a script named nvidia-smi on PATH, which is really run; or, with an empty script, have none at all."""
    if os.name != "posix":
        pytest.skip("the scripts are for a POSIX shell")
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(driver, "_OTHER_PLACES", ())

    def put(script: str) -> None:
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        if script:
            (folder / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
            (folder / "nvidia-smi").chmod(0o755)

    return put


@pytest.fixture
def fake_tensorflow(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a TensorFlow on the program's path that misbehaves in one way."""
    if os.name != "posix":
        pytest.skip("it ends by signals that Windows does not have")

    def put(how: str) -> None:
        monkeypatch.setenv("PYTHONPATH", str(FAKES / "first"))
        monkeypatch.setenv("BOOKUTILS_FAKE_TF", how)

    return put
