"""Does what a gradebook keeps secret matter: is there no exercise whose points can be had without reading the inputs?

A value (a choice, a number) is left out: its right answer is one and the same for everybody, by its nature.
"""

import os
from functools import cache

import pytest

from bookutils.core.calling import Outcome
from bookutils.core.plain import to_plain
from bookutils.exercises.catalogue import all_exercises
from bookutils.judging.judge import CHECK_SEED, NOT_YET, judge, plan_calls
from tests.proof.guessing import blind_answers, chance_of, draw, parts_passed

OWN = range(20)  # seeds that somebody draws at home
MANY = range(20, 400)  # as many more as it takes to say how often a value comes
SAFE = -20  # a power of ten that twenty draws give only where hardly a value comes twice
SECRETS = range(70_000, 70_000 + int(os.environ.get("PROOF_SEEDS", "24")) // 3)
FUNCTIONS = [pytest.param(e, id=e.id) for _chapter, e in all_exercises() if e.kind == "function"]


@cache
def known(id):
    (exercise,) = (param.values[0] for param in FUNCTIONS if param.id == id)
    return [draw(exercise, seed) for seed in (CHECK_SEED, *OWN)]


@cache
def hidden(id):
    (exercise,) = (param.values[0] for param in FUNCTIONS if param.id == id)
    return [draw(exercise, seed) for seed in SECRETS]


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_no_points_without_reading_the_inputs(exercise):
    """Does an answer earn nothing that replays, goes round, looks up by shape, or returns a constant or an input?

    Each part for itself: whoever can tell the parts apart may answer each in the way that suits it best.
    """
    for secret in hidden(exercise.id):
        best = [None] * len(secret.calls)
        for what, answer in blind_answers(known(exercise.id)):
            values = [to_plain(value) for value in answer(secret.calls)]
            for index in parts_passed(exercise, secret, values):
                assert not exercise.parts[index].stands_alone, f"{exercise.parts[index].name}: {what}"
                for place in secret.of_part(index):
                    best[place] = values[place]
        outcomes = [Outcome("returned", value, call.arguments) for value, call in zip(best, secret.calls, strict=True)]
        verdict = judge(exercise, secret.calls, outcomes, expected=secret.expected, explain=False)
        assert (verdict.status, verdict.earned) == (NOT_YET, 0)


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_guessing_is_worthless(exercise):
    """Where few values can be right: are there so many cases that guesses for all of a part fail, but for 1 in 10⁶?"""
    few = [
        index for index, part in enumerate(exercise.parts)
        if part.stands_alone and chance_of(known(exercise.id), index) > SAFE
    ]  # fmt: skip
    drawn = [*known(exercise.id), *(draw(exercise, seed) for seed in MANY)] if few else []
    for index in few:
        assert chance_of(drawn, index) <= -6, exercise.parts[index].name


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_the_order_of_the_cases_is_drawn(exercise):
    """Does the place of a call within its part say nothing, with parts in their order and the same order each time?"""
    for index in range(len(exercise.parts)):
        orders = {tuple(call.place for call in plan_calls(exercise, seed) if call.part == index) for seed in range(12)}
        count = len(next(iter(orders)))
        assert len(orders) >= min(count, 4), (exercise.parts[index].name, orders)
    calls = plan_calls(exercise, 5)
    assert [call.part for call in calls] == sorted(call.part for call in calls)
    assert [call.place for call in calls] == [call.place for call in plan_calls(exercise, 5)]
