"""The rules that a chapter's cells keep; each rule is a function that yields what breaks it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from bookutils.authoring import markers
from bookutils.authoring.calls import bound_names, feedback_calls, free_names, own_cell, syntax
from bookutils.authoring.navigation import list_problems
from bookutils.authoring.problems import Problem
from bookutils.authoring.prose import text_problems
from bookutils.authoring.source import Cell, Chapter
from bookutils.core.cells import ANSWER, ASKING, EXERCISE, PROGRESS, RECALL, ROLES, SETUP

FRONT_MATTER = {"title", "trains", "needs", "jupytext", "kernelspec"}
TAGS = {*ROLES, "nbval-ignore-output", "nbval-skip", "raises-exception"}
ALONE = set(ASKING) - {RECALL}  # which stands where the answer is seen


def front_matter_problems(chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem for a missing title and for keys that mean nothing."""
    if not str(chapter.front.get("title", "")).strip():
        yield chapter.problem(1, "The chapter has no title.", "Begin the file with a line ---, title: …, and ---.")
    for key in sorted(set(chapter.front) - FRONT_MATTER):
        todo = f"Known are {', '.join(sorted(FRONT_MATTER))}."
        yield chapter.problem(1, f"The front matter has an unknown key, `{key}`.", todo)
    if not isinstance(chapter.front.get("trains", False), bool):
        yield chapter.problem(1, "`trains` in the front matter is neither true nor false.")
    needs = chapter.front.get("needs", [])
    if not isinstance(needs, list) or any(need != "tensorflow" for need in needs):
        yield chapter.problem(1, "`needs` in the front matter is not a list of known extras.", "Write [tensorflow].")


def option_problems(chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem for unknown tags and options, and for an exercise without its id."""
    for cell in _code(chapter):
        for option in sorted(set(cell.options) - {"tags", "exercise"}):
            yield chapter.problem(
                cell.line, f"The cell has an unknown option, `{option}`.", "Use `tags` or `exercise`."
            )
        for tag in cell.options.get("tags", []):
            if tag not in TAGS:
                todo = f"The tags are {', '.join(sorted(TAGS))}."
                yield chapter.problem(cell.line, f"The cell has an unknown tag, `{tag}`.", todo)
        if len(set(ROLES) & set(cell.tags)) > 1:
            yield chapter.problem(cell.line, "The cell has two roles.", f"Use one of {', '.join(ROLES)}.")
        if (EXERCISE in cell.tags) != (cell.exercise is not None):
            todo = "An exercise has both :tags: [exercise] and :exercise: its_id"
            yield chapter.problem(cell.line, "The cell has one half of what an exercise needs.", todo)


def solution_problems(chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem for an exercise without a solution, and for one whose starter or solution is no Python."""
    for cell in chapter.cells:
        if cell.role != EXERCISE:
            continue
        if not any(markers.marker(text) for _, text in cell.lines):
            todo = f"Put it between `{markers.BEGIN}` and `{markers.END}`."
            yield chapter.problem(cell.line, "The exercise has no solution.", todo)
        for shown in (markers.without_solution(cell), markers.without_markers(cell)):
            yield from _syntax_problem(chapter, shown)


def code_problems(chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem for a cell that is no Python; exercises are looked at without their markers."""
    for cell in _code(chapter):
        if cell.role != EXERCISE and "raises-exception" not in cell.tags:
            yield from _syntax_problem(chapter, cell)


def feedback_problems(chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem where a feedback call shares its cell, or stands where the grader would run it."""
    for cell in _code(chapter):
        tree = _tree(cell)
        for call in feedback_calls(tree) if tree else []:
            line = cell.line_of(call.row)
            if call.id is None and call.function != PROGRESS:
                todo = f'Write it as {call.function}("its_id").'
                yield chapter.problem(line, f"`{call.function}` is called without a written-out id.", todo)
            if cell.role in {SETUP, EXERCISE}:
                todo = "The grader runs this cell; ask in a cell of its own."
                yield chapter.problem(line, f"`{call.function}` is called in a cell tagged {cell.role}.", todo)
            elif call.function == RECALL and cell.role != ANSWER:
                todo = "It quotes the choice where the answer is seen: tag the cell `answer-to-prediction`."
                yield chapter.problem(line, "`recall` is called outside an answer to a prediction.", todo)
            elif call.function in ALONE and call.alone and own_cell(tree or ast.Module([], [])) is None:
                todo = "Give it a cell of its own."
                yield chapter.problem(line, f"`{call.function}` shares its cell with other code.", todo)


def setup_problems(chapter: Chapter) -> Iterator[Problem]:
    """Yield a problem where an exercise uses a name that no setup cell above and no exercise brings."""
    brought: set[str] = set()
    solved = [markers.without_markers(cell) for cell in _code(chapter)]
    trees = [(cell, _tree(cell)) for cell in solved]
    answers = {name for cell, tree in trees if tree and cell.role == EXERCISE for name in bound_names(tree)}
    for cell, tree in trees:
        if tree and cell.role == SETUP:
            brought |= bound_names(tree)
        elif tree and cell.role == EXERCISE:
            for name, row in free_names(tree).items():
                if name not in brought | answers:
                    todo = "Import or define it in a cell tagged `setup` above, or in the exercise."
                    what = f"The exercise uses `{name}`, which no setup cell brings."
                    yield chapter.problem(cell.line_of(row), what, todo)


# The order is the order in which an author mends: what the file is, then what a cell is, then what stands in it.
RULES: tuple[Callable[[Chapter], Iterator[Problem]], ...] = (
    front_matter_problems,
    list_problems,
    option_problems,
    markers.marker_problems,
    solution_problems,
    code_problems,
    feedback_problems,
    setup_problems,
    text_problems,
)


def chapter_problems(chapter: Chapter) -> list[Problem]:
    """Return every rule that a chapter breaks."""
    return [problem for rule in RULES for problem in rule(chapter)]


def _code(chapter: Chapter) -> list[Cell]:
    return [cell for cell in chapter.cells if cell.kind == "code"]


def _tree(cell: Cell) -> ast.Module | None:
    try:
        return syntax(cell.source)
    except SyntaxError:
        return None


def _syntax_problem(chapter: Chapter, cell: Cell) -> Iterator[Problem]:
    try:
        syntax(cell.source)
    except SyntaxError as error:
        yield chapter.problem(cell.line_of(error.lineno or 1), f"This is no Python: {error.msg}.")
