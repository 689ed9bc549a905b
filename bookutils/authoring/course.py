"""Where the course's folders are, and what the exercises' modules describe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bookutils.authoring.source import Chapter, read_chapter
from bookutils.core.errors import UsageError
from bookutils.exercises import catalogue
from bookutils.exercises.model import Exercise, Prediction

Catalogue = Mapping[str, tuple[tuple[Exercise, ...], tuple[Prediction, ...]]]


def described() -> Catalogue:
    """Return what the modules of `bookutils.exercises` describe: chapter -> (exercises, predictions)."""
    return {chapter: catalogue.load_chapter(chapter) for chapter in catalogue.CHAPTERS}


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

    def chapters(self) -> list[Chapter]:
        """Read every chapter, in order."""
        return [read_chapter(path) for path in sorted(self.chapters_dir.glob("[0-9][0-9]-*.md"))]


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
            known = ", ".join(chapter.name for chapter in chapters) or "none"
            raise UsageError(f"There is no chapter {name!r}.", f"The chapters are: {known}.")
        chosen += fitting
    return [chapter for chapter in chapters if chapter in chosen] if names else chapters
