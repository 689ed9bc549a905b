"""Is the reference of chapter 22's exercise that of the course, and are its cases apart?"""

from __future__ import annotations

import numpy as np

from bookutils.exercises import economics
from bookutils.judging.judge import plan_calls
from bookutils.numerics.economics import break_even, machines_needed


def test_references_are_the_functions_of_the_course():
    """Is each judged against the function that the chapter itself uses?"""
    references = {exercise.id: exercise.reference for exercise in economics.EXERCISES}
    assert references["break_even"] is break_even


def test_own_and_rented_prices_are_apart():
    """Are one machine, several and none paid back in the parts that say so?"""
    for call in plan_calls(economics.BREAK_EVEN, seed=1):
        own, rented = call.arguments
        n = break_even(own, rented)
        machines = 0 if np.isinf(n) else machines_needed(own, n)
        assert min(machines, 2) == (1, 2, 0, 1)[call.part]
