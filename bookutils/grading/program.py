"""What is run of a submission: setup cells, answers, what the learner added; never demonstrations or checks."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bookutils.core.messages import _
from bookutils.exercises.model import Exercise
from bookutils.grading.model import Candidate, Program, Step
from bookutils.grading.names import Names, definitions, names_in
from bookutils.grading.notebooks import NotebookCell, read_notebook

SETUP, EXERCISE, ADDED, DEMONSTRATION = "setup", "exercise", "added", "demonstration"
_MOST_CANDIDATES = 5  # for one exercise; the last ones
_FEEDBACK = {"check", "hint", "predict", "progress", "recall"}


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
    def setup(self) -> tuple[str, ...]:
        """The texts of its setup cells."""
        return tuple(cell.source for cell in self.cells if cell.role == SETUP)

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """Text without white space -> role, for cells whose metadata were lost."""
        return {_bare(cell.source): cell.role or DEMONSTRATION for cell in self.cells}

    @cached_property
    def starters(self) -> Mapping[str, str]:
        """Exercise -> the text that learners find there."""
        return {cell.exercise: cell.source for cell in self.cells if cell.exercise}


def load_course_chapter(path: Path) -> CourseChapter:
    """Read a chapter from the notebook that learners get."""
    return CourseChapter(path.stem, read_notebook(path.read_bytes()))


def make_program(cells: Sequence[NotebookCell], course: CourseChapter, exercises: Sequence[Exercise]) -> Program:
    """Decide what is run of a notebook, and where its answers are.

    Parameters
    ----------
    cells : the submission's code cells
    course : the chapter as it was handed out
    exercises : the chapter's

    Returns
    -------
    Program. Its first steps are the course's own setup cells, so that a learner who deleted them loses nothing. A
    demonstration is run only where the learner changed it, and it defines an answer or what an answer needs.
    """
    looked_at = [(cell, _role(cell, course), names_in(cell.source)) for cell in cells]
    steps = [Step(0, source, SETUP) for source in course.setup]
    answers = frozenset(exercise.answer for exercise in exercises)
    wanted = _needed(looked_at) | answers
    own: list[tuple[NotebookCell, Names, int]] = []
    for cell, role, names in looked_at:
        if role == DEMONSTRATION and not (_is_changed(cell, course) and names.defined & wanted):
            continue
        if role == SETUP and not _is_changed(cell, course):
            continue
        own.append((cell, names, len(steps)))
        steps.append(Step(cell.number, cell.source, role if role in (SETUP, EXERCISE) else ADDED))
    candidates = [found for exercise in exercises for found in _candidates(exercise, own, course, answers)]
    return Program(
        steps=tuple(steps),
        candidates=tuple(candidates),
        notes=_notes(exercises, candidates, steps),
        claimed=frozenset().union(*(cell.claims for cell in cells)),
        delegates=_delegates(exercises, candidates, steps, own),
    )


def _role(cell: NotebookCell, course: CourseChapter) -> str:
    """Say what a cell is: by its metadata where they can be believed, else by its text."""
    known = course.roles.get(_bare(cell.source))
    if known is not None:
        return known if known in (SETUP, EXERCISE) else DEMONSTRATION
    if cell.exercise in course.starters:
        return EXERCISE
    if cell.role == SETUP:
        return SETUP
    if cell.role is not None and cell.role != EXERCISE:
        return DEMONSTRATION
    return DEMONSTRATION if _only_feedback(cell.source) else ADDED


def _only_feedback(source: str) -> bool:
    """Whether a cell does nothing but call `check` and its like."""
    tree = names_in(source).tree
    if tree is None or not tree.body:
        return False
    calls = [node.value for node in tree.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    return len(calls) == len(tree.body) and bool(names) and names <= _FEEDBACK


def _is_changed(cell: NotebookCell, course: CourseChapter) -> bool:
    return _bare(cell.source) not in course.roles


def _needed(looked_at: Sequence[tuple[NotebookCell, str, Names]]) -> frozenset[str]:
    """Names that answers and added cells use and none of them defines."""
    run = [names for _cell, role, names in looked_at if role != DEMONSTRATION]
    return frozenset().union(*(names.used for names in run)) - frozenset().union(*(names.defined for names in run))


def _candidates(
    exercise: Exercise, own: Sequence[tuple[NotebookCell, Names, int]], course: CourseChapter, answers: frozenset[str]
) -> list[Candidate]:
    """Find where an answer may be: the cells that carry its id, and the cells that define its name."""
    found = []
    for cell, names, step in own:
        carries = cell.exercise == exercise.id
        if exercise.answer in names.defined or (carries and names.tree is None):
            found.append(Candidate(exercise.id, step, exercise.answer, _is_untouched(cell, names, exercise, course)))
    touched = [candidate for candidate in found if not candidate.untouched]
    if exercise.options:
        touched = touched[-1:]  # who names every option in turn has not chosen
    return touched[-_MOST_CANDIDATES:] or found[:1] or _renamed(exercise, own, answers)


def _renamed(
    exercise: Exercise, own: Sequence[tuple[NotebookCell, Names, int]], answers: frozenset[str]
) -> list[Candidate]:
    """Find an answer's own cell, and in it another name: the only one there, or one that is nearly the same."""
    for cell, names, step in own:
        if cell.exercise == exercise.id and names.tree is not None:
            others = [name for name in definitions(names.tree, exercise.kind) if name not in answers]
            near = others if len(others) == 1 else difflib.get_close_matches(exercise.answer, others, 1)
            return [Candidate(exercise.id, step, near[0] if near else exercise.answer)]
    return []


