"""Where the references of exercises stand."""

import pytest

from bookutils.exercises.catalogue import all_exercises
from bookutils.grading.delegation import public_place

FUNCTIONS = [pytest.param(one, id=one.id) for _chapter, one in all_exercises() if one.kind == "function"]


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_a_reference_stands_where_everybody_can_import_it(exercise):
    """Can it be seen when an answer only hands on to the book's function, so that it is not hidden among exercises?"""
    assert public_place(exercise), f"move {exercise.reference.__module__}:{exercise.reference.__qualname__} to numerics"
