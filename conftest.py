"""For `pytest --nbval notebooks/…`: the kernels see what they saw when the notebooks were built."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Give nbval's kernels a home of their own, and widgets that show their picture alone."""
    if not (config.getoption("nbval", False) or config.getoption("nbval_lax", False)):
        return
    from bookutils.authoring.execution import kernel_environment

    home = tempfile.TemporaryDirectory(prefix="bookutils-nbval-")
    config.add_cleanup(home.cleanup)
    variables = kernel_environment(Path(home.name))
    os.environ.clear()
    os.environ.update(variables)
