"""Recognise a known mistake in an answer, by what it returns.

A mistake is named only when it alone explains the answer: it gives the same values on every ordinary case, differs
from the reference on at least three of them, and no other mistake, nor a pair without it, does so too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from bookutils.core.calling import Outcome, run_calls
from bookutils.core.plain import Plain
from bookutils.judging.compare import is_close
from bookutils.judging.model import Exercise, Mistake

ENOUGH = 3


def name_mistake(
    exercise: Exercise, inputs: Sequence[tuple[Plain, ...]], outcomes: Sequence[Outcome], expected: Sequence[Plain]
) -> Mistake | None:
    """Return the one known mistake that explains the answer, or None.

    Parameters
    ----------
    exercise : the exercise, with its mistakes
    inputs, outcomes, expected : for each ordinary case its arguments, what the answer did, what the reference gives
    """
    if not exercise.mistakes or any(outcome.status != "returned" for outcome in outcomes):
        return None
    values = [outcome.value for outcome in outcomes]
    needed = ENOUGH if exercise.kind == "function" else 1

    def explains(function: Callable[..., Any]) -> bool:
        first = views(
            exercise, inputs, run_calls(function, inputs[:1], exercise.seconds, exercise.probe)
        )  # most are ruled out by one call
        if not _matches(first, values[:1], exercise):
            return False
        guesses = views(exercise, inputs, run_calls(function, inputs, exercise.seconds, exercise.probe))
        return _matches(guesses, values, exercise) and _count_wrong(guesses, expected, exercise) >= needed

    singles = [mistake for mistake in exercise.mistakes if any(map(explains, (mistake.function, *mistake.also)))]
    if len(singles) != 1:
        return None
    (named,) = singles
    if exercise.combine is not None:
        others = [mistake.id for mistake in exercise.mistakes if mistake.id != named.id]
        if any(explains(exercise.combine(frozenset(pair))) for pair in combinations(others, 2)):
            return None
    return named


def views(exercise: Exercise, inputs: Sequence[tuple[Plain, ...]], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Put what the judge looks at in the place of what came back; one list of arguments for each outcome, or more."""
    if exercise.view is None:
        return list(outcomes)
    return [
        replace(outcome, value=exercise.view(outcome.value, *arguments)) if outcome.status == "returned" else outcome
        for outcome, arguments in zip(outcomes, inputs, strict=False)
    ]


def _matches(guesses: Sequence[Outcome], values: Sequence[Plain], exercise: Exercise) -> bool:
    return all(
        guess.status == "returned" and is_close(guess.value, value, exercise.tolerance)
        for guess, value in zip(guesses, values, strict=True)
    )


def _count_wrong(guesses: Sequence[Outcome], expected: Sequence[Plain], exercise: Exercise) -> int:
    return sum(
        not is_close(guess.value, right, exercise.tolerance) for guess, right in zip(guesses, expected, strict=True)
    )