def _is_untouched(cell: NotebookCell, names: Names, exercise: Exercise, course: CourseChapter) -> bool:
    starter = course.starters.get(exercise.id)
    if starter is not None and _bare(cell.source) == _bare(starter):
        return True
    if names.tree is None:
        return False
    bodies = [
        node.body for node in names.tree.body if isinstance(node, ast.FunctionDef) and node.name == exercise.answer
    ]
    return bool(bodies) and all(all(_does_nothing(line) for line in body) for body in bodies)


def _does_nothing(line: ast.stmt) -> bool:
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))


def _notes(
    exercises: Sequence[Exercise], candidates: Sequence[Candidate], steps: Sequence[Step]
) -> dict[str, tuple[str, ...]]:
    notes: dict[str, tuple[str, ...]] = {}
    for exercise in exercises:
        own = [candidate for candidate in candidates if candidate.exercise == exercise.id]
        numbers = ", ".join(str(steps[candidate.step].number) for candidate in own)
        if len(own) > 1:
            says = _("Several cells define this answer (numbers {numbers}); the one that earns most counts.")
            notes[exercise.id] = (says.format(numbers=numbers),)
        elif own and own[0].name != exercise.answer:
            says = _("It is called `{other}` there; `{name}` was asked for. It was graded all the same.")
            notes[exercise.id] = (says.format(other=own[0].name, name=exercise.answer),)
    return notes


def _delegates(
    exercises: Sequence[Exercise], candidates: Sequence[Candidate], steps: Sequence[Step],
    own: Sequence[tuple[NotebookCell, Names, int]],
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """Name the course's own implementation where an answer's cell mentions it beside its own definition."""
    mentioned: dict[str, tuple[str, ...]] = {}
    sources = {step: cell.source for cell, _names, step in own}
    for exercise in exercises:
        home, name = exercise.reference.__module__, getattr(exercise.reference, "__name__", "")
        if not home.startswith("bookutils.") or home.startswith("bookutils.exercises") or not name:
            continue
        for candidate in candidates:
            if candidate.exercise == exercise.id and _mentions(sources.get(candidate.step, ""), home, name):
                mentioned[exercise.id] = (f"{home}.{name}",)
    return mentioned


def _mentions(source: str, home: str, name: str) -> bool:
    """Whether code reaches for `name` of the module `home`: as module.name, by import, or by getattr."""
    tree = names_in(source).tree
    if tree is None:
        return False
    module = home.rpartition(".")[2]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == name and _last_name(node.value) == module:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == home and any(alias.name == name for alias in node.names):
            return True
        if isinstance(node, ast.Constant) and node.value == name and home.rpartition(".")[0] in source:
            return True
    return False


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _bare(source: str) -> str:
    return "".join(source.split())
