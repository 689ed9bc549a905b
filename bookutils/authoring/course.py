"""Where the course's folders are, and what the exercises' modules describe."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookutils.authoring.source import Chapter, read_chapter
from bookutils.core.choices import nearest
from bookutils.core.errors import UsageError
from bookutils.exercises import catalogue
from bookutils.judging.model import Exercise, Prediction

CHAPTER_LIST = "PARTS in bookutils/core/course.py"
Catalogue = Mapping[str, tuple[tuple[Exercise, ...], tuple[Prediction, ...]]]


def described() -> Catalogue:
    """Return what the modules of `bookutils.exercises` describe: chapter -> (exercises, predictions)."""
    return {chapter: catalogue.load_chapter(chapter) for chapter in catalogue.CHAPTERS}


@dataclass(frozen=True)
class Package:
    """What `pyproject.toml` says of the package that the notebooks need.

    Parameters
    ----------
    version : its version
    address : the repository's page, such as ``https://github.com/OWNER/NAME``; None while there is none
    """

    version: str
    address: str | None = None


@dataclass(frozen=True)
class Course:
    """The folder that holds ``chapters/`` and ``notebooks/``."""

    root: Path

    @property
    def chapters_dir(self) -> Path:
        """The chapters, as their authors write them."""
        return self.root / "chapters"

    @property
    def notebooks_dir(self) -> Path:
        """The notebooks that learners get."""
        return self.root / "notebooks"

    @property
    def work_dir(self) -> Path:
        """A learner's own copies."""
        return self.root / "work"

    @property
    def package(self) -> Package | None:
        """The package that stands beside the chapters; None where there is none, as in the courses of tests.

        Raises
        ------
        UsageError
            When the repository's address is none that Colab can open.
        """
        path = self.root / "pyproject.toml"
        if not path.is_file():
            return None
        project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") != "bookutils":
            return None
        return Package(str(project["version"]), _address(project.get("urls", {}), path))

    def chapters(self) -> list[Chapter]:
        """Read every chapter, in order."""
        return [read_chapter(path) for path in sorted(self.chapters_dir.glob("[0-9][0-9]-*.md"))]

    def drafts(self) -> list[Chapter]:
        """Read what is held back until its chapter is whole, in order; no notebook is made of it."""
        return [read_chapter(path) for path in sorted((self.chapters_dir / "drafts").glob("[0-9][0-9]-*.md"))]


def _address(urls: Mapping[str, Any], path: Path) -> str | None:
    written = urls.get("Repository")
    if written is None:
        return None
    address = re.fullmatch(r"(https://github\.com/[\w.-]+/[\w.-]+?)(?:\.git)?/?", str(written))
    if address is None:
        raise UsageError(
            f"The address of the repository in {path.name} is none that Colab opens: {written!r}.",
            'Write Repository = "https://github.com/OWNER/NAME", or leave the line out.',
        )
    return address[1]


def find_course(root: Path | None = None) -> Course:
    """Return the course in `root`, by default the clone that this package runs from.

    Raises
    ------
    UsageError
        When there are no chapters, as where the package was installed from a wheel.
    """
    root = root or Path(__file__).resolve().parents[2]
    if not (root / "chapters").is_dir():
        raise UsageError(f"There is no folder chapters/ in {root}.", "Run this from a clone of the course.")
    return Course(root)


def choose(chapters: list[Chapter], names: list[str]) -> list[Chapter]:
    """Return the chapters with these names, or all; ``01`` and ``activations`` stand for ``01-activations``.

    Raises
    ------
    UsageError
        When a name fits no chapter.
    """
    chosen = []
    for name in names:
        wanted = Path(name).stem
        fitting = [chapter for chapter in chapters if wanted in {chapter.name, *chapter.name.split("-", 1)}]
        if not fitting:
            known = [chapter.name for chapter in chapters]
            todo = f"{nearest(wanted, known)} The chapters are: {', '.join(known) or 'none'}."
            raise UsageError(f"There is no chapter {name!r}.", todo.strip())
        chosen += fitting
    return [chapter for chapter in chapters if chapter in chosen] if names else chapters
