"""Consequences of an earlier mistake: a right answer that builds on a wrong one is judged with the course's own.

The course tells its learners to build on what they have. Who did so, and had a slip in the first answer, would pay for
it twice. So the second is tried again with the course's implementation in the place of the first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from types import CodeType, FunctionType

from bookutils.core.cells import SETUP
from bookutils.core.messages import _
from bookutils.grading.delegation import public_place
from bookutils.grading.model import Candidate, Program, Step
from bookutils.grading.web import Web
from bookutils.judging.model import Exercise


@dataclass(frozen=True)
class Follow:
    """A program in which the course's own answers stand in the place of earlier ones.

    Parameters
    ----------
    program, candidate : what is run, and where the answer is in it
    earlier : the answers that were exchanged
    """

    program: Program
    candidate: Candidate
    earlier: tuple[Exercise, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names that are the course's."""
        return frozenset(exercise.answer for exercise in self.earlier)

    def note(self) -> str:
        """Say what was done."""
        names = [f"`{exercise.answer}`" for exercise in self.earlier]
        if len(names) == 1:
            says = _("It was judged with the course's own {name}, since the one here is not right yet.")
            return says.format(name=names[0])
        says = _("It was judged with the course's own {names} and {last}, since those here are not right yet.")
        return says.format(names=", ".join(names[:-1]), last=names[-1])


def follow_through(
    exercise: Exercise, candidate: Candidate, exercises: Sequence[Exercise], passed: Collection[str],
    program: Program, web: Web,
) -> Follow | None:  # fmt: skip
    """Make the program in which an answer is judged again; None where it builds on no earlier one that is not right.

    Parameters
    ----------
    exercise, candidate : whose answer did not pass, and where it is
    exercises : the chapter's, in its order; an answer may build on those before it
    passed : ids of exercises that are right as they are
    program, web : as the notebook was run
    """
    if exercise.options or candidate.unseen:
        return None  # a choice has one try
    used = set().union(*(web.used_by(step) for step in web.below(candidate.step)))
    before = exercises[: exercises.index(exercise)]
    earlier = tuple(
        other for other in before
        if other.answer in used and other.id not in passed and public_place(other) is not None
    )  # fmt: skip
    return _exchanged(program, candidate, earlier, web) if earlier else None


def _exchanged(program: Program, candidate: Candidate, earlier: tuple[Exercise, ...], web: Web) -> Follow:
    """Bind the course's own answers after its setup, and again wherever the learner binds these names."""
    names = frozenset(exercise.answer for exercise in earlier)
    source = "\n".join(map(_import, earlier))
    steps: list[Step] = []
    place = candidate.step
    course = sum(step.number == 0 for step in program.steps)
    for number, step in enumerate(program.steps):
        if number == course:
            steps.append(Step(0, source, SETUP))
        if number == candidate.step:
            place = len(steps)
        steps.append(step)
        if web.names[number].defined & names:  # under the learner's number: whether it still works is theirs
            steps.append(Step(step.number, source, SETUP))
    follow = replace(program, steps=tuple(steps), candidates=())
    return Follow(follow, replace(candidate, step=place), earlier)


def _import(exercise: Exercise) -> str:
    home, _colon, name = (public_place(exercise) or "").partition(":")
    return f"from {home} import {name} as {exercise.answer}"


def calls_itself_for(earlier: Sequence[Exercise], exercise: Exercise) -> bool:
    """Whether the course's own earlier answers enter its answer to `exercise`: then entering it says nothing."""
    return any(_reaches(other.reference, exercise.reference) for other in earlier)


def _reaches(function: object, target: object) -> bool:
    waiting, seen = [function], {id(function)}
    while waiting:
        one = waiting.pop()
        if not isinstance(one, FunctionType):
            continue
        for name in _names_of(one.__code__):
            used = one.__globals__.get(name)
            if used is target:
                return True
            if id(used) not in seen:
                seen.add(id(used))
                waiting.append(used)
    return False


def _names_of(code: CodeType) -> set[str]:
    found, waiting = set(), [code]
    while waiting:
        one = waiting.pop()
        found |= set(one.co_names)
        waiting += [constant for constant in one.co_consts if isinstance(constant, CodeType)]
    return found
