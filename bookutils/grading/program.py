"""What is run of a submission: setup cells, answers, what the learner added, and what those need; nothing else."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bookutils.core.cells import ADDED, ASKING, DEMONSTRATION, EXERCISE, SETUP
from bookutils.grading.answers import find_candidates, notes_on
from bookutils.grading.delegation import delegates
from bookutils.grading.kernel import furnishing
from bookutils.grading.manners import keeps_to_itself
from bookutils.grading.model import Program, Step
from bookutils.grading.names import Names, names_in, read_at_once
from bookutils.grading.notebooks import NotebookCell, bare, read_notebook
from bookutils.grading.pieces import OwnCell, divide_answers, divide_imports
from bookutils.judging.model import Exercise

_MOST_PASSES = 50


@dataclass(frozen=True)
class CourseChapter:
    """A chapter as learners get it.

    Parameters
    ----------
    name : such as "01-activations"
    cells : its code cells
    """

    name: str
    cells: tuple[NotebookCell, ...]

    @cached_property
    def names(self) -> Mapping[str, Names]:
        """Text -> names: most cells of a submission are as they were handed out, and need not be looked at again."""
        return {cell.source: names_in(cell.source) for cell in self.cells}

    @cached_property
    def setup(self) -> tuple[Step, ...]:
        """Its setup cells, to be run."""
        cells = (cell for cell in self.cells if cell.role == SETUP)
        return tuple(Step(0, cell.source, SETUP, self.names[cell.source]) for cell in cells)

    @cached_property
    def given(self) -> frozenset[str]:
        """The names that its setup and Python itself provide."""
        return frozenset(dir(builtins)).union(*(step.names.defined for step in self.setup))

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """Text without white space -> role, for cells whose metadata were lost."""
        return {bare(cell.source): cell.role or DEMONSTRATION for cell in self.cells}

    @cached_property
    def starters(self) -> Mapping[str, OwnCell]:
        """Exercise -> the cell that learners find there."""
        return {cell.exercise: OwnCell(cell, EXERCISE, self.names[cell.source]) for cell in self.cells if cell.exercise}


def load_course_chapter(path: Path) -> CourseChapter:
    """Read a chapter from the notebook that learners get."""
    return CourseChapter(path.stem, tuple(cell for cell in read_notebook(path.read_bytes()) if cell.is_code))


def make_program(cells: Sequence[NotebookCell], course: CourseChapter, exercises: Sequence[Exercise]) -> Program:
    """Decide what is run of a notebook, and where its answers are.

    Parameters
    ----------
    cells : the submission's
    course : the chapter as it was handed out
    exercises : the chapter's

    Returns
    -------
    Program. Its first steps are the course's own setup cells, so that a learner who deleted them loses nothing. A
    demonstration is run only where an answer needs what it defines, or where the learner wrote the answer into it.
    """
    answers = frozenset(exercise.answer for exercise in exercises)
    looked_at = _look_at(cells, course, answers)
    own = _worth_running(looked_at, answers, course)
    steps = [*course.setup, Step(0, furnishing(exercises), SETUP)]
    for found in _in_order(own, course.given, answers):
        steps += _steps_of(found, answers)
        found.step = len(steps) - 1
    candidates = [one for exercise in exercises for one in find_candidates(exercise, own, course.starters, answers)]
    return Program(
        steps=tuple(steps),
        candidates=tuple(candidates),
        notes=notes_on(exercises, candidates, steps, cells, course.name),
        claimed=frozenset().union(*(cell.claims for cell in cells)),
        delegates=delegates(exercises, candidates, {found.step: found for found in own}),
        quiet=all(keeps_to_itself(found.names, course.given) for found in own),
        failed={cell.number: cell.failed for cell in cells if cell.failed},
        python=cells[0].python if cells else "",
    )


def _look_at(cells: Sequence[NotebookCell], course: CourseChapter, answers: frozenset[str]) -> list[OwnCell]:
    """Look at each code cell once: what it defines and needs goes along with it, through all that follows."""
    found = []
    for cell in cells:
        if cell.is_code:
            names = course.names.get(cell.source) or names_in(cell.source)
            pieces = divide_answers(cell, names, answers)
            found += [OwnCell(piece, _role(piece, inner, course), inner) for piece, inner in pieces]
    return found


def _steps_of(found: OwnCell, answers: frozenset[str]) -> list[Step]:
    """Make the steps of a cell: one, or several where an import that is missing is to take nothing with it."""
    number, source = found.cell.number, found.cell.source
    role = found.role if found.role in (SETUP, EXERCISE) else ADDED
    is_whole = role == EXERCISE or bool(found.names.defined & answers)
    pieces = [source] if is_whole else divide_imports(source, found.names)
    if len(pieces) == 1:
        return [Step(number, source, role, found.names)]
    return [Step(number, piece, role) for piece in pieces]


def _role(cell: NotebookCell, names: Names, course: CourseChapter) -> str:
    """Say what a cell is: by its metadata where they can be believed, else by its text."""
    known = course.roles.get(bare(cell.source))
    if known is not None:
        return known if known in (SETUP, EXERCISE) else DEMONSTRATION
    if cell.exercise in course.starters:
        return EXERCISE
    if cell.role == SETUP:
        return SETUP
    if cell.role is not None and cell.role != EXERCISE:
        return DEMONSTRATION
    return DEMONSTRATION if _only_feedback(names.tree) else ADDED


def _only_feedback(tree: ast.Module | None) -> bool:
    """Whether a cell does nothing but call `check` and its like."""
    if tree is None or not tree.body:
        return False
    calls = [node.value for node in tree.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    return len(calls) == len(tree.body) and bool(names) and names <= set(ASKING)


def _is_changed(cell: NotebookCell, course: CourseChapter) -> bool:
    return bare(cell.source) not in course.roles


def _worth_running(looked_at: Sequence[OwnCell], answers: frozenset[str], course: CourseChapter) -> list[OwnCell]:
    """Leave out setup cells as they were handed out, empty cells, and demonstrations that no answer needs.

    A kernel has run the demonstrations too, so an answer may well use what one of them defines; `check` did not mind.
    """
    given = course.given
    provided = given.union(*(found.names.defined for found in looked_at if found.role != DEMONSTRATION))
    definers: dict[str, list[OwnCell]] = defaultdict(list)
    for found in looked_at:
        for name in found.names.defined - (provided if found.role == DEMONSTRATION else given):
            definers[name].append(found)
    waiting = [
        found for found in looked_at
        if found.role == EXERCISE or (found.names.defined & answers and _is_changed(found.cell, course))
    ]  # fmt: skip
    reached = {id(found) for found in waiting}
    while waiting:
        for name in waiting.pop().names.used:
            for found in definers.pop(name, ()):
                if id(found) not in reached:
                    reached.add(id(found))
                    waiting.append(found)
    return [
        found for found in looked_at
        if id(found) in reached or (found.role != DEMONSTRATION and not _does_nothing(found))
        if found.role != SETUP or _is_changed(found.cell, course)
    ]  # fmt: skip


def _does_nothing(found: OwnCell) -> bool:
    return found.names.tree is not None and not found.names.tree.body


def _in_order(own: Sequence[OwnCell], given: frozenset[str], answers: frozenset[str]) -> list[OwnCell]:
    """Put cells last that need at once what stands further down: the learner ran them in another order."""
    to_come = frozenset().union(*(found.names.defined for found in own)) - given
    order: list[OwnCell] = []
    there: set[str] = set()
    waiting = [(found, (read_at_once(found.names, answers) - found.names.defined) & to_come) for found in own]
    for _pass in range(_MOST_PASSES):
        late = []
        for found, needs in waiting:
            if needs <= there:
                order.append(found)
                there |= found.names.defined
            else:
                late.append((found, needs))
        if len(late) == len(waiting):
            break
        waiting = late
    return order + [found for found, _needs in waiting]
