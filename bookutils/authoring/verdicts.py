"""What the checks in an executed notebook said. `bookutils.feedback` adds it to what it shows, for programs to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bookutils.authoring.calls import call_of
from bookutils.authoring.problems import Problem
from bookutils.authoring.source import Chapter
from bookutils.core.cells import CHECK
from bookutils.core.verdicts import PASSED, stored_verdicts


def verdicts(cell: Any) -> dict[str, str]:
    """Return exercise -> status for each verdict that a cell shows."""
    return dict(stored_verdicts(cell.get("outputs")))


def solved_problems(notebook: Any, chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem for each check of a solved notebook that does not say "passed", with what it says instead."""
    for line, id, status, said in _checks(notebook, chapter):
        if status != PASSED:
            what = f"The solution of `{id}` does not pass its check: {status or 'no verdict is shown'}. {said}"
            yield chapter.problem(line, what.strip(), "Mend the solution, or the exercise.")


def starter_problems(notebook: Any, chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem for each check of the learner's edition that passes before anything is solved."""
    for line, id, status, _said in _checks(notebook, chapter):
        if status == PASSED:
            yield chapter.problem(line, f"The starter of `{id}` passes already.", "Leave something to solve.")


def _sentences(cell: Any) -> str:
    """Return what the card of a check says below its heading, in one line; its list of parts is left out."""
    texts = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
    lines = [line for text in texts for line in "".join(text).split("\n")[1:]]
    return " ".join(line for line in lines if line and not line.startswith(("- ", "Stuck?")))


def _checks(notebook: Any, chapter: Chapter) -> Iterator[tuple[int, str, str | None, str]]:
    """Yield (line, exercise, status, sentences) of each cell that holds a check and nothing else."""
    for cell, written in zip(notebook.cells, chapter.cells, strict=True):
        call = call_of(written)
        if call and call.function == CHECK and call.id:
            yield written.line, call.id, verdicts(cell).get(call.id), _sentences(cell)
