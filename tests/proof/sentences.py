"""What the proof says to the author of an exercise: one sentence with file and line, and no screen of data."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from bookutils.judging.compare import show
from bookutils.judging.judge import PASSED, Verdict, make_calls, plan_calls
from bookutils.judging.model import Exercise, Mistake

ENOUGH_MISTAKES = 5
_LONGEST = 120


def fail(exercise: Exercise, sentence: str) -> NoReturn:
    """Fail the test with the place of the exercise, its id and a sentence."""
    pytest.fail(f"{exercise.where}: {exercise.id}: {sentence}", pytrace=False)


def need_mistakes(exercise: Exercise) -> None:
    """Fail where too few mistakes are known."""
    known = exercise.mistakes or exercise.options
    if not known:
        fail(exercise, "no mistake is described, and no option. List them as mistakes=(…).")
    if exercise.kind == "function" and len(exercise.mistakes) < ENOUGH_MISTAKES:
        names = ", ".join(mistake.id for mistake in exercise.mistakes)
        fail(exercise, f"{len(exercise.mistakes)} mistakes are described ({names}); {ENOUGH_MISTAKES} are needed.")


def need_named(exercise: Exercise, mistake: Mistake, function: Any, seed: int, verdict: Verdict) -> None:
    """Fail where the answer with a mistake passes, or is told as something else."""
    variant = "" if function is mistake.function else f", in another form ({getattr(function, '__name__', function)})"
    what = f"the mistake {mistake.id!r}{variant}"
    if verdict.status == PASSED:
        fail(exercise, f"{what} behaves like the reference: {_an_example(exercise, function, seed)}.")
    if verdict.mistake is None:
        seen = verdict.evidence or "nothing is said"
        fail(exercise, f"{what} is not named (seed {seed}); a learner reads: {seen}")
    if verdict.mistake != mistake.id:
        fail(exercise, f"{what} is told as {verdict.mistake!r} (seed {seed}). Draw cases that tell the two apart.")


def _an_example(exercise: Exercise, function: Any, seed: int) -> str:
    if exercise.kind == "value":
        return f"it is {show(function(), _LONGEST)}"
    calls = plan_calls(exercise, seed)
    place = next((place for place, call in enumerate(calls) if call.ordinary), 0)
    outcome = make_calls(exercise, calls, function)[place]
    given = ", ".join(show(argument, _LONGEST) for argument in calls[place].arguments)
    return f"for ({given}) it returned {show(outcome.value, _LONGEST)}, which is right, as in all cases of seed {seed}"
