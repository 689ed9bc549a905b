"""The wheel, and a fresh session of the simulated Colab for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookutils.authoring.course import find_course
from scripts import colab, environment
from tests.colab.session import Colab

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def course_version() -> str:
    """The version of the package that stands in pyproject.toml."""
    package = find_course().package
    assert package is not None
    return package.version


@pytest.fixture(scope="session")
def wheel(course_version: str) -> Path:
    """The wheel, as `make wheel` has just built it."""
    path = ROOT / "dist" / f"bookutils-{course_version}-py3-none-any.whl"
    if not path.is_file():
        pytest.skip("there is no wheel in dist/. Type: make colab-test")
    return path


@pytest.fixture
def colab_session(tmp_path: Path, wheel: Path) -> Colab:
    """A fresh session without the course's package."""
    if not environment.venv_python(colab.VENV).exists():
        pytest.skip(f"{colab.VENV.name} is missing. Type: make colab-test")
    session = Colab(tmp_path)
    session.pip("uninstall", "--yes", "--quiet", "bookutils")
    return session
