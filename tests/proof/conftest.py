"""PROOF_EXERCISES="adam_step mean_pool" proves these alone; `make proof EXERCISE=adam_step` sets it."""

from __future__ import annotations

import os
import re

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the exercises that are named; refuse a name that no exercise has."""
    wanted = set(re.findall(r"\w+", os.environ.get("PROOF_EXERCISES", "")))
    if not wanted:
        return
    of = {item: getattr(getattr(item, "callspec", None), "params", {}).get("exercise") for item in items}
    known = {exercise.id for exercise in of.values() if exercise}
    if strangers := sorted(wanted - known):
        from bookutils.exercises.catalogue import find_exercise

        find_exercise(strangers[0])  # says which id is nearest
    kept = [item for item in items if of[item] and of[item].id in wanted]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
