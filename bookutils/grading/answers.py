"""Where the answers of a notebook are: by the exercise that a cell carries, and by the names that cells define."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from bookutils.core.cells import EXERCISE
from bookutils.core.errors import BookError
from bookutils.core.messages import _
from bookutils.exercises.catalogue import find_exercise
from bookutils.grading.model import Candidate, Step
from bookutils.grading.names import Names, definitions, is_starter, seems_to_define
from bookutils.grading.notebooks import NotebookCell, bare
from bookutils.grading.pieces import OwnCell
from bookutils.judging.model import Exercise

# For one exercise, the last ones and the first in a cell of its own. A value may be guessed.
_MOST_CANDIDATES = {"function": 12, "value": 5}
_NONE = OwnCell(NotebookCell(0, ""), EXERCISE, Names())  # the starter of an exercise that the chapter has no cell of
_NEAR = 0.85  # how alike two names are that differ by a slip of the hand


def find_candidates(
    exercise: Exercise, own: Sequence[OwnCell], starters: Mapping[str, OwnCell], answers: frozenset[str]
) -> list[Candidate]:
    """Find where an answer may be: the cells that carry its id, and the cells that define its name.

    Parameters
    ----------
    exercise : whose answer
    own : the cells that are run, in the notebook's order
    starters : exercise -> the cell that learners find there
    answers : the names of all answers of the chapter
    """
    found = []
    in_its_cell = {one.step for one in own if one.cell.exercise == exercise.id}
    starter = starters.get(exercise.id, _NONE)
    for one in own:
        broken = one.cell.exercise == exercise.id and one.names.tree is None
        if exercise.answer in one.names.defined or broken:
            found.append(Candidate(exercise.id, one.step, exercise.answer, _is_untouched(one, exercise, starter)))
    touched = [candidate for candidate in found if not candidate.untouched]
    if exercise.options:
        touched = touched[-1:]  # who names every option in turn has not chosen
    last = touched[-_MOST_CANDIDATES[exercise.kind] :]
    first = next((candidate for candidate in touched if candidate.step in in_its_cell), None)
    if first is not None and first not in last:
        last[0] = first
    return (
        last
        or found[:1]
        or _renamed(exercise, own, starter, answers)
        or [Candidate(exercise.id, one.step, exercise.answer, unseen=True) for one in own if _binds_unseen(one)][-1:]
    )


def _binds_unseen(one: OwnCell) -> bool:
    """Whether a cell may define names that do not stand in it."""
    return "*" in one.names.defined or bool(one.names.used & {"exec", "globals", "setattr", "get_ipython"})


def _is_untouched(one: OwnCell, exercise: Exercise, starter: OwnCell) -> bool:
    if bare(one.cell.source) == bare(starter.cell.source):
        return True
    return one.names.tree is not None and is_starter(one.names.tree, exercise.answer)


def _renamed(exercise: Exercise, own: Sequence[OwnCell], starter: OwnCell, answers: frozenset[str]) -> list[Candidate]:
    """Find an answer under another name: in its own cell whatever it is called, elsewhere with a slip in the name."""
    parsed = [(one, definitions(one.names.tree, exercise.kind)) for one in own if one.names.tree is not None]
    own_cells = [(one, defined) for one, defined in parsed if one.cell.exercise == exercise.id]
    for one, defined in own_cells:
        others = {name: given for name, given in defined.items() if name not in answers}
        if others:
            return [Candidate(exercise.id, one.step, _likeliest(exercise.answer, others, starter))]
    for one, defined in parsed:
        near = difflib.get_close_matches(exercise.answer, defined.keys() - answers, 1, _NEAR)
        if near and one.cell.exercise is None:
            return [Candidate(exercise.id, one.step, near[0])]
    return [Candidate(exercise.id, one.step, exercise.answer) for one, _defined in own_cells[:1]]


def _likeliest(answer: str, others: Mapping[str, tuple[str, ...]], starter: OwnCell) -> str:
    """Tell an answer from its helpers: by a name that is nearly right, by the starter's parameters, or as the last."""
    near = difflib.get_close_matches(answer, others, 1)
    tree = starter.names.tree
    asked = definitions(tree, "function").get(answer, ()) if tree else ()
    alike = [name for name, given in others.items() if given == asked]
    fit = [name for name, given in others.items() if len(given) == len(asked)]
    return [*others, *fit[-1:], *alike[-1:], *near][-1]


def notes_on(
    exercises: Sequence[Exercise], candidates: Sequence[Candidate], steps: Sequence[Step],
    cells: Sequence[NotebookCell], chapter: str,
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """Say what a learner should know about where an answer was found, or why none was."""
    notes: dict[str, tuple[str, ...]] = {}
    elsewhere = _other_chapter(cells, chapter)
    for exercise in exercises:
        own = [candidate for candidate in candidates if candidate.exercise == exercise.id]
        numbers = ", ".join(str(steps[candidate.step].number) for candidate in own)
        if len(own) > 1:
            says = _("Several cells define this answer (numbers {numbers}); the one that earns most counts.")
            notes[exercise.id] = (says.format(numbers=numbers),)
        elif own and own[0].name != exercise.answer:
            says = _("It is called `{other}` there; `{name}` was asked for. It was graded all the same.")
            notes[exercise.id] = (says.format(other=own[0].name, name=exercise.answer),)
        elif all(candidate.untouched or candidate.unseen for candidate in own):
            says = elsewhere or _in_text(exercise, cells)
            if says:
                notes[exercise.id] = (says,)
    return notes


def _in_text(exercise: Exercise, cells: Sequence[NotebookCell]) -> str:
    """Say that an answer stands in a cell of text, where it does."""
    for cell in cells:
        if not cell.is_code and exercise.answer in seems_to_define(cell.source):
            says = _("`{name}` stands in a cell of text (number {number}), and text is not run. Make it a code cell.")
            return says.format(name=exercise.answer, number=cell.number)
    return ""


def _other_chapter(cells: Sequence[NotebookCell], chapter: str) -> str:
    """Say that a notebook is another chapter's, where all its exercises are."""
    found = set()
    for exercise in {cell.exercise for cell in cells if cell.exercise}:
        try:
            found.add(find_exercise(exercise)[0])
        except BookError:
            return ""
    if len(found) != 1 or chapter in found:
        return ""
    says = _("This file holds the exercises of {other}, not those of {chapter}.")
    return says.format(other=found.pop(), chapter=chapter)
