"""The rules across chapters: every id is described once, used in its own chapter, and asked for where it is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bookutils.authoring.calls import feedback_calls, syntax
from bookutils.authoring.course import Catalogue
from bookutils.authoring.descriptions import forgotten
from bookutils.authoring.problems import Problem
from bookutils.authoring.source import Chapter
from bookutils.core.cells import CHECK, HINT, PREDICT

DESCRIBE = "Describe it in the chapter's module of bookutils/exercises/, or mend the name."


def id_problems(chapters: list[Chapter], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield a problem for each id that is used twice, unknown, in another chapter, or described and not used."""
    exercises = {item.id: chapter for chapter, described in catalogue.items() for item in described[0]}
    predictions = {item.id: chapter for chapter, described in catalogue.items() for item in described[1]}
    answered: dict[str, str] = {}
    asked: dict[tuple[str, str], str] = {}
    for chapter in chapters:
        yield from _described_twice(chapter, catalogue)
        for line, id in _exercise_cells(chapter):
            if id in answered:
                what = f"The exercise `{id}` has a cell already ({answered[id]})."
                yield chapter.problem(line, what, "An id is used once in the course.")
            elif exercises.get(id) is None:
                what = f"No module describes the exercise `{id}`."
                yield chapter.problem(line, *(forgotten(id, chapter.name, catalogue) or (what, DESCRIBE)))
            elif exercises[id] != chapter.name:
                yield chapter.problem(line, f"The exercise `{id}` belongs to {exercises[id]}.", "Move its cell there.")
            answered.setdefault(id, f"{chapter.path.name}:{line}")
        for line, function, id in _calls(chapter):
            known, kind = (exercises, "exercise") if function in {CHECK, HINT} else (predictions, "prediction")
            if id not in known:
                what = f"`{function}` asks for `{id}`, and no {kind} has that id."
                yield chapter.problem(line, *(forgotten(id, chapter.name, catalogue) or (what, DESCRIBE)))
            elif function == PREDICT and (function, id) in asked:
                what = f"The prediction `{id}` is asked already ({asked[function, id]})."
                yield chapter.problem(line, what, "An id is used once in the course.")
            asked.setdefault((function, id), f"{chapter.path.name}:{line}")
    for chapter in chapters:
        for exercise in catalogue.get(chapter.name, ((), ()))[0]:
            if exercise.id not in answered:
                what = f"The exercise `{exercise.id}` is described and has no cell."
                yield chapter.problem(1, what, f"Add a cell with :exercise: {exercise.id}")
            elif (CHECK, exercise.id) not in asked:
                yield chapter.problem(
                    1, f"The exercise `{exercise.id}` is never checked.", f'Add check("{exercise.id}").'
                )
        for prediction in catalogue.get(chapter.name, ((), ()))[1]:
            if (PREDICT, prediction.id) not in asked:
                what = f"The prediction `{prediction.id}` is described and never asked."
                yield chapter.problem(1, what, f'Add predict("{prediction.id}").')


def missing_chapters(chapters: list[Chapter], catalogue: Catalogue, folder: Path) -> Iterator[Problem]:
    """Yield a problem for each chapter whose exercises are described and that has no file in `folder`."""
    for name in sorted(set(catalogue) - {chapter.name for chapter in chapters}):
        yield Problem(folder / f"{name}.md", 1, "Exercises are described for this chapter, and the file is not there.")


def _described_twice(chapter: Chapter, catalogue: Catalogue) -> Iterator[Problem]:
    homes: dict[str, str] = {}
    for name, (exercises, predictions) in catalogue.items():
        for id in [item.id for item in exercises] + [item.id for item in predictions]:
            if id in homes and chapter.name in {name, homes[id]}:
                what = f"The id `{id}` is described twice (for {homes[id]} and {name})."
                yield chapter.problem(1, what, "Rename one of the two.")
            homes.setdefault(id, name)


def _exercise_cells(chapter: Chapter) -> Iterator[tuple[int, str]]:
    for cell in chapter.cells:
        if cell.exercise:
            yield cell.line, cell.exercise


def _calls(chapter: Chapter) -> Iterator[tuple[int, str, str]]:
    """Yield (line, function, id) of each feedback call with a written-out id."""
    for cell in chapter.cells:
        if cell.kind == "code":
            try:
                calls = feedback_calls(syntax(cell.source))
            except SyntaxError:  # said by another rule
                continue
            for call in calls:
                if call.id is not None:
                    yield cell.line_of(call.row), call.function, call.id
