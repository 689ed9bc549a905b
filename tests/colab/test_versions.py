"""Colab's versions against what the package asks for."""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.colab.session import Colab


def test_colab_has_what_the_chapters_need(colab_session: Colab, repository: Path) -> None:
    """Is each requirement of the base install and of TensorFlow's extra there, so that --no-deps leaves out nothing?"""
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    there = {canonicalize_name(name): version for name, version in colab_session.packages().items()}
    lines = [*project["dependencies"], *project["optional-dependencies"]["tensorflow"]]
    for requirement in map(Requirement, lines):
        version = there.get(canonicalize_name(requirement.name), "missing")
        assert version != "missing" and requirement.specifier.contains(version), f"{requirement}: {version}"
