"""Builds notebooks from chapters: an ordered list of small steps."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bookutils.authoring import markers, outputs, verdicts
from bookutils.authoring.calls import call_of
from bookutils.authoring.colab import for_colab
from bookutils.authoring.counts import count_problems
from bookutils.authoring.course import Catalogue, Course
from bookutils.authoring.execution import execute
from bookutils.authoring.ids import id_problems, missing_chapters
from bookutils.authoring.keeping import keep_outputs
from bookutils.authoring.navigation import with_links
from bookutils.authoring.notebook import make_notebook
from bookutils.authoring.problems import refuse
from bookutils.authoring.prose import pictures
from bookutils.authoring.rules import chapter_problems
from bookutils.authoring.source import Cell, Chapter
from bookutils.core.cells import CHECK, EXERCISE, SETUP
from bookutils.core.errors import MissingPartError
from bookutils.core.files import need_folder, write_if_changed

Say = Callable[[str], None]


@dataclass
class Draft:
    """A notebook on its way from a chapter to a file; each step changes it in place."""

    chapter: Chapter
    notebook: Any
    static: bool


def check_sources(
    course: Course, chapters: list[Chapter], chosen: list[Chapter], catalogue: Catalogue, *, whole: bool = True
) -> None:
    """Refuse chapters that break a rule, all problems at once, before anything is run.

    Parameters
    ----------
    course : where the chapters are
    chapters : every chapter, for ids are unique in the course
    chosen : the chapters whose problems matter now
    whole : True: a chapter that is described and has no file is a problem too
    """
    paths = {chapter.path for chapter in chosen}
    problems = [problem for chapter in chosen for problem in chapter_problems(chapter)]
    problems += [problem for problem in id_problems(chapters, catalogue) if problem.path in paths]
    problems += list(count_problems(chosen, catalogue))
    if whole:
        problems += missing_chapters(chapters, catalogue, course.chapters_dir)
    refuse(problems)


def draft(chapter: Chapter, catalogue: Catalogue, *, solved: bool = False) -> Draft:
    """Return the notebook before it is executed: text, ids and metadata, which `--check` compares.

    The solved edition runs as a learner's kernel does, with live widgets; the learner's edition stores pictures only.
    """
    make: Callable[[Cell], Cell] = markers.without_markers if solved else markers.without_solution
    shown = replace(chapter, cells=tuple(make(cell) if cell.role == EXERCISE else cell for cell in chapter.cells))
    shown = with_links(for_colab(shown))
    exercises = {exercise.id: exercise for exercise in catalogue.get(chapter.name, ((), ()))[0]}
    return Draft(shown, make_notebook(shown, exercises), static=not solved)


def find_extras(draft: Draft) -> None:
    """Say what is not installed, before a cell fails on it."""
    for extra in draft.chapter.needs:
        if importlib.util.find_spec(extra) is None:
            what = f"The chapter {draft.chapter.name} needs {extra}, which is not installed."
            raise MissingPartError(what, f'Type: pip install -e ".[{extra}]"')


def run(draft: Draft) -> None:
    """Execute the notebook, then put back the metadata that the kernel has overwritten."""
    stored = dict(draft.notebook.metadata)
    execute(draft.notebook, draft.chapter, static=draft.static)
    outputs.settle_metadata(draft.notebook, stored)


def judge_starters(draft: Draft) -> None:
    """Refuse an exercise that passes before it is solved."""
    refuse(verdicts.starter_problems(draft.notebook, draft.chapter))


def judge_solutions(draft: Draft) -> None:
    """Refuse a solution that does not pass its check."""
    refuse(verdicts.solved_problems(draft.notebook, draft.chapter))


def clean(draft: Draft) -> None:
    """Drop what must not be stored."""
    outputs.drop_answers(draft.notebook)
    outputs.drop_unchecked_errors(draft.notebook)
    outputs.plain_pictures(draft.notebook)


def drop_live_views(draft: Draft) -> None:
    """Drop what stands for a live widget: it would show an error when the file is opened again."""
    outputs.drop_live_views(draft.notebook)


def judge_outputs(draft: Draft) -> None:
    """Refuse outputs that are too large, have no alt text or change from run to run."""
    refuse(outputs.output_problems(draft.notebook, draft.chapter))


# What is missing is said before a kernel starts. Verdicts are read before outputs are dropped. The rules for outputs
# come last, so that they see what will be stored and nothing else: a dropped answer may be as large as it likes.
LEARNER_STEPS: tuple[Callable[[Draft], None], ...] = (find_extras, run, judge_starters, clean, judge_outputs)
# The solved edition is for those who teach: it must run and pass; its outputs are kept as they come.
SOLVED_STEPS: tuple[Callable[[Draft], None], ...] = (find_extras, run, judge_solutions, drop_live_views)


def prove_solutions(chapter: Chapter, catalogue: Catalogue) -> None:
    """Refuse a chapter whose solutions do not pass their checks: run what the grader runs, and the checks alone."""
    cells = tuple(cell for cell in chapter.cells if cell.role in {SETUP, EXERCISE} or _is_check(cell))
    if any(cell.role == EXERCISE for cell in cells):
        made = draft(replace(chapter, cells=cells), catalogue, solved=True)
        for step in (find_extras, run, judge_solutions):
            step(made)


def _is_check(cell: Cell) -> bool:
    call = call_of(cell)
    return call is not None and call.function == CHECK


def build(chapter: Chapter, catalogue: Catalogue, *, solved: bool = False) -> bytes:
    """Return a chapter's notebook, executed, as the bytes of its file.

    A learner's notebook has no solutions; they are judged in a kernel of their own before it runs.

    Raises
    ------
    ChapterError
        When a cell fails, an output breaks a rule, or a solution does not pass.
    MissingPartError
        When the chapter needs an extra that is not installed.
    """
    if not solved:
        prove_solutions(chapter, catalogue)
    made = draft(chapter, catalogue, solved=solved)
    for step in SOLVED_STEPS if solved else LEARNER_STEPS:
        step(made)
    return outputs.encode(made.notebook)


def build_text(chapter: Chapter, catalogue: Catalogue, path: Path) -> bytes:
    """Return a chapter's notebook with its texts anew and the outputs of the stored one; nothing is run.

    Raises
    ------
    ChapterError
        When there is no stored notebook, or when more than texts has changed.
    """
    made = draft(chapter, catalogue)
    keep_outputs(made.notebook, made.chapter, path)
    clean(made)
    return outputs.encode(made.notebook)


def build_all(
    course: Course,
    chosen: list[Chapter],
    catalogue: Catalogue,
    say: Say,
    solved: Path | None = None,
    *,
    text_only: bool = False,
) -> None:
    """Build chapters, one line said for each.

    Parameters
    ----------
    course : its ``notebooks/`` are written
    chosen : the chapters
    catalogue : what their exercises are
    say : gets the lines
    solved : a folder for the solved edition, which is then written instead
    text_only : True: keep the stored outputs, see `build_text`
    """
    folder = solved or course.notebooks_dir
    need_folder(folder)  # before minutes of running
    for chapter in chosen:
        path = folder / f"{chapter.name}.ipynb"
        if text_only:
            content = build_text(chapter, catalogue, path)
        else:
            content = build(chapter, catalogue, solved=solved is not None)
        changed = write_if_changed(path, content)
        for picture in pictures(chapter):
            changed |= write_if_changed(folder / picture, (course.chapters_dir / picture).read_bytes())
        say(f"{chapter.name}: {'written' if changed else 'unchanged'}")
