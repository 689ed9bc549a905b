"""Each attack: what it earned, what it cost, and what it was shown."""

from __future__ import annotations

import re

import pytest

from bookutils.exercises.catalogue import load_chapter
from tests.classroom import CHAPTER
from tests.hostile.conftest import ATTACKS, NAMED

POINTS = {exercise.id: exercise.points for exercise in load_chapter(CHAPTER)[0]}

REFUSAL = re.compile(r"was stopped: .*(was used up|computed or waited)|ended the whole program|was not run")


def test_there_are_enough():
    """Are there three attacks of each class, and sixty in all?"""
    assert all(len(attacks) >= 3 for attacks in ATTACKS.values())
    assert len(NAMED) >= 60


@pytest.mark.parametrize("name", NAMED)
def test_a_wrong_answer_earns_nothing_and_a_right_one_keeps_its_points(verdict, name):
    """Are there no points for what is wrong, all for what is right, and did the attack run as it was meant to?"""
    attack, rows = verdict(name)
    if attack.refused:
        assert set(rows) == {""} and rows[""]["status"] == "unreadable", rows
        assert re.search(attack.refused, rows[""]["message"]), rows
        return
    assert set(rows) == set(POINTS), rows.get("", rows)
    for exercise in attack.wrong:
        assert (rows[exercise]["points"], rows[exercise]["status"] == "passed") == ("0", False), rows[exercise]
    for exercise in attack.right:
        stated = attack.races and REFUSAL.search(rows[exercise]["message"])
        assert int(rows[exercise]["points"]) == POINTS[exercise] or stated, rows[exercise]
    for exercise, words in attack.says.items():
        assert re.search(words, rows[exercise]["message"]), rows[exercise]
