"""Builds notebooks from chapters: an ordered list of small steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bookutils.authoring import markers, outputs
from bookutils.authoring.course import Catalogue
from bookutils.authoring.execution import execute
from bookutils.authoring.notebook import make_notebook
from bookutils.authoring.problems import refuse
from bookutils.authoring.source import Cell, Chapter

Edition = Callable[[Cell], Cell]
LEARNER: Edition = markers.without_solution
SOLVED: Edition = markers.without_markers


def edition(chapter: Chapter, make: Edition) -> Chapter:
    """Return the chapter with each exercise's cell as this edition shows it."""
    cells = tuple(make(cell) if cell.role == "exercise" else cell for cell in chapter.cells)
    return replace(chapter, cells=cells)


@dataclass
class Draft:
    """A notebook on its way from a chapter to a file."""

    chapter: Chapter
    notebook: Any
    static: bool = True


def draft(chapter: Chapter, catalogue: Catalogue, make: Edition = LEARNER, *, static: bool = True) -> Draft:
    """Return the notebook before it is executed: text, ids and metadata, which `--check` compares."""
    shown = edition(chapter, make)
    exercises = {exercise.id: exercise for exercise in catalogue.get(chapter.name, ((), ()))[0]}
    return Draft(shown, make_notebook(shown, exercises), static)


def run(draft: Draft) -> None:
    """Execute the notebook; then put back the metadata that the kernel has overwritten."""
    stored = dict(draft.notebook.metadata)
    execute(draft.notebook, draft.chapter, static=draft.static)
    outputs.settle_metadata(draft.notebook, stored)


def clean(draft: Draft) -> None:
    """Drop what must not be stored."""
    for step in (outputs.drop_answers, outputs.drop_unchecked_errors, outputs.plain_pictures):
        step(draft.notebook)


def judge_outputs(draft: Draft) -> None:
    """Refuse outputs that are too large, have no alt text or change from run to run."""
    refuse(outputs.output_problems(draft.notebook, draft.chapter))


# Cleaning follows execution, for there is nothing to clean before; the rules for outputs come last, so that they see
# what will be stored and nothing else: an answer that is dropped may be as large as it likes.
STEPS: tuple[Callable[[Draft], None], ...] = (run, clean, judge_outputs)


def build(chapter: Chapter, catalogue: Catalogue) -> bytes:
    """Return a chapter's notebook, executed, as the bytes of its file.

    Raises
    ------
    ChapterError
        When a cell fails, or an output breaks a rule.
    """
    made = draft(chapter, catalogue)
    for step in STEPS:
        step(made)
    return outputs.encode(made.notebook)


def write(path: Path, content: bytes) -> bool:
    """Write a file whole or not at all; return whether it has changed."""
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    os.replace(beside, path)
    return True


def build_all(chapters: Iterable[Chapter], catalogue: Catalogue, folder: Path, say: Callable[[str], None]) -> None:
    """Build chapters into a folder, one line said for each."""
    for chapter in chapters:
        path = folder / f"{chapter.name}.ipynb"
        changed = write(path, build(chapter, catalogue))
        say(f"{chapter.name}: {'written' if changed else 'unchanged'}")
